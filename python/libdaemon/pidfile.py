"""Pid files as objects, under the names that programs written for python-daemon use.

A file counts as locked while a process that lives holds the lock on it, and not because it is there.
"""

from __future__ import annotations

import errno
import fcntl
import os
import stat
import struct
import time

from ._control import status, wait_for_end
from ._errors import DaemonError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Optional, Set

    from ._options import StrPath

__all__ = [
    "AlreadyLocked",
    "LockError",
    "LockFailed",
    "LockTimeout",
    "NotLocked",
    "NotMyLock",
    "PIDLockFile",
    "TimeoutPIDLockFile",
    "UnlockError",
]


class LockError(DaemonError):
    """A pid file cannot be locked."""


class AlreadyLocked(LockError):
    """Another process holds it."""


class LockTimeout(LockError):
    """Another process held it for as long as was waited."""


class LockFailed(LockError):
    """It cannot be made or opened."""


class UnlockError(DaemonError):
    """A pid file cannot be unlocked."""


class NotLocked(UnlockError):
    """No process holds it."""


class NotMyLock(UnlockError):
    """Another process holds it."""


class PIDLockFile:
    """A pid file at `path`, for DaemonContext or for a with statement. `timeout` is how many seconds to wait for the process
    that holds it; None and 0: not at all."""

    def __init__(self, path: StrPath, threaded: bool = False, timeout: Optional[float] = None) -> None:
        self.path = path
        self.timeout = timeout
        self._descriptor: Optional[int] = None

    def __enter__(self) -> PIDLockFile:
        self.acquire()
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.path!r}>"

    def read_pid(self) -> Optional[int]:
        """The pid of the process that holds the file; None when none does."""
        try:
            return status(self.path)
        except DaemonError as error:
            if error.errno != errno.EAGAIN:
                raise
            return None

    def is_locked(self) -> bool:
        """Whether a process holds the file."""
        try:
            return status(self.path) is not None
        except DaemonError as error:
            if error.errno != errno.EAGAIN:
                raise
            return True

    def i_am_locking(self) -> bool:
        """Whether this process does."""
        return self.read_pid() == os.getpid()

    def acquire(self, timeout: Optional[float] = None) -> None:
        """Locks the file for this process, and writes its pid there."""
        if self._descriptor is None:
            self._wait(lambda: self._take(), timeout)

    def release(self) -> None:
        """Unlocks and removes the file."""
        if not self.i_am_locking():
            raise self._not_mine() if self.is_locked() else NotLocked(errno.ESRCH, f"{self._name()}: is not locked")
        descriptor, self._descriptor = self._descriptor, None
        _remove(self.path)
        if descriptor is not None:
            _held.discard(descriptor)
            os.close(descriptor)

    def break_lock(self) -> None:
        """Removes a file that a dead process has left behind. That of a process that lives is left alone: NotMyLock."""
        if self.is_locked():
            raise self._not_mine()
        try:
            os.unlink(self.path)
        except FileNotFoundError:
            pass

    def start_daemon(self, start: Callable[[], None]) -> None:
        """For DaemonContext: a start that takes the file itself."""
        self._wait(start, None)

    def _name(self) -> str:
        return f"pid file {os.fsdecode(self.path)}"

    def _not_mine(self) -> NotMyLock:
        return NotMyLock(errno.EPERM, self._held_by(), "pid file")

    def _held_by(self) -> str:
        # The pid of one that is just starting is not known yet.
        pid = self.read_pid()
        return f"{self._name()}: held by " + ("another process" if pid is None else f"process {pid}")

    def _wait(self, take: Callable[[], None], timeout: Optional[float]) -> None:
        timeout = self.timeout if timeout is None else timeout
        end = time.monotonic() + (timeout or 0)
        while True:
            try:
                return take()
            except DaemonError as error:
                if error.errno != errno.EAGAIN or error.step != "pid file":
                    raise
                if time.monotonic() >= end:
                    kind = LockTimeout if timeout and timeout > 0 else AlreadyLocked
                    raise kind(error.errno, error.strerror, error.step, error.status) from None
            wait_for_end(self.path, end)

    def _take(self) -> None:
        while True:
            descriptor = self._open()
            try:
                if self._is_held_as_a_whole() or not self._try_lock(descriptor):
                    raise AlreadyLocked(errno.EAGAIN, self._held_by(), "pid file")
                # Its last holder may have removed it between the opening and the lock.
                if _is_at(self.path, descriptor):
                    os.ftruncate(descriptor, 0)
                    os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
                    _unlock_start(descriptor)
                    _held.add(descriptor)
                    self._descriptor, descriptor = descriptor, -1
                    return
            finally:
                if descriptor >= 0:
                    os.close(descriptor)

    def _try_lock(self, descriptor: int) -> bool:
        try:
            return _lock(descriptor)
        except OSError as error:
            raise LockFailed(error.errno or errno.EIO, f"{self._name()}: {error.strerror}", "pid file") from None

    def _is_held_as_a_whole(self) -> bool:
        """Whether a process holds it by flock(2) alone: where that one runs, the kernel refuses the other kind of lock."""
        return self.read_pid() is not None

    def _open(self) -> int:
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        try:
            descriptor = os.open(self.path, flags, 0o644)
        except OSError as error:
            why = "is a symbolic link" if error.errno == errno.ELOOP else error.strerror
            raise LockFailed(error.errno or errno.EIO, f"{self._name()}: {why}", "pid file") from None
        found = os.fstat(descriptor)
        if stat.S_ISREG(found.st_mode) and found.st_nlink <= 1:
            return descriptor
        os.close(descriptor)
        why = "has another hard link" if found.st_nlink > 1 else "is not a plain file"
        raise LockFailed(errno.EMLINK, f"{self._name()}: {why}", "pid file")


class TimeoutPIDLockFile(PIDLockFile):
    """A pid file with the time to wait as its second argument."""

    def __init__(self, path: StrPath, acquire_timeout: Optional[float] = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(path, *args, **kwargs)
        self.acquire_timeout = acquire_timeout
        self.timeout = acquire_timeout if acquire_timeout is not None else self.timeout


#: The descriptors that hold a lock. A forked child is another process, and closes them.
_held: Set[int] = set()


def _let_go_in_child() -> None:
    while _held:
        os.close(_held.pop())


os.register_at_fork(after_in_child=_let_go_in_child)


#: What a kernel without locks of open files says to them (gVisor), or a sandbox.
_UNKNOWN = (errno.EINVAL, errno.ENOSYS, errno.EPERM)


def _lock(descriptor: int) -> bool:
    """Locks the open file as the library does: byte 0 says that the file is held, byte 1 that its pid is not there yet.
    Where the kernel has no such locks, flock(2) locks the whole file. False when another process has the lock."""
    try:
        _set_range(descriptor, fcntl.F_WRLCK, 0, 2)
    except OSError as error:
        if error.errno in (errno.EAGAIN, errno.EACCES):
            return False
        if error.errno not in _UNKNOWN:
            raise
        return _lock_whole(descriptor)
    # flock(1) and cleaners of /tmp look for this one. It does not matter if another process has it.
    _lock_whole(descriptor)
    return True


def _lock_whole(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _unlock_start(descriptor: int) -> None:
    try:
        _set_range(descriptor, fcntl.F_UNLCK, 1, 1)
    except OSError as error:
        if error.errno not in _UNKNOWN:
            raise


def _set_range(descriptor: int, kind: int, first: int, length: int) -> None:
    fcntl.fcntl(descriptor, fcntl.F_OFD_SETLK, struct.pack("hhqqi", kind, os.SEEK_SET, first, length, 0))


def _is_at(path: StrPath, descriptor: int) -> bool:
    try:
        return os.path.samestat(os.lstat(path), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _remove(path: StrPath) -> None:
    """Empties and removes a file with this process's pid in it, as far as privileges go."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if os.pread(descriptor, 32, 0).strip() == str(os.getpid()).encode() and _is_at(path, descriptor):
            os.ftruncate(descriptor, 0)
            os.unlink(path)
    except OSError:
        pass
    finally:
        os.close(descriptor)
