"""The start of a daemon, with the interpreter's own part in a fork."""

from __future__ import annotations

import atexit
import ctypes
import errno
import gc
import itertools
import operator
import os
import sys

from . import _signals, _streams
from ._errors import DaemonError, check, failure
from ._library import library
from ._options import Options, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any, List, NoReturn, Optional

    from ._options import Close, Descriptor, Environment, Foreground, RuntimeDirectory, Signals, StrPath

__all__ = ["daemonize", "fail", "ready", "start"]


def daemonize(
    *,
    directory: StrPath = "/",
    chroot: Optional[StrPath] = None,
    umask: int = 0,
    log: Optional[StrPath] = None,
    stdin: Optional[StrPath] = None,
    stdout: Optional[StrPath] = None,
    stderr: Optional[StrPath] = None,
    truncate: bool = False,
    reopen_on: Optional[int] = None,
    pidfile: Optional[StrPath] = None,
    pidfile_mode: int = 0o644,
    lockfile: Optional[StrPath] = None,
    keep_lock: bool = False,
    runtime_directory: Optional[RuntimeDirectory] = None,
    user: str | int | None = None,
    group: str | int | None = None,
    keep_capabilities: Iterable[int] = (),
    core_dumps: bool = False,
    keep_fds: Iterable[Descriptor] = (),
    close_fds: Close = "inherited",
    signals: Signals = "reset",
    keep_signals: Iterable[int] = (),
    env: Optional[Environment] = None,
    clearenv: bool = False,
    wait_ready: Optional[float] = None,
    setup_timeout: Optional[float] = None,
    notify_fd: Optional[int] = None,
    foreground: Foreground = "auto",
    threads: bool = False,
    title: Optional[str | bytes] = None,
) -> None:
    """Makes the calling program a daemon.

    Returns in the daemon. The process that made the call ends with exit status 0 once the daemon is up. No exit handler
    runs there, and what was printed before is written once. If the start fails, that process gets a DaemonError, and
    nothing is left behind: no process, lock, file or descriptor.

    directory, umask, chroot: the working directory, the umask and the root directory. Other paths are those outside of
        a new root.
    log: a file for standard output and error, appended to; stdin, stdout, stderr: a file each. Default: /dev/null.
    truncate: whether these files are emptied first.
    reopen_on: a signal on which they are opened again, for the rotation of logs; no line is lost.
    pidfile: a file that holds the daemon's pid, locked as long as it lives and removed at its end; a second start is
        refused, by naming the holder. pidfile_mode: its mode, whatever the umask. lockfile: a file that is locked only.
    keep_lock: whether both stay locked by the program that the daemon becomes by os.execv() and the like.
    runtime_directory: a directory that is made for the daemon's user if it is missing, as one in /run is after a restart;
        or several, with their modes: {"/run/app": 0o755, "/run/app/private": 0o700}.
    user, group: whom to become, by name or number, for good; with all groups of the user, and its HOME, USER, LOGNAME and
        SHELL. keep_capabilities: numbers of capabilities(7) that are kept all the same, also by programs that are executed.
        core_dumps: whether the daemon may dump core although it has become another user.
    keep_fds: descriptors, or objects that have one, to keep open. close_fds: which others are closed, "inherited" (those
        that came in from whoever started the program; Python's own files stay), "all" or "none".
    signals: "reset": handlers that the program has set stay, what the program has been started with as ignored or blocked
        is as it is by default. "keep": all of it stays. keep_signals: signals that stay ignored all the same.
    env: environment variables to set; clearenv: whether they are all there are.
    wait_ready: how many seconds the launcher waits for ready(), math.inf for ever. Default: it waits for the set-up only.
    setup_timeout: how many seconds the set-up may take, math.inf for ever. Default: 30.
    notify_fd: a descriptor on which a supervisor such as s6 waits: ready() writes a newline there, and closes it.
    foreground: "never", "always" (everything but the forks and the session is done), or "auto": that in process 1 of a
        container, and where systemd waits to hear that the service is ready. In process 1 an init stays, and the program
        goes on in its child.
    threads: whether a program with other threads may become a daemon, which is to lose them.
    title: what ps and top show of the daemon, as set_title() does.
    """
    start(dict(locals()))


def start(settings: Mapping[str, Any]) -> None:
    """daemonize() with these options."""
    _check_interpreter(settings)
    _check_event_loop(settings)
    resets = settings.get("signals") != "keep"
    kept = _signals.kept() if resets else []
    settings = {**settings, "keep_signals": [*settings.get("keep_signals", ()), *kept]}
    with Options(settings) as options:
        _streams.flush()
        # No finalizer is to run where the interpreter does not know which process it is in.
        collects = gc.isenabled()
        gc.disable()
        try:
            _fork(options.handle, lambda: _arrive(settings, resets), resets)
        finally:
            if collects:
                gc.enable()


def _stays(settings: Mapping[str, Any]) -> bool:
    """Without a fork? Process 1 makes one in the foreground, too: it stays as an init."""
    return settings.get("foreground") in ("always", True) and os.getpid() != 1


def _check_interpreter(settings: Mapping[str, Any]) -> None:
    """A subinterpreter cannot go on in a forked process: os.fork() refuses it, too."""
    present, main = ctypes.pythonapi["PyInterpreterState_Get"], ctypes.pythonapi["PyInterpreterState_Main"]
    present.restype = main.restype = ctypes.c_void_p
    if present() != main() and not _stays(settings):
        why = "daemonize: a subinterpreter would not go on in the daemon; do this in the main one"
        raise DaemonError(errno.ENOTSUP, why, "daemonize")


def _check_event_loop(settings: Mapping[str, Any]) -> None:
    """A loop that is running does not run in a forked process, where asyncio knows none."""
    asyncio = sys.modules.get("asyncio")
    runs = asyncio is not None and asyncio._get_running_loop() is not None
    if runs and not _stays(settings):
        why = "daemonize: an event loop is running, and would not in the daemon; do this before it does"
        raise DaemonError(errno.EDEADLK, why, "daemonize")


def _arrive(settings: Mapping[str, Any], resets: bool) -> None:
    if resets:
        _signals.settle(settings["keep_signals"], settings.get("reopen_on"))
    if settings.get("reopen_on"):
        _signals.share(settings["reopen_on"], _streams.reopen_or_say)
    _streams.restore()
    _reload_environment()


def _reload_environment() -> None:
    """Has os.environ say what the library has made of the environment: that is what programs see that are started."""
    block = ctypes.POINTER(ctypes.c_char_p).in_dll(ctypes.CDLL(None), "environ")
    present = {}
    place = 0
    while block and block[place] is not None:
        name, _, value = block[place].partition(b"=")
        present[name] = value
        place += 1
    for name in os.environb.keys() - present.keys():
        del os.environb[name]
    for name, value in present.items():
        if os.environb.get(name) != value:
            os.environb[name] = value


def _fork(options: int, arrive: Callable[[], None], opens_mask: bool) -> None:
    """Returns in the daemon, after calling `arrive` before any signal can reach it. The handler of a signal may raise an
    exception between any two calls here. Whatever has happened by then, the interpreter is told which process it is in,
    and a launcher that has a daemon ends."""
    launcher = os.getpid()
    python = ctypes.pythonapi
    before, parent, child = python["PyOS_BeforeFork"], python["PyOS_AfterFork_Parent"], python["PyOS_AfterFork_Child"]
    daemonize_fork = library().fresh("daemonize_fork")
    # The calls themselves take down that they have been made, and what they gave, before any handler can run.
    results: List[int] = []
    before.restype = daemonize_fork.restype = parent.restype = results.append
    raised: Optional[BaseException] = None
    mask = _signals.mask()
    begun = blocked = False
    while not blocked:
        try:
            if not begun:
                begun = True
                # The start's own processes end in the launcher: no handler of SIGCHLD is to hear of them.
                _signals.block(but=_signals.INTERRUPTING)
                _call_in_one_go(before, daemonize_fork, options, {launcher: parent})
            # The interpreter forgets what has arrived when it is told of a fork: handlers have run when this returns.
            _signals.block()
            blocked = True
        except BaseException as error:
            raised = error
    pid = results[1] if len(results) > 1 else -1
    if pid > 0:
        os._exit(0)
    failed = failure() if len(results) > 1 and pid < 0 else None
    try:
        if pid == 0 and os.getpid() != launcher:
            child()
        if pid == 0:
            arrive()
    finally:
        _signals.restore(set() if pid == 0 and opens_mask else mask)
    if raised is not None:
        raise raised
    if failed is not None:
        raise failed


def _call_in_one_go(before: Any, fork: Any, options: int, after: Mapping[int, Any]) -> None:
    """Calls `before`, `fork`, and what is to be called `after` them in this process; the launcher has that also where
    there was no fork after all, in the foreground. Iterators call them, since no other thread may run meanwhile, as one
    might between two steps of a program: the interpreter is locked against its threads, and one that holds its global
    lock and waits for the other lock would do so for ever."""
    call, call_with_options = operator.methodcaller("__call__"), operator.methodcaller("__call__", options)
    to_call_after = map(after.get, map(call, (os.getpid,)), (bool,))
    list(itertools.chain(map(call, (before,)), map(call_with_options, (fork,)), map(call, to_call_after)))


def ready() -> None:
    """Tells whoever waits that the daemon can serve: the launcher, the service manager, the reader of notify_fd."""
    check(library(waits=True).daemonize_ready())


def fail(message: str, status: int = 1) -> NoReturn:
    """Ends the daemon, and has its launcher fail with this message, one line, and exit with this status, 1 to 255.

    The program ends as by sys.exit(): finally clauses and exit handlers run. Where no launcher waits, the message is
    written to standard error. From a thread that is not the main one the program ends, too.
    """
    if not 1 <= status <= 255:
        status = 1
    check(library(waits=True).daemonize_report_failure(status, text(message, "message")))
    if not _signals.on_main_thread():
        _end_from_thread(status)
    raise SystemExit(status)


def _end_from_thread(status: int) -> None:
    """SystemExit would end nothing but the thread."""
    atexit._run_exitfuncs()
    _streams.flush()
    ctypes.pythonapi["exit"](status)
