"""Another program as a daemon."""

from __future__ import annotations

import ctypes
import os
import shutil

from ._errors import check
from ._library import library
from ._options import Options, path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Optional

    from typing_extensions import Unpack

    from ._options import StartOptions, StrPath

__all__ = ["spawn"]


def spawn(argv: Sequence[StrPath], *, executable: Optional[StrPath] = None, **options: Unpack[StartOptions]) -> int:
    """Starts another program as a daemon, and gives its pid.

    `argv` are the program and its arguments; a program without a slash is looked for in PATH. `executable` is the
    program's file where argv[0] is not. The options are those of daemonize(), with "all" as the default for close_fds.

    Nothing of this program runs in the daemon, so it does not matter that other threads are running. A program that
    cannot be run is a DaemonError here; so is, with wait_ready, one that ends before it has said that it is ready: by
    READY=1 to the socket in NOTIFY_SOCKET, as sd_notify(3) has it, or by a newline to its descriptor notify_fd.
    reopen_on and foreground=True are for daemonize() alone.
    """
    if isinstance(argv, (str, bytes, os.PathLike)):
        raise TypeError("argv should be a sequence of a program and its arguments, not one string")
    words = [path(word, "argv") for word in argv]
    if not words:
        raise ValueError("argv is empty")
    program = words[0] if executable is None else path(executable, "executable")
    if executable is None and b"/" not in program:
        found = shutil.which(os.fsdecode(program))
        program = program if found is None else os.fsencode(found)
    array = (ctypes.c_char_p * (len(words) + 1))(*words, None)
    with Options(options) as handle:
        pointer = ctypes.cast(array, ctypes.POINTER(ctypes.c_char_p))
        return check(library(waits=True).daemonize_exec(handle.handle, program, pointer))
