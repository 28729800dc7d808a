//! The exported functions. They translate between C and the library and decide nothing.
//!
//! The comments of the functions are those of the header: written for C. What a caller vouches for is said here once,
//! and SAFETY comments cite it by its number:
//!
//! 1. **Strings.** A `const char *` is NULL, an address in the first page (both are refused), or a C string that nobody
//!    changes or frees during the call.
//! 2. **Objects.** A `daemonize_options *` is NULL, an address in the first page (both are refused), or came from
//!    daemonize_options_new() and has not been freed. A `const` one is only read, so that several threads may use it at
//!    once; while another function changes or frees it, no other thread uses it.
//! 3. **Results.** A pointer for a result is NULL, an address in the first page (NULL means "not wanted" where the
//!    function says so, else both are refused), or valid for writing a value of its type during the call; nobody else
//!    uses that place meanwhile. It need not be aligned, nor hold a value, and two results of one call may go to one
//!    place.
//! 4. **Arrays.** An array that ends in NULL is NULL, or holds C strings as in rule 1 up to its NULL. An array with a
//!    count is valid for reading or writing that many values; its address is looked at only where the count is above 0.
//! 5. **Callbacks.** A function that is passed in can be called, with the arguments of its type, until another one
//!    takes its place.
//! 6. **Any bits.** A `bool` or an enumeration may hold any bits: it is looked at as a number.
#![allow(clippy::missing_safety_doc)]

use core::ffi::{CStr, c_char, c_int};
use core::mem::MaybeUninit;

use crate::error::{Error, Result, Step};
use crate::sys::{cancellation, thread_state};

pub mod control;
pub mod daemonize;
pub mod library;
pub mod notify;
pub mod options;
pub mod options_launch;
pub mod options_object;
pub mod pcntl;
pub mod pcntl_scheduling;
pub mod pcntl_signals;
pub mod posix;
pub mod posix_databases;
pub mod posix_files;
pub mod posix_ids;
pub mod posix_limits;
pub mod stdio;

/// The first page is never mapped: an address in it is NULL or nonsense.
const FIRST_PAGE_END: usize = 4096;

/// Which function tells a caller of the last errno, besides libdaemon_last_errno().
#[derive(Clone, Copy, PartialEq, Eq)]
enum Family {
    Daemonize,
    /// pcntl_get_last_error().
    Pcntl,
    /// posix_get_last_error().
    Posix,
}

/// The way into the library from every exported function that can fail: this thread cannot be cancelled until `body`
/// has ended, and a failure becomes `failure`, with errno and the family's last error.
fn enter<T>(family: Family, failure: T, body: impl FnOnce() -> Result<T>) -> T {
    let cancellation = cancellation::disable();
    let result = body();
    leave(cancellation, family, result.as_ref().err().copied());
    result.unwrap_or(failure)
}

/// The way out of it: one for all of them.
// One copy for all who call it.
#[inline(never)]
fn leave(_cancellation: cancellation::Disabled, family: Family, error: Option<Error>) {
    let Some(error) = error else { return };
    let errno = error.errno();
    match family {
        Family::Daemonize => {}
        Family::Pcntl => thread_state::get().pcntl_errno.set(errno.number()),
        Family::Posix => thread_state::get().posix_errno.set(errno.number()),
    }
    // What was cleaned up since the failure may have changed it.
    errno.set();
}

/// The same for functions that return 0 or -1.
fn enter_for_status(family: Family, body: impl FnOnce() -> Result<()>) -> c_int {
    enter(family, -1, || body().map(|()| 0))
}

/// The C string at `text`; NULL and nonsense are refused as `step`.
///
/// # Safety
/// Rule 1.
unsafe fn c_string<'a>(text: *const c_char, step: Step) -> Result<&'a CStr> {
    if text.addr() < FIRST_PAGE_END {
        return Err(invalid_pointer(step));
    }
    // SAFETY: rule 1 for every other address.
    Ok(unsafe { CStr::from_ptr(text) })
}

/// The same for what must not be empty, such as a name or a path.
///
/// # Safety
/// Rule 1.
unsafe fn name<'a>(text: *const c_char, step: Step) -> Result<&'a CStr> {
    // SAFETY: rule 1.
    let name = unsafe { c_string(text, step) }?;
    if name.is_empty() {
        return Err(Error::refused(step, "empty"));
    }
    Ok(name)
}

/// Where a result goes; nowhere for NULL. What is there before need not be a value, and two results may go to one
/// place: so there is no reference to it.
struct OutParameter<T>(*mut T);

impl<T> OutParameter<T> {
    fn is_wanted(&self) -> bool {
        !self.0.is_null()
    }

    fn put(self, result: T) {
        if self.is_wanted() {
            // SAFETY: what `out` was called with is valid for writing by rule 3.
            unsafe { self.0.write_unaligned(result) };
        }
    }
}

/// Where a result goes that may be unwanted.
///
/// # Safety
/// Rule 3.
unsafe fn optional_out<T>(pointer: *mut T) -> Result<OutParameter<T>> {
    check_null_or_address(pointer.addr())?;
    Ok(OutParameter(pointer))
}

/// Where a result goes that is always wanted; NULL and nonsense are refused as `step`.
///
/// # Safety
/// Rule 3.
unsafe fn out<T>(pointer: *mut T, step: Step) -> Result<OutParameter<T>> {
    check_address(pointer.addr(), step)?;
    Ok(OutParameter(pointer))
}

/// An address that is not NULL has to be one.
// One copy for all who call it.
#[inline(never)]
fn check_null_or_address(address: usize) -> Result<()> {
    match address {
        1..FIRST_PAGE_END => Err(invalid_pointer(Step::Pointer)),
        _ => Ok(()),
    }
}

/// An address that has to be given.
fn check_address(address: usize, step: Step) -> Result<()> {
    if address < FIRST_PAGE_END { Err(invalid_pointer(step)) } else { Ok(()) }
}

#[cold]
// One copy for all who call it.
#[inline(never)]
fn invalid_pointer(step: Step) -> Error {
    Error::refused(step, "invalid pointer")
}

/// A C truth value, 0 for false, whatever number a caller without a prototype has put there.
fn truth(value: MaybeUninit<bool>) -> bool {
    // SAFETY: rule 6: every caller passes some byte, and every byte is a valid u8.
    unsafe { value.as_ptr().cast::<u8>().read() != 0 }
}

/// The number behind a C enumeration, whatever it is.
///
/// # Safety
/// T must be an enumeration with C's layout.
unsafe fn number<T>(value: MaybeUninit<T>) -> u32 {
    const { assert!(size_of::<T>() == size_of::<u32>()) };
    // SAFETY: rule 6: every caller passes some 32 bits, and all of them are a valid u32.
    unsafe { value.as_ptr().cast::<u32>().read() }
}
