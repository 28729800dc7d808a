//! Cancellation of threads.

use core::ffi::c_int;
use core::marker::PhantomData;

unsafe extern "C" {
    fn pthread_setcancelstate(state: c_int, former: *mut c_int) -> c_int;
}

const DISABLE: c_int = 1;

/// As long as it lives, a pthread_cancel(3) of this thread stays pending: a call that is cancelled half-way would leave
/// locks, files and descriptors behind. A forked copy of the thread has it disabled too.
pub struct Disabled {
    former: c_int,
    /// It belongs to this thread.
    _thread: PhantomData<*mut ()>,
}

/// Disables the cancellation of this thread. Async-signal-safe with glibc. Not inlined: every exported function begins
/// with it.
#[inline(never)]
pub fn disable() -> Disabled {
    let mut former = DISABLE;
    // SAFETY: `former` is valid for writing; the state is a valid one.
    unsafe { pthread_setcancelstate(DISABLE, &mut former) };
    Disabled { former, _thread: PhantomData }
}

impl Drop for Disabled {
    fn drop(&mut self) {
        // SAFETY: NULL asks for no former state; the state came from the same function.
        unsafe { pthread_setcancelstate(self.former, core::ptr::null_mut()) };
    }
}
