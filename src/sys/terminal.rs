//! Terminals.

use core::cell::Cell;
use core::ffi::{c_char, c_int};

use super::Errno;

/// Is `number` a terminal? If not, why.
pub fn is_terminal(number: c_int) -> Result<(), Errno> {
    // SAFETY: takes an integer.
    if unsafe { libc::isatty(number) } == 1 { Ok(()) } else { Err(Errno::last()) }
}

/// Writes the name of the terminal `number` to `name`.
pub fn name(number: c_int, name: &[Cell<c_char>]) -> Result<(), Errno> {
    // SAFETY: the cells are valid for writing their whole length.
    match unsafe { libc::ttyname_r(number, name.as_ptr().cast_mut().cast(), name.len()) } {
        0 => Ok(()),
        error => Err(Errno::of(error)),
    }
}
