//! The signals that parts of the library handle for themselves, inside the signal handler. Those parts register here,
//! because this module may not call them by name: they are on a higher floor.

use core::ffi::c_int;
use core::sync::atomic::{AtomicI32, AtomicPtr, AtomicU64, Ordering};

use crate::sys::signal::Set;

/// A function of the library that runs inside the signal handler: it must be async-signal-safe.
pub type InHandler = fn();

/// The signal whose arrival runs a function, besides what the program wants of it; 0: none.
static ON_ARRIVAL: AtomicI32 = AtomicI32::new(0);
static RUN_ON_ARRIVAL: AtomicPtr<()> = AtomicPtr::new(core::ptr::null_mut());

/// The signals that run a function before their default action ends the process, bit 0 for signal 1.
static BEFORE_END: AtomicU64 = AtomicU64::new(0);
static RUN_BEFORE_END: AtomicPtr<()> = AtomicPtr::new(core::ptr::null_mut());

/// What the library wants of signals in this process.
pub struct Claims {
    /// The signal (0: none) whose arrival runs the function.
    pub on_arrival: (c_int, InHandler),
    /// The signals that run the function before their default action ends the process.
    pub before_end: (Set, InHandler),
}

/// Replaces all earlier claims, and gives the signals of these.
pub fn replace(claims: &Claims) -> Set {
    let (arriving, run_on_arrival) = claims.on_arrival;
    let (ending, run_before_end) = claims.before_end;
    RUN_ON_ARRIVAL.store(run_on_arrival as *mut (), Ordering::Release);
    RUN_BEFORE_END.store(run_before_end as *mut (), Ordering::Release);
    let former_arriving = ON_ARRIVAL.swap(arriving, Ordering::AcqRel);
    let former_ending = BEFORE_END.swap(ending.bits(), Ordering::AcqRel);
    Set::from_bits(former_ending).with(former_arriving)
}

/// Does the library need its own handler for `signal`, which the program wants at its default, or not?
pub fn needs_handler(signal: c_int, is_default: bool) -> bool {
    let ends = is_default && Set::from_bits(BEFORE_END.load(Ordering::Acquire)).contains(signal);
    ends || ON_ARRIVAL.load(Ordering::Acquire) == signal
}

/// Runs what is claimed for the arrival of `signal`; says whether there was anything. Async-signal-safe.
pub fn run_on_arrival(signal: c_int) -> bool {
    ON_ARRIVAL.load(Ordering::Acquire) == signal && run(&RUN_ON_ARRIVAL)
}

/// Runs what is claimed for the end of the process by `signal`; says whether there was anything. Async-signal-safe.
pub fn run_before_end(signal: c_int) -> bool {
    Set::from_bits(BEFORE_END.load(Ordering::Acquire)).contains(signal) && run(&RUN_BEFORE_END)
}

fn run(place: &AtomicPtr<()>) -> bool {
    let function = place.load(Ordering::Acquire);
    if function.is_null() {
        return false;
    }
    // SAFETY: not NULL, and only `replace` stores there: an `InHandler` cast to a pointer.
    let function = unsafe { core::mem::transmute::<*mut (), InHandler>(function) };
    function();
    true
}
