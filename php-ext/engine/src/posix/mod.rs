//! The extension posix.

pub mod constants;
pub mod databases;
pub mod descriptors;
pub mod errors;
pub mod files;
pub mod functions;
pub mod ids;
pub mod limits;
pub mod processes;
pub mod system;

use core::ffi::{CStr, c_char, c_int};

use crate::abi::value::Value;
use crate::call::{Call, Given};
use crate::libdaemon::{posix_errno, set_posix_errno};

/// true for 0.
fn succeeded(code: c_int) -> Given {
    Some(Value::bool(code == 0))
}

/// The number, or false for -1.
fn number_or_false(number: i64) -> Given {
    Some(if number == -1 { Value::FALSE } else { Value::int(number) })
}

/// The text, or false for NULL.
///
/// # Safety
/// `text` must be NULL or a C string.
unsafe fn text_or_false(call: &Call, text: *const c_char) -> Given {
    // SAFETY: not NULL, so the caller gave a C string.
    Some(if text.is_null() { Value::FALSE } else { call.text(unsafe { CStr::from_ptr(text) }) })
}

/// For what natively does not count as a failure for posix_get_last_error().
fn without_noting<T>(act: impl FnOnce() -> T) -> T {
    let noted = posix_errno();
    let result = act();
    set_posix_errno(noted);
    result
}
