//! malloc and free.

use core::ffi::c_void;
use core::ptr::NonNull;

/// Room for `count` values of T, with those that `held` has; `None` when memory is refused (`held` stays valid).
///
/// # Safety
/// The caller owns `held`, which came from here, and uses it no more when this succeeds.
pub unsafe fn resize<T>(held: Option<NonNull<T>>, count: usize) -> Option<NonNull<T>> {
    let bytes = count.checked_mul(size_of::<T>())?;
    let old = held.map_or(core::ptr::null_mut(), NonNull::as_ptr);
    // SAFETY: `old` is NULL or what the caller vouches for; malloc's alignment suffices for every type that is stored.
    NonNull::new(unsafe { libc::realloc(old.cast::<c_void>(), bytes) }.cast::<T>())
}

/// Room for `count` values of T; `None` when memory is refused.
pub fn allocate<T>(count: usize) -> Option<NonNull<T>> {
    // SAFETY: there is nothing held.
    unsafe { resize(None, count) }
}

/// Gives back what came from here, or what libc has allocated.
///
/// # Safety
/// The caller owns the allocation and does not use it again.
pub unsafe fn release<T>(held: NonNull<T>) {
    // SAFETY: the caller owns the allocation, which came from malloc, and does not use it again.
    unsafe { libc::free(held.as_ptr().cast::<c_void>()) }
}

/// `value`, moved to the heap.
pub fn place<T>(value: T) -> Option<NonNull<T>> {
    let place = allocate::<T>(1)?;
    // SAFETY: the place is fresh, large enough and aligned by malloc.
    unsafe { place.as_ptr().write(value) };
    Some(place)
}
