//! The environment of the process.

use core::ffi::{CStr, c_char};
use core::sync::atomic::{AtomicPtr, Ordering};

use super::{loader, process, text};

unsafe extern "C" {
    static mut environ: *mut *mut c_char;
}

/// Where the process has its environment. A program may have a copy of libc's variable, which libc uses, too. A library
/// that was opened with RTLD_DEEPBIND, as by PHP's FFI, sees the one that nobody uses. The first call takes locks.
fn place() -> *mut *mut *mut c_char {
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
pub fn block() -> *const *const c_char {
    // SAFETY: a plain read of libc's pointer.
    unsafe { *place() }.cast()
}

/// The texts of the present environment, none of them NULL. They are valid as long as nobody changes the environment.
pub fn texts() -> impl Iterator<Item = *mut c_char> {
    // SAFETY: the environment ends in NULL.
    unsafe { texts_of(block()) }
}

/// The texts of an environment, none of them NULL.
///
/// # Safety
/// `block` must be NULL or end in NULL, as long as the iterator is used.
pub unsafe fn texts_of(block: *const *const c_char) -> impl Iterator<Item = *mut c_char> {
    let mut next = block;
    core::iter::from_fn(move || {
        if next.is_null() {
            return None;
        }
        // SAFETY: the array ends in NULL, behind which `next` never gets.
        let text = unsafe { next.read() };
        if text.is_null() {
            return None;
        }
        // SAFETY: this was not the end, so the array goes on.
        next = unsafe { next.add(1) };
        Some(text.cast_mut())
    })
}

/// The value of an environment variable.
pub fn variable(name: &CStr) -> Option<&CStr> {
    // SAFETY: `name` is a C string.
    let value = unsafe { libc::getenv(name.as_ptr()) };
    // SAFETY: what is not NULL is a C string. It is valid until the program changes its environment, which getenv(3)
    // forbids while another thread reads it.
    (!value.is_null()).then(|| unsafe { CStr::from_ptr(value) })
}

/// Is the value of this environment variable the pid of this process?
pub fn is_own_pid(name: &CStr) -> bool {
    let pid = variable(name).and_then(|value| text::whole_number(value.to_bytes()));
    pid.is_some_and(|pid| pid == process::id().into())
}

/// Replaces the environment. Async-signal-safe once the present one has been asked for.
///
/// # Safety
/// `block` must end in NULL, and all of it must stay valid for the life of the process. No other thread may change the
/// environment meanwhile.
pub unsafe fn replace(block: *mut *mut c_char) {
    // SAFETY: libc's variable; the caller vouches for the block and that nobody else writes to the variable now.
    unsafe { *place() = block }
}
