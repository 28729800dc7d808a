//! Every system call and every call of libc, each wrapped once: EINTR handled, errors as values.

use core::ffi::{CStr, c_char, c_int};

use crate::error::ThreadState;

pub mod cancellation;
pub mod clock;
pub mod database;
pub mod fd;
pub mod file;
pub mod heap;
pub mod hooks;
pub mod identity;
pub mod limits;
pub mod loader;
pub mod namespace;
pub mod privileges;
pub mod process;
pub mod scheduling;
pub mod signal;
pub mod socket;
pub mod terminal;
pub mod text;

/// An errno value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Errno(pub c_int);

macro_rules! errnos {
    ($($name:ident)*) => { impl Errno { $(pub const $name: Errno = Errno(libc::$name);)* } };
}

errnos! {
    EACCES EAGAIN EBADF ENOSPC ECANCELED ECHILD EDEADLK EEXIST EINTR EINVAL EISDIR ELOOP EMLINK ENOENT ENOMEM
    ENOSYS EPERM EPIPE ESRCH ETIMEDOUT
}

impl Errno {
    /// The calling thread's errno.
    pub fn last() -> Errno {
        // SAFETY: the pointer is this thread's errno, valid as long as the thread lives.
        Errno(unsafe { *libc::__errno_location() })
    }

    /// Makes this the calling thread's errno.
    #[inline(never)]
    pub fn set(self) {
        // SAFETY: as in `last`.
        unsafe { *libc::__errno_location() = self.0 }
    }
}

/// -1 means errno.
#[inline(never)]
fn check(result: c_int) -> Result<c_int, Errno> {
    if result == -1 { Err(Errno::last()) } else { Ok(result) }
}

/// A system call by its number, where libc's function does no more than that: a libc older than the kernel may lack it, and
/// every function that is imported costs 70 bytes. An i32, u32 or what is as long as an address each; -1 means errno.
macro_rules! system_call {
    ($number:ident $(, $argument:expr)*) => {
        $crate::sys::check(libc::syscall(libc::$number $(, $argument)*) as core::ffi::c_int)
    };
}
use system_call;

/// -1 means errno.
fn check_size(result: isize) -> Result<usize, Errno> {
    usize::try_from(result).map_err(|_| Errno::last())
}

/// Repeats `call` as long as a signal interrupts it.
fn uninterrupted<T>(mut call: impl FnMut() -> Result<T, Errno>) -> Result<T, Errno> {
    loop {
        match call() {
            Err(Errno::EINTR) => {}
            result => return result,
        }
    }
}

unsafe extern "C" {
    fn libdaemon_shim_thread_state() -> *mut ThreadState;
    /// glibc 2.32: async-signal-safe, and in English whatever the locale.
    fn strerrordesc_np(errno: c_int) -> *const c_char;
}

/// What the library keeps for this thread. Not for signal handlers: the first use in a thread may allocate.
#[inline(never)]
pub fn thread_state() -> &'static ThreadState {
    // SAFETY: the shim gives the calling thread's own buffer, laid out as `ThreadState` and zeroed at the start. Its cells
    // make any number of references sound, and keep them in this thread, where none is stored.
    unsafe { &*libdaemon_shim_thread_state() }
}

/// The description of `errno`, if it has one.
pub fn error_text(errno: Errno) -> Option<&'static CStr> {
    // SAFETY: takes any number; gives NULL or a static string.
    unsafe {
        let text = strerrordesc_np(errno.0);
        if text.is_null() { None } else { Some(CStr::from_ptr(text)) }
    }
}
