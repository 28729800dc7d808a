//! Becoming a daemon.

use core::ffi::{c_char, c_int};

use libc::pid_t;

use super::options::{daemonize_options, options_at};
use super::{Family, c_string, check_address, enter, enter_for_status, name};
use crate::error::{Error, Result, Step};
use crate::launch::execution::Program;
use crate::launch::launcher::{self, AfterStart, Side};
use crate::launch::options::Options;
use crate::launch::program;
use crate::notify::readiness;
use crate::sys::process;

/// Launches with the options, or with the defaults for NULL.
///
/// # Safety
/// Rule 2.
unsafe fn launch(options: *const daemonize_options, after_start: AfterStart) -> Result<Side> {
    if options.is_null() {
        return launcher::launch(&Options::new(), after_start);
    }
    // SAFETY: rule 2.
    let options = unsafe { options_at(options) }?;
    launcher::launch(options, after_start)
}

/// Makes the calling process a daemon, with the default options: daemonize_with(NULL).
///
/// Returns 0 in the daemon. The original process does not come back: once the daemon is up it leaves by _exit(0), without
/// exit handlers (stdio has been flushed before the fork). Only on failure does it return there, -1, and no daemon runs.
///
/// The daemon is what daemon(7), "SysV Daemons", asks for.
#[unsafe(no_mangle)]
pub extern "C" fn daemonize() -> c_int {
    // SAFETY: NULL is a valid argument by rule 2.
    unsafe { daemonize_with(core::ptr::null()) }
}

/// Makes the calling process a daemon as `options` say; NULL stands for the defaults. The options can be freed afterwards,
/// in whichever process.
///
/// Returns 0 in the daemon. With daemonize_options_wait_ready() the original process leaves only when the daemon has
/// called daemonize_ready(). It returns -1 when that fails, with errno
///
/// - ECANCELED: the daemon called daemonize_fail(); libdaemon_last_error() is its message, libdaemon_last_status() its status.
/// - ECHILD: the daemon ended before it was set up, or before it was ready.
/// - ETIMEDOUT: it was not set up or ready in time, and has been killed.
/// - EINTR: HUP, INT, QUIT or TERM interrupted the wait, and the daemon has been killed.
/// - EPROTO: what came from the daemon's descriptor was no report of the library, and the daemon has been killed.
/// - EAGAIN: libdaemon_last_step() is "pid file" or "lock file": a running daemon holds it. Or it is "fork" or "second fork": no
///   more processes are allowed.
/// - EDEADLK: other threads run, see daemonize_options_threads().
/// - EINVAL: an option is wrong, or the process is one whose daemon could not live: process 1 of a pid namespace, that
///   leaves, or one after unshare(CLONE_NEWPID) whose next child will be such a process 1.
/// - ENOSYS: what was asked for comes with a later version.
///
/// or that of the step that failed. Directory, umask, signal mask, descriptors and files are then as they were; only
/// privileges that were given up for good in the foreground, before another step failed, stay given up: the process should exit.
/// A daemon that cannot be ended, because the kernel does not let it go, is named in the line.
///
/// The process between launcher and daemon is none that the launcher could wait for, and its end sends no SIGCHLD. Handlers
/// of pthread_atfork(3) run around the second fork, so that those for the parent run in the process between. Only where
/// other threads run it is a child like any, until the call comes back.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_with(options: *const daemonize_options) -> c_int {
    // SAFETY: rule 2.
    enter_for_status(Family::Daemonize, || unsafe { launch(options, AfterStart::Exit) }.map(drop))
}

/// Makes a daemon of a copy of the calling process. Returns the daemon's pid in the original process, 0 in the daemon, and
/// -1 in the original process on failure, as daemonize_with() does. In the foreground the process is the daemon: 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_fork(options: *const daemonize_options) -> pid_t {
    enter(Family::Daemonize, -1, || {
        // SAFETY: rule 2.
        match unsafe { launch(options, AfterStart::Return) }? {
            Side::Launcher(daemon) => Ok(daemon),
            Side::Daemon => Ok(0),
        }
    })
}

/// Starts another program as a daemon, as `options` say, and returns its pid; for callers with threads, with much memory, or with a
/// runtime that does not survive a fork. NULL stands for the default options. `argv` is the program's arguments, its name first and
/// NULL behind the last.
///
/// Nothing of the caller is copied, and none of its code runs: no handler of a signal or of pthread_atfork(3). A `path` without a
/// slash is looked for as execvp(3) does, in the PATH of the daemon's environment; a relative one with a slash is the caller's, or with
/// daemonize_options_chroot() the daemon's. A file that is no program is not given to a shell.
///
/// The program holds pid and lock file locked by descriptors that it inherits, as long as it, or what it has started, keeps them. It does
/// not remove its pid file: daemonize_stop() does, and the next start takes it over. daemonize_options_reopen_on() and
/// DAEMONIZE_FOREGROUND_ALWAYS are refused with EINVAL; daemonize_options_threads() and _core_dumps() have no effect.
///
/// With daemonize_options_wait_ready() it returns when the program says that it is ready: by `READY=1` of sd_notify(3), to the
/// socket that NOTIFY_SOCKET names in its environment, or by a newline to the descriptor that daemonize_options_notify_fd() gives it.
/// That is believed of the program and of the processes in its session. What it says
/// as STATUS and ERRNO becomes part of the error line, and errno, when it ends before; other messages have no effect. After the
/// call the socket is gone, and what is sent there fails harmlessly.
///
/// -1 on failure, and nothing is left: with execve(2)'s errno when the program cannot be executed, else as daemonize_with().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_exec(
    options: *const daemonize_options,
    path: *const c_char,
    argv: *const *const c_char,
) -> pid_t {
    enter(Family::Daemonize, -1, || {
        // SAFETY: rule 1.
        let path = unsafe { name(path, Step::DaemonizeExec) }?;
        check_address(argv.addr(), Step::DaemonizeExec)?;
        // SAFETY: rule 4: it holds one pointer at least.
        if unsafe { argv.read() }.is_null() {
            return Err(Error::refused(Step::DaemonizeExec, "no arguments, not even a name"));
        }
        let program = Program { path, arguments: argv };
        if options.is_null() {
            return program::start(&Options::new(), &program);
        }
        // SAFETY: rule 2.
        program::start(unsafe { options_at(options) }?, &program)
    })
}

/// Tells the waiting launcher that the daemon can serve, and returns 0 once the launcher has accepted that. Where no
/// launcher waits (any more) it returns 0 at once. -1 with EPIPE when the launcher has given up meanwhile, EINVAL in a
/// process that is no daemon. After that it writes a newline to the descriptor of daemonize_options_notify_fd(), and closes it:
/// EPIPE when nobody reads there, EBADF when the program has closed it.
#[unsafe(no_mangle)]
pub extern "C" fn daemonize_ready() -> c_int {
    enter_for_status(Family::Daemonize, readiness::ready)
}

/// Ends the process, a daemon that gives up, as exit(3) does with `status`, 1 to 255; any other number is taken for 1. The
/// call of the launcher that waits for it fails with `message` (one line) and hands on `status`. Where no launcher waits (in the
/// foreground, without daemonize_options_wait_ready(), after daemonize_ready(), in any other process), `message` goes to
/// standard error. Returns only when `message` is NULL: -1 with EINVAL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_fail(status: c_int, message: *const c_char) -> c_int {
    enter_for_status(Family::Daemonize, || {
        // SAFETY: rule 1.
        let message = unsafe { c_string(message, Step::FailureMessage) }?;
        process::exit(readiness::fail(status, message))
    })
}

/// The first half of daemonize_fail(), for runtimes that have an exit of their own: tells the launcher, or standard error, and
/// returns 0; the caller has to end the process, which the launcher waits for until its timeout.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_report_failure(status: c_int, message: *const c_char) -> c_int {
    enter_for_status(Family::Daemonize, || {
        // SAFETY: rule 1.
        let message = unsafe { c_string(message, Step::FailureMessage) }?;
        readiness::fail(status, message);
        Ok(())
    })
}
