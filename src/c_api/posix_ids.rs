//! PHP's posix: users and groups of the process.

use core::ffi::{c_char, c_int};

use libc::{gid_t, uid_t};

use super::posix::on_number;
use super::{Family, c_string, check_address, enter, enter_for_status};
use crate::error::{Error, Result, Step};
use crate::sys::{Errno, credentials, thread_state};

/// The real user's number.
#[unsafe(no_mangle)]
pub extern "C" fn posix_getuid() -> uid_t {
    credentials::user()
}

/// The effective user's number.
#[unsafe(no_mangle)]
pub extern "C" fn posix_geteuid() -> uid_t {
    credentials::effective_user()
}

/// The real group's number.
#[unsafe(no_mangle)]
pub extern "C" fn posix_getgid() -> gid_t {
    credentials::group()
}

/// The effective group's number.
#[unsafe(no_mangle)]
pub extern "C" fn posix_getegid() -> gid_t {
    credentials::effective_group()
}

/// Has `set` set an id of this process: 0, or -1.
fn set(id: u32, set: fn(u32) -> Result<(), Errno>, step: Step) -> c_int {
    enter_for_status(Family::Posix, || on_number(set(id), step, id.into()))
}

/// Changes the user. Root gives up its own user for good; for others only the effective user changes. This function and
/// the three that follow act on all threads. 0, or -1.
#[unsafe(no_mangle)]
pub extern "C" fn posix_setuid(user_id: uid_t) -> c_int {
    set(user_id, credentials::set_user, Step::User)
}

/// Changes the effective user. 0, or -1.
#[unsafe(no_mangle)]
pub extern "C" fn posix_seteuid(user_id: uid_t) -> c_int {
    set(user_id, credentials::set_effective_user, Step::EffectiveUser)
}

/// Changes the group. Root gives up its own group for good; for others only the effective group changes. 0, or -1.
#[unsafe(no_mangle)]
pub extern "C" fn posix_setgid(group_id: gid_t) -> c_int {
    set(group_id, credentials::set_group, Step::Group)
}

/// Changes the effective group. 0, or -1.
#[unsafe(no_mangle)]
pub extern "C" fn posix_setegid(group_id: gid_t) -> c_int {
    set(group_id, credentials::set_effective_group, Step::EffectiveGroup)
}

/// The supplementary groups, as getgroups(2): writes at most `size` to `groups` and gives how many there are. With
/// `size` 0 it only gives the number. -1 with EINVAL when they do not fit.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn posix_getgroups(size: c_int, groups: *mut gid_t) -> c_int {
    enter(Family::Posix, -1, || {
        if size > 0 {
            check_address(groups.addr(), Step::Groups)?;
        }
        // SAFETY: rule 4: valid for writing `size` groups.
        unsafe { credentials::groups(size, groups) }.map_err(|errno| Error::at(Step::Groups, errno))
    })
}

/// Sets the supplementary groups to all groups of the user of that name, and `group_id`. 0, or -1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn posix_initgroups(username: *const c_char, group_id: gid_t) -> c_int {
    enter_for_status(Family::Posix, || {
        // SAFETY: rule 1.
        let username = unsafe { c_string(username, Step::GroupsOf) }?;
        credentials::set_groups_of(username, group_id).map_err(|errno| Error::on(Step::GroupsOf, username, errno))
    })
}

/// The name of the user who has logged in to the session, valid until the thread's next call; NULL where there is none.
#[unsafe(no_mangle)]
pub extern "C" fn posix_getlogin() -> *const c_char {
    enter(Family::Posix, core::ptr::null(), || {
        let name = &thread_state::get().name;
        credentials::login(name).map_err(|errno| Error::at(Step::LoginName, errno))?;
        Ok(name.as_ptr().cast())
    })
}
