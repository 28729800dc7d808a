//! Memory straight from the kernel: for signal handlers, where malloc must not be called, and for what has to be in
//! pages of its own.

use core::ptr::NonNull;

/// Room for a T, all of its bytes zero; `None` when memory is refused. Async-signal-safe.
pub fn map<T>() -> Option<NonNull<T>> {
    let protection = libc::PROT_READ | libc::PROT_WRITE;
    let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
    // SAFETY: asks for new pages of the kernel's choice, at no given place.
    let start = unsafe { libc::mmap(core::ptr::null_mut(), size_of::<T>(), protection, flags, -1, 0) };
    if start == libc::MAP_FAILED { None } else { NonNull::new(start.cast()) }
}

/// Gives back what `map` gave. Async-signal-safe.
///
/// # Safety
/// Nobody uses the memory any more.
pub unsafe fn unmap<T>(held: NonNull<T>) {
    // SAFETY: the caller vouches that `map` gave it, of this size, and that nobody uses it.
    unsafe { libc::munmap(held.as_ptr().cast(), size_of::<T>()) };
}
