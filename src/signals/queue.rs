//! The queue from signal handlers to the program: Vyukov's bounded queue. Signal handlers append without a lock and
//! without allocation. One consumer at a time takes the signals, in order.
//!
//! It loses nothing. In a process with one thread, a handler that finds the queue nearly full blocks further signals:
//! the kernel keeps them until dispatching has made room. With several threads that does not help, because the kernel
//! would choose another thread, and nobody could unblock a thread that does not dispatch. There the rest goes to the
//! overflow, and no mask is changed.

use core::cell::UnsafeCell;
use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::info::pcntl_siginfo;
use super::overflow::Overflow;
use crate::sys::process;
use crate::sys::signal::bit;

const SIZE: usize = 256;

/// With fewer free slots than this the kernel is asked to wait: one for each thread that may be appending at this
/// moment.
const RESERVE: usize = 32;

struct Slot {
    /// The slot's sequence number less its index, so that a queue of zeroes is an empty one. The slot of position p can
    /// be written while its sequence number is p, and read while it is p + 1.
    sequence: AtomicUsize,
    info: UnsafeCell<pcntl_siginfo>,
}

impl Slot {
    const fn empty() -> Slot {
        Slot { sequence: AtomicUsize::new(0), info: UnsafeCell::new(pcntl_siginfo::empty()) }
    }

    fn sequence(&self, position: usize) -> usize {
        self.sequence.load(Ordering::Acquire).wrapping_add(index(position))
    }

    fn set_sequence(&self, position: usize, sequence: usize) {
        self.sequence.store(sequence.wrapping_sub(index(position)), Ordering::Release);
    }

    fn can_be_read(&self, position: usize) -> bool {
        self.sequence(position) == position.wrapping_add(1)
    }
}

const fn index(position: usize) -> usize {
    position & (SIZE - 1)
}

/// What room there was for a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    Enough,
    /// The signal has been appended, but further ones should be held back.
    Last,
    /// The signal has not been appended.
    None,
}

pub struct Queue {
    /// Held by the consumer, for a few instructions.
    consuming: AtomicBool,
    head: AtomicUsize,
    tail: AtomicUsize,
    slots: [Slot; SIZE],
    /// The signals that arrived later than all those in the slots.
    overflow: Overflow,
}

/// A moment: what had arrived by then.
#[derive(Clone, Copy)]
pub struct End {
    slots: usize,
    overflow: usize,
}

// SAFETY: a slot's `info` is touched only by whoever its sequence number gives it to: the producer that claimed its
// position by moving `tail`, then, after that one's release of the sequence number, the consumer, which holds
// `consuming`.
unsafe impl Sync for Queue {}

/// The signals of this process.
pub static QUEUE: Queue = Queue::new();

impl Queue {
    const fn new() -> Queue {
        Queue {
            consuming: AtomicBool::new(false),
            head: AtomicUsize::new(0),
            tail: AtomicUsize::new(0),
            slots: [const { Slot::empty() }; SIZE],
            overflow: Overflow::new(),
        }
    }

    fn slot(&self, position: usize) -> &Slot {
        // SAFETY: `index` gives a number below SIZE, which is a power of two, and `slots` has SIZE elements.
        unsafe { self.slots.get_unchecked(index(position)) }
    }

    /// Appends, where there is room. Async-signal-safe.
    pub fn push(&self, info: &pcntl_siginfo) -> Room {
        // An earlier signal of this thread may be in the overflow: a later one must not get in front of it.
        if !self.overflow.is_empty() {
            return Room::None;
        }
        let mut position = self.tail.load(Ordering::Relaxed);
        loop {
            let slot = self.slot(position);
            match slot.sequence(position).wrapping_sub(position) as isize {
                0 => {
                    let next = position.wrapping_add(1);
                    match self.tail.compare_exchange_weak(position, next, Ordering::Relaxed, Ordering::Relaxed) {
                        Ok(_) => {
                            // SAFETY: the exchange has given this position to us alone, until its sequence number is
                            // set.
                            unsafe { *slot.info.get() = *info };
                            slot.set_sequence(position, next);
                            return self.room_after(position);
                        }
                        Err(now) => position = now,
                    }
                }
                ..0 => return Room::None,
                _ => position = self.tail.load(Ordering::Relaxed),
            }
        }
    }

    /// Appends what there was no room for; false when the kernel refuses memory. Async-signal-safe.
    pub fn push_to_overflow(&self, info: &pcntl_siginfo) -> bool {
        self.overflow.push(info)
    }

    fn room_after(&self, position: usize) -> Room {
        // Negative if the consumer has meanwhile taken this signal and others behind it.
        let used = position.wrapping_sub(self.head.load(Ordering::Relaxed)) as isize;
        if used < (SIZE - RESERVE) as isize { Room::Enough } else { Room::Last }
    }

    fn begin_consuming(&self) {
        while self.consuming.swap(true, Ordering::Acquire) {
            process::yield_now();
        }
    }

    fn end_consuming(&self) {
        self.consuming.store(false, Ordering::Release);
    }

    /// Takes the oldest, if there is one and its signal is `wanted`. Not for signal handlers. Not inlined, since it
    /// would be there once for each `wanted`.
    #[inline(never)]
    pub fn pop_if(&self, wanted: fn(i32) -> bool) -> Option<pcntl_siginfo> {
        self.begin_consuming();
        let position = self.head.load(Ordering::Relaxed);
        let slot = self.slot(position);
        let mut taken = None;
        if slot.can_be_read(position) {
            // SAFETY: a slot that can be read belongs to the one consumer, which we are, until its sequence number is
            // set.
            let info = unsafe { *slot.info.get() };
            if wanted(info.signo) {
                self.head.store(position.wrapping_add(1), Ordering::Relaxed);
                slot.set_sequence(position, position.wrapping_add(SIZE));
                taken = Some(info);
            }
        } else if position == self.tail.load(Ordering::Acquire) && !self.overflow.is_empty() {
            // Else a handler is about to fill that slot, and what is behind it came before what is in the overflow.
            taken = self.overflow.pop_if(wanted);
        }
        self.end_consuming();
        taken
    }

    /// Takes the oldest, if there is one. Not for signal handlers.
    pub fn pop(&self) -> Option<pcntl_siginfo> {
        self.pop_if(|_| true)
    }

    /// Takes the oldest of these signals (bit 0 for signal 1), whatever is before it. Not for signal handlers.
    pub fn take(&self, signals: u64) -> Option<pcntl_siginfo> {
        self.begin_consuming();
        let (head, tail) = (self.head.load(Ordering::Relaxed), self.tail.load(Ordering::Acquire));
        let mut position = head;
        let mut taken = None;
        while position != tail {
            // A handler on another thread has claimed this slot and is about to fill it: that takes a moment.
            while !self.slot(position).can_be_read(position) {
                process::yield_now();
            }
            // SAFETY: a slot that can be read belongs to the one consumer, which we are, until its sequence number is
            // set.
            let info = unsafe { *self.slot(position).info.get() };
            if signals & bit(info.signo) != 0 {
                taken = Some(info);
                self.close_gap(head, position);
                break;
            }
            position = position.wrapping_add(1);
        }
        if taken.is_none() && !self.overflow.is_empty() {
            taken = self.overflow.take(signals);
        }
        self.end_consuming();
        taken
    }

    /// Moves the signals from `head` up to `gap` up by one position, and frees the first. Only for the consumer.
    fn close_gap(&self, head: usize, gap: usize) {
        let mut position = gap;
        while position != head {
            let before = position.wrapping_sub(1);
            // SAFETY: `take` has seen that every slot from `head` to `gap` can be read, so it belongs to the consumer,
            // which we are.
            let info = unsafe { *self.slot(before).info.get() };
            // SAFETY: this slot was read before, and belongs to the consumer until its sequence number is set.
            unsafe { *self.slot(position).info.get() = info };
            position = before;
        }
        self.head.store(head.wrapping_add(1), Ordering::Relaxed);
        self.slot(head).set_sequence(head, head.wrapping_add(SIZE));
    }

    pub fn is_empty(&self) -> bool {
        let position = self.head.load(Ordering::Relaxed);
        !self.slot(position).can_be_read(position) && self.overflow.is_empty()
    }

    /// Where the queue ends now; `is_before` tells whether the oldest signal was there then.
    pub fn end(&self) -> End {
        End { slots: self.tail.load(Ordering::Acquire), overflow: self.overflow.end() }
    }

    pub fn is_before(&self, end: End) -> bool {
        (self.head.load(Ordering::Relaxed).wrapping_sub(end.slots) as isize) < 0
            || self.overflow.is_before(end.overflow)
    }

    /// In a forked child, signals blocked: what is queued was meant for the parent. Only slots that have to change are
    /// written: of an unchanged page the child needs no copy of its own.
    pub fn clear(&self) {
        let start = self.head.load(Ordering::Relaxed);
        for position in (0..SIZE).map(|offset| start.wrapping_add(offset)) {
            let slot = self.slot(position);
            if slot.sequence(position) != position {
                slot.set_sequence(position, position);
            }
        }
        self.consuming.store(false, Ordering::Relaxed);
        self.tail.store(start, Ordering::Relaxed);
        self.overflow.clear();
    }
}

#[cfg(test)]
#[path = "queue_tests.rs"]
mod tests;
