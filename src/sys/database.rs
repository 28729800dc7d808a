//! The databases of users and groups.

use core::ffi::{CStr, c_char, c_int};

pub use libc::{group as Group, passwd as User};

/// What an entry is looked up by.
#[derive(Clone, Copy)]
pub enum Key<'a> {
    Name(&'a CStr),
    Number(u32),
}

/// Room for the strings of an entry.
#[derive(Clone, Copy)]
pub struct Room {
    pub start: *mut c_char,
    pub size: usize,
}

/// A user's entry, if there is one, and the error of getpwnam_r(3), 0 for none: ERANGE where the room is too small.
///
/// # Safety
/// The room must be valid for writing. The entry points into it.
pub unsafe fn user(key: Key, room: Room) -> (Option<User>, c_int) {
    // SAFETY: all zeroes is a valid passwd.
    let mut entry: User = unsafe { core::mem::zeroed() };
    let mut found = core::ptr::null_mut();
    let error = match key {
        // SAFETY: the caller vouches for the room; the name is a C string, entry and result are valid for writing.
        Key::Name(name) => unsafe { libc::getpwnam_r(name.as_ptr(), &mut entry, room.start, room.size, &mut found) },
        // SAFETY: the caller vouches for the room; entry and result are valid for writing.
        Key::Number(number) => unsafe { libc::getpwuid_r(number, &mut entry, room.start, room.size, &mut found) },
    };
    ((!found.is_null()).then_some(entry), error)
}

/// The same for a group.
///
/// # Safety
/// As for `user`.
pub unsafe fn group(key: Key, room: Room) -> (Option<Group>, c_int) {
    // SAFETY: all zeroes is a valid group.
    let mut entry: Group = unsafe { core::mem::zeroed() };
    let mut found = core::ptr::null_mut();
    let error = match key {
        // SAFETY: the caller vouches for the room; the name is a C string, entry and result are valid for writing.
        Key::Name(name) => unsafe { libc::getgrnam_r(name.as_ptr(), &mut entry, room.start, room.size, &mut found) },
        // SAFETY: the caller vouches for the room; entry and result are valid for writing.
        Key::Number(number) => unsafe { libc::getgrgid_r(number, &mut entry, room.start, room.size, &mut found) },
    };
    ((!found.is_null()).then_some(entry), error)
}
