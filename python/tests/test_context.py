"""DaemonContext: the names and the behaviour of PEP 3143 and python-daemon."""

import os
import signal
import unittest

import libdaemon
from support import GUARD, ProgramTest, children_of, signals_of, status_of

PREAMBLE = """\
import json, os, signal, sys, time
import libdaemon as daemon
def report(*values):
    with open(os.environ["REPORT"], "w") as reports:
        reports.write(json.dumps(values if len(values) > 1 else values[0]) + "\\n")
"""


class ContextProgramTest(ProgramTest):
    def popen(self, code, *arguments, preamble=PREAMBLE, **options):
        return super().popen(code, *arguments, preamble=preamble, **options)


class ContextTest(ContextProgramTest):
    def test_attributes_and_their_defaults(self):
        context = libdaemon.DaemonContext()
        found = {name: value for name, value in vars(context).items() if not name.startswith("_")}
        terminal = {signal.SIGTSTP: None, signal.SIGTTIN: None, signal.SIGTTOU: None, signal.SIGTERM: "terminate"}
        expected = {
            "chroot_directory": None, "working_directory": "/", "umask": 0, "uid": os.getuid(), "initgroups": False,
            "prevent_core": True, "detach_process": os.getppid() != 1, "files_preserve": None, "pidfile": None, "stdin": None,
            "stdout": None, "stderr": None, "signal_map": terminal, "wait_ready": None, "threads": False,
        }
        self.assertEqual(found, expected)
        self.assertEqual((context.gid, context.is_open), (os.getgid(), False))
        context.close()
        self.assertFalse(context.is_open)
        with self.assertRaises(AttributeError):
            context.is_open = True
        with self.assertRaises(SystemExit) as caught:
            context.terminate(signal.SIGTERM, None)
        self.assertEqual(caught.exception.code, "Terminating on signal 15")

    def test_a_stream_that_is_closed_leaves_no_descriptor(self):
        closed = open(os.devnull)
        closed.close()
        with open(os.devnull) as null:
            before = os.listdir("/proc/self/fd")
            with self.assertRaises(ValueError):
                libdaemon.DaemonContext(stdin=null, stdout=closed).open()
            self.assertEqual(os.listdir("/proc/self/fd"), before)

    def test_the_modules_of_python_daemon(self):
        """A program imports from any of them, and catches what it used to."""
        result = self.run_program("""
from libdaemon.daemon import DaemonContext, DaemonOSEnvironmentError
from libdaemon import pidfile
import libdaemon.pidfile
assert DaemonContext is daemon.DaemonContext
try: DaemonContext(working_directory="/does/not/exist").open()
except DaemonOSEnvironmentError as error: report(str(error))
""")
        self.assertEqual((result.status, result.stderr), (0, ""))
        self.assertEqual(self.report(), "directory /does/not/exist: No such file or directory")

    def test_simple_example(self):
        """The first example of the documentation: import the context, and run the main program inside of it."""
        self.start("""
def do_main_program():
    open_now = {name: os.readlink("/proc/self/fd/" + name) for name in "012"}
    report(os.getpid(), os.getcwd(), os.umask(0), open_now, os.dup(0))
    time.sleep(600)
with daemon.DaemonContext():
    do_main_program()
""")
        pid, directory, umask, streams, next_descriptor = self.report()
        self.assertEqual((directory, umask, children_of(os.getpid())), ("/", 0, [pid]))
        self.assertEqual((streams, next_descriptor), ({name: "/dev/null" for name in "012"}, 3))
        self.assertEqual(signals_of(pid, "SigIgn"), [13, 20, 21, 22, 25])
        os.kill(pid, signal.SIGTERM)
        self.assertEqual(self.wait_for(pid), 1)

    def test_customised_example(self):
        """The documentation's larger example: a pid file, files to preserve, signals that reload and clean up."""
        self.file("acl", "initial\n")
        self.start("""
import grp
from libdaemon import pidfile
def initial_program_setup(): report("setup")
def do_main_program():
    important_file.seek(0)
    report(important_file.read(), interesting_file.read(), os.getcwd(), os.getgid(), os.getpid())
    while True: time.sleep(0.01)
def program_cleanup(signum, frame):
    report("cleanup")
    raise SystemExit(0)
def reload_program_config(signum, frame): report("reload")
context = daemon.DaemonContext(working_directory=os.environ["DIR"], umask=0o002, pidfile=pidfile.TimeoutPIDLockFile(os.environ["DIR"] + "/spam.pid"))
context.signal_map = {signal.SIGTERM: program_cleanup, signal.SIGHUP: "terminate", signal.SIGUSR1: reload_program_config}
mail_gid = grp.getgrgid(os.getgid()).gr_gid
context.gid = mail_gid
important_file = open("spam.data", "w+")
important_file.write("precious"), important_file.flush()
interesting_file = open("acl")
context.files_preserve = [important_file, interesting_file]
initial_program_setup()
with context:
    do_main_program()
""")
        self.assertEqual(self.report(), "setup")
        precious, acl, directory, group, pid = self.report()
        self.assertEqual((precious, acl, directory, group), ("precious", "initial\n", self.directory, os.getgid()))
        self.assertEqual(self.text("spam.pid"), f"{pid}\n")
        self.assertEqual(status_of(pid, "Umask"), "0002")
        os.kill(pid, signal.SIGUSR1)
        self.assertEqual(self.report(), "reload")
        os.kill(pid, signal.SIGTERM)
        self.assertEqual(self.report(), "cleanup")
        self.assertEqual((self.wait_for(pid), self.text("spam.pid")), (0, ""))

    def test_a_text_in_the_signal_map_names_a_method(self):
        self.start("""
with daemon.DaemonContext(signal_map={signal.SIGHUP: "terminate"}, stderr=open("err", "w+")):
    report(os.getpid())
    while True: time.sleep(0.01)
""")
        pid = self.report()
        os.kill(pid, signal.SIGHUP)
        self.assertEqual((self.wait_for(pid), self.text("err")), (1, "Terminating on signal 1\n"))

    def test_open_and_close(self):
        self.start("""
import contextlib
@contextlib.contextmanager
def pidfile():
    report("entered", os.getpid())
    yield
    report("left", os.getpid())
context = daemon.DaemonContext(pidfile=pidfile())
context.open()
pid = os.getpid()
context.open()
report(context.is_open, os.getpid() == pid)
context.close(), context.close()
report(context.is_open)
""")
        entered, pid = self.report()
        self.assertEqual((entered, self.report(), self.report(), self.report()), ("entered", [True, True], ["left", pid], False))
        self.assertEqual(self.wait_for(pid), 0)
        self.no_report()

    def test_it_is_closed_at_the_exit_and_by_the_daemon_alone(self):
        """A child that ends with the daemon's exit handlers leaves the pid file alone."""
        self.start("""
from libdaemon.pidfile import PIDLockFile
context = daemon.DaemonContext(pidfile=PIDLockFile("app.pid"), working_directory=".")
context.open()
child = os.fork()
if child == 0: sys.exit(0)
os.waitpid(child, 0)
report(os.getpid(), context.pidfile.read_pid(), os.path.exists("app.pid"))
sys.exit(5)
""")
        pid, held, exists = self.report()
        self.assertEqual((held, exists, self.wait_for(pid), self.text("app.pid")), (pid, True, 5, ""))

    def test_the_launcher_fails_as_the_pid_file_does(self):
        """What entering it raises is raised in the daemon, and its launcher does not say that all went well."""
        result = self.run_program("""
class Pidfile:
    def __enter__(self): raise RuntimeError("locked by somebody")
    def __exit__(self, *_): pass
try:
    with daemon.DaemonContext(pidfile=Pidfile()): pass
except RuntimeError as error: report("daemon", str(error))
except daemon.DaemonError as error: report("launcher", str(error), error.status); sys.exit(error.status)
""")
        self.assertEqual(result.status, 1)
        self.assertEqual([self.report(), self.report()], [["daemon", "locked by somebody"], ["launcher", "locked by somebody", 1]])

    def test_a_second_start(self):
        """Refused at once, or after a time, or done once the first is gone."""
        code = """
from libdaemon.pidfile import AlreadyLocked, LockTimeout, TimeoutPIDLockFile
try:
    with daemon.DaemonContext(pidfile=TimeoutPIDLockFile("app.pid", eval(sys.argv[1])), working_directory="."):
        report("up", os.getpid())
        while True: time.sleep(0.01)
except (AlreadyLocked, LockTimeout) as error: report(type(error).__name__, str(error), isinstance(error, OSError))
"""
        self.start(code, "None")
        _, pid = self.report()
        for timeout, kind in (("None", "AlreadyLocked"), ("-1", "AlreadyLocked"), ("0.2", "LockTimeout")):
            self.start(code, timeout)
            self.assertEqual(self.report(), [kind, f"pid file ./app.pid: held by process {pid}", True])
        waiting = self.popen(code, "600")
        os.kill(pid, signal.SIGTERM)
        self.wait_for(pid)
        self.assertEqual(waiting.wait(GUARD), 0)
        up, second = self.report()
        self.assertEqual((up, self.text("app.pid")), ("up", f"{second}\n"))

    def test_threads_of_libraries_are_no_obstacle_and_python_s_are(self):
        """A library's own threads, as those of BLAS, are lost at any fork, and the library expects that."""
        self.start("""
import ctypes
libc, thread = ctypes.CDLL(None), ctypes.c_ulong()
assert libc.pthread_create(ctypes.byref(thread), None, ctypes.cast(libc.pause, ctypes.c_void_p), None) == 0
with daemon.DaemonContext(): report(open("/proc/self/status").read().count("Threads:\\t1\\n"))
""")
        self.assertEqual(self.report(), 1)
        result = self.run_program("""
import threading
threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
with daemon.DaemonContext(): report("daemon")
""")
        self.assertEqual(result.status, 1)
        self.assertIn("libdaemon.spawn()", result.stderr)

    def test_waiting_until_it_is_ready(self):
        result = self.run_program("""
with daemon.DaemonContext(wait_ready=60):
    daemon.fail("no database", 4)
""")
        self.assertEqual(result.status, 1)
        self.assertIn("DaemonError: no database", result.stderr)


if __name__ == "__main__":
    unittest.main()
