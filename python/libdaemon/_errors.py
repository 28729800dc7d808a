"""How a call fails."""

from __future__ import annotations

import errno as numbers

from ._library import library

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Tuple

__all__ = ["DaemonError", "check", "failure"]


class DaemonError(OSError):
    """A call has failed, and nothing is left behind by it.

    As text it is one line: what was being done, on what, and why it failed. `errno` says why as a number, as for any
    OSError. `step` says what was being done, in the library's words: "pid file", "log", "user", "directory"; "waiting
    for the daemon" stands for what happened to a daemon before it was ready. `status` is the exit status that a launcher
    should end with: what the daemon gave to fail() or exited with, else 1.
    """

    errno: int
    strerror: str
    step: str
    status: int

    def __init__(self, errno: int, message: str, step: str = "", status: int = 1) -> None:
        super().__init__(errno, message)
        self.step = step
        self.status = status

    def __str__(self) -> str:
        return self.strerror

    def __reduce__(self) -> Tuple[Any, ...]:
        return type(self), (self.errno, self.strerror, self.step, self.status)


# What users know it by.
DaemonError.__module__ = "libdaemon"


def failure() -> DaemonError:
    """Why this thread's latest call of the library failed."""
    last = library()
    errno: int = last.libdaemon_last_errno()
    message: str = last.libdaemon_last_error().decode(errors="replace")
    step: str = last.libdaemon_last_step().decode()
    if errno == numbers.EDEADLK and step == "daemonize":
        message = (
            "daemonize: the other threads would be lost: do it before they start, allow that with threads=True, "
            "or start the daemon as a program of its own with libdaemon.spawn()"
        )
    return DaemonError(errno, message, step, last.libdaemon_last_status())


def check(result: int) -> int:
    """The result of a function of the library; -1 becomes an exception."""
    if result == -1:
        raise failure()
    return result
