"""pcntl_* by ctypes, the way a Python program would use it, beside what Python itself says. Called with the library's path."""

import ctypes as c
import errno
import os
import signal
import sys


class SigInfo(c.Structure):
    _fields_ = [
        ("signo", c.c_int32),
        ("errno", c.c_int32),
        ("code", c.c_int32),
        ("pid", c.c_int32),
        ("uid", c.c_uint32),
        ("status", c.c_int32),
        ("utime", c.c_int64),
        ("stime", c.c_int64),
        ("addr", c.c_int64),
        ("band", c.c_int64),
        ("fd", c.c_int32),
        ("reserved", c.c_int32),
        ("value", c.c_int64),
    ]


lib = c.CDLL(sys.argv[1], use_errno=True)
lib.libdaemon_last_error.restype = c.c_char_p
lib.pcntl_sigprocmask.argtypes = [c.c_int, c.c_uint64, c.POINTER(c.c_uint64)]
lib.pcntl_sigwaitinfo.argtypes = [c.c_uint64, c.POINTER(SigInfo)]
lib.pcntl_sigtimedwait.argtypes = [c.c_uint64, c.POINTER(SigInfo), c.c_int64, c.c_int64]
lib.pcntl_getcpuaffinity.argtypes = lib.pcntl_setcpuaffinity.argtypes = [c.c_int, c.c_void_p, c.c_int]


def refused(result, number):
    assert result == -1 and c.get_errno() == number, (result, c.get_errno())
    assert lib.pcntl_get_last_error() == lib.libdaemon_last_errno() == number and lib.libdaemon_last_error()


def bits(*signals):
    return sum(1 << (number - 1) for number in signals)


def masked():
    return bits(*signal.pthread_sigmask(signal.SIG_BLOCK, []))


# Masks, and waiting for what they block.
old, info = c.c_uint64(4711), SigInfo()
before = masked()
wanted = bits(signal.SIGUSR1, signal.SIGCHLD)
assert lib.pcntl_sigprocmask(signal.SIG_BLOCK, wanted, c.byref(old)) == 0
assert old.value == before and masked() == before | wanted
assert lib.pcntl_sigprocmask(signal.SIG_UNBLOCK, 0, c.byref(old)) == 0 and old.value == before | wanted
refused(lib.pcntl_sigprocmask(99, 0, None), errno.EINVAL)
refused(lib.pcntl_sigtimedwait(wanted, c.byref(info), 0, 1), errno.EAGAIN)
os.kill(os.getpid(), signal.SIGUSR1)
assert lib.pcntl_sigwaitinfo(wanted, c.byref(info)) == signal.SIGUSR1
assert (info.signo, info.pid, info.uid) == (signal.SIGUSR1, os.getpid(), os.getuid())

# Children.
child = os.fork()
if child == 0:
    os._exit(7)
assert lib.pcntl_sigtimedwait(bits(signal.SIGCHLD), c.byref(info), 60, 0) == signal.SIGCHLD
assert (info.pid, info.status) == (child, 7)
assert lib.pcntl_waitid(os.P_PID, child, c.byref(info), os.WEXITED, None) == 0
assert (info.pid, info.status, info.code) == (child, 7, os.CLD_EXITED)
refused(lib.pcntl_waitid(os.P_ALL, 0, None, os.WEXITED, None), errno.ECHILD)
assert lib.pcntl_sigprocmask(signal.SIG_SETMASK, before, None) == 0 and masked() == before

# Priorities and processors.
assert lib.pcntl_getpriority(0, os.PRIO_PROCESS) == os.getpriority(os.PRIO_PROCESS, 0)
assert lib.pcntl_setpriority(19, 0, os.PRIO_PROCESS) == 0 and os.getpriority(os.PRIO_PROCESS, 0) == 19
refused(lib.pcntl_getpriority(0x7FFFFFFF, os.PRIO_PROCESS), errno.ESRCH)
numbers = (c.c_int * 1024)()
count = lib.pcntl_getcpuaffinity(0, numbers, len(numbers))
assert set(numbers[:count]) == os.sched_getaffinity(0)
assert lib.pcntl_setcpuaffinity(0, numbers, 1) == 0 and os.sched_getaffinity(0) == {numbers[0]}
assert lib.pcntl_getcpu() == numbers[0]
refused(lib.pcntl_setcpuaffinity(0, None, 1), errno.EINVAL)

# Namespaces. The filter of a container refuses the call whatever it is given.
refused(lib.pcntl_unshare(1), errno.EINVAL if c.CDLL(None).unshare(0) == 0 else errno.EPERM)
refused(lib.pcntl_setns(0x7FFFFFFF, 0), errno.ESRCH)

print("all")
