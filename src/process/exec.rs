//! Becoming another program.

use core::ffi::{CStr, c_char};

use crate::error::{Failed, failed_at, failed_on};
use crate::memory::List;
use crate::sys::process;

/// Runs `path` in place of this process, with `path` before `arguments` as PHP has it. Returns only on failure.
///
/// # Safety
/// `arguments` and `environment` must be NULL or end in NULL and hold C strings otherwise.
pub unsafe fn execute(path: &CStr, arguments: *const *const c_char, environment: *const *const c_char) -> Failed {
    let mut list = List::new();
    let mut fill = || {
        list.push(path.as_ptr())?;
        let mut next = arguments;
        // SAFETY: the caller vouches for the array; the end is not passed.
        unsafe {
            while !next.is_null() && !next.read().is_null() {
                list.push(next.read())?;
                next = next.add(1);
            }
        }
        list.push(core::ptr::null())
    };
    if let Err(errno) = fill() {
        return failed_at("exec", errno);
    }
    let environment = (!environment.is_null()).then_some(environment);
    // SAFETY: the list ends in NULL, the caller vouches for the environment.
    let errno = unsafe { process::execute(path, list.as_slice().as_ptr(), environment) };
    failed_on("exec", path, errno)
}
