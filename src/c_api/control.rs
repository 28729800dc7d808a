//! A daemon by its pid file.

use core::ffi::{c_char, c_int};
use core::mem::MaybeUninit;

use libc::pid_t;

use super::{Family, enter, enter_for_status, name, truth};
use crate::error::Step;
use crate::instance::schedule::Schedule;
use crate::instance::status_and_stop;

/// The pid of the daemon that holds the pid file, 0 if none runs, -1 on failure. The lock decides: a file that no
/// daemon has locked means that none runs, whatever pid is in it.
///
/// The pid in the file is believed only if that process is shown to hold the lock. /proc/PID/fdinfo shows it, or
/// /proc/locks where fdinfo may not be read. Without such a /proc, the pid is believed only if nobody but root and the
/// caller can write to the file and its directory. errno is
///
/// - EAGAIN: the daemon is just starting or ending.
/// - EPERM: the process in the file does not hold the lock, or cannot be shown to.
/// - EMLINK: the file has another hard link.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_status(pidfile: *const c_char) -> pid_t {
    enter(Family::Daemonize, -1, || {
        // SAFETY: rule 1.
        let pidfile = unsafe { name(pidfile, Step::PidFile) }?;
        status_and_stop::status(pidfile)
    })
}

/// Sends `signal` to the daemon that holds the pid file, and to no other process. 0, or -1: ESRCH when none runs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_signal(pidfile: *const c_char, signal: c_int) -> c_int {
    enter_for_status(Family::Daemonize, || {
        // SAFETY: rule 1.
        let pidfile = unsafe { name(pidfile, Step::PidFile) }?;
        status_and_stop::send(pidfile, signal)
    })
}

/// Ends the daemon that holds the pid file: sends SIGTERM, waits up to `timeout_ms` milliseconds (-1: for ever), and
/// then sends SIGKILL if `kill` says so. 0 when it has ended, or if none runs. -1 with ETIMEDOUT if it still runs. If
/// the daemon was killed, or could not remove its pid file itself, that is removed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_stop(pidfile: *const c_char, timeout_ms: c_int, kill: MaybeUninit<bool>) -> c_int {
    enter_for_status(Family::Daemonize, || {
        // SAFETY: rule 1.
        let pidfile = unsafe { name(pidfile, Step::PidFile) }?;
        status_and_stop::stop(pidfile, timeout_ms, truth(kill))
    })
}

/// As daemonize_stop(), but by a schedule such as "TERM/30/KILL/5", as start-stop-daemon(8) has it: signals, and the
/// seconds to wait after each. A signal is a name, with or without SIG, or a number behind a "-". "forever" repeats all
/// that follows it. "30" stands for "TERM/30/KILL/30". After a KILL at the end, the call waits as well.
///
/// With `session`, every process of the daemon's session gets the signals, and all of them have to end: its workers,
/// and whatever they have started. Processes that have made a session of their own do not count. EPERM if the session
/// is not the daemon's own, as in the foreground, and while its launcher still waits. EINVAL for what is no schedule.
/// ETIMEDOUT if the schedule is over and a process still runs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_stop_by(
    pidfile: *const c_char,
    schedule: *const c_char,
    session: MaybeUninit<bool>,
) -> c_int {
    enter_for_status(Family::Daemonize, || {
        // SAFETY: rule 1.
        let pidfile = unsafe { name(pidfile, Step::PidFile) }?;
        // SAFETY: rule 1.
        let schedule = Schedule::parse(unsafe { name(schedule, Step::Schedule) }?)?;
        status_and_stop::stop_by(pidfile, &schedule, truth(session))
    })
}
