//! Signal names for messages.

use core::ffi::{CStr, c_int};

/// What the signals are called that can interrupt a launcher.
pub fn of(signal: c_int) -> &'static CStr {
    match signal {
        crate::sys::signal::HUP => c"SIGHUP",
        crate::sys::signal::INT => c"SIGINT",
        crate::sys::signal::TERM => c"SIGTERM",
        crate::sys::signal::QUIT => c"SIGQUIT",
        _ => c"a signal",
    }
}
