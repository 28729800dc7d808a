//! An error line under construction: a buffer of fixed size, written by `core::fmt` without allocation.

use core::cell::Cell;
use core::ffi::{CStr, c_char};
use core::fmt::{self, Write};

use crate::sys::Errno;
use crate::sys::credentials::Uid;
use crate::sys::text::{Decimal, Writer, is_continuation, start_of_character};
use crate::sys::thread_state::LINE_SIZE;

/// Text of one line. What does not fit is left out; the text always ends at the edge of a character.
#[derive(Clone, Copy)]
pub struct Line {
    bytes: [u8; LINE_SIZE],
    length: usize,
}

impl Line {
    pub const fn new() -> Line {
        Line { bytes: [0; LINE_SIZE], length: 0 }
    }

    /// A line with this text.
    #[inline(never)]
    pub fn of(text: &dyn fmt::Display) -> Line {
        let mut line = Line::new();
        let room = line.bytes.split_last_mut().map_or(&mut [][..], |(_, room)| room);
        let mut writer = Writer { room, length: 0 };
        // Writing fails only where the line is full.
        let _ = write!(writer, "{text}");
        line.length = writer.length;
        line
    }

    /// The text that the cells hold up to their NUL.
    pub fn from_cells(cells: &[Cell<c_char>; LINE_SIZE]) -> Line {
        let mut line = Line::new();
        let text = cells.iter().map(Cell::get).take_while(|&byte| byte != 0);
        for (place, byte) in line.bytes.iter_mut().zip(text) {
            *place = byte as u8;
            line.length += 1;
        }
        line
    }

    /// Ends the text as a line of a file.
    pub fn end(&mut self) {
        let length = self.length.min(LINE_SIZE - 2);
        if let Some(place) = self.bytes.get_mut(length) {
            *place = b'\n';
        }
        self.length = length + 1;
    }

    /// The text without a NUL.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or(&[])
    }
}

/// A text from outside, as it can stand in one line of UTF-8: control characters and invalid bytes become `?`.
pub struct Clean<'a>(pub &'a [u8]);

impl fmt::Display for Clean<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        for chunk in self.0.utf8_chunks() {
            for character in chunk.valid().chars() {
                formatter.write_char(if character.is_control() { '?' } else { character })?;
            }
            if !chunk.invalid().is_empty() {
                formatter.write_char('?')?;
            }
        }
        Ok(())
    }
}

/// A text of the library's own, as it is.
pub struct Plain<'a>(pub &'a str);

impl fmt::Display for Plain<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str(self.0)
    }
}

/// The longest name shown whole, in bytes; of a longer one both ends are.
const NAME_SHOWN: usize = 640;

/// The name of a file, a user or the like, cleaned, and shortened in its middle where it is very long.
pub struct Name<'a>(pub &'a CStr);

impl fmt::Display for Name<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let name = self.0.to_bytes();
        if name.len() <= NAME_SHOWN {
            return Clean(name).fmt(formatter);
        }
        let (start, rest) = name.split_at_checked(start_of_character(name, NAME_SHOWN / 2)).unwrap_or((name, &[]));
        let skipped = rest.len().saturating_sub(NAME_SHOWN / 2);
        let end = rest.get(skipped..).unwrap_or(&[]);
        let continuation = end.iter().take_while(|&&byte| is_continuation(byte)).count();
        Clean(start).fmt(formatter)?;
        formatter.write_str("...")?;
        Clean(end.get(continuation..).unwrap_or(&[])).fmt(formatter)
    }
}

/// Why the kernel refused: the description of an errno, in English whatever the locale.
pub struct Reason(pub Errno);

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        match crate::sys::error_text(self.0) {
            Some(text) => Clean(text.to_bytes()).fmt(formatter),
            None => Numbered("error ", self.0.number().into()).fmt(formatter),
        }
    }
}

/// A number behind the word that says of what it is.
pub struct Numbered<'a>(pub &'a str, pub i64);

impl fmt::Display for Numbered<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str(self.0)?;
        Decimal(self.1).fmt(formatter)
    }
}

/// What the failed step was about, with a space before it; nothing where there is nothing to name.
#[derive(Clone, Copy)]
pub enum Object<'a> {
    None,
    Name(&'a CStr),
    Number(i64),
}

impl fmt::Display for Object<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        match *self {
            Object::None => Ok(()),
            Object::Name(name) => {
                formatter.write_char(' ')?;
                Name(name).fmt(formatter)
            }
            Object::Number(number) => Numbered(" ", number).fmt(formatter),
        }
    }
}

/// Somebody else's: `what`, if anything, and whom it belongs to.
pub struct Foreign<'a> {
    pub what: &'a str,
    pub owner: Uid,
}

impl fmt::Display for Foreign<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str(self.what)?;
        Numbered("belongs to user ", self.owner.into()).fmt(formatter)
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::CString;
    use std::string::String;

    use super::{Clean, Line, Name, Reason};
    use crate::sys::Errno;
    use crate::sys::thread_state::LINE_SIZE;

    fn text(line: &Line) -> String {
        String::from_utf8(line.bytes().to_vec()).expect("a line is UTF-8")
    }

    #[test]
    fn what_does_not_fit_is_left_out_at_the_edge_of_a_character() {
        for length in 0..4 {
            let line = Line::of(&format_args!("{}{}", "a".repeat(length), "\u{20ac}".repeat(LINE_SIZE)));
            assert!(line.bytes().len() >= LINE_SIZE - 4 && line.bytes().len() < LINE_SIZE);
            assert!(text(&line).ends_with('\u{20ac}'));
        }
    }

    #[test]
    fn a_line_stays_one_line_of_utf8() {
        let line = Line::of(&Clean(b"a\nb\x1b[0mc\xffd\xe2\x82e\xc2\x85"));
        assert_eq!(text(&line), "a?b?[0mc?d?e?");
    }

    #[test]
    fn of_a_long_name_both_ends_are_shown_in_whole_characters() {
        for offset in 0..4 {
            let name = CString::new(format!("/{}{}.pid", "a".repeat(offset), "\u{20ac}".repeat(400))).expect("a name");
            let shown = text(&Line::of(&Name(&name)));
            assert!(shown.starts_with("/") && shown.ends_with("\u{20ac}.pid"), "{shown}");
            assert!(shown.contains("\u{20ac}...\u{20ac}") && !shown.contains('?'), "{shown}");
            assert!(shown.len() <= 643 && shown.len() >= 636, "{}", shown.len());
        }
    }

    #[test]
    fn a_long_name_of_invalid_bytes_is_shown_too() {
        let name = CString::new(vec![0x80; 1000]).expect("a name");
        let shown = text(&Line::of(&Name(&name)));
        assert!(shown.contains("..."), "{shown}");
    }

    #[test]
    fn an_unknown_errno_is_shown_by_its_number() {
        assert_eq!(text(&Line::of(&Reason(Errno::ENOENT))), "No such file or directory");
        assert_eq!(text(&Line::of(&Reason(Errno::of(4711)))), "error 4711");
    }
}
