"""A daemon by its pid file."""

from __future__ import annotations

import errno
import os
import time

from ._errors import DaemonError, check
from ._library import library
from ._options import milliseconds, number, path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

    from ._options import StrPath

__all__ = ["signal", "status", "stop", "wait_for_end"]

_FOREVER = float("inf")

#: In milliseconds: what poll(2) takes.
_LONGEST_POLL = 0x7FFFFFFF

#: How many seconds pass between two looks at what cannot be waited for.
_INTERVAL = 0.01


def status(pidfile: StrPath) -> Optional[int]:
    """The pid of the daemon that holds the pid file; None when none runs.

    The lock on the file decides: a file that was left behind is no daemon, whoever has its pid now. A DaemonError with
    EAGAIN says that the daemon is just starting or ending.
    """
    return check(library(waits=True).daemonize_status(path(pidfile, "pidfile"))) or None


def signal(pidfile: StrPath, signum: int) -> None:
    """Sends a signal to the daemon that holds the pid file, and to no other process. A DaemonError with ESRCH says that
    none runs."""
    check(library(waits=True).daemonize_signal(path(pidfile, "pidfile"), number(signum, "signum")))


def stop(pidfile: StrPath, timeout: float = 10.0, kill: bool = False) -> None:
    """Ends the daemon that holds the pid file: SIGTERM, then up to `timeout` seconds for it to go, then SIGKILL if `kill`
    says so.

    Returns when it is gone, or when none runs. A DaemonError with ETIMEDOUT says that it still runs.
    """
    name = path(pidfile, "pidfile")
    wait = milliseconds(timeout, "timeout")
    end = _FOREVER if wait < 0 else time.monotonic() + wait / 1000
    daemon = _Holder.of(pidfile)
    try:
        if daemon is None or _stopped(name, 0, False):
            return
        # Waited for here, where signals that come for this program are answered meanwhile.
        if not daemon.ends_by(end):
            check(library(waits=True).daemonize_stop(name, 0, kill))
    finally:
        if daemon is not None:
            daemon.close()


def wait_for_end(pidfile: StrPath, end: float) -> None:
    """Waits until the daemon that holds the pid file has ended, or until that time of time.monotonic(). May return early
    while one is just starting or ending."""
    try:
        daemon = _Holder.of(pidfile)
    except DaemonError as error:
        if error.errno != errno.EAGAIN:
            raise
        time.sleep(_INTERVAL)
        return
    if daemon is not None:
        try:
            daemon.ends_by(end)
        finally:
            daemon.close()


def _stopped(name: bytes, timeout: int, kill: bool) -> bool:
    try:
        check(library(waits=True).daemonize_stop(name, timeout, kill))
    except DaemonError as error:
        if error.errno != errno.ETIMEDOUT:
            raise
        return False
    return True


class _Holder:
    """The daemon that holds a pid file, and no other process that has its pid later."""

    def __init__(self, pidfile: StrPath, pid: int, descriptor: Optional[int]) -> None:
        self.pidfile = pidfile
        self.pid = pid
        #: A pidfd; None before Linux 5.3, and in a sandbox that refuses them.
        self.descriptor = descriptor

    @classmethod
    def of(cls, pidfile: StrPath) -> Optional[_Holder]:
        """None when no daemon runs."""
        while True:
            pid = status(pidfile)
            if pid is None:
                return None
            try:
                holder = cls(pidfile, pid, os.pidfd_open(pid))
            except ProcessLookupError:
                continue
            except AttributeError:
                return cls(pidfile, pid, None)
            except OSError as error:
                if error.errno not in (errno.ENOSYS, errno.EPERM):
                    raise
                return cls(pidfile, pid, None)
            # Still the holder, so it was the daemon that was opened.
            if status(pidfile) == pid:
                return holder
            holder.close()

    def close(self) -> None:
        if self.descriptor is not None:
            os.close(self.descriptor)

    def ends_by(self, end: float) -> bool:
        """Waits for its end, until that time of time.monotonic() at the latest."""
        if self.descriptor is None:
            return self._is_seen_to_end_by(end)
        import select

        poll = select.poll()
        poll.register(self.descriptor, select.POLLIN)
        while True:
            left = end - time.monotonic()
            ended = poll.poll(None if left == _FOREVER else min(max(0, -(-left * 1000 // 1)), _LONGEST_POLL))
            if ended or left <= 0:
                return bool(ended)

    def _is_seen_to_end_by(self, end: float) -> bool:
        while True:
            try:
                if status(self.pidfile) != self.pid:
                    return True
            except DaemonError as error:
                # It is just ending, or the next one is just starting.
                if error.errno != errno.EAGAIN:
                    raise
            if time.monotonic() >= end:
                return False
            time.sleep(_INTERVAL)
