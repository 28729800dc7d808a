//! Signal names for messages.

use core::ffi::c_int;

/// What the signals are called that can interrupt a launcher.
pub fn of(signal: c_int) -> &'static str {
    match signal {
        crate::sys::signal::HUP => "SIGHUP",
        crate::sys::signal::INT => "SIGINT",
        crate::sys::signal::TERM => "SIGTERM",
        _ => "a signal",
    }
}
