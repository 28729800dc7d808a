//! Who the process is. libc changes that for all threads, where the kernel would for the calling one alone.

use core::cell::Cell;
use core::ffi::{CStr, c_char, c_int};

use super::privileges::{Gid, SAME, Uid};
use super::{Errno, check};

unsafe extern "C" {
    fn getlogin_r(name: *mut c_char, size: usize) -> c_int;
}

pub fn effective_group() -> Gid {
    // SAFETY: takes nothing, cannot fail.
    unsafe { libc::getegid() }
}

/// As setuid(2): of root all three, of others the effective user.
pub fn set_user(user: Uid) -> Result<(), Errno> {
    // SAFETY: takes an integer.
    check(unsafe { libc::setuid(user) }).map(drop)
}

pub fn set_effective_user(user: Uid) -> Result<(), Errno> {
    change_effective(user, libc::setresuid)
}

/// As setgid(2): of root all three, of others the effective group.
pub fn set_group(group: Gid) -> Result<(), Errno> {
    // SAFETY: takes an integer.
    check(unsafe { libc::setgid(group) }).map(drop)
}

pub fn set_effective_group(group: Gid) -> Result<(), Errno> {
    change_effective(group, libc::setresgid)
}

/// As seteuid(2) and setegid(2), which refuse the number that stands for no change.
fn change_effective(to: u32, change: unsafe extern "C" fn(u32, u32, u32) -> c_int) -> Result<(), Errno> {
    if to == SAME {
        return Err(Errno::EINVAL);
    }
    // SAFETY: takes integers.
    check(unsafe { change(SAME, to, SAME) }).map(drop)
}

/// Writes the supplementary groups, and gives their number; for `size` 0 only that.
///
/// # Safety
/// `groups` must be valid for writing `size` groups.
pub unsafe fn groups(size: c_int, groups: *mut Gid) -> Result<c_int, Errno> {
    // SAFETY: the caller vouches for the array.
    check(unsafe { libc::getgroups(size, groups) })
}

/// Takes over the groups of the user called `name`, and `group`.
pub fn set_groups_of(name: &CStr, group: Gid) -> Result<(), Errno> {
    // SAFETY: `name` is a C string.
    check(unsafe { libc::initgroups(name.as_ptr(), group) }).map(drop)
}

/// Writes who has logged in to the session to `name`.
pub fn login(name: &[Cell<c_char>]) -> Result<(), Errno> {
    // SAFETY: the cells are valid for writing their whole length.
    match unsafe { getlogin_r(name.as_ptr().cast_mut().cast(), name.len()) } {
        0 => Ok(()),
        error => Err(Errno::of(error)),
    }
}
