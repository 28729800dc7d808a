//! Taking signals from the queue, at a point that the program chooses.

use core::ffi::c_int;
use core::sync::atomic::{AtomicBool, Ordering};

use super::handlers::{self, Handler};
use super::info::pcntl_siginfo;
use super::queue;
use crate::sys::signal::{self, Set};

static RUNNING: AtomicBool = AtomicBool::new(false);

/// Runs the handlers of what has arrived by now, oldest first, and gives their number. Inside a handler it does nothing.
/// It stops before a signal that is kept for `next`.
pub fn dispatch() -> c_int {
    if queue::is_empty() || RUNNING.swap(true, Ordering::Acquire) {
        return 0;
    }
    let mut ran: c_int = 0;
    loop {
        let end = queue::end();
        while queue::is_before(end) {
            let to_call = |signal| !matches!(handlers::wanted(signal), Handler::Queue);
            let Some(info) = queue::pop_if(to_call) else { break };
            if let Handler::Call(callback) = handlers::wanted(info.signo) {
                // SAFETY: the program gave this function for this purpose; `info` lives through the call.
                unsafe { callback(info.signo, &info) };
                ran = ran.saturating_add(1);
            }
        }
        // What the kernel has kept back until now had arrived before, too.
        if !let_come_again() {
            break;
        }
    }
    handlers::settle_event();
    RUNNING.store(false, Ordering::Release);
    ran
}

/// Takes the oldest signal, if there is one.
pub fn next() -> Option<pcntl_siginfo> {
    let taken = queue::pop_if(|_| true);
    if queue::is_empty() {
        let_come_again();
        if taken.is_some() {
            handlers::settle_event();
        }
    }
    taken
}

/// Unblocks what was blocked for want of room; false when there was none.
fn let_come_again() -> bool {
    match queue::take_held_back() {
        0 => false,
        held => {
            signal::unblock(Set::from_bits(held));
            true
        }
    }
}
