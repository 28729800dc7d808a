"""Python goes on in the daemon as in any program: threads, logging, event loops, workers, signals, streams."""

import os
import signal
import unittest

import libdaemon
from support import GUARD, ProgramTest, descriptors_of, needs_root, signals_of


class RuntimeTest(ProgramTest):
    def test_threads_and_locks(self):
        self.start("""
import threading
lock = threading.Lock()
libdaemon.daemonize()
seen = []
def work():
    with lock: seen.append(threading.current_thread().name)
threads = [threading.Thread(target=work, name=str(i)) for i in range(5)]
for thread in threads: thread.start()
for thread in threads: thread.join()
report(sorted(seen), threading.main_thread() is threading.current_thread(), threading.active_count(), os.getpid() == threading.get_native_id())
""")
        self.assertEqual(self.report(), [["0", "1", "2", "3", "4"], True, 1, True])

    def test_logging(self):
        """Handlers made before the start: for a stream, which then goes to the daemon's log, and for a file."""
        terminal = os.open(self.path("terminal"), os.O_WRONLY | os.O_CREAT, 0o644)
        self.addCleanup(os.close, terminal)
        self.start("""
import logging
logging.basicConfig(level=logging.INFO, handlers=[logging.StreamHandler(), logging.FileHandler("own.log")], format="%(message)s")
logging.info("before")
libdaemon.daemonize(log="app.log", directory=".")
logging.info("after")
report(True)
""", stderr=terminal)
        self.report()
        self.assertEqual((self.text("terminal"), self.text("app.log")), ("before\n", "after\n"))
        self.assertEqual(self.text("own.log"), "before\nafter\n")

    def test_asyncio(self):
        """With a loop that was made before, and with handlers of signals in it."""
        self.start("""
import asyncio
loop = asyncio.new_event_loop()
async def before(): return 1
loop.run_until_complete(before())
libdaemon.daemonize()
async def main():
    arrived = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, arrived.set)
    os.kill(os.getpid(), signal.SIGUSR1)
    await arrived.wait()
    process = await asyncio.create_subprocess_exec("sh", "-c", "exit 3")
    return await process.wait()
report(loop.run_until_complete(main()), asyncio.run(main()))
""")
        self.assertEqual(self.report(), [3, 3])

    def test_a_loop_that_is_running_is_refused(self):
        self.start("""
import asyncio
async def main():
    try: libdaemon.daemonize(); report("daemon")
    except libdaemon.DaemonError as failure: report(str(failure))
    libdaemon.daemonize(foreground="always")
    await asyncio.sleep(0)
    report(os.getpid())
asyncio.run(main())
""")
        self.assertIn("event loop", self.report())
        self.report()

    def test_from_another_thread(self):
        """It becomes the main thread of the daemon, where handlers of signals run; in the foreground it does not."""
        code = """
import threading
signal.signal(signal.SIGUSR1, lambda *_: report("handled"))
def work():
    libdaemon.daemonize(threads=True, foreground=sys.argv[1])
    report(threading.current_thread() is threading.main_thread(), threading.active_count())
    os.kill(os.getpid(), signal.SIGUSR1)
    for _ in range(100): time.sleep(0.01)
threading.Thread(target=work).start()
"""
        ignoring = {"preexec_fn": lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)}
        self.start(code, "never", **ignoring)
        self.assertEqual([self.report(), self.report()], [[True, 1], "handled"])
        self.start(code, "always", **ignoring)
        self.assertEqual([self.report(), self.report()], [[False, 2], "handled"])

    def test_multiprocessing(self):
        self.start("""
import multiprocessing
if __name__ == "__main__":
    libdaemon.daemonize(directory=os.environ["DIR"], log="app.log")
    answers = []
    for method in ("fork", "spawn", "forkserver"):
        with multiprocessing.get_context(method).Pool(2) as pool:
            answers.append(pool.map(abs, [-1, -2, -3]))
    report(answers, multiprocessing.active_children(), multiprocessing.parent_process())
""")
        self.assertEqual(self.report(), [[[1, 2, 3]] * 3, [], None])

    def test_subprocesses_get_signals_as_from_any_program(self):
        self.start("""
import subprocess
libdaemon.daemonize()
report(subprocess.run(["sh", "-c", "grep -E 'Sig(Ign|Blk)' /proc/self/status"], capture_output=True, text=True).stdout.split())
""", preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
        self.assertEqual(self.report(), ["SigBlk:", "0" * 16, "SigIgn:", "0" * 16])

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

    def test_fail_says_why_where_nobody_waits(self):
        self.start("""
import atexit
atexit.register(report, "atexit")
libdaemon.daemonize(log="app.log")
try: libdaemon.fail("out of luck", 3)
finally: report(os.getpid())
""")
        daemon = self.report()
        self.assertEqual(self.wait_for(daemon), 3)
        self.assertEqual((self.report(), self.text("app.log")), ("atexit", "out of luck\n"))

    def test_fail_from_a_thread_ends_the_program(self):
        result = self.run_program("""
import atexit, threading
libdaemon.daemonize(pidfile="app.pid", wait_ready=float("inf"))
atexit.register(report, "atexit")
threading.Thread(target=libdaemon.fail, args=("in a thread", 7)).start()
while True: time.sleep(0.01)
""")
        self.assertIn("in a thread", result.stderr)
        self.assertEqual(self.report(), "atexit")
        self.assertEqual(self.text("app.pid"), "")

    def test_daemon_of_a_daemon(self):
        self.start("""
libdaemon.daemonize(pidfile="one.pid", directory=".")
os.write(1, b"")
first = os.getpid()
libdaemon.daemonize(pidfile="two.pid", directory=".")
report(first, os.getpid(), libdaemon.status("one.pid"), libdaemon.status("two.pid"))
""")
        first, second, status, own = self.report()
        self.assertNotEqual(first, second)
        self.assertEqual((status, own), (None, second))

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

    def test_keep_signals(self):
        self.start("""
libdaemon.daemonize(keep_signals=[signal.SIGHUP])
report(os.getpid()); time.sleep(600)
""", preexec_fn=lambda: (signal.signal(signal.SIGHUP, signal.SIG_IGN), signal.signal(signal.SIGTERM, signal.SIG_IGN)))
        self.assertEqual(signals_of(self.report(), "SigIgn"), [1, 13, 25])
        self.start("""
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
libdaemon.daemonize(signals="keep")
report(os.getpid()); time.sleep(600)
""", preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
        daemon = self.report()
        # Those of libc, 32 and 33, may have come in as ignored, too.
        ignored = [number for number in signals_of(daemon, "SigIgn") if number < 32]
        self.assertEqual((ignored, signals_of(daemon, "SigBlk")), ([1, 13, 25], [10]))

    def test_faulthandler_stays(self):
        self.start("""
import faulthandler
faulthandler.enable()
libdaemon.daemonize(log="app.log")
report(os.getpid())
os.kill(os.getpid(), signal.SIGSEGV)
""", preexec_fn=no_core)
        self.assertEqual(self.wait_for(self.report()), -signal.SIGSEGV)
        self.assertIn("Segmentation fault", self.text("app.log"))

    def test_reopen_on_and_a_handler_of_the_program_for_the_same_signal(self):
        self.start("""
signal.signal(signal.SIGHUP, lambda *_: report("reloaded"))
libdaemon.daemonize(log="app.log", reopen_on=signal.SIGHUP, directory=".")
os.rename("app.log", "app.log.1")
os.kill(os.getpid(), signal.SIGHUP)
print("new")
report(callable(signal.getsignal(signal.SIGHUP)))
""")
        self.assertEqual([self.report(), self.report()], ["reloaded", True])
        self.assertEqual((self.text("app.log.1"), self.text("app.log")), ("", "new\n"))

    def test_no_signal_is_lost_while_it_starts(self):
        """A daemon that is stopped as soon as its launcher has left: its handler runs, however early that was."""
        code = """
signal.signal(signal.SIGTERM, lambda *_: (report("stopped"), os._exit(0)))
libdaemon.daemonize(pidfile="app.pid", directory=".")
# Not in one long sleep: Python itself does not notice a signal that comes just before that begins.
while True: time.sleep(0.01)
"""
        for _ in range(30):
            self.start(code)
            libdaemon.stop(self.path("app.pid"), GUARD)
            self.assertEqual(self.report(), "stopped")

    def test_a_client_that_hangs_up_does_not_kill_it(self):
        self.start("""
import socket
libdaemon.daemonize()
ours, theirs = socket.socketpair()
theirs.close()
try: ours.send(b"hello")
except BrokenPipeError as error: report(error.errno)
""")
        self.assertEqual(self.report(), 32)

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


def no_core():
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    unittest.main()
