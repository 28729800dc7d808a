//! Numbers and paths out of the kernel's and libc's text.

use core::ffi::CStr;

use super::Errno;

/// A path with its NUL, as long as the kernel takes.
const PATH_SIZE: usize = libc::PATH_MAX as usize;

/// The decimal number at the start of `text`, if there is one that fits.
#[inline(never)]
pub fn leading_number(text: &[u8]) -> Option<i64> {
    let mut number: Option<i64> = None;
    for &byte in text {
        if !byte.is_ascii_digit() {
            break;
        }
        number = Some(number.unwrap_or(0).checked_mul(10)?.checked_add(i64::from(byte - b'0'))?);
    }
    number
}

/// The number that `text` is, from its first to its last byte.
pub fn whole_number(text: &CStr) -> Option<i64> {
    text.to_bytes().iter().all(u8::is_ascii_digit).then(|| leading_number(text.to_bytes())).flatten()
}

/// A path in place, without the heap.
#[derive(Clone, Copy)]
pub struct Path([u8; PATH_SIZE]);

impl Path {
    pub const fn empty() -> Path {
        Path([0; PATH_SIZE])
    }

    pub fn is_empty(&self) -> bool {
        self.0.first() == Some(&0)
    }

    #[inline(never)]
    pub fn as_c_str(&self) -> &CStr {
        CStr::from_bytes_until_nul(&self.0).unwrap_or_default()
    }

    /// `path`, made absolute from the working directory of now.
    #[inline(never)]
    pub fn set_absolute(&mut self, path: &CStr) -> Result<(), Errno> {
        let relative = path.to_bytes().first() != Some(&b'/');
        let mut length = 0;
        if relative {
            // SAFETY: the buffer is valid for writing the length given.
            if unsafe { libc::getcwd(self.0.as_mut_ptr().cast(), self.0.len()) }.is_null() {
                let errno = Errno::last();
                *self = Path::empty();
                return Err(errno);
            }
            length = self.as_c_str().count_bytes();
            if length > 1 {
                self.put(length, b'/')?;
                length += 1;
            }
        }
        for &byte in path.to_bytes_with_nul() {
            self.put(length, byte)?;
            length += 1;
        }
        Ok(())
    }

    /// Makes the path what it is called inside the new root `root`; outside of it there is no such path, and it
    /// becomes empty.
    #[inline(never)]
    pub fn enter_root(&mut self, root: &CStr) {
        let prefix = root.to_bytes();
        let prefix = prefix.strip_suffix(b"/").unwrap_or(prefix);
        let inside = self.as_c_str().to_bytes().strip_prefix(prefix).is_some_and(|rest| rest.first() == Some(&b'/'));
        if inside {
            for place in 0..PATH_SIZE {
                let byte = self.0.get(place + prefix.len()).copied().unwrap_or(0);
                if let Some(target) = self.0.get_mut(place) {
                    *target = byte;
                }
            }
        } else {
            *self = Path::empty();
        }
    }

    fn put(&mut self, place: usize, byte: u8) -> Result<(), Errno> {
        match self.0.get_mut(place) {
            Some(target) => *target = byte,
            None => {
                *self = Path::empty();
                return Err(Errno::ENAMETOOLONG);
            }
        }
        Ok(())
    }
}
