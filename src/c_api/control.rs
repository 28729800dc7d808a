//! A daemon by its pid file.

use core::ffi::{c_char, c_int};
use core::mem::MaybeUninit;

use libc::pid_t;

use super::{code, name, result, truth};
use crate::daemon::control;
use crate::sys::cancellation;

/// The pid of the daemon that holds the pid file, 0 if none runs, -1 on failure (EAGAIN: it is just starting). The lock
/// decides, so a stale file is no daemon, whoever has its pid now; a pid file that its daemon does not lock is none either.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_status(pidfile: *const c_char) -> pid_t {
    let _cancellation = cancellation::put_off();
    // SAFETY: the conventions of the header.
    result(unsafe { name(pidfile, "pid file") }.and_then(control::status), -1)
}

/// Sends `signal` to the daemon that holds the pid file, and to no other process. 0, or -1: ESRCH when none runs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_signal(pidfile: *const c_char, signal: c_int) -> c_int {
    let _cancellation = cancellation::put_off();
    // SAFETY: the conventions of the header.
    code(unsafe { name(pidfile, "pid file") }.and_then(|pidfile| control::send(pidfile, signal)))
}

/// Ends the daemon that holds the pid file: SIGTERM, then up to `timeout_ms` milliseconds (-1: for ever) for it to go, then
/// SIGKILL if `kill` says so. 0 once it is gone, or when none runs; -1 with ETIMEDOUT when it is still there. What a
/// killed daemon leaves of its pid file is removed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_stop(pidfile: *const c_char, timeout_ms: c_int, kill: MaybeUninit<bool>) -> c_int {
    let _cancellation = cancellation::put_off();
    // SAFETY: the conventions of the header.
    code(unsafe { name(pidfile, "pid file") }.and_then(|pidfile| control::stop(pidfile, timeout_ms, truth(kill) != 0)))
}
