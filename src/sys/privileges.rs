//! Users, groups and capabilities.

use core::ffi::{CStr, c_char, c_int};

use super::database::{self, Room};
use super::{Errno, check};

pub use super::database::Key;
pub use libc::{gid_t as Gid, uid_t as Uid};

/// An entry of the user database.
#[derive(Clone, Copy)]
pub struct User {
    pub uid: Uid,
    pub gid: Gid,
}

/// Calls a `get*_r` function with ever more room for the strings of its entry, until they fit.
fn with_room(ask: &mut dyn FnMut(Room) -> c_int) -> Result<(), Errno> {
    let mut size = 1024;
    loop {
        let room = super::heap::allocate::<c_char>(size).ok_or(Errno::ENOMEM)?;
        let error = ask(Room { start: room.as_ptr(), size });
        // SAFETY: it came from `allocate`, and what the function has put there is not used any more.
        unsafe { super::heap::release(room) };
        match error {
            libc::ERANGE if size < 1 << 24 => size *= 4,
            libc::EINTR => {}
            // The others are what databases say when the name is simply not there.
            0 | libc::ENOENT | libc::ESRCH | libc::EBADF | libc::EPERM => return Ok(()),
            error => return Err(Errno(error)),
        }
    }
}

/// Looks a user up; name and numbers of the entry, if there is one, are shown to `take`.
pub fn find_user(key: Key, take: &mut dyn FnMut(&CStr, User)) -> Result<(), Errno> {
    with_room(&mut |room| {
        // SAFETY: the room is valid for writing.
        let (entry, error) = unsafe { database::user(key, room) };
        if let Some(entry) = entry {
            // SAFETY: the name in an entry is a C string inside the room, which lives until this closure is done.
            take(unsafe { CStr::from_ptr(entry.pw_name) }, User { uid: entry.pw_uid, gid: entry.pw_gid });
        }
        error
    })
}

/// The number of the group called `name`.
pub fn group_by_name(name: &CStr) -> Result<Option<Gid>, Errno> {
    let mut group = None;
    with_room(&mut |room| {
        // SAFETY: the room is valid for writing; only a number is kept of the entry.
        let (entry, error) = unsafe { database::group(Key::Name(name), room) };
        group = entry.map(|entry| entry.gr_gid);
        error
    })?;
    Ok(group)
}

/// Writes all groups of the user called `name`, `group` among them, and gives their number; or, where they do not fit, how many
/// there are.
pub fn groups_of(name: &CStr, group: Gid, groups: &mut [Gid]) -> Result<usize, usize> {
    let mut count = c_int::try_from(groups.len()).unwrap_or(c_int::MAX);
    // SAFETY: the array is valid for writing `count` groups, and `name` is a C string.
    let fits = unsafe { libc::getgrouplist(name.as_ptr(), group, groups.as_mut_ptr(), &mut count) != -1 };
    let count = usize::try_from(count).unwrap_or(0);
    if fits { Ok(count) } else { Err(count) }
}

pub fn effective_user() -> Uid {
    // SAFETY: takes nothing, cannot fail.
    unsafe { libc::geteuid() }
}

pub fn user() -> Uid {
    // SAFETY: takes nothing, cannot fail.
    unsafe { libc::getuid() }
}

pub fn group() -> Gid {
    // SAFETY: takes nothing, cannot fail.
    unsafe { libc::getgid() }
}

pub fn set_groups(groups: &[Gid]) -> Result<(), Errno> {
    // SAFETY: the array is valid for reading its whole length.
    check(unsafe { libc::setgroups(groups.len(), groups.as_ptr()) }).map(drop)
}

/// Real, effective and saved group.
pub fn set_group(group: Gid) -> Result<(), Errno> {
    // SAFETY: takes integers.
    check(unsafe { libc::setresgid(group, group, group) }).map(drop)
}

/// Real, effective and saved user.
pub fn set_user(user: Uid) -> Result<(), Errno> {
    // SAFETY: takes integers.
    check(unsafe { libc::setresuid(user, user, user) }).map(drop)
}

/// Gives up every capability, those that a securebit would have kept too.
pub fn drop_capabilities() -> Result<(), Errno> {
    #[repr(C)]
    struct Header {
        version: u32,
        pid: c_int,
    }
    /// _LINUX_CAPABILITY_VERSION_3, of two words each: effective, permitted, inheritable.
    const VERSION: u32 = 0x2008_0522;
    let mut header = Header { version: VERSION, pid: 0 };
    let none = [0u32; 6];
    // SAFETY: header and data are laid out as capset(2) asks for in this version.
    check(unsafe { libc::syscall(libc::SYS_capset, &mut header, none.as_ptr()) } as c_int).map(drop)
}

/// Could this process be root again, as user or as group?
pub fn can_be_root_again(with_group: bool) -> bool {
    const SAME: u32 = u32::MAX;
    // SAFETY: takes integers.
    let as_user = unsafe { libc::setresuid(SAME, 0, SAME) == 0 };
    // SAFETY: takes integers.
    as_user || (with_group && unsafe { libc::setresgid(SAME, 0, SAME) == 0 })
}
