//! A daemon by its pid file.

use core::ffi::{c_char, c_int};
use core::mem::MaybeUninit;

use libc::pid_t;

use super::{Family, enter, enter_for_status, name, truth};
use crate::error::Step;
use crate::instance::status_and_stop;

/// The pid of the daemon that holds the pid file, 0 if none runs, -1 on failure (EAGAIN: it is just starting). The lock
/// decides, so a stale file is no daemon, whoever has its pid now; a pid file that its daemon does not lock is none either.
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
/// SIGKILL if `kill` says so. 0 once it is gone, or when none runs; -1 with ETIMEDOUT when it is still there. What a
/// killed daemon leaves of its pid file is removed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_stop(pidfile: *const c_char, timeout_ms: c_int, kill: MaybeUninit<bool>) -> c_int {
    enter_for_status(Family::Daemonize, || {
        // SAFETY: rule 1.
        let pidfile = unsafe { name(pidfile, Step::PidFile) }?;
        status_and_stop::stop(pidfile, timeout_ms, truth(kill))
    })
}
