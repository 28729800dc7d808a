//! Signals: their dispositions, the queue of those that have arrived, and the handlers, which run when the program says
//! so.

use core::ffi::c_int;

use crate::error::{Error, Result, Step};
use crate::sys::fork_handlers::{self, ForkHandlers};
use crate::sys::thread_state;

pub mod claims;
pub mod dispatch;
pub mod dispositions;
pub mod event_descriptor;
pub mod handlers;
pub mod held_back;
pub mod info;
pub mod mask;
pub mod names;
pub mod notifier;
mod overflow;
pub mod queue;

/// A forked child starts with an empty signal queue and an event descriptor of its own.
static AROUND_FORK: ForkHandlers = ForkHandlers { before: before_fork, in_child: after_fork_in_child };

fn watch_forks() -> Result<()> {
    fork_handlers::register(&AROUND_FORK).map_err(|errno| Error::at(Step::ForkHandlers, errno))
}

fn before_fork() {
    let state = thread_state::get();
    state.dispatched_before_fork.set(dispatch::runs_here());
    state.held_back_before_fork.set(held_back::in_mask());
}

fn after_fork_in_child() {
    let state = thread_state::get();
    // What is held back in the parent is not blocked in the child, whose queue is empty.
    state.mask_before_fork.set(state.mask_before_fork.get() & !state.held_back_before_fork.get());
    held_back::forget();
    queue::QUEUE.clear();
    dispatch::reset_after_fork(state.dispatched_before_fork.get());
    event_descriptor::reset_after_fork();
}

/// Only numbers below this can be signals.
const PLACES: usize = crate::sys::signal::LAST as usize + 1;

/// What a table of `PLACES` holds for `signal`.
fn at<T>(table: &[T; PLACES], signal: c_int) -> Option<&T> {
    usize::try_from(signal).ok().and_then(|place| table.get(place))
}
