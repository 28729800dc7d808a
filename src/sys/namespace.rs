//! Namespaces: what a process shares with others, and no longer.

use core::ffi::c_int;

use super::fd::Descriptor;
use super::{Errno, check};

/// Leaves the namespaces, and whatever else unshare(2) knows, that `flags` name.
pub fn unshare(flags: c_int) -> Result<(), Errno> {
    // SAFETY: takes an integer; what is shared with other threads is the caller's to know.
    check(unsafe { libc::unshare(flags) }).map(drop)
}

/// Enters those namespaces of the process behind `pidfd` that `flags` name.
pub fn enter(pidfd: &Descriptor, flags: c_int) -> Result<(), Errno> {
    // SAFETY: takes integers.
    check(unsafe { libc::setns(pidfd.as_raw_fd(), flags) }).map(drop)
}

/// Are this process's next children in another pid namespace than itself?
pub fn has_left_its_own_for_children() -> bool {
    let identity = |path| super::file::status_behind(path).map(|status| status.identity);
    match (identity(c"/proc/self/ns/pid"), identity(c"/proc/self/ns/pid_for_children")) {
        (Ok(own), Ok(of_children)) => own != of_children,
        // A namespace without a process 1 has no name.
        (Ok(_), Err(Errno::ENOENT)) => true,
        _ => false,
    }
}
