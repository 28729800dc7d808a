//! Numbers that nobody can guess.

use super::{Errno, check_size, uninterrupted};

/// Not negative.
pub fn number() -> Result<i64, Errno> {
    let mut bytes = [0u8; 8];
    // SAFETY: the bytes are valid for writing. So few come whole, or not at all.
    uninterrupted(|| check_size(unsafe { libc::getrandom(bytes.as_mut_ptr().cast(), bytes.len(), 0) }))?;
    Ok(i64::from_ne_bytes(bytes) & i64::MAX)
}
