"""What a program asks of its daemon: environment, streams, files, another root and user."""

import os
import signal
import unittest

from support import GUARD, ProgramTest, descriptors_of, needs_root


class StartTest(ProgramTest):
    def test_environment(self):
        """As Python has it and as the C library does."""
        self.start("""
libdaemon.daemonize(env={"A": "1=2", b"B": b"\\xff"})
report(os.environ["A"], os.environb[b"B"] == b"\\xff", os.popen("echo $A").read(), "PATH" in os.environ)
""")
        self.assertEqual(self.report(), ["1=2", True, "1=2\n", True])
        self.start("""
fifo = os.environ["REPORT"]
libdaemon.daemonize(clearenv=True, env={"A": "1", "REPORT": fifo})
report(sorted(os.environ), os.popen("echo $A$DIR").read())
""")
        self.assertEqual(self.report(), [["A", "REPORT"], "1\n"])

    def test_threads_that_start_and_end_threads_hold_nobody_up(self):
        code = """
import threading
def work():
    while True:
        thread = threading.Thread(target=int)
        thread.start()
        thread.join()
for _ in range(4): threading.Thread(target=work, daemon=True).start()
try: libdaemon.daemonize(threads=True, directory=sys.argv[1])
except libdaemon.DaemonError as error: report(error.errno)
else: report(threading.active_count())
os._exit(0)
"""
        for directory, reported in (("/", 1), ("/does/not/exist", 2)) * 5:
            self.start(code, directory)
            self.assertEqual(self.report(), reported)

    def test_streams_that_were_closed_are_there(self):
        """sys.stdout is None in a program that is started without it."""
        self.start("""
assert sys.stdout is None and sys.stdin is None
libdaemon.daemonize(log="app.log")
print("printed"), print("Größe", file=sys.stderr)
report(sys.stdin.read())
""", preexec_fn=lambda: (os.close(0), os.close(1)))
        self.assertEqual(self.report(), "")
        self.assertEqual(self.text("app.log"), "printed\nGröße\n")

    def test_streams_of_the_program_s_own_stay(self):
        self.start("""
import io
sys.stdout = io.StringIO()
print("mine")
libdaemon.daemonize(log="app.log")
print("mine, too")
report(sys.stdout.getvalue())
""")
        self.assertEqual(self.report(), "mine\nmine, too\n")

    def test_in_the_foreground(self):
        """The same process, with everything but the forks and the session."""
        program = self.popen("""
os.register_at_fork(after_in_child=lambda: report("child"))
signal.signal(signal.SIGHUP, lambda *_: report("hup"))
libdaemon.daemonize(foreground="always", pidfile="app.pid", log="app.log", umask=0o27)
print("logged")
libdaemon.ready()
report(os.getpid(), os.getcwd())
while True: time.sleep(0.01)
""")
        self.assertEqual(self.report(), [program.pid, "/"])
        self.assertEqual(self.text("app.pid"), f"{program.pid}\n")
        program.send_signal(signal.SIGHUP)
        self.assertEqual(self.report(), "hup")
        program.terminate()
        self.assertEqual(program.wait(GUARD), -signal.SIGTERM)
        self.assertEqual((self.text("app.log"), self.text("app.pid")), ("logged\n", ""))

    def test_reset_std_and_reopen_std(self):
        self.start("""
libdaemon.daemonize(directory=".")
libdaemon.reset_std("both.log")
os.chdir("/")
print("one"), print("two", file=sys.stderr), os.system("echo three")
os.rename(os.environ["DIR"] + "/both.log", os.environ["DIR"] + "/both.log.1")
print("four", end="")
libdaemon.reopen_std()
print("five")
libdaemon.reset_std(os.environ["DIR"] + "/out", os.environb[b"DIR"] + b"/err")
print("six"), print("seven", file=sys.stderr)
try: libdaemon.reset_std("/does/not/exist")
except libdaemon.DaemonError as failure: print(failure)
report(True)
""")
        self.report()
        self.assertEqual(self.text("both.log.1"), "one\ntwo\nthree\nfour")
        self.assertEqual(self.text("both.log"), "five\n")
        self.assertEqual(self.text("out"), "six\nlog /does/not/exist: No such file or directory\n")
        self.assertEqual(self.text("err"), "seven\n")

    def test_a_failed_start_changes_nothing(self):
        result = self.run_program("""
handler = signal.signal(signal.SIGUSR1, lambda *_: report("handled"))
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2, signal.SIGTERM])
def state():
    told = [signal.getsignal(n) is not None and str(signal.getsignal(n)) for n in sorted(signal.valid_signals())]
    status = [line for line in open("/proc/self/status") if line.startswith(("SigBlk", "SigIgn", "SigCgt", "SigPnd", "Umask", "Uid", "Gid", "Groups"))]
    return told, status, os.getcwd(), sorted(os.listdir("/proc/self/fd")), dict(os.environ), os.listdir(os.environ["DIR"])
before = state()
for options in ({"directory": "/none"}, {"pidfile": "/none/a"}, {"log": "app.log", "stdin": "/none"}, {"pidfile": "app.pid", "directory": "/none"}):
    try: libdaemon.daemonize(**options, env={"A": "b"}); report("daemon")
    except libdaemon.DaemonError: pass
assert state() == before, (state(), before)
os.kill(os.getpid(), signal.SIGUSR1)
""")
        self.assertEqual((result.status, result.stderr), (0, ""))
        self.assertEqual(self.report(), "handled")

    def test_text_paths_and_paths_as_bytes(self):
        self.start("""
import pathlib
here = pathlib.Path(os.environ["DIR"])
libdaemon.daemonize(pidfile=here / "app.pid", log=os.fsencode(here) + b"/\\xff.log", directory=str(here))
print("hello")
report(libdaemon.status(os.fsencode(here / "app.pid")) == os.getpid(), os.getcwd() == str(here))
""")
        self.assertEqual(self.report(), [True, True])
        with open(os.fsencode(self.directory) + b"/\xff.log") as log:
            self.assertEqual(log.read(), "hello\n")

    def test_a_truncated_log(self):
        self.file("app.log", "old\n")
        self.start("libdaemon.daemonize(log='app.log', truncate=True)\nprint('new'); report(True)")
        self.report()
        self.assertEqual(self.text("app.log"), "new\n")

    def test_input_and_output_of_their_own(self):
        self.file("in", "a line\n")
        self.start("""
libdaemon.daemonize(stdin="in", stdout="out", stderr="err", lockfile="app.lock")
print(sys.stdin.readline(), end=""), print("error", file=sys.stderr)
report(True)
""")
        self.report()
        self.assertEqual((self.text("out"), self.text("err"), self.text("app.lock")), ("a line\n", "error\n", ""))

    def test_runtime_directories(self):
        for argument, name, mode in (("'one'", "one", 0o755), ("{'two': 0o2750}", "two", 0o2750)):
            with self.subTest(argument):
                self.start(f"""
libdaemon.daemonize(directory=".", runtime_directory={argument}, pidfile="{name}/pid", pidfile_mode=0o600, keep_lock=True)
report([os.stat(path).st_mode & 0o7777 for path in ("{name}", "{name}/pid")])
""")
                self.assertEqual(self.report(), [mode, 0o600])

    def test_close_fds(self):
        for which, kept in (("inherited", [False, True]), ("all", [False, False]), ("none", [True, True])):
            with self.subTest(which):
                self.start("""
inherited, own = os.dup2(os.open("/", os.O_RDONLY), 700), os.open("/", os.O_RDONLY)
libdaemon.daemonize(close_fds=sys.argv[1])
report(os.getpid(), own); time.sleep(600)
""", which)
                pid, own = self.report()
                open_now = descriptors_of(pid)
                self.assertEqual([700 in open_now, own in open_now], kept)


@needs_root
class RootTest(ProgramTest):
    def test_in_another_root_and_as_another_user(self):
        """Where the package's files are out of reach, all of it goes on."""
        os.mkdir(self.path("root"))
        os.mkfifo(self.path("root/report"))
        os.chmod(self.path("root/report"), 0o666)
        os.close(self.reports)
        self.reports = os.open(self.path("root/report"), os.O_RDWR)
        self.start("""
os.environ["REPORT"] = "/report"
libdaemon.daemonize(chroot="root", user="nobody", pidfile="app.pid", log="app.log", wait_ready=60)
libdaemon.ready()
print("hello")
report(os.getcwd(), os.listdir("/"), os.getresuid(), os.getgroups(), os.getpid())
try: libdaemon.fail("nobody waits")
except SystemExit as end: report(end.code)
time.sleep(600)
""")
        directory, files, users, groups, pid = self.report()
        self.assertEqual((directory, files, users), ("/", ["report"], [65534] * 3))
        self.assertTrue(set(groups) <= {65534})
        self.assertEqual(self.report(), 1)
        self.assertEqual((self.text("app.log"), self.text("app.pid")), ("hello\nnobody waits\n", f"{pid}\n"))

    def test_user_and_group_by_number(self):
        self.start("libdaemon.daemonize(user=54321, group=54322)\nreport(os.getresuid(), os.getresgid(), os.getgroups())")
        self.assertEqual(self.report(), [[54321] * 3, [54322] * 3, [54322]])


if __name__ == "__main__":
    unittest.main()
