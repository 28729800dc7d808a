//! The signals that the library has blocked because the queue was nearly full. The kernel keeps them until there is room.
//!
//! That is done where one thread runs. Should it start others meanwhile, they begin with the same mask, and any of them may be
//! the one that dispatches from then on.

use core::sync::atomic::{AtomicBool, AtomicI32, AtomicU64, Ordering};

use crate::sys::process;
use crate::sys::signal::{self, Set};

/// Bit 0 for signal 1.
static HELD_BACK: AtomicU64 = AtomicU64::new(0);
/// The thread that has them blocked.
static THREAD: AtomicI32 = AtomicI32::new(0);
/// Another thread that has unblocked them for itself since then; 0: none.
static RELIEVED_BY: AtomicI32 = AtomicI32::new(0);
/// The process is about to become another program: nothing is to be held back for it.
static GIVING_UP: AtomicBool = AtomicBool::new(false);

/// These have just been blocked in this thread. Async-signal-safe.
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

/// Those that this thread has blocked.
pub fn here() -> u64 {
    match get() {
        0 => 0,
        held if THREAD.load(Ordering::Relaxed) == process::thread_id() => held,
        _ => 0,
    }
}

/// These the program has blocked itself.
pub fn remove(signals: u64) {
    HELD_BACK.fetch_and(!signals, Ordering::AcqRel);
}

/// Those that this thread, which dispatches, has to unblock now.
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

/// Has this thread, if it dispatches, something to unblock?
pub fn is_waiting() -> bool {
    get() != 0 && (RELIEVED_BY.load(Ordering::Relaxed) != process::thread_id() || here() != 0)
}

/// Lets them come to this thread; false when there are none.
pub fn release() -> bool {
    match take() {
        0 => false,
        held => {
            signal::unblock(Set::from_bits(held));
            true
        }
    }
}

/// Lets them come, and holds no more back until `resume`: the program that this process becomes gets the mask that was meant.
pub fn give_up() {
    GIVING_UP.store(true, Ordering::Relaxed);
    if here() != 0 {
        release();
    }
}

/// The process has not become another program.
pub fn resume() {
    GIVING_UP.store(false, Ordering::Relaxed);
}

/// In a forked child, whose queue is empty: nothing is held back.
pub fn forget() {
    HELD_BACK.store(0, Ordering::Release);
    GIVING_UP.store(false, Ordering::Relaxed);
}
