//! The signals that the library has blocked because the queue was nearly full. The kernel keeps them until there is room.

use core::sync::atomic::{AtomicU64, Ordering};

/// Bit 0 for signal 1.
static HELD_BACK: AtomicU64 = AtomicU64::new(0);

/// These have just been blocked. Async-signal-safe.
pub fn add(signals: u64) {
    HELD_BACK.fetch_or(signals, Ordering::AcqRel);
}

pub fn get() -> u64 {
    HELD_BACK.load(Ordering::Acquire)
}

/// These the program has blocked itself.
pub fn remove(signals: u64) {
    HELD_BACK.fetch_and(!signals, Ordering::AcqRel);
}

/// All of them, to be unblocked now.
pub fn take() -> u64 {
    match get() {
        0 => 0,
        _ => HELD_BACK.swap(0, Ordering::AcqRel),
    }
}
