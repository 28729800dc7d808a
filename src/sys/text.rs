//! Numbers in the kernel's and the caller's text, and short texts for the kernel.

use core::ffi::{CStr, c_int};
use core::fmt::{self, Write};

/// The decimal number at the start of `text`, if there is one that fits.
pub fn leading_number(text: &[u8]) -> Option<i64> {
    leading(text, 10)
}

/// The same for a pid or a descriptor.
// One copy for all who call it.
#[inline(never)]
pub fn leading_int(text: &[u8]) -> Option<c_int> {
    leading_number(text).and_then(|number| c_int::try_from(number).ok())
}

/// The octal number at the start of `text`, if there is one that fits.
pub fn leading_octal(text: &[u8]) -> Option<i64> {
    leading(text, 8)
}

// One copy for all who call it.
#[inline(never)]
fn leading(text: &[u8], base: u8) -> Option<i64> {
    let mut number: Option<i64> = None;
    for digit in text.iter().map(|byte| byte.wrapping_sub(b'0')).take_while(|&digit| digit < base) {
        number = Some(number.unwrap_or(0).checked_mul(base.into())?.checked_add(digit.into())?);
    }
    number
}

/// The number that `text` is, from its first to its last byte.
// One copy for all who call it.
#[inline(never)]
pub fn whole_number(text: &[u8]) -> Option<i64> {
    if text.iter().all(u8::is_ascii_digit) { leading_number(text) } else { None }
}

/// A number in decimal digits, without the padding that core's own could have and the library never asks for.
pub struct Decimal(pub i64);

impl fmt::Display for Decimal {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        // As many as the longest number has.
        let mut digits = [b'0'; 20];
        let (mut left, mut length) = (self.0.unsigned_abs(), 0);
        for place in digits.iter_mut().rev() {
            *place = b'0' + (left % 10) as u8;
            length += 1;
            left /= 10;
            if left == 0 {
                break;
            }
        }
        if self.0 < 0 {
            formatter.write_char('-')?;
        }
        let skipped = digits.len() - length;
        digits.iter().skip(skipped).try_for_each(|&digit| formatter.write_char(digit.into()))
    }
}

/// A short C string with a number in it, on the stack, such as a path in /proc. What does not fit is left out.
pub struct ShortText {
    bytes: [u8; ShortText::SIZE],
}

impl ShortText {
    const SIZE: usize = 64;

    /// `number` in decimal digits between two texts.
    pub fn with_number(before: &str, number: i64, behind: &str) -> ShortText {
        let mut bytes = [0; ShortText::SIZE];
        // The last byte stays NUL.
        let mut writer = Writer { room: bytes.split_last_mut().map_or(&mut [], |(_, room)| room), length: 0 };
        // Writing fails only where it is full.
        let _ = writer
            .write_str(before)
            .and_then(|()| write!(writer, "{}", Decimal(number)))
            .and_then(|()| writer.write_str(behind));
        ShortText { bytes }
    }

    // One copy for all who call it.
    #[inline(never)]
    pub fn as_c_str(&self) -> &CStr {
        until_nul(&self.bytes).unwrap_or_default()
    }
}

/// Text under construction, at the start of a buffer. What does not fit is left out; the text always ends at the edge
/// of a character.
pub struct Writer<'a> {
    pub room: &'a mut [u8],
    pub length: usize,
}

impl fmt::Write for Writer<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = self.room.get_mut(self.length..).unwrap_or(&mut []);
        let end = start_of_character(text.as_bytes(), text.len().min(room.len()));
        room.iter_mut().zip(text.as_bytes()).take(end).for_each(|(place, &byte)| *place = byte);
        self.length += end;
        if end == text.len() { Ok(()) } else { Err(fmt::Error) }
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

    // One copy for all who call it.
    #[inline(never)]
    pub fn append(&mut self, text: &[u8]) {
        let places = self.bytes.iter_mut().skip(self.length);
        places.zip(text).for_each(|(place, &byte)| *place = byte);
        self.length += text.len();
    }

    /// `None` where it is too long.
    pub fn as_c_str(&self) -> Option<&CStr> {
        until_nul(self.bytes.get(..self.length + 1)?)
    }
}

/// Where that byte first stands in the text.
// One copy for all who call it.
#[inline(never)]
pub fn find(text: &[u8], byte: u8) -> Option<usize> {
    text.iter().position(|&held| held == byte)
}

/// The text up to its first NUL, if there is one.
// One copy for all who call it.
#[inline(never)]
pub fn until_nul(text: &[u8]) -> Option<&CStr> {
    let end = find(text, 0)?;
    let text = text.get(..end + 1)?;
    // SAFETY: its last byte is the first NUL.
    Some(unsafe { CStr::from_bytes_with_nul_unchecked(text) })
}

/// The last place at or before `place` where a character of UTF-8 begins, or the text ends.
pub fn start_of_character(text: &[u8], place: usize) -> usize {
    (0..=place).rev().find(|&at| text.get(at).is_none_or(|&byte| !is_continuation(byte))).unwrap_or(0)
}

/// Is it a byte of UTF-8 behind the first one of its character?
pub fn is_continuation(byte: u8) -> bool {
    byte & 0xc0 == 0x80
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
        assert_eq!(whole_number(b"33"), Some(33));
        assert_eq!(whole_number(b"33x"), None);
        assert_eq!(whole_number(b""), None);
    }

    #[test]
    fn short_texts_end_in_time() {
        assert_eq!(ShortText::with_number("/proc/", 4711, "/fdinfo").as_c_str(), c"/proc/4711/fdinfo");
        assert_eq!(ShortText::with_number("", -1, "").as_c_str(), c"-1");
        assert_eq!(ShortText::with_number(&"x".repeat(60), 4711, "y").as_c_str().count_bytes(), 63);
    }
}
