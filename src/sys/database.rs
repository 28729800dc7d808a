//! The databases of users and groups.

use core::ffi::{CStr, c_char, c_int, c_void};

use super::credentials::{Gid, Uid};
use super::{Errno, heap};

pub use libc::{group as GroupEntry, passwd as UserEntry};

/// What an entry is looked up by.
#[derive(Clone, Copy)]
pub enum Key<'a> {
    Name(&'a CStr),
    Number(u32),
}

/// Where the strings of an entry go.
#[derive(Clone, Copy)]
pub struct Buffer {
    pub start: *mut c_char,
    pub size: usize,
}

/// Looks a user up, and writes its entry to `entry`, if there is one. Says whether there is, and the error of
/// getpwnam_r(3), 0 for none: ERANGE where the buffer is too small.
///
/// # Safety
/// `entry` must be valid for writing a `UserEntry`, aligned or not, and the buffer for writing. The entry points into
/// it.
pub unsafe fn user_entry(key: Key, buffer: Buffer, entry: *mut c_void) -> (bool, c_int) {
    // SAFETY: all zeroes is a valid passwd.
    let mut held: UserEntry = unsafe { core::mem::zeroed() };
    let mut found = core::ptr::null_mut();
    let error = match key {
        // SAFETY: the caller vouches for the buffer; the name is a C string, entry and result are valid for writing.
        Key::Name(name) => unsafe { libc::getpwnam_r(name.as_ptr(), &mut held, buffer.start, buffer.size, &mut found) },
        // SAFETY: the caller vouches for the buffer; entry and result are valid for writing.
        Key::Number(number) => unsafe { libc::getpwuid_r(number, &mut held, buffer.start, buffer.size, &mut found) },
    };
    let is_there = !found.is_null();
    if is_there {
        // SAFETY: the caller vouches for the place.
        unsafe { entry.cast::<UserEntry>().write_unaligned(held) };
    }
    (is_there, error)
}

/// The same for a group.
///
/// # Safety
/// As for `user_entry`, with a `GroupEntry`.
pub unsafe fn group_entry(key: Key, buffer: Buffer, entry: *mut c_void) -> (bool, c_int) {
    // SAFETY: all zeroes is a valid group.
    let mut held: GroupEntry = unsafe { core::mem::zeroed() };
    let mut found = core::ptr::null_mut();
    let error = match key {
        // SAFETY: the caller vouches for the buffer; the name is a C string, entry and result are valid for writing.
        Key::Name(name) => unsafe { libc::getgrnam_r(name.as_ptr(), &mut held, buffer.start, buffer.size, &mut found) },
        // SAFETY: the caller vouches for the buffer; entry and result are valid for writing.
        Key::Number(number) => unsafe { libc::getgrgid_r(number, &mut held, buffer.start, buffer.size, &mut found) },
    };
    let is_there = !found.is_null();
    if is_there {
        // SAFETY: the caller vouches for the place.
        unsafe { entry.cast::<GroupEntry>().write_unaligned(held) };
    }
    (is_there, error)
}

/// What the library asks of a user.
#[derive(Clone, Copy)]
pub struct User<'a> {
    pub uid: Uid,
    pub gid: Gid,
    pub name: &'a CStr,
    pub home: &'a CStr,
    pub shell: &'a CStr,
}

/// Calls `ask` with an ever larger buffer, until the strings of an entry fit.
fn with_buffer(ask: &mut dyn FnMut(Buffer) -> c_int) -> Result<(), Errno> {
    let mut size = 1024;
    loop {
        let buffer = heap::allocate::<c_char>(size).ok_or(Errno::ENOMEM)?;
        let error = ask(Buffer { start: buffer.as_ptr(), size });
        // SAFETY: it came from `allocate`, and what the function has put there is not used any more.
        unsafe { heap::release(buffer) };
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
    with_buffer(&mut |buffer| {
        // SAFETY: all zeroes is a valid passwd.
        let mut entry: UserEntry = unsafe { core::mem::zeroed() };
        // SAFETY: buffer and entry are valid for writing.
        let (is_there, error) = unsafe { user_entry(key, buffer, (&raw mut entry).cast()) };
        if is_there {
            // SAFETY: NULL or a C string inside the buffer, which lives until this closure is done.
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
    with_buffer(&mut |buffer| {
        // SAFETY: all zeroes is a valid group.
        let mut entry: GroupEntry = unsafe { core::mem::zeroed() };
        // SAFETY: buffer and entry are valid for writing; only a number is kept of the entry.
        let (is_there, error) = unsafe { group_entry(Key::Name(name), buffer, (&raw mut entry).cast()) };
        group = is_there.then_some(entry.gr_gid);
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
