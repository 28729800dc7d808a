//! Becoming a daemon.

use core::ffi::{c_char, c_int};

use libc::pid_t;

use super::options_object::{daemonize_options, options_at};
use super::{Family, c_string, check_address, enter, enter_for_status, name};
use crate::error::{Error, Result, Step};
use crate::launch::execution::Program;
use crate::launch::launcher::{self, AfterStart, Side};
use crate::launch::program;
use crate::notify::readiness;
use crate::sys::process;

/// Launches with the options, or with the defaults for NULL.
///
/// # Safety
/// Rule 2.
unsafe fn launch(options: *const daemonize_options, after_start: AfterStart) -> Result<Side> {
    // SAFETY: rule 2.
    launcher::launch(unsafe { options_at(options) }?, after_start)
}

/// Makes the calling process a daemon with the default options, as daemonize_with(NULL) does.
///
/// Returns 0 in the daemon. In the original process it returns only on failure, with -1, and then no daemon runs. When
/// the daemon is up, the original process ends by _exit(0): exit handlers do not run, and stdio has been flushed before
/// the fork.
///
/// The daemon is what daemon(7), "SysV Daemons", asks for.
#[unsafe(no_mangle)]
pub extern "C" fn daemonize() -> c_int {
    // SAFETY: NULL is a valid argument by rule 2.
    unsafe { daemonize_with(core::ptr::null()) }
}

/// Makes the calling process a daemon as `options` say; NULL stands for the defaults. The options can be freed
/// afterwards, in either process.
///
/// Returns 0 in the daemon. With daemonize_options_wait_ready() the original process ends only when the daemon has
/// called daemonize_ready(). On failure it gets -1, and errno is one of these, or that of the step that failed:
///
/// - ECANCELED: the daemon called daemonize_fail(); libdaemon_last_error() is its message, libdaemon_last_status() its
///   status.
/// - ECHILD: the daemon ended before it was set up, or before it was ready.
/// - ETIMEDOUT: the daemon was not set up or not ready in time, and has been killed.
/// - EINTR: SIGHUP, SIGINT, SIGQUIT or SIGTERM interrupted the wait, and the daemon has been killed.
/// - EPROTO: the daemon's descriptor brought something that is no report of the library, and the daemon has been
///   killed.
/// - EAGAIN, where libdaemon_last_step() is "pid file" or "lock file": a running daemon holds that file.
/// - EAGAIN, where libdaemon_last_step() is "fork" or "second fork": no more processes are allowed.
/// - EDEADLK: the process has other threads, see daemonize_options_threads().
/// - EINVAL: an option is wrong, or a daemon of this process could not live. That is so for process 1 of a pid
///   namespace, whose end ends all others in it, and after unshare(CLONE_NEWPID), when the next child will be such a
///   process 1.
///
/// After a failure, directory, umask, signal mask, descriptors and files are as they were. There is one exception: in
/// the foreground, privileges that were given up before another step failed stay given up, and the process should exit.
/// If the kernel does not let the failed daemon end, libdaemon_last_error() names its process.
///
/// Between launcher and daemon there is an intermediate process. The launcher cannot wait for it, and its end sends no
/// SIGCHLD. Only where other threads run, it is a usual child until the call returns. The handlers of pthread_atfork(3)
/// run around the second fork: those for the parent run in the intermediate process.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_with(options: *const daemonize_options) -> c_int {
    // SAFETY: rule 2.
    enter_for_status(Family::Daemonize, || unsafe { launch(options, AfterStart::Exit) }.map(drop))
}

/// Makes a copy of the calling process a daemon. Returns the daemon's pid in the original process, 0 in the daemon, and
/// on failure -1 in the original process, as daemonize_with() does. In the foreground the process itself is the daemon:
/// 0.
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

/// Starts another program as a daemon, as `options` say, and returns its pid; for callers with threads, with much
/// memory, or with a runtime that does not survive a fork. NULL stands for the default options. `argv` is the program's
/// arguments, its name first and NULL behind the last.
///
/// Nothing of the caller is copied, and none of its code runs: no handler of a signal or of pthread_atfork(3). A `path`
/// without a slash is looked for as execvp(3) does, in the PATH of the daemon's environment; a relative one with a
/// slash is the caller's, or with daemonize_options_chroot() the daemon's. A file that is no program is not given to a
/// shell.
///
/// The program inherits the descriptors of the pid file and the lock file. Both stay locked as long as it, or a process
/// that it has started, keeps them open. The program does not remove its pid file: daemonize_stop() does, and the next
/// start takes it over. daemonize_options_reopen_on() and DAEMONIZE_FOREGROUND_ALWAYS are refused with EINVAL;
/// daemonize_options_threads() and _core_dumps() have no effect.
///
/// With daemonize_options_wait_ready() it returns when the program says that it is ready: by `READY=1` of sd_notify(3),
/// to the socket that NOTIFY_SOCKET names in its environment, or by a newline to the descriptor that
/// daemonize_options_notify_fd() gives it. Only the program and the processes in its session are believed. If the
/// program ends before it is ready, its STATUS becomes part of the error line, and its ERRNO becomes errno. With
/// daemonize_fail() it gives the whole error line. Other messages have no effect. After the call the socket is gone,
/// and a message to it fails harmlessly.
///
/// -1 on failure, and nothing is left: with execve(2)'s errno when the program cannot be executed, else as
/// daemonize_with().
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
        // SAFETY: rule 2.
        program::start(unsafe { options_at(options) }?, &program)
    })
}

/// Tells the launcher that the daemon can serve, and returns 0 when the launcher has accepted that. Returns 0 at once
/// if no launcher waits. Then it writes a newline to the descriptor of daemonize_options_notify_fd(), and closes it. -1
/// with
///
/// - EPIPE: the launcher has given up, or nobody reads that descriptor.
/// - EBADF: the program has closed that descriptor.
/// - EINVAL: the process is not a daemon.
#[unsafe(no_mangle)]
pub extern "C" fn daemonize_ready() -> c_int {
    enter_for_status(Family::Daemonize, readiness::ready)
}

/// Ends a daemon that gives up, by exit(3) with `status`, 1 to 255; any other number counts as 1. If a launcher waits,
/// its call fails with `message` (one line), and libdaemon_last_status() is `status` there. If none waits, `message` is
/// written to standard error, and told as STATUS to who listens at NOTIFY_SOCKET: in the foreground, without
/// daemonize_options_wait_ready(), after daemonize_ready(), and in any other process, such as one that daemonize_exec()
/// has started. Returns only if `message` is NULL: -1 with EINVAL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_fail(status: c_int, message: *const c_char) -> c_int {
    enter_for_status(Family::Daemonize, || {
        // SAFETY: rule 1.
        let message = unsafe { c_string(message, Step::FailureMessage) }?;
        process::exit(readiness::fail(status, message))
    })
}

/// The first half of daemonize_fail(), for runtimes that have an exit of their own. It tells the launcher, or writes to
/// standard error, and returns 0. Then the caller has to end the process: the launcher waits for that until its
/// timeout.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_report_failure(status: c_int, message: *const c_char) -> c_int {
    enter_for_status(Family::Daemonize, || {
        // SAFETY: rule 1.
        let message = unsafe { c_string(message, Step::FailureMessage) }?;
        readiness::fail(status, message);
        Ok(())
    })
}
