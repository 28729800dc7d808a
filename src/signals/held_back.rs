//! The signals that the library has blocked because the queue was nearly full. The kernel keeps them until there is
//! room.
//!
//! This is done only in a process with one thread. If that thread starts others meanwhile, they inherit its mask, and
//! any of them may dispatch from then on. So each thread that dispatches has to unblock the signals for itself.

use core::sync::atomic::{AtomicBool, AtomicI32, AtomicU64, Ordering};

use crate::sys::process;
use crate::sys::signal::{self, Set};

/// Bit 0 for signal 1.
static HELD_BACK: AtomicU64 = AtomicU64::new(0);
/// The thread that has them blocked.
static THREAD: AtomicI32 = AtomicI32::new(0);
/// Another thread that has unblocked them in its own mask since then; 0: none.
static RELIEVED_BY: AtomicI32 = AtomicI32::new(0);
/// The process is about to execute another program, which would inherit what is held back.
static GIVING_UP: AtomicBool = AtomicBool::new(false);

/// Notes that these signals have just been blocked in this thread. Async-signal-safe.
pub fn add(signals: u64) {
    THREAD.store(process::thread_id(), Ordering::Relaxed);
    RELIEVED_BY.store(0, Ordering::Relaxed);
    HELD_BACK.fetch_or(signals, Ordering::AcqRel);
}

/// May signals be held back now? Async-signal-safe.
pub fn is_allowed() -> bool {
    !GIVING_UP.load(Ordering::Relaxed) && process::has_one_thread()
}

pub fn get() -> u64 {
    HELD_BACK.load(Ordering::Acquire)
}

/// Those that are held back in this thread's mask.
// One copy for all who call it.
#[inline(never)]
pub fn here() -> u64 {
    match get() {
        0 => 0,
        held if THREAD.load(Ordering::Relaxed) == process::thread_id() => held,
        _ => 0,
    }
}

/// These signals are no longer held back: the program has blocked them itself.
pub fn remove(signals: u64) {
    HELD_BACK.fetch_and(!signals, Ordering::AcqRel);
}

/// The signals that this thread has to unblock now, because it dispatches. They count as unblocked from now on.
pub fn take() -> u64 {
    let held = get();
    if held == 0 {
        return 0;
    }
    let (thread, this) = (THREAD.load(Ordering::Relaxed), process::thread_id());
    if thread == this || !process::has_thread(thread) {
        return HELD_BACK.swap(0, Ordering::AcqRel);
    }
    // The other one keeps them blocked until it dispatches itself.
    if RELIEVED_BY.swap(this, Ordering::Relaxed) == this { 0 } else { held }
}

/// Would this thread, if it dispatched now, have something to unblock?
pub fn is_waiting() -> bool {
    get() != 0 && (RELIEVED_BY.load(Ordering::Relaxed) != process::thread_id() || here() != 0)
}

/// Those that are held back in this thread's mask, or that it has come with.
pub fn in_mask() -> u64 {
    if is_waiting() { get() } else { 0 }
}

/// Unblocks them in this thread; false when there are none.
pub fn release() -> bool {
    match take() {
        0 => false,
        held => {
            signal::unblock(Set::from_bits(held));
            true
        }
    }
}

/// Unblocks them, and holds nothing back until `resume`. So the program that this process executes gets the mask that
/// its caller has set.
pub fn give_up() {
    GIVING_UP.store(true, Ordering::Relaxed);
    release();
}

/// The process has not become another program: signals may be held back again.
pub fn resume() {
    GIVING_UP.store(false, Ordering::Relaxed);
}

/// In a forked child, whose queue is empty: nothing is held back.
pub fn forget() {
    HELD_BACK.store(0, Ordering::Release);
    GIVING_UP.store(false, Ordering::Relaxed);
}
