//! Numbers and paths in the kernel's and libc's text.

use core::ffi::CStr;

use super::Errno;
use crate::memory::Name;

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

/// What an existing file or folder is called without symbolic links.
pub fn real(path: &CStr) -> Result<Name, Errno> {
    // SAFETY: glibc allocates the result when there is no buffer, and leaves it to the caller.
    unsafe { Name::own(libc::realpath(path.as_ptr(), core::ptr::null_mut())) }.ok_or_else(Errno::last)
}

/// Replaces `path` by that, if there is one.
pub fn resolve(path: &mut Name) {
    if let Ok(real) = real(path.as_c_str()) {
        *path = real;
    }
}

/// `path`, made absolute from the working directory of now.
#[inline(never)]
pub fn absolute(path: &CStr) -> Result<Name, Errno> {
    if path.to_bytes().first() == Some(&b'/') {
        return Name::copy(path);
    }
    // SAFETY: glibc allocates the result when there is no buffer, and leaves it to the caller.
    let directory = unsafe { Name::own(libc::getcwd(core::ptr::null_mut(), 0)) }.ok_or_else(Errno::last)?;
    Name::concat(&[directory.as_c_str().to_bytes(), b"/", path.to_bytes()])
}
