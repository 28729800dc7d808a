//! Becoming another program.

use core::ffi::{CStr, c_char};

use crate::error::{Error, Step};
use crate::memory::{List, OutOfMemory};
use crate::signals::held_back;
use crate::sys::{Errno, environment, process};

/// Runs `path` in place of this process, with `path` before `arguments` as PHP has it, and with the present environment
/// where none is given. Returns only on failure.
///
/// # Safety
/// `arguments` and `environment` must be NULL, or arrays of C strings that end in NULL.
pub unsafe fn execute(path: &CStr, arguments: *const *const c_char, environment: *const *const c_char) -> Error {
    let mut list = List::new();
    let mut fill = || {
        list.push(path.as_ptr())?;
        let mut next = arguments;
        while !next.is_null() {
            // SAFETY: the caller vouches for an array that ends in NULL, behind which `next` never gets.
            let argument = unsafe { next.read() };
            if argument.is_null() {
                break;
            }
            list.push(argument)?;
            // SAFETY: this was not the end, so the array goes on.
            next = unsafe { next.add(1) };
        }
        list.push(core::ptr::null())
    };
    if let Err(OutOfMemory) = fill() {
        return Error::at(Step::Exec, Errno::ENOMEM);
    }
    let environment = if environment.is_null() { environment::block() } else { environment };
    held_back::give_up();
    // SAFETY: the list ends in NULL, and so does the environment: the present one, or what the caller vouches for.
    let errno = unsafe { process::execute(path, list.as_slice().as_ptr(), environment) };
    held_back::resume();
    Error::on(Step::Exec, path, errno)
}
