//! PHP's posix: the databases of users and groups.

use core::ffi::{c_char, c_int};

use libc::{gid_t, uid_t};

use super::posix::{done, done_on, text, writable};
use crate::sys::database::{self, Key, Room};
use crate::sys::{Errno, cancellation};

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

/// Looks an entry up, of what is called `what`: 1 when there is one, written to `entry`, 0 when there is none, -1.
///
/// # Safety
/// `entry` must be valid for writing an E, and `buffer` for `size` bytes, where they are addresses at all.
unsafe fn look_up<E>(
    what: &str,
    key: Option<Key>,
    entry: *mut E,
    buffer: *mut c_char,
    size: usize,
    ask: unsafe fn(Key, Room) -> (Option<E>, c_int),
) -> c_int {
    let _cancellation = cancellation::put_off();
    let (Some(key), Some(entry), Some(start)) = (key, writable(entry, what), writable(buffer, what)) else {
        return -1;
    };
    // SAFETY: the caller vouches for the buffer and the entry.
    unsafe {
        match (ask(key, Room { start, size }), key) {
            ((Some(found), _), _) => {
                entry.write(found);
                1
            }
            ((None, 0), _) => 0,
            ((None, error), Key::Name(name)) => done_on(Err(Errno(error)), what, name),
            ((None, error), Key::Number(number)) => done(Err(Errno(error)), what, number.into()),
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
    unsafe { look_up("user", text(username, "user").map(Key::Name), user.cast(), buffer, size, database::user) }
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
    unsafe { look_up("user", Some(Key::Number(user_id)), user.cast(), buffer, size, database::user) }
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
    unsafe { look_up("group", text(name, "group").map(Key::Name), group.cast(), buffer, size, database::group) }
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
    unsafe { look_up("group", Some(Key::Number(group_id)), group.cast(), buffer, size, database::group) }
}
