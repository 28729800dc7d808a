//! Every system call and every call of libc, each wrapped once: EINTR handled, errors as values.

use core::cell::Cell;
use core::ffi::{CStr, c_char, c_int};
use core::num::NonZero;

pub mod borrowing;
pub mod cancellation;
pub mod capabilities;
pub mod clock;
pub mod credentials;
pub mod database;
pub mod datagram;
pub mod directory;
pub mod environment;
pub mod event_counter;
pub mod fd;
pub mod file;
pub mod fork_handlers;
pub mod heap;
pub mod hooks;
pub mod libc_descriptors;
pub mod limits;
pub mod loader;
pub mod lock;
pub mod lock_line;
pub mod namespace;
pub mod open_descriptors;
pub mod output_buffer;
pub mod pages;
pub mod path_resolution;
pub mod pipe;
pub mod proc_files;
pub mod process;
pub mod random;
pub mod scheduling;
pub mod signal;
pub mod signal_info;
pub mod socket;
pub mod terminal;
pub mod text;
pub mod thread_state;
pub mod threads;
pub mod title;

/// An errno value. 0, which says that nothing has failed, is none.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Errno(NonZero<c_int>);

macro_rules! errnos {
    ($($name:ident)*) => { impl Errno { $(pub const $name: Errno = Errno(NonZero::new(libc::$name).unwrap());)* } };
}

errnos! {
    EACCES EAFNOSUPPORT EAGAIN EBADF EBUSY ECANCELED ECHILD ECONNREFUSED EDEADLK EEXIST EFBIG EINTR EINVAL EIO EISDIR
    ELOOP EMFILE EMLINK ENAMETOOLONG ENFILE ENODEV ENOENT ENOMEM ENOSPC ENOSYS ENOTDIR ENOTSOCK ENXIO EPERM EPIPE EPROTO
    ESRCH ETIMEDOUT
}

impl Errno {
    /// The errno with this number, which nobody gives as 0.
    pub fn of(number: c_int) -> Errno {
        NonZero::new(number).map_or(Errno::EIO, Errno)
    }

    pub fn number(self) -> c_int {
        self.0.get()
    }

    /// The calling thread's errno, after a call that has failed.
    // One copy for all who call it.
    #[inline(never)]
    pub fn last() -> Errno {
        Errno::of(Errno::place().get())
    }

    /// Makes this the calling thread's errno.
    pub fn set(self) {
        Errno::place().set(self.number());
    }

    /// Where the calling thread's errno is, 0 where nothing has failed.
    pub fn place() -> &'static Cell<c_int> {
        // SAFETY: takes nothing.
        let place = unsafe { libc::__errno_location() };
        // SAFETY: this thread's errno, valid as long as the thread lives; the reference does not leave the thread.
        unsafe { &*place.cast::<Cell<c_int>>() }
    }
}

/// -1 means errno.
// One copy for all who call it.
#[inline(never)]
fn check(result: c_int) -> Result<c_int, Errno> {
    if result == -1 { Err(Errno::last()) } else { Ok(result) }
}

/// A system call by its number, for those that the oldest supported libc has no function for. Each argument is an i32,
/// a u32 or as long as an address; -1 means errno.
macro_rules! system_call {
    ($number:ident $(, $argument:expr)*) => {
        $crate::sys::check(libc::syscall(libc::$number $(, $argument)*) as core::ffi::c_int)
    };
}
use system_call;

/// A size; -1 means errno.
// One copy for all who call it.
#[inline(never)]
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

/// The numbers of the bits that are set, in ascending order.
pub fn bits_of(word: u64) -> impl Iterator<Item = c_int> {
    let mut left = word;
    core::iter::from_fn(move || {
        let bit = left.trailing_zeros();
        left &= left.checked_sub(1)?;
        Some(bit as c_int)
    })
}

unsafe extern "C" {
    /// glibc 2.32: async-signal-safe, and in English whatever the locale.
    fn strerrordesc_np(errno: c_int) -> *const c_char;
}

/// The description of an errno in the program's locale, as strerror(3) gives it.
pub fn error_text_in_locale(errno: c_int) -> *const c_char {
    // SAFETY: takes any number; the text lives in libc, for unknown numbers in this thread's buffer.
    unsafe { libc::strerror(errno) }
}

/// The description of `errno`, if it has one.
pub fn error_text(errno: Errno) -> Option<&'static CStr> {
    // SAFETY: takes any number.
    let text = unsafe { strerrordesc_np(errno.number()) };
    // SAFETY: what is not NULL is a static C string.
    (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) })
}
