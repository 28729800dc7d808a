"""What a service tells its service manager, and what that has handed over. Without a service manager nothing happens."""

from __future__ import annotations

import ctypes

from ._errors import check
from ._library import library
from ._options import descriptor, milliseconds, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Dict, Optional

    from ._options import Descriptor

__all__ = [
    "extend_timeout",
    "listen_fds",
    "notify",
    "reloading",
    "set_title",
    "stopping",
    "watchdog",
    "watchdog_interval",
]


def notify(state: str | bytes, fds: Iterable[Descriptor] = ()) -> None:
    """Tells the service manager lines of sd_notify(3), such as "STATUS=3 clients"; with descriptors that it gets copies of:
    "FDSTORE=1" has it keep them over a restart."""
    numbers = [descriptor(fd, "fds") for fd in fds]
    array = (ctypes.c_int * len(numbers))(*numbers)
    check(library(waits=True).daemonize_notify_with_fds(text(state, "state"), array, len(numbers)))


def reloading() -> None:
    """Tells the service manager that the configuration is read anew; ready() says when that is done."""
    check(library(waits=True).daemonize_reloading())


def stopping() -> None:
    """Tells the service manager that the service is about to end."""
    check(library(waits=True).daemonize_stopping())


def watchdog() -> None:
    """Tells the service manager that the service is alive."""
    check(library(waits=True).daemonize_watchdog())


def watchdog_interval() -> Optional[float]:
    """Within how many seconds the service manager wants each next watchdog(): call it twice as often. None: not at all."""
    interval = check(library().daemonize_watchdog_interval())
    return interval / 1000 if interval else None


def extend_timeout(seconds: float) -> None:
    """Asks the service manager for so much more time, from now on, for the start or the stop that is under way."""
    check(library(waits=True).daemonize_extend_timeout(milliseconds(seconds, "seconds")))


def listen_fds() -> Dict[int, str]:
    """The descriptors that the service manager has handed over, with their names: socket.socket(fileno=fd) makes sockets of
    them. They are not inherited by programs that are started."""
    names = ctypes.POINTER(ctypes.c_char_p)()
    count = check(library().daemonize_listen_fds(ctypes.byref(names)))
    return {3 + place: (names[place] or b"").decode("utf-8", "surrogateescape") for place in range(count)}


def set_title(title: str | bytes) -> None:
    """Sets the title of the process, as ps and top show it; /proc/PID/comm has its first 15 bytes."""
    check(library().libdaemon_set_title(text(title, "title")))
