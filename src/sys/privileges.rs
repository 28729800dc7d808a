//! Users and groups: what the databases say of them, and those of the process.

use core::ffi::{CStr, c_char, c_int};

use super::database::{self, Room};
use super::{Errno, check, system_call};

pub use super::database::Key;
pub use libc::{gid_t as Gid, uid_t as Uid};

/// An entry of the user database.
#[derive(Clone, Copy)]
pub struct User<'a> {
    pub uid: Uid,
    pub gid: Gid,
    pub name: &'a CStr,
    pub home: &'a CStr,
    pub shell: &'a CStr,
}

/// Real, effective and saved user, or group.
pub type Ids = [u32; 3];

/// Stands for an id that is not to change.
pub const SAME: u32 = u32::MAX;

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
            error => return Err(Errno::of(error)),
        }
    }
}

/// Looks a user up; the entry, if there is one, is shown to `take`.
pub fn find_user(key: Key, take: &mut dyn FnMut(User)) -> Result<(), Errno> {
    with_room(&mut |room| {
        // SAFETY: the room is valid for writing.
        let (entry, error) = unsafe { database::user(key, room) };
        if let Some(entry) = entry {
            // SAFETY: NULL or a C string inside the room, which lives until this closure is done.
            let text = |text: *const c_char| if text.is_null() { c"" } else { unsafe { CStr::from_ptr(text) } };
            let [name, home, shell] = [entry.pw_name, entry.pw_dir, entry.pw_shell].map(|field| text(field));
            take(User { uid: entry.pw_uid, gid: entry.pw_gid, name, home, shell });
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

/// Writes all groups of the user called `name`, `group` among them, and gives their number; or, where they do not fit,
/// how many there are.
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

/// Whose ids and groups are set. The kernel has them for each thread.
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

/// Writes the supplementary groups of this process, and gives their number; EINVAL where they do not fit.
pub fn supplementary_groups(groups: &mut [Gid]) -> Result<usize, Errno> {
    let room = c_int::try_from(groups.len()).unwrap_or(c_int::MAX);
    // SAFETY: the array is valid for writing `room` groups.
    let count = check(unsafe { libc::getgroups(room, groups.as_mut_ptr()) })?;
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
