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
    daemon = _open(pidfile)
    try:
        if daemon is None or _stopped(name, 0, False):
            return
        # Waited for here, where signals that come for this program are answered meanwhile.
        if not _ended(daemon, end):
            check(library(waits=True).daemonize_stop(name, 0, kill))
    finally:
        if daemon is not None:
            os.close(daemon)


def wait_for_end(pidfile: StrPath, end: float) -> None:
    """Waits until the daemon that holds the pid file has ended, or until that time of time.monotonic(). May return early
    while one is just starting or ending."""
    try:
        daemon = _open(pidfile)
    except DaemonError as error:
        if error.errno != errno.EAGAIN:
            raise
        time.sleep(0.01)
        return
    if daemon is not None:
        try:
            _ended(daemon, end)
        finally:
            os.close(daemon)


def _stopped(name: bytes, timeout: int, kill: bool) -> bool:
    try:
        check(library(waits=True).daemonize_stop(name, timeout, kill))
    except DaemonError as error:
        if error.errno != errno.ETIMEDOUT:
            raise
        return False
    return True


def _open(pidfile: StrPath) -> Optional[int]:
    """A descriptor that stands for the daemon, and for no other process that has its pid later; None when none runs."""
    while True:
        pid = status(pidfile)
        if pid is None:
            return None
        try:
            daemon = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        # Still the holder, so it was the daemon that was opened.
        if status(pidfile) == pid:
            return daemon
        os.close(daemon)


def _ended(daemon: int, end: float) -> bool:
    import select

    poll = select.poll()
    poll.register(daemon, select.POLLIN)
    while True:
        left = end - time.monotonic()
        ended = poll.poll(None if left == _FOREVER else max(0, -(-left * 1000 // 1)))
        if ended or left <= 0:
            return bool(ended)
