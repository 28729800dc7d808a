//! PHP's posix: the databases of users and groups.

use core::ffi::{c_char, c_int};

use libc::{gid_t, uid_t};

use super::posix::{done, text, writable};
use crate::sys::Errno;
use crate::sys::database::{self, Key, Room};

/// A user: the struct passwd of getpwnam(3). Its strings stand in the caller's buffer.
#[repr(C)]
#[allow(non_camel_case_types)]
pub struct posix_passwd {
    /// The login name.
    pub name: *const c_char,
    /// The password, encrypted; "x" where others must not see it.
    pub passwd: *const c_char,
    /// The user's number.
    pub uid: uid_t,
    /// The number of the group that the user logs in with.
    pub gid: gid_t,
    /// The full name, and whatever else is kept there.
    pub gecos: *const c_char,
    /// The home directory.
    pub dir: *const c_char,
    /// The login shell.
    pub shell: *const c_char,
}

/// A group: the struct group of getgrnam(3). Its strings stand in the caller's buffer.
#[repr(C)]
#[allow(non_camel_case_types)]
pub struct posix_group {
    /// The group's name.
    pub name: *const c_char,
    /// The password, encrypted; "x" where others must not see it.
    pub passwd: *const c_char,
    /// The group's number.
    pub gid: gid_t,
    /// The login names of its members, NULL after the last one.
    pub members: *const *const c_char,
}

const _: () = assert!(size_of::<posix_passwd>() == size_of::<database::User>());
const _: () = assert!(size_of::<posix_group>() == size_of::<database::Group>());

/// Looks an entry up: 1 when there is one, written to `entry`, 0 when there is none, -1.
///
/// # Safety
/// `entry` must be valid for writing an E, and `buffer` for `size` bytes, where they are addresses at all.
unsafe fn look_up<E>(
    key: Option<Key>,
    entry: *mut E,
    buffer: *mut c_char,
    size: usize,
    ask: unsafe fn(Key, Room) -> (Option<E>, c_int),
) -> c_int {
    const STEP: &str = "entry in the database";
    let (Some(key), Some(entry), Some(start)) = (key, writable(entry, STEP), writable(buffer, STEP)) else {
        return -1;
    };
    // SAFETY: the caller vouches for the buffer and the entry.
    unsafe {
        match ask(key, Room { start, size }) {
            (Some(found), _) => {
                entry.write(found);
                1
            }
            (None, error) => done(if error == 0 { Ok(()) } else { Err(Errno(error)) }, STEP, 0),
        }
    }
}

/// Looks a user up by name: 1, and the entry in `user`, with its strings in `buffer`, of `size` bytes; 0 if there is no such
/// user; -1 on failure, with ERANGE when `buffer` is too small. 1024 bytes are enough for most entries.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn posix_getpwnam(
    username: *const c_char,
    user: *mut posix_passwd,
    buffer: *mut c_char,
    size: usize,
) -> c_int {
    // SAFETY: the conventions of the header.
    unsafe { look_up(text(username, "user").map(Key::Name), user.cast(), buffer, size, database::user) }
}

/// posix_getpwnam(), by number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn posix_getpwuid(
    user_id: uid_t,
    user: *mut posix_passwd,
    buffer: *mut c_char,
    size: usize,
) -> c_int {
    // SAFETY: the conventions of the header.
    unsafe { look_up(Some(Key::Number(user_id)), user.cast(), buffer, size, database::user) }
}

/// posix_getpwnam() for groups.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn posix_getgrnam(
    name: *const c_char,
    group: *mut posix_group,
    buffer: *mut c_char,
    size: usize,
) -> c_int {
    // SAFETY: the conventions of the header.
    unsafe { look_up(text(name, "group").map(Key::Name), group.cast(), buffer, size, database::group) }
}

/// posix_getgrnam(), by number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn posix_getgrgid(
    group_id: gid_t,
    group: *mut posix_group,
    buffer: *mut c_char,
    size: usize,
) -> c_int {
    // SAFETY: the conventions of the header.
    unsafe { look_up(Some(Key::Number(group_id)), group.cast(), buffer, size, database::group) }
}
