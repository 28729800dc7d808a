//! What libc calls the library for: around every fork of the process, and at its end.

use core::ffi::c_char;

use super::Errno;

unsafe extern "C" {
    /// In libc_nonshared.a, so that the hooks go with the library that asked for them.
    fn pthread_atfork(prepare: extern "C" fn(), parent: extern "C" fn(), child: extern "C" fn()) -> libc::c_int;

    static mut environ: *mut *mut c_char;
}

/// Has the three called around every fork: before it, and after it in the parent and in the child. May allocate.
pub fn around_fork(prepare: extern "C" fn(), parent: extern "C" fn(), child: extern "C" fn()) -> Result<(), Errno> {
    // SAFETY: the functions live as long as the process: the library is linked `nodelete`.
    match unsafe { pthread_atfork(prepare, parent, child) } {
        0 => Ok(()),
        error => Err(Errno(error)),
    }
}

/// The texts of the present environment.
pub fn environment() -> impl Iterator<Item = *mut c_char> {
    // SAFETY: a plain read of libc's pointer.
    let mut next = unsafe { environ };
    core::iter::from_fn(move || {
        if next.is_null() {
            return None;
        }
        // SAFETY: the array ends in NULL, and the end is not passed.
        unsafe {
            let text = next.read();
            next = next.add(usize::from(!text.is_null()));
            (!text.is_null()).then_some(text)
        }
    })
}

/// Replaces the environment.
///
/// # Safety
/// `block` must end in NULL, hold C strings otherwise, and all of it must stay valid for the life of the process.
pub unsafe fn set_environment(block: *mut *mut c_char) {
    // SAFETY: the caller vouches for the block; no other thread of the new daemon exists.
    unsafe { environ = block }
}
