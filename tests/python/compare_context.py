"""What a daemon is like by DaemonContext: a line for each case. Called with the package, daemon or libdaemon, and a directory."""

import importlib
import json
import os
import resource
import signal
import sys

package, place = sys.argv[1:]
daemon = importlib.import_module(package)
pidfile = importlib.import_module(package + ".pidfile")


def state(context):
    handlers = {}
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU, signal.SIGPIPE):
        handler = signal.getsignal(number)
        handlers[number.name] = getattr(handler, "name", None) or getattr(handler, "__name__", str(handler))
    return {
        "directory": os.getcwd().replace(place, "PLACE"),
        "umask": os.umask(0),
        "ids": [os.getresuid(), os.getresgid()],
        "core": resource.getrlimit(resource.RLIMIT_CORE)[0],
        "streams": [os.readlink(f"/proc/self/fd/{number}").replace(place, "PLACE") for number in range(3)],
        "open": [context.is_open, context.detach_process, sorted(context.signal_map, key=int), context.initgroups],
        "handlers": handlers,
        "session": [os.getsid(0) == os.getpid(), os.getsid(0) == started, os.getppid() == started],
    }


def open_files():
    found = {}
    for number in map(int, os.listdir("/proc/self/fd")):
        try:
            found[number] = os.readlink(f"/proc/self/fd/{number}")
        except FileNotFoundError:
            pass
    return sorted(link.replace(place, "PLACE").split(":")[0] for number, link in found.items() if number > 2 and "/proc/" not in link)


def path(name):
    return os.path.join(place, name)


def default():
    return daemon.DaemonContext(), state


def options():
    context = daemon.DaemonContext(working_directory=place, umask=0o027, prevent_core=False, signal_map={signal.SIGHUP: None, signal.SIGINT: "terminate"})
    return context, state


def attributes():
    context = daemon.DaemonContext()
    context.working_directory = "."
    context.umask = 0o77
    context.signal_map = {}
    context.stdout = open(path("out"), "w+")
    return context, lambda context: (print("printed", flush=True), open(path("out")).read(), state(context))


def streams():
    with open(path("in"), "w") as file:
        file.write("a line\n")
    context = daemon.DaemonContext(stdin=open(path("in")), stdout=open(path("both"), "a+"), stderr=open(path("both"), "a+"))
    return context, lambda context: (sys.stdin.readline(), print("out", flush=True), print("err", file=sys.stderr, flush=True),
                                     os.system("echo child"), open(path("both")).read(), state(context)["streams"])


def preserved():
    files = [open(path("one"), "w"), open(path("two"), "w"), open(path("three"), "w")]
    context = daemon.DaemonContext(files_preserve=[files[0], files[1].fileno()])
    context.kept = files
    return context, lambda context: (open_files(), files[0].write("x"))


def locked():
    lock = pidfile.TimeoutPIDLockFile(path("app.pid"), -1)
    context = daemon.DaemonContext(pidfile=lock, working_directory=place)
    return context, lambda context: (int(open(path("app.pid")).read()) == os.getpid(), lock.is_locked(), lock.i_am_locking(),
                                     lock.read_pid() == os.getpid(), lock.path.replace(place, "PLACE"))


def not_detached():
    return daemon.DaemonContext(detach_process=False, signal_map={}), lambda context: (os.getpid() == started, state(context))


def entered_and_left():
    class Pidfile:
        def __enter__(self): calls.append("enter")
        def __exit__(self, *arguments): calls.append(list(arguments))

    calls = []
    context = daemon.DaemonContext(pidfile=Pidfile())
    return context, lambda context: (context.open(), context.close(), context.close(), context.is_open, calls)


def terminated():
    context = daemon.DaemonContext(pidfile=pidfile.TimeoutPIDLockFile(path("app.pid"), -1), stderr=open(path("said"), "w+"))

    def terminate(context):
        try:
            os.kill(os.getpid(), signal.SIGTERM)
            signal.pause()
        except SystemExit as end:
            return str(end), end.code

    return context, terminate


cases = [default, options, attributes, streams, preserved, locked, not_detached, entered_and_left, terminated]
for case in cases:
    answer, told = os.pipe()
    os.set_inheritable(told, True)
    child = os.fork()
    if child == 0:
        started = os.getpid()
        os.close(answer)
        context, ask = case()
        context.files_preserve = [*(context.files_preserve or []), told]
        try:
            with context:
                os.write(told, json.dumps(ask(context)).encode())
        except BaseException as error:
            os.write(told, repr(error).encode())
        sys.stdout = sys.stderr = None
        context.close()
        os._exit(0)
    os.close(told)
    os.waitpid(child, 0)
    with open(answer) as answers:
        print(case.__name__, answers.read(), flush=True)
    print(" left behind:", sorted(name for name in os.listdir(place) if name.endswith(".pid")), flush=True)
