//! Giving up privileges: groups first, then the user, for good.

use core::ffi::CStr;

use super::options::Options;
use crate::error::{Error, Result, Step};
use crate::memory::{CString, List};
use crate::sys::privileges::{self as system, Gid, Key, Uid, User};
use crate::sys::{Errno, text};

/// Who the daemon will be, looked up before the fork.
pub struct Privileges {
    user: Option<Uid>,
    group: Gid,
    groups: List<Gid>,
    /// Without the right to be anybody else, the process is this user already, by its real and effective ids.
    already: bool,
}

impl Privileges {
    /// `None` when the options name nobody.
    pub fn prepare(options: &Options) -> Result<Option<Privileges>> {
        let group = match options.group.as_ref().map(CString::as_c_str) {
            Some(name) => Some(find_group(name)?),
            None => None,
        };
        let user = options.user.as_ref().map(CString::as_c_str);
        let mut found = match (user, group) {
            (None, None) => return Ok(None),
            (None, Some(group)) => Privileges { user: None, group, groups: only(group)?, already: false },
            (Some(name), group) => find_user(name, group)?,
        };
        found.already = system::effective_user() != 0
            && found.user.is_none_or(|user| user == system::user() && user == system::effective_user())
            && found.group == system::group();
        Ok(Some(found))
    }

    /// The one way: afterwards this process cannot be what it was.
    pub fn assume(&self) -> Result<()> {
        match system::set_groups(self.groups.as_slice()) {
            // A program that has put root's rights aside for a while may still have them.
            Err(Errno::EPERM) if system::can_be_root_again(false) => system::set_groups(self.groups.as_slice()),
            Err(Errno::EPERM) if self.already => Ok(()),
            result => result,
        }
        .map_err(|errno| Error::at(Step::SupplementaryGroups, errno))?;
        system::set_group(self.group).map_err(|errno| Error::on_number(Step::Group, self.group.into(), errno))?;
        let Some(user) = self.user else { return Ok(()) };
        system::set_user(user).map_err(|errno| Error::on_number(Step::User, user.into(), errno))?;
        if user == 0 {
            return Ok(());
        }
        system::drop_capabilities().map_err(|errno| Error::at(Step::Capabilities, errno))?;
        if system::can_be_root_again(self.group != 0) {
            let step = Step::Privileges;
            return Err(Error::new(Errno::EPERM, step, format_args!("{step}: they could be taken back")));
        }
        Ok(())
    }

    /// Who owns what the daemon creates, where a user is named.
    pub fn owner_of_files(&self) -> Option<(Uid, Gid)> {
        self.user.map(|user| (user, self.group))
    }

    /// Leaves the memory to the process: nothing is freed between fork and return.
    pub fn leak(self) {
        self.groups.leak();
    }
}

fn only(group: Gid) -> Result<List<Gid>> {
    List::filled(group, 1).map_err(|errno| Error::at(Step::SupplementaryGroups, errno))
}

/// All groups of the user called `name`, `group` among them.
fn groups_of(name: &CStr, group: Gid) -> Result<List<Gid>, Errno> {
    let mut capacity = 32;
    loop {
        let mut groups = List::filled(group, capacity)?;
        match system::groups_of(name, group, groups.as_mut_slice()) {
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
    text::whole_number(name).and_then(|number| u32::try_from(number).ok()).filter(|&number| number != u32::MAX)
}

fn find_group(name: &CStr) -> Result<Gid> {
    match system::group_by_name(name).map_err(|errno| Error::on(Step::Group, name, errno))? {
        Some(group) => Ok(group),
        None => number(name).ok_or_else(|| unknown(Step::Group, name)),
    }
}

fn find_user(name: &CStr, group: Option<Gid>) -> Result<Privileges> {
    let lost = |errno| Error::on(Step::User, name, errno);
    let look_up = |key| {
        let mut found = None;
        let mut take = |name: &CStr, User { uid, gid }: User| {
            let group = group.unwrap_or(gid);
            let groups = groups_of(name, group);
            found = Some(groups.map(|groups| Privileges { user: Some(uid), group, groups, already: false }));
        };
        system::find_user(key, &mut take).and(found.transpose()).map_err(lost)
    };
    if let Some(found) = look_up(Key::Name(name))? {
        return Ok(found);
    }
    let uid = number(name).ok_or_else(|| unknown(Step::User, name))?;
    let found = look_up(Key::Number(uid))?;
    match (found, group) {
        (Some(found), _) => Ok(found),
        (None, Some(group)) => Ok(Privileges { user: Some(uid), group, groups: only(group)?, already: false }),
        (None, None) => {
            Err(Error::because(Step::User, name, Errno::EINVAL, "has no entry that names a group; ask for one"))
        }
    }
}

fn unknown(step: Step, name: &CStr) -> Error {
    let why = if step == Step::User { "no such user" } else { "no such group" };
    Error::because(step, name, Errno::ENOENT, why)
}
