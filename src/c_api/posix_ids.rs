//! PHP's posix: users and groups of the process.

use core::ffi::{c_char, c_int};

use libc::{gid_t, uid_t};

use super::posix::{done, done_on, note, text};
use crate::error::failed_at;
use crate::sys::{self, Errno, cancellation, identity, privileges};

/// The real user's number.
#[unsafe(no_mangle)]
pub extern "C" fn posix_getuid() -> uid_t {
    privileges::user()
}

/// The effective user's number.
#[unsafe(no_mangle)]
pub extern "C" fn posix_geteuid() -> uid_t {
    privileges::effective_user()
}

/// The real group's number.
#[unsafe(no_mangle)]
pub extern "C" fn posix_getgid() -> gid_t {
    privileges::group()
}

/// The effective group's number.
#[unsafe(no_mangle)]
pub extern "C" fn posix_getegid() -> gid_t {
    identity::effective_group()
}

/// Becomes the user for good, if root does that; changes the effective user otherwise. In all threads, as the three that
/// follow. 0, or -1.
#[unsafe(no_mangle)]
pub extern "C" fn posix_setuid(user_id: uid_t) -> c_int {
    done(identity::set_user(user_id), "user", user_id.into())
}

/// Changes the effective user. 0, or -1.
#[unsafe(no_mangle)]
pub extern "C" fn posix_seteuid(user_id: uid_t) -> c_int {
    done(identity::set_effective_user(user_id), "effective user", user_id.into())
}

/// Takes the group for good, if root does that; changes the effective group otherwise. 0, or -1.
#[unsafe(no_mangle)]
pub extern "C" fn posix_setgid(group_id: gid_t) -> c_int {
    done(identity::set_group(group_id), "group", group_id.into())
}

/// Changes the effective group. 0, or -1.
#[unsafe(no_mangle)]
pub extern "C" fn posix_setegid(group_id: gid_t) -> c_int {
    done(identity::set_effective_group(group_id), "effective group", group_id.into())
}

/// The supplementary groups, as getgroups(2): writes at most `size` to `groups` and gives how many there are. With `size` 0
/// it only does the latter. -1 with EINVAL when they do not fit.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn posix_getgroups(size: c_int, groups: *mut gid_t) -> c_int {
    let held = if groups.addr() < super::NONSENSE_BELOW && size > 0 {
        Err(Errno::EINVAL)
    } else {
        // SAFETY: the conventions of the header: valid for writing so many groups.
        unsafe { identity::groups(size, groups) }
    };
    held.unwrap_or_else(|errno| {
        note(failed_at("groups", errno));
        -1
    })
}

/// Takes over all groups of the user of that name, and `group_id`. 0, or -1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn posix_initgroups(username: *const c_char, group_id: gid_t) -> c_int {
    let _cancellation = cancellation::put_off();
    // SAFETY: the conventions of the header.
    let Some(username) = (unsafe { text(username, "groups") }) else { return -1 };
    done_on(identity::set_groups_of(username, group_id), "groups of", username)
}

/// The name of the user who has logged in to the session, valid until the thread's next call; NULL where there is none.
#[unsafe(no_mangle)]
pub extern "C" fn posix_getlogin() -> *const c_char {
    let _cancellation = cancellation::put_off();
    let name = &sys::thread_state().name;
    match identity::login(name) {
        Ok(()) => name.as_ptr().cast(),
        Err(errno) => {
            note(failed_at("login name", errno));
            core::ptr::null()
        }
    }
}
