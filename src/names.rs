//! Lists of names in one string: an array of strings would need an address for each, to be set when the library is loaded.

use core::ffi::{CStr, c_char};

/// Names, each with its NUL, and one more NUL behind the last.
pub struct Names(&'static [u8]);

impl Names {
    /// Only for constants: there the end is checked.
    pub const fn new(all: &'static [u8]) -> Names {
        assert!(matches!(all, [.., 0, 0]) && all.is_ascii());
        Names(all)
    }

    /// The name at this place, empty behind the last.
    pub fn at(&self, place: usize) -> &'static str {
        let name = self.iter().nth(place).unwrap_or(c"");
        // SAFETY: `new` lets only ASCII in.
        unsafe { core::str::from_utf8_unchecked(name.to_bytes()) }
    }

    pub fn iter(&self) -> Iter {
        Iter(self.0.as_ptr().cast())
    }
}

/// The names that are left.
pub struct Iter(*const c_char);

impl Iterator for Iter {
    type Item = &'static CStr;

    #[inline(never)]
    fn next(&mut self) -> Option<&'static CStr> {
        // SAFETY: the bytes end in two NULs, the second of which is an empty name, and this does not go past it.
        unsafe {
            let name = CStr::from_ptr(self.0);
            if name.is_empty() {
                return None;
            }
            self.0 = self.0.add(name.count_bytes() + 1);
            Some(name)
        }
    }
}
