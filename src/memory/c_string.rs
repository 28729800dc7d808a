//! An owned C string.

use core::ffi::{CStr, c_char};
use core::ptr::NonNull;

use super::OutOfMemory;
use crate::sys::heap;

/// As alloc's CString, but memory can be refused.
pub struct CString(NonNull<c_char>);

// SAFETY: it owns its text, which nobody changes through a shared reference.
unsafe impl Sync for CString {}

impl CString {
    pub fn copy(text: &CStr) -> Result<CString, OutOfMemory> {
        CString::concat(&[text.to_bytes()])
    }

    /// The parts, which hold no NUL, one after the other.
    pub fn concat(parts: &[&[u8]]) -> Result<CString, OutOfMemory> {
        let length = parts.iter().map(|part| part.len()).sum::<usize>();
        let start = heap::allocate::<c_char>(length + 1).ok_or(OutOfMemory)?;
        let mut end = start.as_ptr().cast::<u8>();
        for part in parts {
            // SAFETY: the allocation has room for all the parts, and nothing else points to it yet.
            unsafe { end.copy_from_nonoverlapping(part.as_ptr(), part.len()) };
            // SAFETY: behind this part there is room for the others and the NUL.
            end = unsafe { end.add(part.len()) };
        }
        // SAFETY: the last byte of the allocation.
        unsafe { end.write(0) };
        Ok(CString(start))
    }

    /// Takes over a C string that libc has allocated; `None` for NULL.
    ///
    /// # Safety
    /// `text` must be NULL or a C string on the heap that nobody else frees or changes.
    pub unsafe fn from_raw(text: *mut c_char) -> Option<CString> {
        NonNull::new(text).map(CString)
    }

    pub fn as_ptr(&self) -> *const c_char {
        self.0.as_ptr()
    }

    pub fn as_c_str(&self) -> &CStr {
        // SAFETY: it is a C string from its making on, and lives as long as `self`.
        unsafe { CStr::from_ptr(self.0.as_ptr()) }
    }

    /// Leaves the text to the process for good.
    pub fn leak(self) {
        super::note_leak(self.0.as_ptr().cast());
        core::mem::forget(self);
    }

    /// Removes the first `length` bytes, or all where it is shorter.
    pub fn remove_start(&mut self, length: usize) {
        let held = self.as_c_str().count_bytes();
        let rest = held.saturating_sub(length);
        let start = self.0.as_ptr();
        // SAFETY: `held - rest` is at most the text's length, and the rest and its NUL lie behind it.
        let from = unsafe { start.add(held - rest) };
        // SAFETY: the rest and its NUL move to the front of the same allocation, which `self` borrows alone.
        unsafe { start.copy_from(from, rest + 1) };
    }
}

impl Drop for CString {
    fn drop(&mut self) {
        // SAFETY: the string owns its text, and ends here.
        unsafe { heap::release(self.0) };
    }
}

#[cfg(test)]
mod tests {
    use super::CString;

    #[test]
    fn parts_become_one_text() {
        let text = CString::concat(&[b"NAME", b"=", b"value"]).expect("memory");
        assert_eq!(text.as_c_str(), c"NAME=value");
    }

    #[test]
    fn the_start_can_be_removed() {
        for (length, rest) in [(0, c"/srv/log"), (4, c"/log"), (8, c""), (9, c"")] {
            let mut text = CString::copy(c"/srv/log").expect("memory");
            text.remove_start(length);
            assert_eq!(text.as_c_str(), rest);
        }
    }
}
