"""Signals over the start: Python's handlers stay, and what signal.getsignal() says is what the kernel does."""

from __future__ import annotations

import ctypes
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal as _signal
    from collections.abc import Callable, Iterable
    from typing import Any, List, Optional, Set
else:
    # The signal module brings enum along, which takes longer to import than all of this package.
    import _signal

__all__ = ["ALL", "INTERRUPTING", "block", "kept", "mask", "on_main_thread", "restore", "settle", "share"]

#: Every signal that a program can block.
ALL = frozenset(int(signal) for signal in _signal.valid_signals())

#: The signals that interrupt a launcher while it waits for its daemon.
INTERRUPTING = frozenset((_signal.SIGHUP, _signal.SIGINT, _signal.SIGQUIT, _signal.SIGTERM))

#: What the interpreter itself ignores, so that a write fails by an exception.
_IGNORED_BY_PYTHON = (_signal.SIGPIPE, _signal.SIGXFSZ)


def _ignored() -> Set[int]:
    return {signal for signal in ALL if _signal.getsignal(signal) == _signal.SIG_IGN}


#: Whoever started the process had these ignored. What is ignored later is the program's own wish.
_ignored_at_import = _ignored()


def _handled() -> Set[int]:
    """The signals with a handler, whoever set it: the signal module, faulthandler, an extension."""
    try:
        with open("/proc/self/status", "rb") as status:
            bits = int(next(line for line in status if line.startswith(b"SigCgt:")).split()[1], 16)
    except (OSError, StopIteration):
        return {signal for signal in ALL if callable(_signal.getsignal(signal))}
    return {signal for signal in ALL if bits >> (signal - 1) & 1}


def kept() -> List[int]:
    """The signals that are to stay as they are in the daemon."""
    ignored = _ignored()
    wanted = (ignored - _ignored_at_import) | ignored.intersection(_IGNORED_BY_PYTHON)
    return sorted(_handled() | wanted)


def on_main_thread() -> bool:
    """Whether this is the thread on which handlers of signals run, and are set."""
    threading = sys.modules.get("threading")
    return threading is None or threading.current_thread() is threading.main_thread()


def mask() -> Set[Any]:
    """The signals that this thread blocks."""
    return set(_signal.pthread_sigmask(_signal.SIG_BLOCK, ()))


def block(but: Iterable[int] = ()) -> None:
    """Blocks every signal in this thread, but for those. Handlers of what has arrived have run then."""
    _signal.pthread_sigmask(_signal.SIG_BLOCK, ALL.difference(but))


def restore(signals: Iterable[Any]) -> None:
    """Has this thread block these signals and no others."""
    _signal.pthread_sigmask(_signal.SIG_SETMASK, signals)


def settle(kept_signals: Iterable[int], reopen_on: Optional[int]) -> None:
    """In the daemon, all signals blocked: the library has set what was ignored back to its default,
    which the interpreter does not know. `reopen_on` is the signal on which the library opens the log files again."""
    for signal in _ignored().difference(kept_signals):
        if signal == _signal.SIGINT and signal != reopen_on:
            # As in every Python program that is not started in the background of a shell.
            _set(signal, _signal.default_int_handler)
        else:
            _record_default(signal)


def _record_default(signal: int) -> None:
    """Has the interpreter know the signal for one at its default, and leaves it what it is: it may be the library's."""
    sigaction = ctypes.CDLL(None).sigaction
    action = ctypes.create_string_buffer(512)
    if sigaction(signal, None, action) == 0:
        _set(signal, _signal.SIG_DFL)
        sigaction(signal, action, None)


def _set(signal: int, handler: Any) -> None:
    try:
        _signal.signal(signal, handler)
    except ValueError:
        # In the foreground, on another thread than the main one: there the interpreter cannot be told.
        pass


def share(signal: int, action: Callable[[], None]) -> None:
    """The library has taken over a signal for which the program has a handler: in its place comes one that does both."""
    handler = _signal.getsignal(signal)
    if callable(handler) and handler is not _signal.default_int_handler:

        def both(number: int, frame: Any) -> Any:
            action()
            return handler(number, frame)

        _set(signal, both)
