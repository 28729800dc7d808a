"""The shared library: where it is found, and its functions with the types of include/libdaemon.h."""

from __future__ import annotations

import ctypes
import os
from ctypes import c_bool, c_char_p, c_int, c_size_t, c_uint, c_void_p

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, List, Optional, Tuple

__all__ = ["VERSION", "PROTOTYPES", "Library", "library", "library_path"]

#: The version of this package, and of the library that it works with.
VERSION = "0.1.0"

_argv = ctypes.POINTER(c_char_p)

#: What each function gives, and what it takes. pid_t is an int here, mode_t an unsigned int, an enumeration an int.
PROTOTYPES: Dict[str, Tuple[Any, ...]] = {
    "libdaemon_version": (c_char_p,),
    "libdaemon_last_error": (c_char_p,),
    "libdaemon_last_errno": (c_int,),
    "libdaemon_last_status": (c_int,),
    "libdaemon_last_step": (c_char_p,),
    "daemonize_fork": (c_int, c_void_p),
    "daemonize_exec": (c_int, c_void_p, c_char_p, _argv),
    "daemonize_ready": (c_int,),
    "daemonize_report_failure": (c_int, c_int, c_char_p),
    "daemonize_options_new": (c_void_p,),
    "daemonize_options_free": (None, c_void_p),
    "daemonize_options_directory": (c_int, c_void_p, c_char_p),
    "daemonize_options_chroot": (c_int, c_void_p, c_char_p),
    "daemonize_options_umask": (c_int, c_void_p, c_uint),
    "daemonize_options_stdin": (c_int, c_void_p, c_char_p),
    "daemonize_options_stdout": (c_int, c_void_p, c_char_p),
    "daemonize_options_stderr": (c_int, c_void_p, c_char_p),
    "daemonize_options_log": (c_int, c_void_p, c_char_p),
    "daemonize_options_truncate": (c_int, c_void_p, c_bool),
    "daemonize_options_reopen_on": (c_int, c_void_p, c_int),
    "daemonize_options_pidfile": (c_int, c_void_p, c_char_p),
    "daemonize_options_pidfile_mode": (c_int, c_void_p, c_uint),
    "daemonize_options_lockfile": (c_int, c_void_p, c_char_p),
    "daemonize_options_keep_lock": (c_int, c_void_p, c_bool),
    "daemonize_options_runtime_directory": (c_int, c_void_p, c_char_p, c_uint),
    "daemonize_options_user": (c_int, c_void_p, c_char_p),
    "daemonize_options_group": (c_int, c_void_p, c_char_p),
    "daemonize_options_keep_fd": (c_int, c_void_p, c_int),
    "daemonize_options_close_fds": (c_int, c_void_p, c_int),
    "daemonize_options_signals": (c_int, c_void_p, c_int),
    "daemonize_options_keep_signal": (c_int, c_void_p, c_int),
    "daemonize_options_keep_capability": (c_int, c_void_p, c_int),
    "daemonize_options_core_dumps": (c_int, c_void_p, c_bool),
    "daemonize_options_setenv": (c_int, c_void_p, c_char_p, c_char_p),
    "daemonize_options_clearenv": (c_int, c_void_p),
    "daemonize_options_wait_ready": (c_int, c_void_p, c_int),
    "daemonize_options_setup_timeout": (c_int, c_void_p, c_int),
    "daemonize_options_notify_fd": (c_int, c_void_p, c_int),
    "daemonize_options_foreground": (c_int, c_void_p, c_int),
    "daemonize_options_threads": (c_int, c_void_p, c_bool),
    "daemonize_options_title": (c_int, c_void_p, c_char_p),
    "daemonize_notify": (c_int, c_char_p),
    "daemonize_notify_with_fds": (c_int, c_char_p, ctypes.POINTER(c_int), c_size_t),
    "daemonize_reloading": (c_int,),
    "daemonize_stopping": (c_int,),
    "daemonize_watchdog": (c_int,),
    "daemonize_watchdog_interval": (c_int,),
    "daemonize_extend_timeout": (c_int, c_int),
    "daemonize_listen_fds": (c_int, ctypes.POINTER(_argv)),
    "libdaemon_set_title": (c_int, c_char_p),
    "daemonize_status": (c_int, c_char_p),
    "daemonize_signal": (c_int, c_char_p, c_int),
    "daemonize_stop": (c_int, c_char_p, c_int, c_bool),
    "daemonize_stop_by": (c_int, c_char_p, c_char_p, c_bool),
    "reset_std": (c_int, c_char_p),
    "reset_std_split": (c_int, c_char_p, c_char_p),
    "reopen_std": (c_int,),
}


class Library:
    """The library's functions by name, each made ready when it is first asked for."""

    def __init__(self, dll: ctypes.CDLL) -> None:
        self._dll = dll

    def __getattr__(self, name: str) -> Callable[..., Any]:
        function: Callable[..., Any] = self.fresh(name)
        setattr(self, name, function)
        return function

    def fresh(self, name: str) -> Any:
        """A function object of its own, whose types can be changed for one caller."""
        if name not in PROTOTYPES:
            raise AttributeError(name)
        function = self._dll[name]
        function.restype, function.argtypes = PROTOTYPES[name][0], PROTOTYPES[name][1:]
        return function


class _Opened:
    """The library as it was opened once: the same handle, with the interpreter's lock held during calls or not."""

    def __init__(self, path: str, dll: ctypes.PyDLL) -> None:
        self.path = path
        self.holding = Library(dll)
        self.releasing = Library(ctypes.CDLL(path, handle=dll._handle))


_opened: Optional[_Opened] = None


def library(waits: bool = False) -> Library:
    """The library, opened by the first call. With `waits` other threads of Python run during its functions' calls."""
    opened = _opened or _open()
    return opened.releasing if waits else opened.holding


def library_path() -> str:
    """The path of the shared library that is used, for programs that call more of it by ctypes."""
    return (_opened or _open()).path


def _candidates() -> List[str]:
    named = os.environ.get("LIBDAEMON_PATH")
    if named:
        return [named]
    package = os.path.dirname(os.path.abspath(__file__))
    target = os.path.join(os.path.dirname(os.path.dirname(package)), "target", "release", "libdaemon.so")
    return [os.path.join(package, "libdaemon.so.1"), target, "libdaemon.so.1"]


def _open() -> _Opened:
    global _opened
    reasons = []
    for path in _candidates():
        if os.path.isabs(path) and not os.path.exists(path):
            reasons.append(f"{path}: no such file")
            continue
        try:
            dll = ctypes.PyDLL(path)
            found = Library(dll).libdaemon_version().decode()
        except (OSError, AttributeError) as error:
            reasons.append(f"{path}: {error}")
            continue
        if found != VERSION:
            reasons.append(f"{path}: its version is {found}, this package's is {VERSION}")
            continue
        _opened = _Opened(path, dll)
        return _opened
    raise ImportError("the library libdaemon.so.1 cannot be used:\n  " + "\n  ".join(reasons))
