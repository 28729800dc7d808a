//! The users and groups of this process, credentials(7).
//!
//! The kernel has them for each thread. libc changes them for all threads of the process.

use core::cell::Cell;
use core::ffi::{CStr, c_char, c_int};

use super::{Errno, check, system_call};

pub use libc::{gid_t as Gid, uid_t as Uid};

/// Real, effective and saved user, or group.
pub type Ids = [u32; 3];

/// A process has no more supplementary groups: NGROUPS_MAX of Linux.
pub const MOST_GROUPS: usize = 65536;

/// Stands for an id that is not to change.
pub const SAME: u32 = u32::MAX;

unsafe extern "C" {
    fn getlogin_r(name: *mut c_char, size: usize) -> c_int;
}

pub fn user() -> Uid {
    // SAFETY: takes nothing, cannot fail.
    unsafe { libc::getuid() }
}

pub fn effective_user() -> Uid {
    // SAFETY: takes nothing, cannot fail.
    unsafe { libc::geteuid() }
}

pub fn group() -> Gid {
    // SAFETY: takes nothing, cannot fail.
    unsafe { libc::getgid() }
}

pub fn effective_group() -> Gid {
    // SAFETY: takes nothing, cannot fail.
    unsafe { libc::getegid() }
}

/// Real, effective and saved user of this process.
pub fn user_ids() -> Ids {
    let mut ids = [SAME; 3];
    let [real, effective, saved] = &mut ids;
    // SAFETY: the three are valid for writing.
    unsafe { libc::getresuid(real, effective, saved) };
    ids
}

/// Real, effective and saved group of this process.
pub fn group_ids() -> Ids {
    let mut ids = [SAME; 3];
    let [real, effective, saved] = &mut ids;
    // SAFETY: the three are valid for writing.
    unsafe { libc::getresgid(real, effective, saved) };
    ids
}

/// Whose ids and groups are set.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Every thread of the process, which libc sees to by signals.
    Process,
    /// The calling thread, all there is of a forked process; also where libc takes the threads of another process for
    /// its own.
    Thread,
}

pub fn set_user_ids(ids: Ids, scope: Scope) -> Result<(), Errno> {
    let [real, effective, saved] = ids;
    match scope {
        // SAFETY: takes integers.
        Scope::Process => check(unsafe { libc::setresuid(real, effective, saved) }),
        // SAFETY: takes integers.
        Scope::Thread => unsafe { system_call!(SYS_setresuid, real, effective, saved) },
    }
    .map(drop)
}

pub fn set_group_ids(ids: Ids, scope: Scope) -> Result<(), Errno> {
    let [real, effective, saved] = ids;
    match scope {
        // SAFETY: takes integers.
        Scope::Process => check(unsafe { libc::setresgid(real, effective, saved) }),
        // SAFETY: takes integers.
        Scope::Thread => unsafe { system_call!(SYS_setresgid, real, effective, saved) },
    }
    .map(drop)
}

/// As setuid(2): of root all three, of others the effective user.
pub fn set_user(user: Uid) -> Result<(), Errno> {
    // SAFETY: takes an integer.
    check(unsafe { libc::setuid(user) }).map(drop)
}

/// As setgid(2): of root all three, of others the effective group.
pub fn set_group(group: Gid) -> Result<(), Errno> {
    // SAFETY: takes an integer.
    check(unsafe { libc::setgid(group) }).map(drop)
}

/// As seteuid(2).
pub fn set_effective_user(user: Uid) -> Result<(), Errno> {
    set_effective(user, set_user_ids)
}

/// As setegid(2).
pub fn set_effective_group(group: Gid) -> Result<(), Errno> {
    set_effective(group, set_group_ids)
}

/// The number that stands for no change is refused.
fn set_effective(to: u32, set: fn(Ids, Scope) -> Result<(), Errno>) -> Result<(), Errno> {
    if to == SAME { Err(Errno::EINVAL) } else { set([SAME, to, SAME], Scope::Process) }
}

/// Writes the supplementary groups, and gives their number; for `size` 0 only that. EINVAL where they do not fit.
///
/// # Safety
/// `groups` must be valid for writing `size` groups.
pub unsafe fn groups(size: c_int, groups: *mut Gid) -> Result<c_int, Errno> {
    // SAFETY: the caller vouches for the array.
    check(unsafe { libc::getgroups(size, groups) })
}

/// The same into a slice.
pub fn supplementary_groups(room: &mut [Gid]) -> Result<usize, Errno> {
    let size = c_int::try_from(room.len()).unwrap_or(c_int::MAX);
    // SAFETY: the slice is valid for writing `size` groups.
    let count = unsafe { groups(size, room.as_mut_ptr()) }?;
    Ok(usize::try_from(count).unwrap_or(0))
}

pub fn set_supplementary_groups(groups: &[Gid], scope: Scope) -> Result<(), Errno> {
    match scope {
        // SAFETY: the array is valid for reading its whole length.
        Scope::Process => check(unsafe { libc::setgroups(groups.len(), groups.as_ptr()) }),
        // SAFETY: setgroups(2) reads that many groups, and the array is valid for it.
        Scope::Thread => unsafe { system_call!(SYS_setgroups, groups.len(), groups.as_ptr()) },
    }
    .map(drop)
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
