//! The queue from signal handlers to the program: lock-free, without allocation, in order.
//!
//! A bounded ring with a turn number in each slot (many producers, one consumer at a time). It never overflows: whoever
//! finds it nearly full has the kernel keep further signals back, and dispatching lets them come again. What the kernel
//! has delivered is therefore in the queue, and the rest is with the kernel.

use core::cell::UnsafeCell;
use core::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use super::info::pcntl_siginfo;
use crate::sys::process;
use crate::sys::signal::bit;

const SIZE: usize = 256;

/// With less room than this the kernel is asked to wait: room for that many threads that are just delivering.
const RESERVE: usize = 32;

struct Slot {
    /// Whose turn it is, less the slot's place: so that a ring of zeroes is an empty one.
    turn: AtomicUsize,
    info: UnsafeCell<pcntl_siginfo>,
}

struct Ring {
    /// Held by the one who takes, for a few instructions.
    taking: AtomicBool,
    head: AtomicUsize,
    tail: AtomicUsize,
    slots: [Slot; SIZE],
}

// SAFETY: a slot's `info` is touched only by the one whose turn it is: the producer that claimed the place, then, after
// its release of `turn`, the consumer that claimed it.
unsafe impl Sync for Ring {}

static RING: Ring = Ring {
    taking: AtomicBool::new(false),
    head: AtomicUsize::new(0),
    tail: AtomicUsize::new(0),
    slots: [const { Slot { turn: AtomicUsize::new(0), info: UnsafeCell::new(pcntl_siginfo::empty()) } }; SIZE],
};

/// The signals that handlers have blocked because the ring was nearly full.
static HELD_BACK: AtomicU64 = AtomicU64::new(0);

/// How a push went.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Room {
    Enough,
    /// It is in, and no more should come.
    Last,
    /// It is not in.
    None,
}

fn slot(position: usize) -> &'static Slot {
    // SAFETY: SIZE is a power of two, so the masked position is below it.
    unsafe { RING.slots.get_unchecked(position & (SIZE - 1)) }
}

fn turn(slot: &Slot, position: usize) -> usize {
    slot.turn.load(Ordering::Acquire).wrapping_add(position & (SIZE - 1))
}

fn set_turn(slot: &Slot, position: usize, turn: usize) {
    slot.turn.store(turn.wrapping_sub(position & (SIZE - 1)), Ordering::Release);
}

/// Appends. Async-signal-safe.
pub fn push(info: &pcntl_siginfo) -> Room {
    let mut position = RING.tail.load(Ordering::Relaxed);
    loop {
        let slot = slot(position);
        match turn(slot, position).wrapping_sub(position) as isize {
            0 => match RING.tail.compare_exchange_weak(
                position,
                position.wrapping_add(1),
                Ordering::Relaxed,
                Ordering::Relaxed,
            ) {
                Ok(_) => {
                    // SAFETY: the exchange made this place ours alone until `set_turn`.
                    unsafe { *slot.info.get() = *info };
                    set_turn(slot, position, position.wrapping_add(1));
                    // Below 0 when it has been taken meanwhile, with others behind it.
                    let used = position.wrapping_sub(RING.head.load(Ordering::Relaxed)) as isize;
                    return if used < (SIZE - RESERVE) as isize { Room::Enough } else { Room::Last };
                }
                Err(now) => position = now,
            },
            ..0 => return Room::None,
            _ => position = RING.tail.load(Ordering::Relaxed),
        }
    }
}

/// Takes the oldest, if there is one and its signal is `wanted`. Not for signal handlers.
#[inline(never)]
pub fn pop_if(wanted: fn(i32) -> bool) -> Option<pcntl_siginfo> {
    while RING.taking.swap(true, Ordering::Acquire) {
        process::yield_now();
    }
    let position = RING.head.load(Ordering::Relaxed);
    let slot = slot(position);
    let mut taken = None;
    if turn(slot, position) == position.wrapping_add(1) {
        // SAFETY: it is the turn of the one consumer, which holds `taking`; no producer touches the slot before the
        // turn goes on.
        let info = unsafe { *slot.info.get() };
        if wanted(info.signo) {
            RING.head.store(position.wrapping_add(1), Ordering::Relaxed);
            set_turn(slot, position, position.wrapping_add(SIZE));
            taken = Some(info);
        }
    }
    RING.taking.store(false, Ordering::Release);
    taken
}

/// Takes the oldest, if there is one. Not for signal handlers.
pub fn pop() -> Option<pcntl_siginfo> {
    pop_if(|_| true)
}

/// Takes the oldest of these signals (bit 0 for signal 1), whatever is before it. Not for signal handlers.
pub fn take(signals: u64) -> Option<pcntl_siginfo> {
    while RING.taking.swap(true, Ordering::Acquire) {
        process::yield_now();
    }
    let head = RING.head.load(Ordering::Relaxed);
    let mut position = head;
    let mut taken = None;
    while turn(slot(position), position) == position.wrapping_add(1) {
        // SAFETY: as in `pop_if`, for every slot whose turn it is.
        let info = unsafe { *slot(position).info.get() };
        if signals & bit(info.signo) != 0 {
            taken = Some(info);
            break;
        }
        position = position.wrapping_add(1);
    }
    if taken.is_some() {
        // Those before it move up by one place, and the first place is free.
        while position != head {
            let before = position.wrapping_sub(1);
            // SAFETY: as above, for both.
            unsafe { *slot(position).info.get() = *slot(before).info.get() };
            position = before;
        }
        RING.head.store(head.wrapping_add(1), Ordering::Relaxed);
        set_turn(slot(head), head, head.wrapping_add(SIZE));
    }
    RING.taking.store(false, Ordering::Release);
    taken
}

pub fn is_empty() -> bool {
    let position = RING.head.load(Ordering::Relaxed);
    turn(slot(position), position) != position.wrapping_add(1)
}

/// Where the queue ends now; `is_before` tells whether the oldest entry was there then.
pub fn end() -> usize {
    RING.tail.load(Ordering::Acquire)
}

pub fn is_before(end: usize) -> bool {
    (RING.head.load(Ordering::Relaxed).wrapping_sub(end) as isize) < 0
}

/// Notes signals that a handler has blocked.
pub fn hold_back(signals: u64) {
    HELD_BACK.fetch_or(signals, Ordering::AcqRel);
}

pub fn held_back() -> u64 {
    HELD_BACK.load(Ordering::Acquire)
}

/// These the program has blocked itself.
pub fn let_go(signals: u64) {
    HELD_BACK.fetch_and(!signals, Ordering::AcqRel);
}

/// The signals to be let come again.
pub fn take_held_back() -> u64 {
    match HELD_BACK.load(Ordering::Acquire) {
        0 => 0,
        _ => HELD_BACK.swap(0, Ordering::AcqRel),
    }
}

/// In a forked child, signals blocked: what is queued was meant for the parent. Only what is not as it should be is written:
/// of a page that is, the child needs no copy of its own.
pub fn clear() {
    let start = RING.head.load(Ordering::Relaxed);
    for position in (start..).take(SIZE) {
        let slot = slot(position);
        if turn(slot, position) != position {
            set_turn(slot, position, position);
        }
    }
    RING.taking.store(false, Ordering::Relaxed);
    RING.tail.store(start, Ordering::Relaxed);
}
