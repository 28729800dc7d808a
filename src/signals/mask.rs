//! A thread's signal mask as its program sees it, without what the library holds back; and waiting for blocked signals.

use core::ffi::c_int;

use super::info::pcntl_siginfo;
use super::queue::QUEUE;
use super::{dispatch, event_descriptor, held_back};
use crate::error::{Error, Result, Step};
use crate::sys::signal::{self, BLOCK, SET, Set, UNBLOCK};

/// Changes the mask as sigprocmask(2) does and gives the former one.
///
/// A signal that is held back does not count as blocked by the program: the former mask that is returned does not have
/// it, and it stays blocked until there is room. If the program blocks it now, it stays blocked when there is room,
/// too.
pub fn change(how: c_int, signals: Set) -> Result<Set> {
    if !matches!(how, BLOCK | UNBLOCK | SET) {
        return Err(Error::refused(Step::SignalMask, "no such mode"));
    }
    // While the queue is empty, nothing is held back or soon to be.
    if dispatch::is_idle() {
        return Ok(signal::change_mask(how, signals));
    }
    let former = signal::block_all().bits();
    let held = held_back::here() & former;
    let seen = former & !held;
    let wanted = match how {
        BLOCK => seen | signals.bits(),
        UNBLOCK => seen & !signals.bits(),
        _ => signals.bits(),
    };
    held_back::remove(held & wanted);
    signal::set_mask(Set::from_bits(wanted | held));
    Ok(Set::from_bits(seen))
}

/// Takes one of `signals` that is pending, or that comes within `timeout` (seconds and nanoseconds). Without a timeout
/// it also takes one that is queued for its handler already, because otherwise it could wait for ever.
pub fn wait(signals: Set, timeout: Option<(i64, i64)>) -> Result<pcntl_siginfo> {
    if timeout.is_some() {
        return take(signals, timeout);
    }
    // From here on none of them goes to the queue.
    let mask = signal::change_mask(BLOCK, signals);
    let taken = match QUEUE.take(signals.bits()) {
        Some(queued) => Ok(queued),
        None => take(signals, None),
    };
    if QUEUE.is_empty() {
        event_descriptor::update();
    }
    signal::set_mask(mask);
    taken
}

fn take(signals: Set, timeout: Option<(i64, i64)>) -> Result<pcntl_siginfo> {
    match signal::wait_once(signals, timeout) {
        Ok(raw) => Ok(pcntl_siginfo::from_raw(raw.signal, &raw)),
        Err(errno) => Err(Error::at(Step::WaitForSignal, errno)),
    }
}
