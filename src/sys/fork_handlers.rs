//! What is done around every fork of the process, the library's own and anybody's. Each part of the library registers
//! what it needs; all signals are blocked from before the first handler until after the last one.

use core::sync::atomic::{AtomicI32, AtomicPtr, Ordering};

use super::signal::{self, Set};
use super::{Errno, cancellation, hooks, process, thread_state};

/// What a part of the library does around a fork.
pub struct ForkHandlers {
    /// In the parent, before the fork.
    pub before: fn(),
    /// In the child. It may take signals out of `mask_before_fork`, the mask that the child goes on with.
    pub in_child: fn(),
}

/// The parts that have registered, in the order of their registration.
static REGISTERED: [AtomicPtr<ForkHandlers>; 4] = [const { AtomicPtr::new(core::ptr::null_mut()) }; 4];

/// Are the functions below known to libc? 0: no; KNOWN: yes; else the process whose thread is telling libc.
static WATCHED: AtomicI32 = AtomicI32::new(0);
const KNOWN: i32 = -1;

/// Has `handlers` run around every fork from now on; registering the same ones twice has no effect. May allocate.
pub fn register(handlers: &'static ForkHandlers) -> Result<(), Errno> {
    let address = core::ptr::from_ref(handlers).cast_mut();
    for place in &REGISTERED {
        match place.compare_exchange(core::ptr::null_mut(), address, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => break,
            Err(held) if held == address => break,
            Err(_) => {}
        }
    }
    let mut state = WATCHED.load(Ordering::Acquire);
    while state != KNOWN {
        let own = process::id();
        if state == own {
            // Another thread. A fork of this one's must not come before.
            process::yield_now();
            state = WATCHED.load(Ordering::Acquire);
            continue;
        }
        // Nobody, or a thread that a fork of the process has not taken along.
        match WATCHED.compare_exchange(state, own, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => {
                let told = hooks::around_fork(before, after_in_parent, after_in_child);
                WATCHED.store(if told.is_ok() { KNOWN } else { 0 }, Ordering::Release);
                return told;
            }
            Err(now) => state = now,
        }
    }
    Ok(())
}

fn registered() -> impl Iterator<Item = &'static ForkHandlers> {
    // SAFETY: NULL, or what `register` was given, which lives as long as the process.
    REGISTERED.iter().filter_map(|place| unsafe { place.load(Ordering::Acquire).as_ref() })
}

/// No signal may arrive in the child before each part is ready for it.
extern "C" fn before() {
    thread_state::get().mask_before_fork.set(signal::block_all().bits());
    registered().for_each(|part| (part.before)());
}

extern "C" fn after_in_parent() {
    signal::set_mask(Set::from_bits(thread_state::get().mask_before_fork.get()));
}

extern "C" fn after_in_child() {
    let _cancellation = cancellation::disable();
    WATCHED.store(KNOWN, Ordering::Release);
    registered().for_each(|part| (part.in_child)());
    signal::set_mask(Set::from_bits(thread_state::get().mask_before_fork.get()));
}
