//! PHP's pcntl: signals.

use core::ffi::{c_int, c_void};

use super::pcntl::note;
use super::{code, result};
use crate::error::refused;
use crate::signals::handlers::{self, Handler};
pub use crate::signals::info::pcntl_siginfo;
use crate::signals::{dispatch, event};
use crate::sys::cancellation;

/// A handler for pcntl_signal(): the signal, and what is known of it, valid through the call.
#[allow(non_camel_case_types)]
pub type pcntl_handler = Option<unsafe extern "C" fn(signal: c_int, info: *const pcntl_siginfo)>;

/// What a signal's disposition is where it is not a function.
#[repr(C)]
#[allow(non_camel_case_types, dead_code)]
pub enum pcntl_disposition {
    /// The system's default.
    PCNTL_DISPOSITION_DEFAULT,
    /// Ignored.
    PCNTL_DISPOSITION_IGNORE,
    /// Queued for pcntl_next_signal().
    PCNTL_DISPOSITION_QUEUE,
}

/// Sets what happens on `signal`: PCNTL_SIG_DFL, PCNTL_SIG_IGN, PCNTL_SIG_QUEUE (keep it for pcntl_next_signal()) or a
/// function, which pcntl_signal_dispatch() calls, never the signal handler itself. `restart_syscalls` has interrupted
/// system calls go on (PHP's default: for every signal but SIGALRM). 0, or -1: EINVAL for a signal that does not exist or cannot be handled.
#[unsafe(no_mangle)]
pub extern "C" fn pcntl_signal(signal: c_int, handler: pcntl_handler, restart_syscalls: bool) -> c_int {
    let handler = match handler {
        None => Handler::Default,
        Some(function) => match (function as *const c_void).addr() {
            1 => Handler::Ignore,
            2 => Handler::Queue,
            3..super::NONSENSE_BELOW => {
                note(refused("signal handler", "not a function"));
                return -1;
            }
            _ => Handler::Call(function),
        },
    };
    code(handlers::set(signal, handler, restart_syscalls).map_err(note))
}

/// pcntl_signal() for callers that cannot pass a function: `disposition` is a pcntl_disposition.
#[unsafe(no_mangle)]
pub extern "C" fn pcntl_signal_disposition(signal: c_int, disposition: c_int, restart_syscalls: bool) -> c_int {
    let handler = match disposition {
        0 => Handler::Default,
        1 => Handler::Ignore,
        2 => Handler::Queue,
        _ => {
            note(refused("signal disposition", "no such choice"));
            return -1;
        }
    };
    code(handlers::set(signal, handler, restart_syscalls).map_err(note))
}

/// Calls the handlers of the signals that have arrived, oldest first, and gives the number of calls. It stops before a
/// signal set to PCNTL_SIG_QUEUE; inside a handler it does nothing. To be called from one thread.
///
/// The queue holds 224 signals. When more wait, the further ones are blocked in that thread, so that the kernel keeps
/// them, and come when this function or pcntl_next_signal() has made room.
#[unsafe(no_mangle)]
pub extern "C" fn pcntl_signal_dispatch() -> c_int {
    dispatch::dispatch()
}

/// Takes the oldest signal that has arrived, without calling a handler: its number, or 0 if there is none. `info` may be
/// NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pcntl_next_signal(info: *mut pcntl_siginfo) -> c_int {
    let Some(taken) = dispatch::next() else { return 0 };
    // SAFETY: the conventions of the header: NULL or valid for writing.
    if let Some(info) = unsafe { info.as_mut() } {
        *info = taken;
    }
    taken.signo
}

/// A descriptor for poll(2) and event loops: readable while signals are queued. Always the same; not to be read from or
/// closed. -1 on failure. A forked child has one of its own under the same number, which an epoll instance has to be told
/// of anew.
#[unsafe(no_mangle)]
pub extern "C" fn pcntl_signal_fd() -> c_int {
    let _cancellation = cancellation::put_off();
    result(event::descriptor().map_err(note), -1)
}
