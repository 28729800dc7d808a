//! A daemon by its pid file.

use core::ffi::{c_char, c_int};
use core::mem::MaybeUninit;

use libc::pid_t;

use super::{Family, enter, enter_for_status, name, truth};
use crate::error::Step;
use crate::instance::schedule::Schedule;
use crate::instance::status_and_stop;

/// The pid of the daemon that holds the pid file, 0 if none runs, -1 on failure. The lock decides, so a stale file is no daemon,
/// whoever has its pid now; a pid file that its daemon does not lock is none either.
///
/// The pid in the file is believed only of a process that is shown to hold the lock: by /proc/PID/fdinfo, or where that may not be
/// read by /proc/locks; without such a /proc where root and the caller alone can write to the file and its directory. errno is
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

/// Ends the daemon that holds the pid file: SIGTERM, then up to `timeout_ms` milliseconds (-1: for ever) for it to go, then
/// SIGKILL if `kill` says so. 0 once it is gone, or when none runs; -1 with ETIMEDOUT when it is still there. What is left of its
/// pid file by a daemon that was killed, or that could not remove it, is removed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_stop(pidfile: *const c_char, timeout_ms: c_int, kill: MaybeUninit<bool>) -> c_int {
    enter_for_status(Family::Daemonize, || {
        // SAFETY: rule 1.
        let pidfile = unsafe { name(pidfile, Step::PidFile) }?;
        status_and_stop::stop(pidfile, timeout_ms, truth(kill))
    })
}

/// As daemonize_stop(), by a schedule such as "TERM/30/KILL/5": signals, and the seconds to wait after each, as start-stop-daemon(8)
/// has it. A signal is a name, with or without SIG, or a number behind a "-". "forever" repeats what follows it. "30" stands for
/// "TERM/30/KILL/30", and a KILL at the end is waited for.
///
/// With `session` every process of the daemon's session gets the signals, and all have to go: its workers too, and whatever they
/// have started, but for what has made a session of its own. EPERM where the session is not the daemon's own: in the foreground,
/// and while its launcher still waits. EINVAL for what is no schedule; ETIMEDOUT when it is over.
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
