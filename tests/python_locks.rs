//! Which locks a pid file of Python's has: the library's, wherever the library finds its own.

use crate::daemon_sandbox::refusing;
use crate::harness::{Scratch, Service};
use crate::python_support::{code, output};

const EPERM: i32 = 1;
const EINVAL: i32 = 22;
const ENOSYS: i32 = 38;

/// As gVisor has it: flock(2) serves instead.
#[test]
fn without_range_locks_a_pid_file_is_held() {
    let program = "import os, libdaemon
from libdaemon.pidfile import AlreadyLocked, PIDLockFile
with PIDLockFile('app.pid') as held:
    print(held.i_am_locking(), libdaemon.status('app.pid') == os.getpid())
    try: PIDLockFile('app.pid').acquire()
    except AlreadyLocked as error: print(error.strerror.endswith(f': held by process {os.getpid()}'))
print(os.path.exists('app.pid'))";
    for errno in [EINVAL, ENOSYS, EPERM] {
        let scratch = Scratch::new();
        let launch = code(program).directory(scratch.root()).under(refusing(&["ofd"], errno));
        assert_eq!(output(launch), "True True\nTrue\nFalse\n", "{errno}");
    }
}

/// It runs in a sandbox, where it has no other locks, and is seen from outside.
#[test]
fn a_daemon_without_range_locks_keeps_its_pid_file() {
    let mut service = Service::new();
    let pidfile = service.scratch.path("app.pid");
    let launch = service.launch().option_path("pidfile", &pidfile).under(refusing(&["ofd"], EINVAL));
    let daemon = service.start(launch);
    let program = "from libdaemon.pidfile import AlreadyLocked, PIDLockFile
try: PIDLockFile('app.pid').acquire()
except AlreadyLocked as error: print(error.strerror.rpartition(': ')[2])";
    let answer = output(code(program).directory(service.scratch.root()));
    assert_eq!(answer, format!("held by process {}\n", daemon.pid()));
}

/// flock(1) and cleaners of /tmp know no other lock.
#[test]
fn who_looks_for_the_lock_of_flock_sees_it() {
    let program = "import fcntl
from libdaemon.pidfile import PIDLockFile
with PIDLockFile('app.pid'), open('app.pid') as other:
    try: fcntl.flock(other, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError: print('locked')";
    let scratch = Scratch::new();
    assert_eq!(output(code(program).directory(scratch.root())), "locked\n");
}
