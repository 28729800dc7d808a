//! The kernel's list of this process's open descriptors.

use core::ffi::c_int;
use core::ops::ControlFlow;

use super::fd::Descriptor;
use super::{Errno, directory};

/// /proc/self/fd, to be opened before a change of the root directory.
pub fn list() -> Result<Descriptor, Errno> {
    directory::list(c"/proc/self/fd")
}

/// Calls `each` with every descriptor in the list but its own, without allocating.
pub fn for_each(list: &Descriptor, mut each: impl FnMut(c_int)) -> Result<(), Errno> {
    directory::for_each_number(list, &mut |descriptor| {
        if descriptor != list.as_raw_fd() {
            each(descriptor);
        }
        ControlFlow::Continue(())
    })
}
