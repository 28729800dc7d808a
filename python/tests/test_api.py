"""The interface: what it takes, what it refuses, and how a failure looks."""

import copy
import errno
import os
import pathlib
import pickle
import subprocess
import unittest

import libdaemon
from support import ProgramTest, children_of


class ErrorsTest(unittest.TestCase):
    def failure(self, **options):
        with self.assertRaises(libdaemon.DaemonError) as caught:
            libdaemon.daemonize(**options)
        return caught.exception

    def test_a_failure_is_an_oserror_of_one_line(self):
        failure = self.failure(directory="/does/not/exist")
        self.assertIsInstance(failure, OSError)
        self.assertEqual(str(failure), "directory /does/not/exist: No such file or directory")
        self.assertEqual((failure.errno, failure.step, failure.status), (errno.ENOENT, "directory", 1))
        self.assertEqual(failure.strerror, str(failure))
        self.assertEqual(type(failure).__module__, "libdaemon")

    def test_a_failure_can_be_copied_and_sent(self):
        failure = self.failure(pidfile="/does/not/exist/app.pid")
        for again in (copy.copy(failure), pickle.loads(pickle.dumps(failure))):
            self.assertEqual(
                (again.errno, str(again), again.step, again.status),
                (failure.errno, str(failure), failure.step, failure.status),
            )

    def test_nonsense_is_refused(self):
        for options in (
            {"umask": -1},
            {"umask": 0o1000},
            {"reopen_on": 99},
            {"keep_signals": [-1]},
            {"keep_capabilities": [64]},
            {"keep_fds": [-1]},
            {"wait_ready": 0},
            {"env": {"": "x"}},
            {"env": {"A=B": "x"}},
            {"directory": ""},
            {"user": ""},
        ):
            with self.subTest(options):
                self.assertIn(self.failure(**options).errno, (errno.EINVAL, errno.EBADF))

    def test_what_c_would_not_see_is_refused(self):
        for options in (
            {"directory": "/tmp\0/etc"},
            {"user": "root\0"},
            {"env": {"A\0": "b"}},
            {"umask": 1 << 40},
            {"keep_fds": [1 << 40]},
            {"wait_ready": float("nan")},
            {"wait_ready": -1},
            {"close_fds": "some"},
            {"signals": 1},
            {"foreground": "sometimes"},
        ):
            with self.subTest(options), self.assertRaises(ValueError):
                libdaemon.daemonize(**options)

    def test_wrong_types_are_refused(self):
        for options in ({"directory": 1}, {"log": 1.5}, {"user": []}, {"keep_fds": ["1"]}, {"nonsense": 1}):
            with self.subTest(options), self.assertRaises((TypeError, AttributeError)):
                libdaemon.daemonize(**options)
        with self.assertRaises(TypeError):
            libdaemon.daemonize("/")
        with self.assertRaisesRegex(TypeError, "umask should be a whole number, not '022'"):
            libdaemon.daemonize(umask="022")

    def test_a_failure_leaves_no_descriptor(self):
        before = os.listdir("/proc/self/fd")
        for options in ({"pidfile": "/does/not/exist/a"}, {"log": "/does/not/exist/b"}, {"keep_fds": [9999]}):
            self.failure(**options)
        self.assertEqual(os.listdir("/proc/self/fd"), before)

    def test_ready_is_for_daemons(self):
        with self.assertRaises(libdaemon.DaemonError) as caught:
            libdaemon.ready()
        self.assertEqual(caught.exception.errno, errno.EINVAL)

    def test_the_module_has_what_it_says(self):
        for name in libdaemon.__all__:
            self.assertTrue(hasattr(libdaemon, name), name)
        with self.assertRaises(AttributeError):
            libdaemon.nonsense  # noqa: B018
        self.assertTrue(os.path.exists(libdaemon.library_path()) or libdaemon.library_path() == "libdaemon.so.1")


class SpawnTest(ProgramTest):
    def test_what_cannot_be_a_command_line_is_refused(self):
        for argv, kind in (("sleep 1", TypeError), (b"sleep", TypeError), ([], ValueError), (["a\0b"], ValueError)):
            with self.subTest(argv), self.assertRaises(kind):
                libdaemon.spawn(argv)
        with self.assertRaises(TypeError):
            libdaemon.spawn(["sleep"], nonsense=1)

    def test_a_program_is_started(self):
        """With busy threads, and its pid given, and one that cannot be run refused."""
        result = self.run_program(
            """
import pathlib, threading
for _ in range(4): threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
def spawn(argv, **options):
    try: report(libdaemon.spawn(argv, **options))
    except libdaemon.DaemonError as failure: report([failure.errno, str(failure)])
spawn(["sh", b"-c", 'echo "$0 $A" >&2; exec sleep 1000', pathlib.Path("word")], log="log", pidfile="app.pid", env={"A": "b"})
spawn(["/does/not/exist"])
os._exit(0)
""",
        )
        self.assertEqual((result.status, result.stderr), (0, ""))
        started, refused = self.report(), self.report()
        self.assertEqual(children_of(os.getpid()), [started])
        self.assertEqual(libdaemon.status(self.path("app.pid")), started)
        while self.text("log") != "word b\n":
            self.assertIsNone(os.waitid(os.P_PID, started, os.WNOHANG | os.WEXITED | os.WNOWAIT))
        self.assertEqual(refused[0], errno.ENOENT)
        self.assertIn("/does/not/exist", refused[1])


    def test_a_program_says_that_it_is_ready(self):
        with open(self.path("notifier.py"), "w") as program:
            program.write(
                """
import os, socket, sys, time
notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
notify.sendto(os.environ["SAYS"].encode(), os.environ["NOTIFY_SOCKET"].replace("@", chr(0), 1))
if os.environ["SAYS"] != "READY=1":
    sys.exit(4)
time.sleep(1000)
"""
            )
        result = self.run_program(
            """
import sys
def spawn(says):
    try:
        report(libdaemon.spawn([sys.executable, os.path.abspath("notifier.py")], env={"SAYS": says}, wait_ready=100))
    except libdaemon.DaemonError as failure:
        report([str(failure), failure.errno, failure.status, failure.step])
spawn("READY=1")
spawn("STATUS=the port is taken" + chr(10) + "ERRNO=98")
os._exit(0)
""",
        )
        self.assertEqual((result.status, result.stderr), (0, ""))
        started, failed = self.report(), self.report()
        self.assertEqual(children_of(os.getpid()), [started])
        line = "exited with status 4 before it was ready: the port is taken"
        self.assertEqual(failed, [line, errno.EADDRINUSE, 4, "waiting for the daemon"])


class ControlTest(ProgramTest):
    def test_without_a_pid_file_there_is_no_daemon(self):
        for name in (self.path("app.pid"), self.path("app.pid").encode(), pathlib.Path(self.path("app.pid"))):
            self.assertIsNone(libdaemon.status(name))
            self.assertIsNone(libdaemon.stop(name))
            with self.assertRaises(libdaemon.DaemonError) as caught:
                libdaemon.signal(name, 10)
            self.assertEqual(caught.exception.errno, errno.ESRCH)

    def test_the_pid_of_another_process_is_no_daemon(self):
        self.file("app.pid", f"{os.getpid()}\n")
        self.assertIsNone(libdaemon.status(self.path("app.pid")))
        self.assertIsNone(libdaemon.stop(self.path("app.pid"), 0.1, kill=True))

    def test_stop_answers_signals_while_it_waits(self):
        """Ctrl-C ends a program that waits for a daemon which does not go."""
        self.start("libdaemon.daemonize(pidfile='app.pid', directory='.')\nsignal.signal(15, lambda *_: report('asked'))\n"
                   "report(os.getpid())\nwhile True: time.sleep(0.01)")
        daemon = self.report()
        stopper = self.popen("libdaemon.stop('app.pid', 600)", stderr=subprocess.PIPE)
        self.assertEqual(self.report(), "asked")
        stopper.send_signal(2)
        self.assertTrue(stopper.communicate(timeout=100)[1].endswith("KeyboardInterrupt\n"))
        self.assertEqual(libdaemon.status(self.path("app.pid")), daemon)
        libdaemon.stop(self.path("app.pid"), 0.05, kill=True)
        self.assertIsNone(libdaemon.status(self.path("app.pid")))


if __name__ == "__main__":
    unittest.main()
