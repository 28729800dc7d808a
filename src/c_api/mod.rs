//! The exported functions. They translate between C and the library and decide nothing.
//!
//! The comments here are those of the header: for C, where each function's safety is said once, in the conventions.
#![allow(clippy::missing_safety_doc)]

use core::ffi::{CStr, c_char, c_int};
use core::mem::MaybeUninit;

use crate::error::{Outcome, refused};

pub mod control;
pub mod daemonize;
pub mod library;
pub mod options;
pub mod options_launch;
pub mod pcntl;
pub mod pcntl_scheduling;
pub mod pcntl_signals;
pub mod php;
pub mod posix;
pub mod posix_databases;
pub mod posix_files;
pub mod posix_ids;
pub mod posix_limits;
pub mod stdio;

/// The first page is never mapped: an address in it is NULL or nonsense.
const NONSENSE_BELOW: usize = 4096;

/// The C string at `text`, called `what` in the refusal; an empty one is refused.
///
/// # Safety
/// `text` must be NULL, inside the first page, or a C string that lives through the call.
unsafe fn name<'a>(name: *const c_char, what: &str) -> Outcome<&'a CStr> {
    // SAFETY: passed on.
    let name = unsafe { text(name, what) }?;
    if name.is_empty() {
        return Err(refused(what, "empty"));
    }
    Ok(name)
}

/// The C string at `text`, called `what` in the refusal.
///
/// # Safety
/// `text` must be NULL, inside the first page, or a C string that lives through the call.
#[inline(never)]
unsafe fn text<'a>(text: *const c_char, what: &str) -> Outcome<&'a CStr> {
    if text.addr() < NONSENSE_BELOW {
        return Err(null(what));
    }
    // SAFETY: the caller vouches for every other address.
    Ok(unsafe { CStr::from_ptr(text) })
}

/// Where something is to be written that is not wanted where `place` is NULL.
///
/// # Safety
/// `place` must be NULL, inside the first page, or valid for writing as long as the reference is used.
unsafe fn out<'a, T>(place: *mut T) -> Outcome<Option<&'a mut T>> {
    // SAFETY: the caller vouches for every other address.
    is_null_or_address(place.addr()).map(|()| unsafe { place.as_mut() })
}

#[inline(never)]
fn is_null_or_address(address: usize) -> Outcome<()> {
    match address {
        1..NONSENSE_BELOW => Err(refused("pointer", "no address at all")),
        _ => Ok(()),
    }
}

#[inline(never)]
fn null(what: &str) -> crate::error::Failed {
    refused(what, "NULL, or no address at all")
}

/// What a call gives, or `failure` and errno: what was cleaned up since the failure may have changed it.
fn result<T>(outcome: Outcome<T>, failure: T) -> T {
    outcome.unwrap_or_else(|failed| {
        failed.errno.set();
        failure
    })
}

/// 0 or -1.
#[inline(never)]
fn code(outcome: Outcome<()>) -> c_int {
    result(outcome.map(|()| 0), -1)
}

/// A C truth value, 0 for false, whatever number a caller without a prototype has put there.
fn truth(value: MaybeUninit<bool>) -> u32 {
    // SAFETY: every caller passes some byte, and every byte is a valid u8.
    u32::from(unsafe { value.as_ptr().cast::<u8>().read() })
}

/// The number behind a C enumeration, whatever it is.
///
/// # Safety
/// T must be an enumeration with C's layout.
unsafe fn number<T>(value: MaybeUninit<T>) -> u32 {
    const { assert!(size_of::<T>() == size_of::<u32>()) };
    // SAFETY: every caller passes some 32 bits, and all of them are a valid u32.
    unsafe { value.as_ptr().cast::<u32>().read() }
}
