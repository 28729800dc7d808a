//! What libc calls the library for: around every fork of the process.

use core::ffi::c_void;

use super::Errno;

unsafe extern "C" {
    /// What pthread_atfork(3) calls, from an archive that goes into every library: the last argument is that library,
    /// whose hooks end with it. This library stays.
    fn __register_atfork(
        prepare: extern "C" fn(),
        parent: extern "C" fn(),
        child: extern "C" fn(),
        library: *const c_void,
    ) -> libc::c_int;
}

/// Has the three called around every fork: before it, and after it in the parent and in the child. May allocate.
pub fn around_fork(prepare: extern "C" fn(), parent: extern "C" fn(), child: extern "C" fn()) -> Result<(), Errno> {
    // SAFETY: the functions live as long as the process: the library is linked `nodelete`.
    match unsafe { __register_atfork(prepare, parent, child, core::ptr::null()) } {
        0 => Ok(()),
        error => Err(Errno::of(error)),
    }
}
