//! What the library does around every fork of the process, its own and anybody's.

use core::sync::atomic::{AtomicBool, Ordering};

use crate::daemon::registration;
use crate::error::{Outcome, failed_at};
use crate::signals::{handlers, queue};
use crate::sys::signal::{self, Set};
use crate::sys::{self, hooks};

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
    sys::thread_state().mask_before_fork = signal::block_all();
}

extern "C" fn after_in_parent() {
    let mask = sys::thread_state().mask_before_fork;
    signal::set_mask(mask);
}

extern "C" fn after_in_child() {
    registration::let_go_in_child();
    queue::clear();
    handlers::renew_event();
    let mut mask = sys::thread_state().mask_before_fork;
    let held = queue::take_held_back();
    if held != 0 {
        // Blocked only for want of room in the parent's queue, they come again in the child.
        mask = Set::from_bits(mask.bits() & !held);
    }
    signal::set_mask(mask);
}
