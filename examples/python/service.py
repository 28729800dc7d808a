#!/usr/bin/env python3
"""A service with start, stop, status, reload and restart, as an init script would have it.

    service.py [--directory DIR] [--user NAME] start|stop|status|reload|restart

It answers on a Unix socket in its directory with a greeting, which it reads again at SIGHUP; the same signal has its log
opened anew, for logrotate.
"""

import argparse
import os
import pathlib
import signal
import socket
import sys

import libdaemon


class Service:
    def __init__(self, directory: pathlib.Path) -> None:
        self.greeting = directory / "greeting"
        self.path = directory / "socket"
        self.text = b""

    def reload(self, *_: object) -> None:
        self.text = self.greeting.read_bytes() if self.greeting.exists() else b"hello\n"
        print("greeting:", self.text.decode(errors="replace").strip())

    def serve(self) -> None:
        signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
        server = socket.socket(socket.AF_UNIX)
        try:
            self.path.unlink(missing_ok=True)
            server.bind(str(self.path))
            server.listen()
            self.reload()
        except OSError as error:
            libdaemon.fail(f"socket {self.path}: {error.strerror}", 3)
        libdaemon.ready()
        while True:
            client, _ = server.accept()
            with client:
                client.sendall(self.text)


def start(directory: pathlib.Path, user: "str | None") -> None:
    service = Service(directory)
    # Before the start, and there in the daemon.
    signal.signal(signal.SIGHUP, service.reload)
    libdaemon.daemonize(
        directory=directory,
        umask=0o027,
        log=directory / "service.log",
        reopen_on=signal.SIGHUP,
        pidfile=directory / "service.pid",
        user=user,
        wait_ready=10,
    )
    service.serve()


def main() -> int:
    parser = argparse.ArgumentParser(description="A service that greets.")
    parser.add_argument("--directory", type=pathlib.Path, default=pathlib.Path("/run/greeter"))
    parser.add_argument("--user")
    parser.add_argument("action", choices=("start", "stop", "status", "reload", "restart"))
    given = parser.parse_args()
    directory = given.directory.resolve()
    pidfile = directory / "service.pid"
    try:
        if given.action in ("stop", "restart"):
            libdaemon.stop(pidfile, timeout=10, kill=True)
        if given.action in ("start", "restart"):
            start(directory, given.user)
        if given.action == "reload":
            libdaemon.signal(pidfile, signal.SIGHUP)
        if given.action == "status":
            pid = libdaemon.status(pidfile)
            print("not running" if pid is None else f"runs as process {pid}")
            # As LSB has it: 1 where a pid file was left behind.
            return 0 if pid else 1 if pidfile.exists() and os.path.getsize(pidfile) else 3
    except libdaemon.DaemonError as failure:
        print(f"service: {failure}", file=sys.stderr)
        return failure.status
    return 0


if __name__ == "__main__":
    sys.exit(main())
