//! The user and the group that a daemon is to be, as the system's databases have them.

use core::ffi::CStr;

use super::options::Options;
use crate::error::{Error, Result, Step};
use crate::memory::{CString, List, OutOfMemory};
use crate::sys::credentials::{Gid, Uid};
use crate::sys::database::{self, Key, User};
use crate::sys::{Errno, text};

pub struct Account {
    pub user: Option<Uid>,
    pub group: Gid,
    /// All groups of the user, including `group`.
    pub groups: List<Gid>,
    /// `None` for a user that has no entry.
    pub login: Option<Login>,
}

/// What a program expects in its environment.
pub struct Login {
    pub name: CString,
    pub home: CString,
    pub shell: CString,
}

/// The user and the group that the options name; `None` if they name neither.
pub fn find(options: &Options) -> Result<Option<Account>> {
    let group = match options.group.as_ref().map(CString::as_c_str) {
        Some(name) => Some(find_group(name)?),
        None => None,
    };
    let user = options.user.as_ref().map(CString::as_c_str);
    match (user, group) {
        (None, None) => Ok(None),
        (None, Some(group)) => Ok(Some(Account { user: None, group, groups: only(group)?, login: None })),
        (Some(name), group) => find_user(name, group).map(Some),
    }
}

impl Account {
    fn of(user: &User, group: Option<Gid>) -> Result<Account, OutOfMemory> {
        let group = group.unwrap_or(user.gid);
        // passwd(5): an empty shell means this one.
        let login = Login {
            name: CString::copy(user.name)?,
            home: CString::copy(if user.home.is_empty() { c"/" } else { user.home })?,
            shell: CString::copy(if user.shell.is_empty() { c"/bin/sh" } else { user.shell })?,
        };
        Ok(Account { user: Some(user.uid), group, groups: groups_of(user.name, group)?, login: Some(login) })
    }
}

fn only(group: Gid) -> Result<List<Gid>> {
    List::filled(group, 1).map_err(|OutOfMemory| Error::at(Step::SupplementaryGroups, Errno::ENOMEM))
}

/// All groups of the user called `name`, `group` among them.
fn groups_of(name: &CStr, group: Gid) -> Result<List<Gid>, OutOfMemory> {
    let mut capacity = 32;
    loop {
        let mut groups = List::filled(group, capacity)?;
        match database::groups_of(name, group, groups.as_mut_slice()) {
            Ok(count) => {
                groups.truncate(count);
                return Ok(groups);
            }
            Err(count) => capacity = count.max(capacity.saturating_mul(2)),
        }
    }
}

fn number(name: &CStr) -> Option<u32> {
    // The highest number means "no change" to the kernel.
    text::whole_number(name.to_bytes())
        .and_then(|number| u32::try_from(number).ok())
        .filter(|&number| number != u32::MAX)
}

fn find_group(name: &CStr) -> Result<Gid> {
    match database::group_by_name(name).map_err(|errno| Error::on(Step::Group, name, errno))? {
        Some(group) => Ok(group),
        None => number(name).ok_or_else(|| unknown(Step::Group, name)),
    }
}

fn find_user(name: &CStr, group: Option<Gid>) -> Result<Account> {
    let number = number(name);
    for key in [Some(Key::Name(name)), number.map(Key::Number)] {
        let Some(key) = key else { break };
        let mut found = None;
        database::find_user(key, &mut |user| found = Some(Account::of(&user, group)))
            .map_err(|errno| Error::on(Step::User, name, errno))?;
        if let Some(found) = found {
            return found.map_err(|OutOfMemory| Error::on(Step::User, name, Errno::ENOMEM));
        }
    }
    match (number, group) {
        (None, _) => Err(unknown(Step::User, name)),
        (Some(user), Some(group)) => Ok(Account { user: Some(user), group, groups: only(group)?, login: None }),
        (Some(_), None) => {
            Err(Error::because(Step::User, name, Errno::EINVAL, "has no entry that names a group; ask for one"))
        }
    }
}

fn unknown(step: Step, name: &CStr) -> Error {
    let why = if step == Step::User { "no such user" } else { "no such group" };
    Error::because(step, name, Errno::ENOENT, why)
}
