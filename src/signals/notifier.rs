//! The function that is called when a signal has been queued. PHP's extension registers one, to have the engine run
//! handlers.

use core::sync::atomic::{AtomicPtr, Ordering};

/// NULL, or a function of the type below.
static NOTIFIER: AtomicPtr<()> = AtomicPtr::new(core::ptr::null_mut());

/// Has `notify` called inside the signal handler for every signal that is queued, with all signals blocked. It must be
/// async-signal-safe.
pub fn register(notify: fn()) {
    NOTIFIER.store(notify as *mut (), Ordering::Release);
}

/// A signal has been queued. Async-signal-safe.
pub fn notify() {
    let notifier = NOTIFIER.load(Ordering::Acquire);
    if !notifier.is_null() {
        // SAFETY: not NULL, and only `register` stores there: a `fn()` cast to a pointer.
        let notify = unsafe { core::mem::transmute::<*mut (), fn()>(notifier) };
        notify();
    }
}
