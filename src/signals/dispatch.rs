//! Taking signals from the queue, at a point that the program chooses.

use core::ffi::c_int;
use core::sync::atomic::{AtomicI32, Ordering};

use super::handlers::{self, Handler};
use super::info::pcntl_siginfo;
use super::{event, queue};
use crate::sys::signal::{self, Set};
use crate::sys::{cancellation, process};

/// The thread that is running handlers; 0: none.
static RUNNING: AtomicI32 = AtomicI32::new(0);

/// The thread that takes signals from the queue, as far as is known; 0: not at all.
static TAKER: AtomicI32 = AtomicI32::new(0);

/// Runs the handlers of what has arrived by now, oldest first, and gives their number. Inside a handler it does nothing.
/// It stops before a signal that is kept for `next`.
pub fn dispatch() -> c_int {
    if queue::is_empty() && queue::held_back() == 0 {
        return 0;
    }
    let _cancellation = cancellation::put_off();
    if !begin() {
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
    event::settle();
    end();
    ran
}

/// This thread begins to run handlers; false when one does already.
pub fn begin() -> bool {
    let thread = process::thread_id();
    if RUNNING.compare_exchange(0, thread, Ordering::Acquire, Ordering::Relaxed).is_err() {
        return false;
    }
    TAKER.store(thread, Ordering::Relaxed);
    true
}

/// It has run them, or will not go on with it.
pub fn end() {
    RUNNING.store(0, Ordering::Release);
}

/// Takes the oldest signal, if there is one.
pub fn next() -> Option<pcntl_siginfo> {
    let mut taken = queue::pop();
    if queue::is_empty() && queue::held_back() != 0 {
        TAKER.store(process::thread_id(), Ordering::Relaxed);
        let_come_again();
        taken = taken.or_else(queue::pop);
    }
    if taken.is_some() && queue::is_empty() {
        let _cancellation = cancellation::put_off();
        event::settle();
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

/// This thread sets handlers, and is taken for the one that dispatches until one does.
pub fn expect_here() {
    let _ = TAKER.compare_exchange(0, process::thread_id(), Ordering::Relaxed, Ordering::Relaxed);
}

/// The thread that takes signals, if it is another one. Async-signal-safe.
pub fn elsewhere() -> Option<c_int> {
    let taker = TAKER.load(Ordering::Relaxed);
    (taker != 0 && taker != process::thread_id()).then_some(taker)
}

/// Is this thread running a handler?
pub fn runs_here() -> bool {
    let running = RUNNING.load(Ordering::Acquire);
    running != 0 && running == process::thread_id()
}

/// In a forked child, whose one thread was `running` a handler or was not.
pub fn renew(running: bool) {
    let thread = process::thread_id();
    RUNNING.store(if running { thread } else { 0 }, Ordering::Release);
    if TAKER.load(Ordering::Relaxed) != 0 {
        TAKER.store(thread, Ordering::Relaxed);
    }
}
