//! A growing array.

use core::ptr::NonNull;

use super::OutOfMemory;
use crate::sys::heap;

/// As alloc's Vec, with as much of it as the library needs, but a push can fail.
pub struct List<T> {
    start: NonNull<T>,
    length: usize,
    capacity: usize,
}

// SAFETY: the list owns its values, and a shared reference to it gives out shared references to them alone.
unsafe impl<T: Sync> Sync for List<T> {}

impl<T> List<T> {
    pub const fn new() -> List<T> {
        List { start: NonNull::dangling(), length: 0, capacity: 0 }
    }

    pub fn as_slice(&self) -> &[T] {
        // SAFETY: the first `length` values from `start` are initialised and live as long as `self`; an empty list is
        // a dangling, aligned pointer with length 0.
        unsafe { core::slice::from_raw_parts(self.start.as_ptr(), self.length) }
    }

    pub fn as_mut_slice(&mut self) -> &mut [T] {
        // SAFETY: the first `length` values from `start` are initialised, and the exclusive borrow of `self` makes this
        // the only reference; an empty list is a dangling, aligned pointer with length 0.
        unsafe { core::slice::from_raw_parts_mut(self.start.as_ptr(), self.length) }
    }

    /// Appends `value`, or drops it where memory is refused.
    pub fn push(&mut self, value: T) -> Result<(), OutOfMemory> {
        self.reserve()?;
        // SAFETY: `length` is below `capacity`, so the place lies inside the array.
        let place = unsafe { self.start.as_ptr().add(self.length) };
        // SAFETY: the place is the list's own and holds no value yet.
        unsafe { place.write(value) };
        self.length += 1;
        Ok(())
    }

    /// Makes room for one value, so that its push cannot fail.
    pub fn reserve(&mut self) -> Result<(), OutOfMemory> {
        if self.length == self.capacity {
            // SAFETY: the list owns its array, and goes on with the new one.
            let grown = unsafe { grow(self.start.cast(), &mut self.capacity, size_of::<T>()) };
            self.start = grown.ok_or(OutOfMemory)?.cast();
        }
        Ok(())
    }

    /// Leaves the array and what is in it to the process for good.
    pub fn leak(self) -> *mut T {
        let start = self.start.as_ptr();
        if self.capacity > 0 {
            super::note_leak(start.cast());
        }
        core::mem::forget(self);
        start
    }
}

/// Room for more than `capacity` values of that size, which it becomes, with those that `held` has. Where memory is
/// refused, both stay.
///
/// # Safety
/// The caller owns `held`, which came from here unless `capacity` is 0, and uses it no more when this succeeds.
// One copy for lists of all types.
#[inline(never)]
unsafe fn grow(held: NonNull<u8>, capacity: &mut usize, size: usize) -> Option<NonNull<u8>> {
    let larger = capacity.saturating_mul(2).max(8);
    let held = (*capacity > 0).then_some(held);
    // SAFETY: the caller vouches for `held`.
    let grown = unsafe { heap::resize(held, larger.checked_mul(size)?) }?;
    *capacity = larger;
    Some(grown)
}

impl<T: Copy> List<T> {
    /// A list of `length` times `value`.
    pub fn filled(value: T, length: usize) -> Result<List<T>, OutOfMemory> {
        let mut list = List::new();
        for _ in 0..length {
            list.push(value)?;
        }
        Ok(list)
    }

    /// Keeps the first `length` values.
    pub fn truncate(&mut self, length: usize) {
        self.length = self.length.min(length);
    }
}

impl<T> Drop for List<T> {
    fn drop(&mut self) {
        let values: *mut [T] = self.as_mut_slice();
        // SAFETY: the values are initialised, and each is dropped once: the list ends here.
        unsafe { values.drop_in_place() };
        if self.capacity > 0 {
            // SAFETY: the list owns its array, and ends here.
            unsafe { heap::release(self.start) };
        }
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::List;

    #[test]
    fn values_stay_in_order_however_many() {
        let mut list = List::new();
        for value in 0..1000 {
            assert!(list.push(value).is_ok());
        }
        assert!(list.as_slice().iter().copied().eq(0..1000));
    }

    #[test]
    fn every_value_is_dropped_once() {
        let value = Rc::new(());
        let mut list = List::new();
        for _ in 0..20 {
            assert!(list.push(Rc::clone(&value)).is_ok());
        }
        assert_eq!(Rc::strong_count(&value), 21);
        drop(list);
        assert_eq!(Rc::strong_count(&value), 1);
    }

    #[test]
    fn a_truncated_list_goes_on_growing() {
        let mut list = List::filled(7, 9).unwrap_or(List::new());
        list.truncate(2);
        assert!(list.push(8).is_ok());
        assert_eq!(list.as_slice(), [7, 7, 8]);
    }
}
