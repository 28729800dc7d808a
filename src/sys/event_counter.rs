//! Event counters, eventfd(2), with a mark that tells the library's own from those of the program.

use core::ffi::c_int;

use super::fd::Descriptor;
use super::signal::RESERVED_BY_LIBC;
use super::{Errno, check};

/// The signal for input and output on an open file, which counters do not send: it marks those of the library. No
/// program chooses this one for a file of its own, because it is libc's.
const MARK: c_int = RESERVED_BY_LIBC[0];
const F_SETSIG: c_int = 10;
const F_GETSIG: c_int = 11;

/// A counter: readable while it is not 0, never blocking.
pub fn make() -> Result<Descriptor, Errno> {
    // SAFETY: takes two integers.
    let fd = check(unsafe { libc::eventfd(0, libc::EFD_CLOEXEC | libc::EFD_NONBLOCK) })?;
    let event = Descriptor::own_above_standard(fd)?;
    // SAFETY: F_SETSIG takes an integer.
    check(unsafe { libc::fcntl(event.as_raw_fd(), F_SETSIG, MARK) })?;
    Ok(event)
}

/// Is that a counter that `make` has made? By inode all of them are one. Async-signal-safe.
pub fn is_own(fd: c_int) -> bool {
    // SAFETY: F_GETSIG takes no argument.
    unsafe { libc::fcntl(fd, F_GETSIG) == MARK }
}
