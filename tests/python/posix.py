"""posix_* by ctypes, the way a Python program would use it, beside what Python itself says. Called with the library's path."""

import ctypes as c
import errno
import grp
import os
import pwd
import resource
import sys


class Passwd(c.Structure):
    _fields_ = [
        ("name", c.c_char_p),
        ("passwd", c.c_char_p),
        ("uid", c.c_uint),
        ("gid", c.c_uint),
        ("gecos", c.c_char_p),
        ("dir", c.c_char_p),
        ("shell", c.c_char_p),
    ]


class Group(c.Structure):
    _fields_ = [("name", c.c_char_p), ("passwd", c.c_char_p), ("gid", c.c_uint), ("members", c.POINTER(c.c_char_p))]


class Names(c.Structure):
    _fields_ = [(name, c.c_char * 65) for name in ("sysname", "nodename", "release", "version", "machine", "domainname")]


class Times(c.Structure):
    _fields_ = [(name, c.c_int64) for name in ("utime", "stime", "cutime", "cstime")]


lib = c.CDLL(sys.argv[1], use_errno=True)
lib.libdaemon_last_error.restype = c.c_char_p
lib.posix_ctermid.restype = c.c_char_p
lib.posix_getcwd.restype = c.c_char_p
lib.posix_getlogin.restype = c.c_char_p
lib.posix_strerror.restype = c.c_char_p
for function in (lib.posix_getuid, lib.posix_geteuid, lib.posix_getgid, lib.posix_getegid):
    function.restype = c.c_uint
for function in (lib.posix_times, lib.posix_sysconf, lib.posix_pathconf, lib.posix_fpathconf):
    function.restype = c.c_int64
for function in (lib.posix_getpwnam, lib.posix_getgrnam):
    function.argtypes = [c.c_char_p, c.c_void_p, c.c_char_p, c.c_size_t]
for function in (lib.posix_getpwuid, lib.posix_getgrgid):
    function.argtypes = [c.c_uint, c.c_void_p, c.c_char_p, c.c_size_t]
lib.posix_getcwd.argtypes = [c.c_char_p, c.c_size_t]
lib.posix_setrlimit.argtypes = [c.c_int, c.c_uint64, c.c_uint64]


def refused(result, number):
    assert result == -1 and c.get_errno() == number, (result, c.get_errno())
    assert lib.posix_get_last_error() == number and lib.posix_strerror(number) == os.strerror(number).encode()


assert (lib.posix_getuid(), lib.posix_geteuid()) == (os.getuid(), os.geteuid())
assert (lib.posix_getgid(), lib.posix_getegid()) == (os.getgid(), os.getegid())
assert lib.posix_getpgrp() == os.getpgrp()
count = lib.posix_getgroups(0, None)
groups = (c.c_uint * count)()
assert lib.posix_getgroups(count, groups) == count and sorted(groups) == sorted(os.getgroups())
pid = os.fork()
if pid == 0:
    assert os.geteuid() != 0 or (lib.posix_setgid(65534) == 0 and lib.posix_setuid(65534) == 0)
    refused(lib.posix_setuid(0), errno.EPERM)
    assert lib.libdaemon_last_error() == b"user 0: Operation not permitted"
    os._exit(0)
assert os.waitpid(pid, 0)[1] == 0

buffer = c.create_string_buffer(4096)
user, group = Passwd(), Group()
for known in pwd.getpwall():
    assert lib.posix_getpwnam(known.pw_name.encode(), c.byref(user), buffer, len(buffer)) == 1
    found = pwd.struct_passwd(os.fsdecode(value) if isinstance(value, bytes) else value for value in (
        user.name, user.passwd, user.uid, user.gid, user.gecos, user.dir, user.shell))
    assert found == known, (found, known)
for known in grp.getgrall():
    assert lib.posix_getgrgid(known.gr_gid, c.byref(group), buffer, len(buffer)) == 1
    members = []
    while group.members[len(members)] is not None:
        members.append(group.members[len(members)])
    assert (group.name.decode(), group.gid, [os.fsdecode(member) for member in members]) == (known.gr_name, known.gr_gid, known.gr_mem)
assert lib.posix_getpwnam(b"no such user", c.byref(user), buffer, len(buffer)) == 0
refused(lib.posix_getpwuid(0, c.byref(user), buffer, 3), errno.ERANGE)

os.umask(0)
assert lib.posix_mkfifo(b"fifo", 0o640) == 0 and os.stat("fifo").st_mode == 0o010640
refused(lib.posix_mkfifo(b"fifo", 0o640), errno.EEXIST)
assert lib.posix_mknod(b"plain", 0o100600, 0, 0) == 0 and os.stat("plain").st_mode == 0o100600
assert lib.posix_access(b"plain", os.R_OK | os.W_OK) == 0 and lib.posix_eaccess(b"plain", os.R_OK) == 0
refused(lib.posix_access(b"plain", os.X_OK), errno.EACCES)
assert lib.posix_getcwd(buffer, len(buffer)) == os.getcwdb()
assert lib.posix_ctermid() == os.ctermid().encode()

names, times = Names(), Times()
assert lib.posix_uname(c.byref(names)) == 0
assert tuple(getattr(names, name).decode() for name, _ in Names._fields_[:5]) == tuple(os.uname())
assert lib.posix_times(c.byref(times)) > 0 and times.utime / lib.posix_sysconf(2) <= os.times().user + 0.01

soft, hard = c.c_uint64(), c.c_uint64()
assert lib.posix_getrlimit(resource.RLIMIT_NOFILE, c.byref(soft), c.byref(hard)) == 0
assert (soft.value, hard.value) == resource.getrlimit(resource.RLIMIT_NOFILE)
assert lib.posix_setrlimit(resource.RLIMIT_NOFILE, 64, 64) == 0 and resource.getrlimit(resource.RLIMIT_NOFILE) == (64, 64)
refused(lib.posix_setrlimit(resource.RLIMIT_NOFILE, 64, 63), errno.EINVAL)
assert lib.posix_sysconf(30) == os.sysconf("SC_PAGESIZE")
assert lib.posix_pathconf(b".", 3) == os.pathconf(".", "PC_NAME_MAX") == lib.posix_fpathconf(os.open(".", os.O_RDONLY), 3)
refused(lib.posix_pathconf(b"nowhere", 0), errno.ENOENT)
print("all")
