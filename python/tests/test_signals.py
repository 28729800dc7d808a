"""Signals over the start."""

import os
import signal
import subprocess
import time
import unittest

import libdaemon
from support import GUARD, ProgramTest, children_of, end_children, signals_of


class SignalsTest(ProgramTest):
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

    def test_subprocesses_get_signals_as_from_any_program(self):
        self.start("""
import subprocess
libdaemon.daemonize()
report(subprocess.run(["sh", "-c", "grep -E 'Sig(Ign|Blk)' /proc/self/status"], capture_output=True, text=True).stdout.split())
""", preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
        self.assertEqual(self.report(), ["SigBlk:", "0" * 16, "SigIgn:", "0" * 16])

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

    def test_a_signal_at_any_moment_of_the_start(self):
        """To the launcher, with a handler that raises: it says that there is a daemon exactly where there is one."""
        code = """
signal.signal(signal.SIGTERM, lambda *_: sys.exit(9))
os.write(1, b".")
libdaemon.daemonize(wait_ready=float(sys.argv[1]) if sys.argv[1] else None)
libdaemon.ready()
while True: time.sleep(0.01)
"""
        for turn in range(40):
            launcher = self.popen(code, ["", "60"][turn % 2], stdout=subprocess.PIPE)
            launcher.stdout.read(1)
            launcher.stdout.close()
            # Busy, because a sleep takes longer than a start.
            until = time.monotonic() + turn % 20 * 0.0005
            while time.monotonic() < until:
                pass
            launcher.terminate()
            status = launcher.wait(GUARD)
            daemons = children_of(os.getpid())
            self.assertIn((status, len(daemons)), [(0, 1), (9, 0)])
            end_children()

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


def no_core():
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    unittest.main()
