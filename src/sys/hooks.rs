//! What libc calls the library for: around every fork of the process, and at its end.

use core::ffi::{c_char, c_void};

use super::Errno;
use crate::memory::Text;

unsafe extern "C" {
    /// What pthread_atfork(3) calls, from an archive that goes into every library: the last argument is that library, whose
    /// hooks end with it. This one stays.
    fn __register_atfork(
        prepare: extern "C" fn(),
        parent: extern "C" fn(),
        child: extern "C" fn(),
        library: *const c_void,
    ) -> libc::c_int;

    static mut environ: *mut *mut c_char;
}

/// Has the three called around every fork: before it, and after it in the parent and in the child. May allocate.
pub fn around_fork(prepare: extern "C" fn(), parent: extern "C" fn(), child: extern "C" fn()) -> Result<(), Errno> {
    // SAFETY: the functions live as long as the process: the library is linked `nodelete`.
    match unsafe { __register_atfork(prepare, parent, child, core::ptr::null()) } {
        0 => Ok(()),
        error => Err(Errno(error)),
    }
}

/// The present environment: an array of C strings that ends in NULL.
pub fn environment_block() -> *const *const c_char {
    // SAFETY: a plain read of libc's pointer.
    unsafe { environ }.cast()
}

/// The texts of the present environment.
pub fn environment() -> impl Iterator<Item = Text> {
    let mut next = environment_block();
    core::iter::from_fn(move || {
        if next.is_null() {
            return None;
        }
        // SAFETY: the array ends in NULL, and the end is not passed; its texts stay as long as nobody changes them.
        unsafe {
            let text = next.read();
            next = next.add(usize::from(!text.is_null()));
            (!text.is_null()).then(|| Text::new(text.cast_mut()))
        }
    })
}

/// Replaces the environment.
///
/// # Safety
/// `block` must end in NULL, and all of it must stay valid for the life of the process.
pub unsafe fn set_environment(block: *mut Text) {
    // SAFETY: the caller vouches for the block; no other thread of the new daemon exists.
    unsafe { environ = block.cast() }
}
