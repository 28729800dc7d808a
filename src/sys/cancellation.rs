//! Cancellation of threads.

use core::ffi::c_int;
use core::marker::PhantomData;

unsafe extern "C" {
    fn pthread_setcancelstate(state: c_int, former: *mut c_int) -> c_int;
}

const DISABLE: c_int = 1;

/// As long as it lives, a pthread_cancel(3) of this thread waits: a call that is given up half-way would leave locks,
/// files and descriptors behind. In a process forked meanwhile it counts too.
pub struct PutOff {
    former: c_int,
    /// It belongs to this thread.
    _thread: PhantomData<*mut ()>,
}

/// Puts the cancellation of this thread off. Async-signal-safe.
#[inline(never)]
pub fn put_off() -> PutOff {
    let mut former = DISABLE;
    // SAFETY: `former` is valid for writing; the state is a valid one.
    unsafe { pthread_setcancelstate(DISABLE, &mut former) };
    PutOff { former, _thread: PhantomData }
}

impl Drop for PutOff {
    #[inline(never)]
    fn drop(&mut self) {
        // SAFETY: NULL asks for no former state; the state came from the same function.
        unsafe { pthread_setcancelstate(self.former, core::ptr::null_mut()) };
    }
}
