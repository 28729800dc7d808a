//! Taking signals from the queue, at a point that the program chooses.

use core::ffi::c_int;
use core::sync::atomic::{AtomicI32, Ordering};

use super::handlers::{self, Handler};
use super::info::pcntl_siginfo;
use super::queue::QUEUE;
use super::{event_descriptor, held_back};
use crate::sys::process::{self, Pid};
use crate::sys::{cancellation, thread_state};

/// The thread that is running handlers; 0: none.
static RUNNING: AtomicI32 = AtomicI32::new(0);

/// Runs the handlers of what has arrived by now, oldest first, and gives their number. Inside a handler it does
/// nothing. It stops before a signal that `next` is to take.
pub fn dispatch() -> c_int {
    if is_idle() {
        event_descriptor::update();
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
        // The signals that the kernel kept while the queue was nearly full had arrived before this call, too.
        if !held_back::release() {
            break;
        }
    }
    event_descriptor::update();
    end();
    ran
}

/// Is nothing queued, and nothing held back?
pub fn is_idle() -> bool {
    QUEUE.is_empty() && !held_back::is_waiting()
}

/// This thread, for which the kernel is asked once: it is too slow to be asked at each dispatch.
fn this_thread() -> Pid {
    let known = &thread_state::get().thread_id;
    if known.get() == 0 {
        known.set(process::thread_id());
    }
    known.get()
}

/// This thread begins to run handlers; false when one does already.
pub fn begin() -> bool {
    let this = this_thread();
    let begin = |former| RUNNING.compare_exchange(former, this, Ordering::Acquire, Ordering::Relaxed);
    // A thread can end inside a handler.
    begin(0).or_else(|running| if is_gone(running, this) { begin(running) } else { Err(running) }).is_ok()
}

fn is_gone(thread: Pid, this: Pid) -> bool {
    thread != this && !process::has_thread(thread)
}

/// This thread does not run handlers any more.
pub fn end() {
    RUNNING.store(0, Ordering::Release);
}

/// Takes the oldest signal, if there is one.
pub fn next() -> Option<pcntl_siginfo> {
    let mut taken = QUEUE.pop();
    if QUEUE.is_empty() && held_back::release() {
        taken = taken.or_else(|| QUEUE.pop());
    }
    if QUEUE.is_empty() {
        event_descriptor::update();
    }
    taken
}

/// Is this thread running a handler?
pub fn runs_here() -> bool {
    let running = RUNNING.load(Ordering::Acquire);
    running != 0 && running == this_thread()
}

/// In a forked child. `running` says whether its only thread is inside a handler.
pub fn reset_after_fork(running: bool) {
    thread_state::get().thread_id.set(0);
    RUNNING.store(if running { this_thread() } else { 0 }, Ordering::Release);
}
