//! Numbers in the kernel's and the caller's text.

use core::ffi::CStr;

/// The decimal number at the start of `text`, if there is one that fits.
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

#[cfg(test)]
mod tests {
    use super::{leading_number, whole_number};

    #[test]
    fn numbers_end_where_the_digits_do() {
        assert_eq!(leading_number(b"4711\n"), Some(4711));
        assert_eq!(leading_number(b"12a"), Some(12));
        assert_eq!(leading_number(b""), None);
        assert_eq!(leading_number(b" 1"), None);
        assert_eq!(leading_number(b"-1"), None);
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
}
