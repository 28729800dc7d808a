//! Memory that may be refused: a C string and a growing array, on malloc. Nothing here is used between fork and return.

use core::ffi::{CStr, c_char};
use core::ptr::NonNull;

use crate::sys::{Errno, heap};

/// A growing array of plain values.
pub struct List<T: Copy> {
    start: NonNull<T>,
    length: usize,
    room: usize,
}

impl<T: Copy> List<T> {
    pub const fn new() -> List<T> {
        List { start: NonNull::dangling(), length: 0, room: 0 }
    }

    pub fn as_slice(&self) -> &[T] {
        // SAFETY: the first `length` values from `start` are initialised and live as long as `self`; an empty list is
        // a dangling, aligned pointer with length 0.
        unsafe { core::slice::from_raw_parts(self.start.as_ptr(), self.length) }
    }

    pub fn as_mut_slice(&mut self) -> &mut [T] {
        // SAFETY: as in `as_slice`, and the exclusive borrow of `self` makes it the only reference.
        unsafe { core::slice::from_raw_parts_mut(self.start.as_ptr(), self.length) }
    }

    #[inline(never)]
    pub fn push(&mut self, value: T) -> Result<(), Errno> {
        if self.length == self.room {
            let room = if self.room == 0 { 8 } else { self.room.saturating_mul(2) };
            let held = if self.room == 0 { None } else { Some(self.start) };
            self.start = heap::resize(held, room).ok_or(Errno::ENOMEM)?;
            self.room = room;
        }
        // SAFETY: `length` is below `room`, so the place lies inside the allocation; T is plain data.
        unsafe { self.start.as_ptr().add(self.length).write(value) };
        self.length += 1;
        Ok(())
    }

    pub fn extend(&mut self, values: &[T]) -> Result<(), Errno> {
        values.iter().try_for_each(|&value| self.push(value))
    }

    /// Takes out every value that `wanted` does not hold for; the order stays.
    pub fn retain(&mut self, mut wanted: impl FnMut(&T) -> bool) {
        let mut kept = 0;
        for place in 0..self.length {
            // SAFETY: `kept` <= `place` < `length`: both lie in the initialised part.
            unsafe {
                let value = self.start.as_ptr().add(place).read();
                if wanted(&value) {
                    self.start.as_ptr().add(kept).write(value);
                    kept += 1;
                }
            }
        }
        self.length = kept;
    }

    /// The array itself, never freed by the library again.
    pub fn into_raw(self) -> *mut T {
        let start = self.start.as_ptr();
        core::mem::forget(self);
        start
    }
}

impl<T: Copy> Drop for List<T> {
    #[inline(never)]
    fn drop(&mut self) {
        if self.room > 0 {
            heap::release(self.start);
        }
    }
}

/// An owned C string.
pub struct Name(List<u8>);

impl Name {
    #[inline(never)]
    pub fn copy(text: &CStr) -> Result<Name, Errno> {
        let mut bytes = List::new();
        bytes.extend(text.to_bytes_with_nul())?;
        Ok(Name(bytes))
    }

    /// `name=value`, as an environment holds it.
    pub fn assignment(name: &CStr, value: &CStr) -> Result<Name, Errno> {
        let mut bytes = List::new();
        bytes.extend(name.to_bytes())?;
        bytes.push(b'=')?;
        bytes.extend(value.to_bytes_with_nul())?;
        Ok(Name(bytes))
    }

    #[inline(never)]
    pub fn as_c_str(&self) -> &CStr {
        CStr::from_bytes_until_nul(self.0.as_slice()).unwrap_or_default()
    }

    /// The text alone, to be given to `release` or to stay for the life of the process.
    pub fn into_raw(self) -> *mut c_char {
        self.0.into_raw().cast()
    }

    /// Frees what `into_raw` gave; NULL is nothing.
    pub fn release(text: *mut c_char) {
        if let Some(text) = NonNull::new(text) {
            heap::release(text);
        }
    }
}

/// The text that a pointer from `Name::into_raw` or from the environment means; empty for NULL.
pub fn text_of<'a>(text: *const c_char) -> &'a CStr {
    if text.is_null() {
        return c"";
    }
    // SAFETY: the callers pass nothing but such pointers, each a C string that outlives the use.
    unsafe { CStr::from_ptr(text) }
}
