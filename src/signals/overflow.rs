//! The signals for which the queue has no room while several threads run. They are in blocks of memory from the kernel,
//! which form a list. Signal handlers on any number of threads fill the blocks without a lock, and one consumer at a
//! time empties them in order.

use core::cell::UnsafeCell;
use core::ptr::{NonNull, null_mut};
use core::sync::atomic::{AtomicPtr, AtomicU8, AtomicUsize, Ordering};

use super::info::pcntl_siginfo;
use crate::sys::pages;
use crate::sys::signal::bit;

/// A block has the size of 16 pages; for Miri, which is slow, it is small.
const SLOTS: usize = if cfg!(miri) { 16 } else { (16 * 4096 - 3 * size_of::<usize>()) / size_of::<Slot>() };

/// Nothing is in it yet.
const EMPTY: u8 = 0;
const FILLED: u8 = 1;
/// Its signal has been taken before those in front of it.
const TAKEN: u8 = 2;

struct Slot {
    info: UnsafeCell<pcntl_siginfo>,
    state: AtomicU8,
}

/// All zeroes is an empty block.
struct Block {
    /// How many slots have been given to handlers; beyond `SLOTS` it counts handlers that found none left.
    claimed: AtomicUsize,
    next: AtomicPtr<Block>,
    next_retired: AtomicPtr<Block>,
    slots: [Slot; SLOTS],
}

pub struct Overflow {
    /// How many signals have been appended, and how many of them have been taken.
    arrived: AtomicUsize,
    gone: AtomicUsize,
    /// How many handlers are in `push`. Above 0 no block is given back, because one of them may be using it.
    pushing: AtomicUsize,
    /// Where handlers put signals; null until the first one.
    last: AtomicPtr<Block>,
    /// Where the consumer takes them, and at which slot of the block.
    first: AtomicPtr<Block>,
    position: AtomicUsize,
    /// Emptied blocks, to be given back.
    retired: AtomicPtr<Block>,
}

// SAFETY: a slot's `info` is written by the one handler that has claimed the slot, before it says FILLED, and read
// after that by the consumer.
unsafe impl Sync for Overflow {}

impl Overflow {
    pub const fn new() -> Overflow {
        Overflow {
            arrived: AtomicUsize::new(0),
            gone: AtomicUsize::new(0),
            pushing: AtomicUsize::new(0),
            last: AtomicPtr::new(null_mut()),
            first: AtomicPtr::new(null_mut()),
            position: AtomicUsize::new(0),
            retired: AtomicPtr::new(null_mut()),
        }
    }

    /// Is nothing in it, nor about to be?
    pub fn is_empty(&self) -> bool {
        self.gone.load(Ordering::SeqCst) == self.arrived.load(Ordering::SeqCst)
    }

    /// How many signals have been appended by now; `is_before` tells whether one of these is still there.
    pub fn end(&self) -> usize {
        self.arrived.load(Ordering::SeqCst)
    }

    pub fn is_before(&self, end: usize) -> bool {
        (self.gone.load(Ordering::SeqCst).wrapping_sub(end) as isize) < 0
    }

    /// Appends; false when memory is refused. Async-signal-safe.
    pub fn push(&self, info: &pcntl_siginfo) -> bool {
        self.pushing.fetch_add(1, Ordering::SeqCst);
        self.arrived.fetch_add(1, Ordering::SeqCst);
        let slot = self.claim();
        match slot {
            Some(slot) => {
                // SAFETY: `claim` gives each slot to one caller, and nobody reads a slot before it is FILLED.
                unsafe { *slot.info.get() = *info };
                slot.state.store(FILLED, Ordering::Release);
            }
            None => {
                self.arrived.fetch_sub(1, Ordering::SeqCst);
            }
        }
        self.pushing.fetch_sub(1, Ordering::SeqCst);
        slot.is_some()
    }

    /// A slot that no other handler gets. Only while `push` counts this handler in `pushing`.
    fn claim(&self) -> Option<&Slot> {
        loop {
            let last = self.last.load(Ordering::SeqCst);
            // SAFETY: null or a block, which is not given back while `pushing` counts us.
            let Some(block) = (unsafe { last.as_ref() }) else {
                self.add_first()?;
                continue;
            };
            let claimed = block.claimed.fetch_add(1, Ordering::AcqRel);
            if let Some(slot) = block.slots.get(claimed) {
                return Some(slot);
            }
            let next = append(&block.next)?;
            // Of several handlers the first one moves `last` on; the others find it moved.
            let _ = self.last.compare_exchange(last, next, Ordering::SeqCst, Ordering::SeqCst);
        }
    }

    fn add_first(&self) -> Option<()> {
        let block = append(&self.first)?;
        let _ = self.last.compare_exchange(null_mut(), block, Ordering::SeqCst, Ordering::SeqCst);
        Some(())
    }

    /// Takes the oldest, if there is one and its signal is `wanted`. Only for the consumer.
    pub fn pop_if(&self, wanted: fn(i32) -> bool) -> Option<pcntl_siginfo> {
        loop {
            let first = NonNull::new(self.first.load(Ordering::Acquire))?;
            let position = self.position.load(Ordering::Relaxed);
            // SAFETY: a block that only the consumer, which we are, gives back.
            let Some(slot) = (unsafe { first.as_ref() }).slots.get(position) else {
                self.leave(first)?;
                continue;
            };
            match slot.state.load(Ordering::Acquire) {
                EMPTY => return None,
                FILLED => {
                    // SAFETY: a filled slot is not written any more.
                    let info = unsafe { *slot.info.get() };
                    if !wanted(info.signo) {
                        return None;
                    }
                    self.position.store(position + 1, Ordering::Relaxed);
                    self.gone.fetch_add(1, Ordering::SeqCst);
                    return Some(info);
                }
                _ => self.position.store(position + 1, Ordering::Relaxed),
            }
        }
    }

    /// Takes the oldest of these signals (bit 0 for signal 1), whatever is before it. Only for the consumer.
    pub fn take(&self, signals: u64) -> Option<pcntl_siginfo> {
        // SAFETY: NULL or a block that only the consumer, which we are, gives back.
        let mut block = unsafe { self.first.load(Ordering::Acquire).as_ref() }?;
        let mut position = self.position.load(Ordering::Relaxed);
        loop {
            let Some(slot) = block.slots.get(position) else {
                // SAFETY: null or the next block, which is given back only after this one.
                block = unsafe { block.next.load(Ordering::Acquire).as_ref() }?;
                position = 0;
                continue;
            };
            // A slot that a handler on another thread is about to fill is skipped, and does not hide those behind it.
            if position >= block.claimed.load(Ordering::Acquire) {
                return None;
            }
            if slot.state.load(Ordering::Acquire) == FILLED {
                // SAFETY: a filled slot is not written any more.
                let info = unsafe { *slot.info.get() };
                if signals & bit(info.signo) != 0 {
                    slot.state.store(TAKEN, Ordering::Relaxed);
                    self.gone.fetch_add(1, Ordering::SeqCst);
                    return Some(info);
                }
            }
            position += 1;
        }
    }

    /// Goes on to the next block, and gives the emptied one back; `None` when there is no next one yet.
    fn leave(&self, emptied: NonNull<Block>) -> Option<()> {
        // SAFETY: a block that only the consumer, which we are, gives back.
        let next = NonNull::new(unsafe { emptied.as_ref() }.next.load(Ordering::Acquire))?.as_ptr();
        let _ = self.last.compare_exchange(emptied.as_ptr(), next, Ordering::SeqCst, Ordering::SeqCst);
        self.first.store(next, Ordering::Release);
        self.position.store(0, Ordering::Relaxed);
        let others = self.retired.load(Ordering::Relaxed);
        // SAFETY: it is given back further down, not before.
        unsafe { emptied.as_ref() }.next_retired.store(others, Ordering::Relaxed);
        self.retired.store(emptied.as_ptr(), Ordering::Relaxed);
        // Handlers that begin now find a later block. If none is in `push`, nobody uses the retired ones.
        if self.pushing.load(Ordering::SeqCst) == 0 {
            release_all(&self.retired, |block| &block.next_retired);
        }
        Some(())
    }

    /// In a forked child, which has this one thread, all signals blocked: forgets everything.
    pub fn clear(&self) {
        self.last.store(null_mut(), Ordering::Relaxed);
        release_all(&self.first, |block| &block.next);
        release_all(&self.retired, |block| &block.next_retired);
        for count in [&self.arrived, &self.gone, &self.pushing, &self.position] {
            count.store(0, Ordering::Relaxed);
        }
    }
}

/// What `place` points to: a new block where it was null. `None` when memory is refused.
fn append(place: &AtomicPtr<Block>) -> Option<*mut Block> {
    let present = place.load(Ordering::Acquire);
    if !present.is_null() {
        return Some(present);
    }
    let block = pages::map::<Block>()?;
    match place.compare_exchange(null_mut(), block.as_ptr(), Ordering::AcqRel, Ordering::Acquire) {
        Ok(_) => Some(block.as_ptr()),
        Err(faster) => {
            // SAFETY: nobody else has ever known of it.
            unsafe { pages::unmap(block) };
            Some(faster)
        }
    }
}

/// Gives back all blocks of a chain that nobody uses any more.
fn release_all(chain: &AtomicPtr<Block>, next: fn(&Block) -> &AtomicPtr<Block>) {
    while let Some(block) = NonNull::new(chain.load(Ordering::Relaxed)) {
        // SAFETY: the chain holds blocks.
        chain.store(next(unsafe { block.as_ref() }).load(Ordering::Relaxed), Ordering::Relaxed);
        // SAFETY: nobody uses the block: `leave` calls this while no handler is in `push`, `clear` in a child with one
        // thread.
        unsafe { pages::unmap(block) };
    }
}

#[cfg(test)]
#[path = "overflow_tests.rs"]
mod tests;
