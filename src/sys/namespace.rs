//! Namespaces: what a process shares with others, and no longer.

use core::ffi::c_int;

use super::fd::Descriptor;
use super::{Errno, system_call};

/// Leaves the namespaces, and whatever else unshare(2) knows, that `flags` name.
pub fn unshare(flags: c_int) -> Result<(), Errno> {
    // SAFETY: takes an integer; what is shared with other threads is the caller's to know.
    unsafe { system_call!(SYS_unshare, flags) }.map(drop)
}

/// Enters those namespaces of the process `held` that `flags` name.
pub fn enter(held: &Descriptor, flags: c_int) -> Result<(), Errno> {
    // SAFETY: takes integers.
    unsafe { system_call!(SYS_setns, held.number(), flags) }.map(drop)
}
