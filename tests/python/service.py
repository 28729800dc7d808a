"""A daemon such as a user would write, the program that most tests start: tests/c/service.c in Python, with its options.

  --NAME=VALUE       the keyword argument of libdaemon.daemonize() of that name (wait-ready in milliseconds, -1 for ever)
  --face=context     by DaemonContext; the options are then those that it has
  --events=FIFO      report there: "up PID", then a line at each SIGUSR1 (probe.py), and what else is asked for
  --gate=FIFO        where --init=gate and --on-term=gate wait
  --init=WHAT        before libdaemon.ready(): ok, gate, hang, crash, exit:STATUS, fail:STATUS:MESSAGE, raise
  --on-term=WHAT     exit (default), default, gate, ignore
  --before=WHAT      before the start: print, atexit, handlers, ignore, threads, hooks, files
  --then=WHAT        once it is up: reread:PATH, print:TEXT, child, env:NAME, signals
"""

import atexit
import os
import signal
import sys
import threading
import time

import libdaemon
from libdaemon._library import library
from probe import probe

settings = {"events": "", "gate": "", "init": "ok", "on-term": "exit", "then": "", "face": "daemonize"}
files = []


def report(line):
    with open(settings["events"], "w") as events:
        events.write(line + "\n")


def wait_at_gate():
    with open(settings["gate"], "rb", buffering=0) as gate:
        gate.read(1)


def spin():
    while True:
        time.sleep(0)


def before(what):
    if what == "print":
        print("buffered", end="")
        print("to stderr", end="", file=sys.stderr)
    elif what == "atexit":
        atexit.register(lambda: report(f"atexit {os.getpid()}"))
    elif what == "handlers":
        for number in (signal.SIGHUP, signal.SIGUSR2, signal.SIGCHLD, signal.SIGRTMAX):
            signal.signal(number, lambda number, frame: report(f"signal {number}"))
    elif what == "ignore":
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    elif what == "threads":
        for _ in range(4):
            threading.Thread(target=spin, daemon=True).start()
    elif what == "hooks":
        os.register_at_fork(
            before=lambda: report(f"before {os.getpid()}"),
            after_in_parent=lambda: report(f"parent {os.getpid()}"),
            after_in_child=lambda: report(f"child {os.getpid()}"),
        )
    elif what == "files":
        files.append(open(__file__, "rb"))
        # As one that came in.
        files.append(os.dup2(files[0].fileno(), 800))


def option(options, name, value):
    if name in ("umask",):
        options[name] = int(value, 8)
    elif name == "wait-ready":
        options["wait_ready"] = float("inf") if value == "-1" else int(value) / 1000
    elif name in ("reopen-on",):
        options["reopen_on"] = int(value)
    elif name in ("keep-fd", "keep-signal"):
        options.setdefault(name.replace("-", "_") + "s", []).append(int(value))
    elif name in ("truncate", "threads"):
        options[name] = value == "1"
    elif name == "close-fds":
        options["close_fds"] = ("all", "inherited", "none")[int(value)]
    elif name == "signals":
        options["signals"] = ("reset", "keep")[int(value)]
    elif name == "foreground":
        options["foreground"] = ("auto", "never", "always")[int(value)]
    elif name == "setenv":
        options.setdefault("env", {}).update([value.split("=", 1)])
    elif name == "clearenv":
        options["clearenv"] = True
    else:
        options[name] = value


def context(options):
    """The same options by the names of PEP 3143."""
    import pwd

    names = {"directory": "working_directory", "chroot": "chroot_directory"}
    if "log" in options:
        options["stdout"] = options["stderr"] = options.pop("log")
    made = {names.get(name, name): value for name, value in options.items()}
    for name in {"stdout", "stderr"} & made.keys():
        made[name] = open(made[name], "a+")
    if "pidfile" in made:
        from libdaemon.pidfile import TimeoutPIDLockFile

        made["pidfile"] = TimeoutPIDLockFile(made["pidfile"], -1)
    if "user" in made:
        made["uid"] = pwd.getpwnam(made.pop("user")).pw_uid
        made["initgroups"] = True
    return libdaemon.DaemonContext(**made)


def initialise(init):
    if init != "ok":
        report(f"initialising {os.getpid()}")
    what, status, message = (init.split(":", 2) + ["0", ""])[:3]
    if what == "gate":
        wait_at_gate()
    elif what == "hang":
        while True:
            signal.pause()
    elif what == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    elif what == "exit":
        sys.exit(int(status))
    elif what == "fail":
        libdaemon.fail(message, int(status))
    elif what == "raise":
        raise RuntimeError("raised before it was ready")


def after(then):
    what, _, text = then.partition(":")
    if what == "reread":
        with open(text, "r+") as file:
            file.read()
    elif what == "print":
        print(text)
        print(text, "to stderr", file=sys.stderr)
        os.system(f"echo {text}, from a child; echo {text}, from a child to stderr >&2")
    elif what == "child":
        child = os.fork()
        while child == 0:
            signal.pause()
        report(f"child {child}")
    elif what == "env":
        report(f"env {os.environ.get(text)} {os.popen('echo $' + text).read().strip()}")
    elif what == "signals":
        told = {number: signal.getsignal(number) for number in signal.valid_signals()}
        words = [f"{int(number)}={getattr(handler, 'name', 'function')}" for number, handler in told.items() if handler]
        report("signals " + " ".join(words))


def refused(failure):
    print(f"errno={failure.errno} last_errno={library().libdaemon_last_errno()} status={failure.status}")
    print(f"step: {failure.step}")
    print(f"service: {failure}", file=sys.stderr)
    sys.exit(failure.status)


def on_term(number, frame):
    if settings["on-term"] == "gate":
        report(f"terminating {os.getpid()}")
        wait_at_gate()
    sys.exit(0)


def main():
    options = {}
    for argument in sys.argv[1:]:
        name, _, value = argument[2:].partition("=")
        if name == "before":
            before(value)
        elif name in settings:
            settings[name] = value
        else:
            option(options, name, value)
    try:
        if settings["face"] == "context":
            context(options).open()
        else:
            libdaemon.daemonize(**options)
    except libdaemon.DaemonError as failure:
        refused(failure)
    initialise(settings["init"])
    libdaemon.ready()
    after(settings["then"])
    # Answered outside of the handler: that may run while a report is written, to a descriptor that would be found then.
    asked = []
    signal.signal(signal.SIGUSR1, lambda number, frame: asked.append(number))
    if settings["on-term"] == "ignore":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    elif settings["on-term"] != "default":
        signal.signal(signal.SIGTERM, on_term)
    report(f"up {os.getpid()}")
    while True:
        if asked:
            asked.pop()
            report(probe(files))
        # Not pause(): Python does not notice a signal that comes just before that begins.
        time.sleep(0.01)


main()
