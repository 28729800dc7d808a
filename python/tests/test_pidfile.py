"""Pid files as objects, for a program that is no daemon."""

import errno
import os
import signal
import subprocess
import unittest

import libdaemon
from libdaemon.pidfile import AlreadyLocked, LockFailed, LockTimeout, NotLocked, NotMyLock, PIDLockFile, TimeoutPIDLockFile
from support import PREAMBLE, ProgramTest

HOLDER = """
from libdaemon.pidfile import PIDLockFile
with PIDLockFile("app.pid"):
    report(os.getpid())
    sys.stdin.read()
"""


#: A holder whose pid is not in the file yet.
STARTING = """
import fcntl, struct
file = os.open("app.pid", os.O_RDWR | os.O_CREAT)
fcntl.fcntl(file, fcntl.F_OFD_SETLK, struct.pack("hhqqi", fcntl.F_WRLCK, os.SEEK_SET, 0, 2, 0))
report(os.getpid())
sys.stdin.read()
"""


class Woken(Exception):
    pass


def wake(*_):
    raise Woken


class PidfileTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.lock = PIDLockFile(self.path("app.pid"))

    def holder(self, program=HOLDER):
        holder = self.popen(program, preamble=PREAMBLE, stdin=subprocess.PIPE)
        self.addCleanup(holder.wait)
        self.addCleanup(holder.stdin.close)
        self.assertEqual(self.report(), holder.pid)
        return holder

    def test_held_and_let_go(self):
        self.assertEqual((self.lock.is_locked(), self.lock.i_am_locking(), self.lock.read_pid()), (False, False, None))
        with self.lock as held:
            self.assertIs(held, self.lock)
            self.assertEqual((held.is_locked(), held.i_am_locking(), held.read_pid()), (True, True, os.getpid()))
            self.assertEqual(self.text("app.pid"), f"{os.getpid()}\n")
            self.assertEqual(os.stat(self.path("app.pid")).st_mode & 0o022, 0)
            self.assertEqual(libdaemon.status(self.path("app.pid")), os.getpid())
            held.acquire()
        self.assertEqual((self.lock.is_locked(), os.path.exists(self.path("app.pid"))), (False, False))
        with self.assertRaises(NotLocked):
            self.lock.release()

    def test_held_by_another(self):
        holder = self.holder()
        self.assertEqual((self.lock.is_locked(), self.lock.i_am_locking(), self.lock.read_pid()), (True, False, holder.pid))
        with self.assertRaises(AlreadyLocked) as caught:
            self.lock.acquire()
        self.assertEqual(str(caught.exception), f"pid file {self.path('app.pid')}: held by process {holder.pid}")
        self.assertEqual(caught.exception.errno, errno.EAGAIN)
        for wrong in (self.lock.release, self.lock.break_lock):
            with self.assertRaises(NotMyLock):
                wrong()
        with self.assertRaises(LockTimeout):
            TimeoutPIDLockFile(self.path("app.pid"), 0.05).acquire()
        self.assertEqual(self.text("app.pid"), f"{holder.pid}\n")

    def test_waited_for(self):
        holder = self.holder()
        os.kill(holder.pid, 15)
        with TimeoutPIDLockFile(self.path("app.pid"), acquire_timeout=100) as lock:
            self.assertTrue(lock.i_am_locking())

    def test_waited_for_very_long(self):
        """Longer than poll(2) can wait at once."""
        self.holder()
        self.addCleanup(signal.signal, signal.SIGALRM, signal.signal(signal.SIGALRM, wake))
        self.addCleanup(signal.setitimer, signal.ITIMER_REAL, 0)
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        with self.assertRaises(Woken):
            self.lock.acquire(timeout=1e8)

    def test_held_by_one_that_is_just_starting(self):
        self.holder(STARTING)
        with self.assertRaises(AlreadyLocked) as caught:
            self.lock.acquire()
        self.assertEqual(str(caught.exception), f"pid file {self.path('app.pid')}: held by another process")
        with self.assertRaises(NotMyLock) as caught:
            self.lock.break_lock()
        self.assertEqual(str(caught.exception), f"pid file {self.path('app.pid')}: held by another process")

    def test_left_behind(self):
        """By a process that was killed, and with the pid of one that lives."""
        holder = self.holder()
        holder.kill()
        holder.wait()
        self.assertEqual((self.lock.is_locked(), self.lock.read_pid()), (False, None))
        with self.lock:
            self.assertEqual(self.text("app.pid"), f"{os.getpid()}\n")
        self.file("app.pid", f"{os.getppid()}\n")
        self.lock.break_lock()
        self.lock.break_lock()
        self.assertFalse(os.path.exists(self.path("app.pid")))

    def test_a_daemon_and_the_object_see_each_other(self):
        self.start("libdaemon.daemonize(pidfile='app.pid', directory='.'); report(os.getpid()); time.sleep(600)")
        pid = self.report()
        self.assertEqual((self.lock.is_locked(), self.lock.read_pid()), (True, pid))
        with self.assertRaises(AlreadyLocked):
            self.lock.acquire()
        libdaemon.stop(self.path("app.pid"))
        with self.lock:
            result = self.run_program("libdaemon.daemonize(pidfile='app.pid')")
            self.assertIn(f"held by process {os.getpid()}", result.stderr)

    def test_a_forked_child_does_not_hold_it(self):
        result = self.run_program("""
from libdaemon.pidfile import PIDLockFile
lock = PIDLockFile("app.pid")
lock.acquire()
if os.fork() == 0:
    report(os.getpid()); time.sleep(600)
os.kill(os.getpid(), 9)
""", stdout=None, stderr=None)
        self.assertEqual(result.status, -9)
        self.report()
        self.lock.acquire()
        self.lock.release()

    def test_what_is_no_pid_file_is_refused(self):
        victim = self.file("victim", "precious\n")
        os.symlink(victim, self.path("link"))
        os.link(victim, self.path("hard"))
        os.mkdir(self.path("directory"))
        os.mkfifo(self.path("fifo"))
        for name in ("link", "hard", "directory", "fifo", "missing/app.pid"):
            with self.subTest(name), self.assertRaises(LockFailed) as caught:
                PIDLockFile(self.path(name)).acquire()
            self.assertIn(self.path(name), str(caught.exception))
        self.assertEqual(self.text("victim"), "precious\n")


if __name__ == "__main__":
    unittest.main()
