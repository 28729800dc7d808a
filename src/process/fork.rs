//! What the library does around every fork of the process, its own and anybody's.

use core::sync::atomic::{AtomicBool, Ordering};

use crate::daemon::{registration, standard_streams};
use crate::error::{Outcome, failed_at};
use crate::signals::{dispatch, event, queue};
use crate::sys::signal::{self, Set};
use crate::sys::{self, cancellation, hooks};

/// Has a forked child start with an empty signal queue and without the daemon's locks.
pub fn watch_forks() -> Outcome<()> {
    static WATCHED: AtomicBool = AtomicBool::new(false);
    if WATCHED.swap(true, Ordering::AcqRel) {
        return Ok(());
    }
    hooks::around_fork(before, after_in_parent, after_in_child).map_err(|errno| {
        WATCHED.store(false, Ordering::Release);
        failed_at("fork handlers", errno)
    })
}

/// No signal may arrive in the child before its queue is its own.
extern "C" fn before() {
    let state = sys::thread_state();
    state.mask_before_fork.set(signal::block_all());
    state.dispatched_before_fork.set(dispatch::runs_here());
}

extern "C" fn after_in_parent() {
    let mask = sys::thread_state().mask_before_fork.get();
    signal::set_mask(mask);
}

extern "C" fn after_in_child() {
    let _cancellation = cancellation::put_off();
    let state = sys::thread_state();
    let (mask, dispatched) = (state.mask_before_fork.get(), state.dispatched_before_fork.get());
    registration::let_go_in_child();
    standard_streams::renew();
    // What was blocked only for want of room in the parent's queue comes again in the child.
    let held = queue::take_held_back();
    queue::clear();
    dispatch::renew(dispatched);
    event::renew();
    signal::set_mask(Set::from_bits(mask.bits() & !held));
}
