"""The standard streams: sys.stdout and its kind over what becomes of the descriptors 0, 1 and 2."""

from __future__ import annotations

import sys

from ._errors import DaemonError, check
from ._library import library
from ._options import path as as_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional, TextIO

    from ._options import StrPath

__all__ = ["flush", "reopen_or_say", "reopen_std", "reset_std", "restore"]


def flush() -> None:
    """Writes out what the streams hold. What cannot be written stays in them."""
    for name in ("stdout", "stderr", "__stdout__", "__stderr__"):
        stream = getattr(sys, name, None)
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError):
            pass


def restore() -> None:
    """Once 0, 1 and 2 are what they are to be: a stream that was closed is there again, and what is printed into a file
    is written line by line."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        stream = getattr(sys, name, None)
        if stream is None or _is_closed(stream):
            stream = _open(number)
            setattr(sys, name, stream)
            if getattr(sys, f"__{name}__", None) is None:
                setattr(sys, f"__{name}__", stream)
        elif number > 0 and _number(stream) == number and hasattr(stream, "reconfigure"):
            stream.reconfigure(line_buffering=True)


def _is_closed(stream: Any) -> bool:
    return bool(getattr(stream, "closed", False))


def _number(stream: Any) -> Optional[int]:
    try:
        return int(stream.fileno())
    except (AttributeError, OSError, ValueError):
        return None


def _open(number: int) -> Optional[TextIO]:
    try:
        if number == 0:
            return open(0, closefd=False)
        errors = "backslashreplace" if number == 2 else None
        return open(number, "w", buffering=1, errors=errors, closefd=False)
    except OSError:
        # The descriptor has been closed on purpose.
        return None


def reset_std(path: StrPath, stderr: Optional[StrPath] = None) -> None:
    """Sends standard output and standard error to the end of a file, or to one each where `stderr` is given.

    The files are made with mode 0644 less the umask if they are missing. Descriptors 1 and 2 are replaced and never closed
    in between: sys.stdout, print() and programs that are started go on working. A relative path is fixed now, so that
    reopen_std() finds it later. On failure, a DaemonError, both are what they were.
    """
    flush()
    streams = library(waits=True)
    if stderr is None:
        check(streams.reset_std(as_path(path, "path")))
    else:
        check(streams.reset_std_split(as_path(path, "path"), as_path(stderr, "stderr")))
    restore()


def reopen_std() -> None:
    """Opens the files of reset_std() or of the daemon's log again, after a rotation by renaming. No line is lost."""
    flush()
    check(library(waits=True).reopen_std())


def reopen_or_say() -> None:
    """The same for a handler: that it has failed is said in the old log."""
    try:
        reopen_std()
    except DaemonError as failure:
        print(failure, file=sys.stderr)
