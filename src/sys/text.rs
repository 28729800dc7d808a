//! Numbers in the kernel's and the caller's text, and short texts for the kernel.

use core::ffi::CStr;
use core::fmt;

/// The decimal number at the start of `text`, if there is one that fits.
pub fn leading_number(text: &[u8]) -> Option<i64> {
    leading(text, 10)
}

/// The octal number at the start of `text`, if there is one that fits.
pub fn leading_octal(text: &[u8]) -> Option<i64> {
    leading(text, 8)
}

#[inline(never)]
fn leading(text: &[u8], base: u32) -> Option<i64> {
    let mut number: Option<i64> = None;
    for digit in text.iter().map_while(|&byte| char::from(byte).to_digit(base)) {
        number = Some(number.unwrap_or(0).checked_mul(i64::from(base))?.checked_add(i64::from(digit))?);
    }
    number
}

/// The number that `text` is, from its first to its last byte.
pub fn whole_number(text: &CStr) -> Option<i64> {
    text.to_bytes().iter().all(u8::is_ascii_digit).then(|| leading_number(text.to_bytes())).flatten()
}

/// A short C string on the stack, such as a path in /proc. What does not fit is left out.
pub struct ShortText {
    bytes: [u8; ShortText::SIZE],
    length: usize,
}

impl ShortText {
    const SIZE: usize = 64;

    pub fn of(text: fmt::Arguments) -> ShortText {
        let mut short = ShortText { bytes: [0; ShortText::SIZE], length: 0 };
        // Writing fails only where it is full.
        let _ = fmt::write(&mut short, text);
        short
    }

    pub fn as_c_str(&self) -> &CStr {
        CStr::from_bytes_until_nul(&self.bytes).unwrap_or(c"")
    }
}

impl fmt::Write for ShortText {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let places = self.bytes.iter_mut().take(ShortText::SIZE - 1).skip(self.length);
        let mut written = 0;
        for (place, &byte) in places.zip(text.as_bytes()) {
            *place = byte;
            written += 1;
        }
        self.length += written;
        if written == text.len() { Ok(()) } else { Err(fmt::Error) }
    }
}

/// A C string on the stack, as long as a path can be.
pub struct LongText {
    bytes: [u8; LongText::SIZE],
    length: usize,
}

impl LongText {
    const SIZE: usize = 4096;

    pub const fn new() -> LongText {
        LongText { bytes: [0; LongText::SIZE], length: 0 }
    }

    #[inline(never)]
    pub fn append(&mut self, text: &[u8]) {
        let places = self.bytes.iter_mut().skip(self.length);
        places.zip(text).for_each(|(place, &byte)| *place = byte);
        self.length += text.len();
    }

    /// `None` where it is too long.
    pub fn as_c_str(&self) -> Option<&CStr> {
        CStr::from_bytes_with_nul(self.bytes.get(..self.length + 1)?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::{ShortText, leading_number, leading_octal, whole_number};

    #[test]
    fn numbers_end_where_the_digits_do() {
        assert_eq!(leading_number(b"4711\n"), Some(4711));
        assert_eq!(leading_number(b"12a"), Some(12));
        assert_eq!(leading_number(b""), None);
        assert_eq!(leading_number(b" 1"), None);
        assert_eq!(leading_number(b"-1"), None);
        assert_eq!(leading_octal(b"0100002"), Some(0o100_002));
        assert_eq!(leading_octal(b"018"), Some(1));
    }

    #[test]
    fn numbers_that_do_not_fit_are_none() {
        assert_eq!(leading_number(b"9223372036854775807"), Some(i64::MAX));
        assert_eq!(leading_number(b"9223372036854775808"), None);
    }

    #[test]
    fn whole_numbers_have_nothing_else() {
        assert_eq!(whole_number(c"33"), Some(33));
        assert_eq!(whole_number(c"33x"), None);
        assert_eq!(whole_number(c""), None);
    }

    #[test]
    fn short_texts_end_in_time() {
        assert_eq!(ShortText::of(format_args!("/proc/{}/{}", 4711, "fdinfo")).as_c_str(), c"/proc/4711/fdinfo");
        assert_eq!(ShortText::of(format_args!("{}", "x".repeat(100))).as_c_str().count_bytes(), 63);
    }
}
