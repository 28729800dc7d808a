//! What libc calls the library for: around every fork of the process, and at its end.

use core::ffi::{c_char, c_void};
use core::sync::atomic::{AtomicPtr, Ordering};

use super::{Errno, loader};
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

/// Where the process has its environment. A program may hold libc's variable itself, and libc uses it there; a library that
/// was opened with RTLD_DEEPBIND, as by PHP's FFI, sees a dead one in its place. The first call takes locks.
fn environment_place() -> *mut *mut *mut c_char {
    static PLACE: AtomicPtr<*mut *mut c_char> = AtomicPtr::new(core::ptr::null_mut());
    let mut place = PLACE.load(Ordering::Relaxed);
    if place.is_null() {
        place = loader::programs_symbol(c"environ").cast();
        if place.is_null() {
            place = &raw mut environ;
        }
        PLACE.store(place, Ordering::Relaxed);
    }
    place
}

/// The present environment: an array of C strings that ends in NULL.
pub fn environment_block() -> *const *const c_char {
    // SAFETY: a plain read of libc's pointer.
    unsafe { *environment_place() }.cast()
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

/// Replaces the environment. Async-signal-safe once the present one has been asked for.
///
/// # Safety
/// `block` must end in NULL, and all of it must stay valid for the life of the process.
pub unsafe fn set_environment(block: *mut Text) {
    // SAFETY: the caller vouches for the block; no other thread of the new daemon exists.
    unsafe { *environment_place() = block.cast() }
}
