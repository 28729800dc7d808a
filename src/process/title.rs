//! The title of the process, as ps(1), top(1) and /proc/PID/comm show it.

use core::ffi::CStr;
use core::ptr::{NonNull, null_mut};
use core::sync::atomic::{AtomicPtr, Ordering::Relaxed};

use crate::error::{Error, Result, Step};
use crate::sys::proc_files::Text;
use crate::sys::text::leading_number;
use crate::sys::title::{self, Layout};
use crate::sys::{Errno, pages};

/// As much as the kernel shows of a command line at once.
const MOST: usize = 4096;
const LONGEST_NAME: usize = 15;

/// What the kernel shows as the command line, once there is a title: the program's own arguments stay as they are.
/// These are pages of their own, since the kernel shows none that belong to a file, as the first of a library's
/// variables do. Never given back.
static SHOWN: AtomicPtr<[u8; MOST]> = AtomicPtr::new(null_mut());

/// The fields of /proc/self/stat with the parts of a layout, numbered as in proc(5); 0: none has the end of the heap.
const FIELDS: [usize; 11] = [26, 27, 45, 46, 47, 0, 28, 48, 49, 50, 51];

/// Asks /proc where the process has its parts, which has to be known before the title can be set.
pub fn prepare() -> Result<Layout> {
    ask().map_err(|errno| Error::at(Step::Title, errno))
}

fn ask() -> Result<Layout, Errno> {
    let stat = Text::at(c"/proc/self/stat")?;
    let mut layout = Layout([0; FIELDS.len()]);
    for (place, field) in layout.0.iter_mut().zip(FIELDS) {
        *place = stat.stat_field(field).and_then(leading_number).unwrap_or(0) as u64;
    }
    // Some emulators give zeroes.
    if layout.arguments().is_empty() {
        return Err(Errno::ENOSYS);
    }
    Ok(layout)
}

/// Sets it. Async-signal-safe.
pub fn apply(layout: &Layout, title: &CStr) -> Result<()> {
    let text = title.to_bytes();
    let shown = room().is_some_and(|start| {
        // SAFETY: all of the room, which the kernel alone reads.
        unsafe { title::fill(start..start + MOST, text) };
        title::move_arguments(layout, start, start + text.len().min(MOST - 1) + 1).is_ok()
    });
    if !shown {
        // No memory, or no PR_SET_MM_MAP: the title is written over the arguments, as much of it as fits.
        // SAFETY: /proc says that the arguments of the program are there, which are its own to write to.
        unsafe { title::fill(layout.arguments(), text) };
    }
    title::set_name(&name(text)).map_err(|errno| Error::at(Step::Title, errno))
}

/// Where SHOWN's `MOST` bytes are; `None` when memory is refused.
fn room() -> Option<usize> {
    let known = NonNull::new(SHOWN.load(Relaxed));
    let place = known.or_else(|| {
        let new = pages::map()?;
        match SHOWN.compare_exchange(null_mut(), new.as_ptr(), Relaxed, Relaxed) {
            Ok(_) => Some(new),
            Err(other) => {
                // SAFETY: another thread was the first; nobody knows of these pages.
                unsafe { pages::unmap(new) };
                NonNull::new(other)
            }
        }
    });
    place.map(|place| place.as_ptr().expose_provenance())
}

/// As much of it as a name can be, not ending within a character of UTF-8, and a NUL.
fn name(text: &[u8]) -> [u8; LONGEST_NAME + 1] {
    let mut name = [0; LONGEST_NAME + 1];
    name.iter_mut().zip(text).take(LONGEST_NAME).for_each(|(place, &byte)| *place = byte);
    let mut last = LONGEST_NAME;
    while text.len() > LONGEST_NAME && text.get(last).is_some_and(|byte| byte & 0xC0 == 0x80) {
        last -= 1;
        name.iter_mut().skip(last).for_each(|place| *place = 0);
    }
    name
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn a_name_ends_between_characters() {
        assert_eq!(&name(b"app: worker 3"), b"app: worker 3\0\0\0");
        assert_eq!(&name(b"a title that is too long"), b"a title that is\0");
        assert_eq!(&name("12345678901234\u{fc}".as_bytes()), b"12345678901234\0\0");
        assert_eq!(&name("1234567890123\u{fc}".as_bytes()), "1234567890123\u{fc}\0".as_bytes());
    }
}
