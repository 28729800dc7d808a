//! Taking signals from the queue, at a point that the program chooses.

use core::ffi::c_int;
use core::sync::atomic::{AtomicI32, Ordering};

use super::handlers::{self, Handler};
use super::info::pcntl_siginfo;
use super::queue::QUEUE;
use super::{event_descriptor, held_back};
use crate::sys::signal::{self, Set};
use crate::sys::{cancellation, process};

/// The thread that is running handlers; 0: none.
static RUNNING: AtomicI32 = AtomicI32::new(0);

/// The thread that takes signals from the queue, as far as is known; 0: not known.
static CONSUMER: AtomicI32 = AtomicI32::new(0);

/// Runs the handlers of what has arrived by now, oldest first, and gives their number. Inside a handler it does nothing.
/// It stops before a signal that `next` is to take.
pub fn dispatch() -> c_int {
    if is_idle() {
        return 0;
    }
    let _cancellation = cancellation::disable();
    if !begin() {
        return 0;
    }
    let mut ran: c_int = 0;
    loop {
        let end = QUEUE.end();
        while QUEUE.is_before(end) {
            let to_call = |signal| !matches!(handlers::wanted(signal), Handler::Queue);
            let Some(info) = QUEUE.pop_if(to_call) else { break };
            if let Handler::Call(callback) = handlers::wanted(info.signo) {
                // SAFETY: the program gave this function for this purpose; `info` lives through the call.
                unsafe { callback(info.signo, &info) };
                ran = ran.saturating_add(1);
            }
        }
        // What the kernel has kept back until now had arrived before, too.
        if !release_held_back() {
            break;
        }
    }
    event_descriptor::update();
    end();
    ran
}

/// Is nothing queued, and nothing kept back for want of room?
pub fn is_idle() -> bool {
    QUEUE.is_empty() && held_back::get() == 0
}

/// This thread begins to run handlers; false when one does already.
pub fn begin() -> bool {
    let thread = process::thread_id();
    if RUNNING.compare_exchange(0, thread, Ordering::Acquire, Ordering::Relaxed).is_err() {
        return false;
    }
    CONSUMER.store(thread, Ordering::Relaxed);
    true
}

/// It has run them, or will not go on with it.
pub fn end() {
    RUNNING.store(0, Ordering::Release);
}

/// Takes the oldest signal, if there is one.
pub fn next() -> Option<pcntl_siginfo> {
    let mut taken = QUEUE.pop();
    if QUEUE.is_empty() && held_back::get() != 0 {
        CONSUMER.store(process::thread_id(), Ordering::Relaxed);
        release_held_back();
        taken = taken.or_else(|| QUEUE.pop());
    }
    if taken.is_some() && QUEUE.is_empty() {
        let _cancellation = cancellation::disable();
        event_descriptor::update();
    }
    taken
}

/// Unblocks what was blocked for want of room; false when there was none.
fn release_held_back() -> bool {
    match held_back::take() {
        0 => false,
        held => {
            signal::unblock(Set::from_bits(held));
            true
        }
    }
}

/// This thread sets handlers, and is taken for the consumer until one dispatches.
pub fn expect_here() {
    let _ = CONSUMER.compare_exchange(0, process::thread_id(), Ordering::Relaxed, Ordering::Relaxed);
}

/// The thread that takes signals, if it is another one. Async-signal-safe.
pub fn elsewhere() -> Option<c_int> {
    let consumer = CONSUMER.load(Ordering::Relaxed);
    (consumer != 0 && consumer != process::thread_id()).then_some(consumer)
}

/// Is this thread running a handler?
pub fn runs_here() -> bool {
    let running = RUNNING.load(Ordering::Acquire);
    running != 0 && running == process::thread_id()
}

/// In a forked child, whose one thread was `running` a handler or was not.
pub fn reset_after_fork(running: bool) {
    let thread = process::thread_id();
    RUNNING.store(if running { thread } else { 0 }, Ordering::Release);
    if CONSUMER.load(Ordering::Relaxed) != 0 {
        CONSUMER.store(thread, Ordering::Relaxed);
    }
}
