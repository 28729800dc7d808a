//! Memory that may be refused: a C string and a growing array, on malloc. Between fork and return nothing is
//! allocated or freed.

use core::ffi::{CStr, c_char, c_void};
use core::ptr::NonNull;
use core::sync::atomic::{AtomicPtr, Ordering};

use crate::sys::{Errno, heap};

/// Memory that stays because nothing is freed between fork and return: so that a leak checker finds it.
#[used]
static KEPT: [AtomicPtr<c_void>; 3] = [const { AtomicPtr::new(core::ptr::null_mut()) }; 3];

fn keep_for_life(memory: *mut c_void) {
    if let Some(free) = KEPT.iter().find(|kept| kept.load(Ordering::Relaxed).is_null()) {
        free.store(memory, Ordering::Relaxed);
    }
}

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
            // SAFETY: the list owns its array, and goes on with the new one.
            self.start = unsafe { heap::resize(held, room) }.ok_or(Errno::ENOMEM)?;
            self.room = room;
        }
        // SAFETY: `length` is below `room`, so the place lies inside the allocation; T is plain data.
        unsafe { self.start.as_ptr().add(self.length).write(value) };
        self.length += 1;
        Ok(())
    }

    /// An empty list with room for so many values.
    pub fn with_room(room: usize) -> Result<List<T>, Errno> {
        let start = heap::room(room).ok_or(Errno::ENOMEM)?;
        Ok(List { start, length: 0, room })
    }

    /// The whole room of a list, to be written to from outside.
    pub fn spare(&mut self) -> *mut T {
        self.start.as_ptr()
    }

    /// # Safety
    /// So many values must have been written to the room.
    pub unsafe fn set_length(&mut self, length: usize) {
        self.length = length;
    }

    /// Leaves the array to the process for good.
    pub fn keep_for_life(self) -> *mut T {
        let start = self.start.as_ptr();
        keep_for_life(start.cast());
        core::mem::forget(self);
        start
    }
}

impl List<Text> {
    /// Appends a name's text, or frees it when there is no room.
    pub fn push_name(&mut self, name: Name) -> Result<(), Errno> {
        self.push(Text(name.0.as_ptr()))?;
        core::mem::forget(name);
        Ok(())
    }
}

impl<T: Copy> Drop for List<T> {
    #[inline(never)]
    fn drop(&mut self) {
        if self.room > 0 {
            // SAFETY: the list owns its array, and ends here.
            unsafe { heap::release(self.start) };
        }
    }
}

/// An owned C string.
pub struct Name(NonNull<c_char>);

impl Name {
    pub fn copy(text: &CStr) -> Result<Name, Errno> {
        Name::concat(&[text.to_bytes()])
    }

    /// The parts, which hold no NUL, one after the other.
    #[inline(never)]
    pub fn concat(parts: &[&[u8]]) -> Result<Name, Errno> {
        let length = parts.iter().map(|part| part.len()).sum::<usize>();
        let start = heap::room::<c_char>(length + 1).ok_or(Errno::ENOMEM)?;
        // SAFETY: the room holds all the parts and the NUL, and nothing else points to it yet.
        unsafe {
            let mut end = start.as_ptr().cast::<u8>();
            for part in parts {
                end.copy_from_nonoverlapping(part.as_ptr(), part.len());
                end = end.add(part.len());
            }
            end.write(0);
        }
        Ok(Name(start))
    }

    /// Takes over a C string that libc has allocated; `None` for NULL.
    ///
    /// # Safety
    /// `text` must be NULL or a C string on the heap that nobody else frees or changes.
    pub unsafe fn own(text: *mut c_char) -> Option<Name> {
        NonNull::new(text).map(Name)
    }

    /// Leaves the text to an array, which is to release it.
    pub fn into_text(self) -> Text {
        let text = Text(self.0.as_ptr());
        core::mem::forget(self);
        text
    }

    /// Leaves the text to the process for good.
    pub fn keep_for_life(self) {
        keep_for_life(self.0.as_ptr().cast());
        core::mem::forget(self);
    }

    pub fn as_c_str(&self) -> &CStr {
        // SAFETY: it is a C string from its making on, and lives as long as `self`.
        unsafe { CStr::from_ptr(self.0.as_ptr()) }
    }

    /// Makes a path what it is called inside the new root `root`; outside of it there is no such path, and it becomes
    /// empty.
    #[inline(never)]
    pub fn enter_root(&mut self, root: &CStr) {
        let path = self.as_c_str().to_bytes();
        let prefix = root.to_bytes();
        let prefix = if let [parent @ .., b'/'] = prefix { parent } else { prefix };
        let rest = if path.starts_with(prefix) { path.get(prefix.len()..) } else { None };
        let inside = rest.filter(|rest| rest.first() == Some(&b'/')).unwrap_or(&[]);
        let (start, length) = (inside.as_ptr(), inside.len());
        // SAFETY: the rest of the text and its NUL move to the front of the same allocation; for an empty rest only the
        // NUL is written.
        unsafe {
            let target = self.0.as_ptr().cast::<u8>();
            target.copy_from(start, length);
            target.add(length).write(0);
        }
    }
}

impl Drop for Name {
    fn drop(&mut self) {
        // SAFETY: the name owns its text, and ends here.
        unsafe { heap::release(self.0) };
    }
}

/// A place in an array of C strings such as the environment: a C string that lives as long as the array, or NULL.
#[repr(transparent)]
#[derive(Clone, Copy)]
pub struct Text(*mut c_char);

impl Text {
    pub const NULL: Text = Text(core::ptr::null_mut());

    /// # Safety
    /// `text` must be NULL or a C string that lives as long as the array it stands in.
    pub const unsafe fn new(text: *mut c_char) -> Text {
        Text(text)
    }

    /// Empty for NULL.
    pub fn as_c_str(&self) -> &CStr {
        if self.0.is_null() {
            return c"";
        }
        // SAFETY: what the type promises.
        unsafe { CStr::from_ptr(self.0) }
    }

    /// Frees a text that came from a `Name`.
    ///
    /// # Safety
    /// It must have come from a `Name`, and no copy of it may be used any more.
    pub unsafe fn release(self) {
        if let Some(text) = NonNull::new(self.0) {
            // SAFETY: what the caller vouches for.
            unsafe { heap::release(text) };
        }
    }
}
