//! The dynamic loader.

use core::ffi::{CStr, c_void};

/// What the program exports under this name, NULL if nothing.
pub fn symbol(name: &CStr) -> *mut c_void {
    // SAFETY: the handle stands for the whole process, the name ends in NUL.
    unsafe { libc::dlsym(libc::RTLD_DEFAULT, name.as_ptr()) }
}
