"""Python goes on in the daemon as in any program: threads, logging, event loops, workers, exit handlers."""

import os
import subprocess
import unittest

from support import ProgramTest


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

    def test_a_subinterpreter_is_refused(self):
        self.start("""
try: import _xxsubinterpreters as interpreters
except ImportError: import _interpreters as interpreters
for make in (lambda: interpreters.create("legacy"), lambda: interpreters.create(isolated=False), interpreters.create):
    try: other = make()
    except TypeError: continue
    break
interpreters.run_string(other, '''
import json, os, libdaemon
try: libdaemon.daemonize(); answer = "daemon"
except libdaemon.DaemonError as failure: answer = str(failure)
with open(os.environ["REPORT"], "w") as reports: print(json.dumps(answer), file=reports)
''')
""")
        self.assertIn("subinterpreter", self.report())

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
import select
libdaemon.daemonize(pidfile="one.pid", directory=".")
os.write(1, b"")
first = os.getpid()
libdaemon.daemonize(pidfile="two.pid", directory=".")
# The first one, which was the launcher, may still be ending.
try: select.select([os.pidfd_open(first)], [], [])
except ProcessLookupError: pass
report(first, os.getpid(), libdaemon.status("one.pid"), libdaemon.status("two.pid"))
""")
        first, second, status, own = self.report()
        self.assertNotEqual(first, second)
        self.assertEqual((status, own), (None, second))


#: What makes a program process 1.
CONTAINER = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"]


@unittest.skipUnless(subprocess.run([*CONTAINER, "true"], stderr=subprocess.DEVNULL).returncode == 0, "no pid namespace")
class Process1Test(ProgramTest):
    def test_a_loop_in_process_1_is_refused(self):
        self.start(f"""
if os.getpid() != 1: os.execvp("unshare", [*{CONTAINER}, sys.executable, __file__])
import asyncio
async def main():
    try: libdaemon.daemonize(foreground="always")
    except libdaemon.DaemonError as failure: report(str(failure))
asyncio.run(main())
""")
        self.assertIn("event loop", self.report())


if __name__ == "__main__":
    unittest.main()
