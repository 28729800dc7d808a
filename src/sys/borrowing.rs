//! Processes that borrow the memory of this one until they execute a program or end, as after vfork(2). What they cost
//! does not depend on the size of that memory. And a thread that makes them, so that no other thread is suspended
//! meanwhile.

use core::ffi::{c_int, c_void};
use core::sync::atomic::{AtomicI32, Ordering};

use super::process::{self, Pid};
use super::{Errno, check};

/// Room for the calls of such a process.
#[repr(C, align(16))]
pub struct Stack([u8; 64 << 10]);

/// Makes a child that runs `body` on `stack`, in the memory of this process. The calling thread is suspended meanwhile.
/// No fork handler runs. All else belongs to the child: descriptors, directories, umask, dispositions of signals, ids.
/// Its end sends no signal, and only `process::reap` and the like find it. Its pid is in `pid` from before it begins.
///
/// # Safety
/// `stack` is valid for writing and nobody else uses it, and `argument` is what `body` takes. `body` uses nothing of
/// libc that locks, allocates or acts on all threads, and what it changes in memory does not disturb the caller.
/// Signals are blocked.
pub unsafe fn make_child(
    stack: *mut Stack,
    body: extern "C" fn(*mut c_void) -> c_int,
    argument: *mut c_void,
    pid: &AtomicI32,
) -> Result<Pid, Errno> {
    let flags = libc::CLONE_VM | libc::CLONE_VFORK | libc::CLONE_PARENT_SETTID;
    // It grows downwards.
    let start = stack.wrapping_add(1).cast();
    // SAFETY: the caller vouches for the stack; the kernel writes the pid to a place that is valid for it.
    check(unsafe { libc::clone(body, start, flags, argument, pid.as_ptr()) })
}

/// Waits until `change_is_made` has been called for `place`, but only for a moment, and not if its value is no longer
/// `former`. The process that changes it may borrow the memory.
pub fn await_change(place: &AtomicI32, former: c_int) {
    let moment = libc::timespec { tv_sec: 0, tv_nsec: 50_000_000 };
    let operation = libc::FUTEX_WAIT | libc::FUTEX_PRIVATE_FLAG;
    // SAFETY: futex(2) reads the place and the time, which outlive the call.
    let _ = unsafe { super::system_call!(SYS_futex, place.as_ptr(), operation, former, &raw const moment) };
}

/// Wakes the thread that waits for a change of `place`.
pub fn change_is_made(place: &AtomicI32) {
    let operation = libc::FUTEX_WAKE | libc::FUTEX_PRIVATE_FLAG;
    // SAFETY: the place is only an address here.
    let _ = unsafe { super::system_call!(SYS_futex, place.as_ptr(), operation, 1) };
}

unsafe extern "C" {
    // Old versions of the crate libc lack them.
    fn pthread_create(
        thread: *mut libc::pthread_t,
        attributes: *const c_void,
        body: extern "C" fn(*mut c_void) -> *mut c_void,
        argument: *mut c_void,
    ) -> c_int;
    fn pthread_join(thread: libc::pthread_t, result: *mut *mut c_void) -> c_int;
    fn pthread_detach(thread: libc::pthread_t) -> c_int;
}

pub struct Thread(libc::pthread_t);

impl Thread {
    /// Starts a thread with the mask and the privileges of this one.
    ///
    /// # Safety
    /// `argument` is what `body` takes, until the thread has ended.
    pub unsafe fn start(
        body: extern "C" fn(*mut c_void) -> *mut c_void,
        argument: *mut c_void,
    ) -> Result<Thread, Errno> {
        let mut thread = 0;
        // SAFETY: `thread` is valid for writing, NULL stands for the usual attributes, and the caller vouches for the
        // rest.
        match unsafe { pthread_create(&mut thread, core::ptr::null(), body, argument) } {
            0 => Ok(Thread(thread)),
            // That is EAGAIN for too little memory, too. errno is what the kernel has said.
            _ => Err(Errno::last()),
        }
    }

    /// Waits for its end. `id` is what the kernel calls it, for which it may be there a little longer.
    pub fn join(self, id: &AtomicI32) {
        // SAFETY: the thread has been neither joined nor detached; NULL asks for no result.
        unsafe { pthread_join(self.0, core::ptr::null_mut()) };
        while process::has_thread(id.load(Ordering::Acquire)) {
            process::yield_now();
        }
    }

    /// Detaches it: nobody waits for its end.
    pub fn detach(self) {
        // SAFETY: the thread has been neither joined nor detached.
        unsafe { pthread_detach(self.0) };
    }
}
