"""A program that uses all of the package, for mypy --strict."""

import os
import pathlib
import signal
from typing import NoReturn

import libdaemon
from libdaemon import DaemonContext, DaemonError
from libdaemon.pidfile import AlreadyLocked, TimeoutPIDLockFile

PIDFILE = pathlib.Path("/run/app.pid")


def start() -> None:
    libdaemon.daemonize(
        directory="/", chroot=None, umask=0o022, stdin=b"/dev/null", stdout="/out", stderr="/err", log=pathlib.Path("/log"),
        truncate=False, reopen_on=signal.SIGHUP, pidfile=PIDFILE, pidfile_mode=0o600, lockfile=None,
        keep_lock=True, runtime_directory="/run/app", user="app", group=1000, keep_fds=[3, open("/")],
        keep_capabilities=(10,), core_dumps=True,
        close_fds="all", signals="reset", keep_signals={signal.SIGUSR1}, env={"A": "b", b"C": b"d"}, clearenv=True,
        wait_ready=1.5, title="app", notify_fd=3, foreground="auto", threads=True,
    )
    libdaemon.notify("STATUS=on its way", fds=[open("/")])
    libdaemon.reloading()
    libdaemon.extend_timeout(1.5)
    libdaemon.stopping()
    interval = libdaemon.watchdog_interval()
    if interval is not None and interval / 2 > 1:
        libdaemon.watchdog()
    names = [name.upper() for name in libdaemon.listen_fds().values()]
    libdaemon.set_title(b"app" + str(len(names)).encode())
    libdaemon.ready()


def control() -> int:
    try:
        pid = libdaemon.status(PIDFILE)
        if pid is not None:
            libdaemon.signal(PIDFILE, signal.SIGHUP)
            libdaemon.stop(PIDFILE, timeout=1, kill=True)
        libdaemon.reset_std("/log")
        libdaemon.reset_std("/out", b"/err")
        libdaemon.reopen_std()
        return libdaemon.spawn(["sleep", b"1", PIDFILE], executable="/bin/sleep", pidfile=PIDFILE, wait_ready=1)
    except DaemonError as failure:
        print(failure.step, failure.errno + failure.status)
        raise


def give_up() -> NoReturn:
    libdaemon.fail("no database", 3)


def context() -> None:
    with DaemonContext(
        pidfile=TimeoutPIDLockFile("/run/app.pid", acquire_timeout=1), stdout=open("/log"), files_preserve=[3],
        signal_map={signal.SIGTERM: "terminate", signal.SIGHUP: None, signal.SIGUSR1: lambda number, frame: None},
    ) as daemon:
        daemon.uid = os.getuid()
        print(daemon.is_open, libdaemon.__version__, libdaemon.library_path())
    try:
        DaemonContext(pidfile="/run/app.pid", uid=1, gid=1, initgroups=True, wait_ready=1).open()
    except AlreadyLocked as failure:
        print(failure.errno)
