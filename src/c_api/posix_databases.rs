//! PHP's posix: the databases of users and groups.

use core::ffi::{c_char, c_int, c_void};

use libc::{gid_t, uid_t};

use super::{Family, c_string, check_address, enter};
use crate::error::{Error, Step};
use crate::sys::Errno;
use crate::sys::database::{self, Buffer, Key};

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

const _: () = assert!(size_of::<posix_passwd>() == size_of::<database::UserEntry>());
const _: () = assert!(size_of::<posix_group>() == size_of::<database::GroupEntry>());

/// What a caller looks an entry up by.
enum Asked {
    Name(*const c_char),
    Number(u32),
}

/// Looks an entry up: 1 when there is one, written to `entry`, 0 when there is none, -1.
///
/// # Safety
/// Rule 1 for a name, rule 3 for `entry`, which has the layout of what `ask` finds, and `buffer` is valid for writing
/// `size` bytes where it is an address at all.
unsafe fn look_up(
    step: Step,
    asked: Asked,
    entry: *mut c_void,
    buffer: *mut c_char,
    size: usize,
    ask: unsafe fn(Key, Buffer, *mut c_void) -> (bool, c_int),
) -> c_int {
    enter(Family::Posix, -1, || {
        let key = match asked {
            // SAFETY: rule 1.
            Asked::Name(name) => Key::Name(unsafe { c_string(name, step) }?),
            Asked::Number(number) => Key::Number(number),
        };
        check_address(entry.addr(), step)?;
        check_address(buffer.addr(), step)?;
        // SAFETY: the caller vouches for the buffer and the entry, in which `ask` puts what it finds.
        match (unsafe { ask(key, Buffer { start: buffer, size }, entry) }, key) {
            ((true, _), _) => Ok(1),
            ((false, 0), _) => Ok(0),
            ((false, error), Key::Name(name)) => Err(Error::on(step, name, Errno::of(error))),
            ((false, error), Key::Number(number)) => Err(Error::on_number(step, number.into(), Errno::of(error))),
        }
    })
}

/// Looks a user up by name: 1, and the entry in `user`, with its strings in `buffer`, of `size` bytes; 0 if there is no
/// such user; -1 on failure, with ERANGE when `buffer` is too small. 1024 bytes are enough for most entries.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn posix_getpwnam(
    username: *const c_char,
    user: *mut posix_passwd,
    buffer: *mut c_char,
    size: usize,
) -> c_int {
    let asked = Asked::Name(username);
    // SAFETY: rules 1 and 3, the buffer is valid for writing `size` bytes, and the layouts are the same.
    unsafe { look_up(Step::User, asked, user.cast(), buffer, size, database::user_entry) }
}

/// posix_getpwnam(), by number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn posix_getpwuid(
    user_id: uid_t,
    user: *mut posix_passwd,
    buffer: *mut c_char,
    size: usize,
) -> c_int {
    let asked = Asked::Number(user_id);
    // SAFETY: rule 3, the buffer is valid for writing `size` bytes, and the layouts are the same.
    unsafe { look_up(Step::User, asked, user.cast(), buffer, size, database::user_entry) }
}

/// posix_getpwnam() for groups.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn posix_getgrnam(
    name: *const c_char,
    group: *mut posix_group,
    buffer: *mut c_char,
    size: usize,
) -> c_int {
    let asked = Asked::Name(name);
    // SAFETY: rules 1 and 3, the buffer is valid for writing `size` bytes, and the layouts are the same.
    unsafe { look_up(Step::Group, asked, group.cast(), buffer, size, database::group_entry) }
}

/// posix_getgrnam(), by number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn posix_getgrgid(
    group_id: gid_t,
    group: *mut posix_group,
    buffer: *mut c_char,
    size: usize,
) -> c_int {
    let asked = Asked::Number(group_id);
    // SAFETY: rule 3, the buffer is valid for writing `size` bytes, and the layouts are the same.
    unsafe { look_up(Step::Group, asked, group.cast(), buffer, size, database::group_entry) }
}
