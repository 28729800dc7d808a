"""DaemonContext: a daemon under the names of PEP 3143, as programs written for python-daemon use it."""

from __future__ import annotations

import atexit
import os
import resource
import stat
import sys

from ._library import library
from ._options import path as as_path
from ._signals import on_main_thread
from ._start import ready, start

TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal
    from collections.abc import Callable, Iterable, Mapping
    from contextlib import AbstractContextManager
    from types import FrameType, TracebackType
    from typing import Any, Dict, List, Optional, Type, Union

    from ._options import Descriptor, HasFileno, StrPath
    from .pidfile import PIDLockFile

    Target = Union[None, str, int, signal.Handlers, Callable[[int, Optional[FrameType]], Any]]
    Pidfile = Union[PIDLockFile, StrPath, AbstractContextManager[Any]]

else:
    # The signal module takes longer to import than all of this package.
    import _signal as signal

__all__ = ["DaemonContext"]


class DaemonContext:
    """The settings of a daemon, and the program as that daemon.

    Each option can be given here, or set as an attribute before open().

    chroot_directory, working_directory, umask: the root directory (None: unchanged), the working directory and the umask.
    uid, gid: whom to become; default: the real user and group. With a uid and no gid, the group is the user's own. The
        supplementary groups are then the user's, with or without initgroups, and never those of whoever started the program.
    prevent_core: no core file is written.
    detach_process: whether to leave the foreground; default: yes, unless the parent is process 1 or standard input is a
        socket, as with inetd.
    files_preserve: files, or descriptors, that are not closed. All others are.
    pidfile: a context manager that is entered as the last step of open() and left by close(). One of libdaemon.pidfile, or
        a path, is locked before anything else is done, for as long as the daemon lives.
    stdin, stdout, stderr: files for the standard streams; default: /dev/null.
    signal_map: what signals do: None ignores one, a text names a method of this object, anything else is for
        signal.signal(). Default: TTIN, TTOU and TSTP are ignored, TERM calls terminate().
    wait_ready: how many seconds the launcher waits for libdaemon.ready(). Default: it waits until the context is open.
    threads: whether a program with other threads may become a daemon, which is to lose them.
    """

    def __init__(
        self,
        chroot_directory: Optional[StrPath] = None,
        working_directory: StrPath = "/",
        umask: int = 0,
        uid: Optional[int] = None,
        gid: Optional[int] = None,
        initgroups: bool = False,
        prevent_core: bool = True,
        detach_process: Optional[bool] = None,
        files_preserve: Optional[Iterable[Union[Descriptor, None]]] = None,
        pidfile: Optional[Pidfile] = None,
        stdin: Optional[HasFileno] = None,
        stdout: Optional[HasFileno] = None,
        stderr: Optional[HasFileno] = None,
        signal_map: Optional[Mapping[int, Target]] = None,
        *,
        wait_ready: Optional[float] = None,
        threads: bool = False,
    ) -> None:
        self.chroot_directory = chroot_directory
        self.working_directory = working_directory
        self.umask = umask
        self.uid = os.getuid() if uid is None else uid
        self._gid = gid
        self.initgroups = initgroups
        self.prevent_core = prevent_core
        self.detach_process = _is_attached() if detach_process is None else detach_process
        self.files_preserve = files_preserve
        self.pidfile = pidfile
        self.stdin = stdin
        self.stdout = stdout
        self.stderr = stderr
        self.signal_map = _default_signal_map() if signal_map is None else signal_map
        self.wait_ready = wait_ready
        self.threads = threads
        self._is_open = False
        self._pid = 0

    @property
    def gid(self) -> int:
        """The group to become."""
        return os.getgid() if self._gid is None else self._gid

    @gid.setter
    def gid(self, gid: int) -> None:
        self._gid = gid

    @property
    def is_open(self) -> bool:
        """Whether the program is this daemon now."""
        return self._is_open

    def __enter__(self) -> DaemonContext:
        self.open()
        return self

    def __exit__(
        self,
        exc_type: Optional[Type[BaseException]],
        exc_value: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.close()

    def open(self) -> None:
        """Makes the program a daemon; nothing when it is one already.

        Returns in the daemon. The process that made the call ends with exit status 0 once the daemon is up and has entered
        its pid file. If the start fails, that process gets a DaemonError. What entering the pid file raises is raised in the
        daemon, and its launcher fails with the same words.
        """
        if self._is_open:
            return
        handlers = {int(number): self._handler(target) for number, target in self.signal_map.items()}
        streams: List[Optional[int]] = []
        early = on_main_thread()
        former: Dict[int, Any] = {}
        try:
            for stream in self._streams():
                streams.append(None if stream is None else os.dup(stream.fileno()))
            # Before the start, and so there in the daemon from its first moment on.
            for number, handler in handlers.items() if early else ():
                former[number] = signal.signal(number, handler)
            settings = self._settings([number for number in streams if number is not None])
            settings["keep_signals"] = [number for number, handler in handlers.items() if handler == signal.SIG_IGN]
            own = _own(self.pidfile)
            if own is not None:
                own.start_daemon(lambda: start(settings))
            else:
                start(settings)
            former.clear()
            self._arrive(streams, {} if early else handlers)
        finally:
            for number, handler in former.items():
                if handler is not None:
                    signal.signal(number, handler)
            for descriptor in streams:
                if descriptor is not None:
                    os.close(descriptor)

    def close(self) -> None:
        """Leaves the pid file; nothing when the context is not open. The program goes on as the process that it is."""
        if not self._is_open:
            return
        self._is_open = False
        # A child of the daemon may end with the same exit handlers.
        pidfile = self._context_manager()
        if pidfile is not None and self._pid == os.getpid():
            pidfile.__exit__(None, None, None)

    def terminate(self, signal_number: int, stack_frame: Optional[FrameType]) -> None:
        """The handler of SIGTERM: ends the program by SystemExit, so that finally clauses and exit handlers run."""
        raise SystemExit(f"Terminating on signal {int(signal_number)}")

    def _streams(self) -> List[Optional[HasFileno]]:
        return [self.stdin, self.stdout, self.stderr]

    def _handler(self, target: Target) -> Any:
        if target is None:
            return signal.SIG_IGN
        if isinstance(target, int):
            return int(target)
        return getattr(self, target) if isinstance(target, str) else target

    def _context_manager(self) -> Optional[AbstractContextManager[Any]]:
        """The pid file, if it is not a path. A path can be a context manager, too, without a meaning."""
        return None if isinstance(self.pidfile, (str, bytes, os.PathLike)) else self.pidfile

    def _settings(self, streams: List[int]) -> Dict[str, Any]:
        changes = self.initgroups or self.uid != os.getuid() or os.getuid() != os.geteuid()
        group = self._gid if changes or self.gid != os.getgid() or os.getgid() != os.getegid() else None
        settings: Dict[str, Any] = {
            "directory": self.working_directory,
            "chroot": self.chroot_directory,
            "umask": self.umask,
            "user": self.uid if changes else None,
            "group": group,
            "keep_fds": [*self._preserved(), *streams],
            "close_fds": "all",
            "foreground": "never" if self.detach_process else "always",
            "wait_ready": float("inf") if self._enters() and self.wait_ready is None else self.wait_ready,
            "core_dumps": not self.prevent_core,
            # A library's own threads are its own matter, as at any fork: BLAS and its like expect it.
            "threads": self.threads or len(sys._current_frames()) == 1,
            # In the foreground the library would leave them as they are.
            "stdout": "/dev/null",
            "stderr": "/dev/null",
        }
        own = _own(self.pidfile)
        if own is not None:
            settings["pidfile"] = self._pidfile_path(own.path)
        elif isinstance(self.pidfile, (str, bytes, os.PathLike)):
            settings["pidfile"] = self._pidfile_path(self.pidfile)
        return settings

    def _preserved(self) -> List[Descriptor]:
        files = [*(self.files_preserve or ()), *self._streams()]
        return [each for each in files if each is not None]

    def _pidfile_path(self, path: StrPath) -> StrPath:
        """Where the daemon's own paths lead: a relative one from its directory, and in a new root inside of it."""
        inside = os.path.join(as_path(self.working_directory, "working_directory"), as_path(path, "pidfile"))
        if self.chroot_directory is None:
            return inside
        return os.path.join(as_path(self.chroot_directory, "chroot_directory"), inside.lstrip(b"/"))

    def _enters(self) -> bool:
        """Is the pid file a context manager to be entered in the daemon? The library takes care of others by itself."""
        return self._context_manager() is not None and _own(self.pidfile) is None

    def _arrive(self, streams: List[Optional[int]], handlers: Mapping[int, Any]) -> None:
        self._pid = os.getpid()
        for signum, handler in handlers.items():
            signal.signal(signum, handler)
        if self.prevent_core:
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        for number, source in enumerate(streams):
            if source is not None:
                os.dup2(source, number)
        if self._enters():
            self._enter()
        self._is_open = True
        atexit.register(self.close)

    def _enter(self) -> None:
        """Enters the pid file. The launcher waits for that, and fails as the daemon does."""
        try:
            self.pidfile.__enter__()  # type: ignore[union-attr]
        except BaseException as error:
            if self.detach_process:
                _report(error)
            raise
        if self.wait_ready is None:
            ready()


def _own(pidfile: Any) -> Optional[PIDLockFile]:
    """The pid file, if it is one of libdaemon.pidfile, which then has been imported."""
    module = sys.modules.get("libdaemon.pidfile")
    return pidfile if module is not None and isinstance(pidfile, module.PIDLockFile) else None


def _report(error: BaseException) -> None:
    """Has the launcher fail as the daemon does."""
    status = error.code if isinstance(error, SystemExit) and isinstance(error.code, int) else 1
    message = str(error) or type(error).__name__
    library(waits=True).daemonize_report_failure(status, message.encode(errors="replace").replace(b"\0", b" "))


def _is_attached() -> bool:
    if os.getppid() == 1:
        return False
    try:
        return not stat.S_ISSOCK(os.fstat(sys.__stdin__.fileno() if sys.__stdin__ else 0).st_mode)
    except (OSError, ValueError):
        return True


def _default_signal_map() -> Dict[int, Target]:
    return {signal.SIGTSTP: None, signal.SIGTTIN: None, signal.SIGTTOU: None, signal.SIGTERM: "terminate"}
