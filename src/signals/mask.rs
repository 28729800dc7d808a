//! A thread's mask as its program means it, without what the library holds back; and waiting for what it blocks.

use core::ffi::c_int;

use super::info::pcntl_siginfo;
use super::{dispatch, event, queue};
use crate::error::{Outcome, failed_at, refused};
use crate::sys::signal::{self, BLOCK, SET, Set, UNBLOCK};

/// Changes the mask as sigprocmask(2) does and gives the former one.
///
/// A signal that is blocked only for want of room in the queue is not the program's: it is not told of, and stays blocked
/// until there is room; unless the program blocks it now, and room then changes nothing.
pub fn change(how: c_int, signals: Set) -> Outcome<Set> {
    if !matches!(how, BLOCK | UNBLOCK | SET) {
        return Err(refused("signal mask", "no such mode"));
    }
    // While the queue is empty, nothing is held back or soon to be.
    if queue::is_empty() && queue::held_back() == 0 {
        return Ok(signal::change_mask(how, signals));
    }
    let former = signal::block_all().bits();
    // It is the thread that takes signals which is made to wait.
    let held = if dispatch::elsewhere().is_some() { 0 } else { queue::held_back() & former };
    let seen = former & !held;
    let wanted = match how {
        BLOCK => seen | signals.bits(),
        UNBLOCK => seen & !signals.bits(),
        _ => signals.bits(),
    };
    queue::let_go(held & wanted);
    signal::set_mask(Set::from_bits(wanted | held));
    Ok(Set::from_bits(seen))
}

/// Takes one of `signals` that waits with the kernel, or comes within `timeout` (seconds and nanoseconds). Without one, which
/// might be for ever, one that is queued for its handler already counts too.
pub fn wait(signals: Set, timeout: Option<(i64, i64)>) -> Outcome<pcntl_siginfo> {
    if timeout.is_some() {
        return take(signals, timeout);
    }
    // From here on none of them goes to the queue.
    let mask = signal::change_mask(BLOCK, signals);
    let taken = match queue::take(signals.bits()) {
        Some(queued) => Ok(queued),
        None => take(signals, None),
    };
    if queue::is_empty() {
        event::settle();
    }
    signal::set_mask(mask);
    taken
}

fn take(signals: Set, timeout: Option<(i64, i64)>) -> Outcome<pcntl_siginfo> {
    match signal::wait_once(signals, timeout) {
        Ok(raw) => Ok(pcntl_siginfo::from_raw(raw.signal, &raw)),
        Err(errno) => Err(failed_at("wait for a signal", errno)),
    }
}
