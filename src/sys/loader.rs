//! The dynamic loader.

use core::ffi::{CStr, c_void};

/// What the program exports under this name, NULL if nothing.
pub fn symbol(name: &CStr) -> *mut c_void {
    // SAFETY: the handle stands for the whole process, the name ends in NUL.
    unsafe { libc::dlsym(libc::RTLD_DEFAULT, name.as_ptr()) }
}

/// The same, but always what the program itself uses, also where a library exports this name, too.
pub fn programs_symbol(name: &CStr) -> *mut c_void {
    // SAFETY: NULL stands for the program, whose symbols come first.
    let program = unsafe { libc::dlopen(core::ptr::null(), libc::RTLD_NOW) };
    // SAFETY: a handle from dlopen, and a C string.
    unsafe { libc::dlsym(program, name.as_ptr()) }
}
