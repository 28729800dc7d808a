//! Giving up privileges: groups first, then the user, for good.

use core::ffi::CStr;

use super::options::{Options, Text};
use crate::error::{Failed, Outcome, failed_at, failed_because, failed_number, failed_on};
use crate::memory::List;
use crate::sys::privileges::{self as system, Gid, Key, Uid, User};
use crate::sys::{Errno, text};

/// Who the daemon will be, looked up before the fork.
pub struct Privileges {
    pub user: Option<Uid>,
    pub group: Gid,
    groups: List<Gid>,
    /// Without the right to be anybody else, the process is this one by its real and effective ids.
    already: bool,
}

impl Privileges {
    /// `None` when the options name nobody.
    #[inline(never)]
    pub fn prepare(options: &Options) -> Outcome<Option<Privileges>> {
        let group = match options.text(Text::Group) {
            Some(name) => Some(find_group(name)?),
            None => None,
        };
        let mut found = match (options.text(Text::User), group) {
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
    pub fn assume(&self) -> Outcome<()> {
        match system::set_groups(self.groups.as_slice()) {
            // A program that has put root's rights aside for a while may still have them.
            Err(Errno::EPERM) if system::can_be_root_again(false) => system::set_groups(self.groups.as_slice()),
            Err(Errno::EPERM) if self.already => Ok(()),
            result => result,
        }
        .map_err(|errno| failed_at("supplementary groups", errno))?;
        system::set_group(self.group).map_err(|errno| failed_number("group", self.group.into(), errno))?;
        let Some(user) = self.user else { return Ok(()) };
        system::set_user(user).map_err(|errno| failed_number("user", user.into(), errno))?;
        if user == 0 {
            return Ok(());
        }
        system::drop_capabilities().map_err(|errno| failed_at("capabilities", errno))?;
        if system::can_be_root_again(self.group != 0) {
            return Err(failed_at("privileges could be taken back", Errno::EPERM));
        }
        Ok(())
    }

    /// Leaves the memory to the process: nothing is freed between fork and return.
    pub fn keep_memory(self) {
        self.groups.keep_for_life();
    }
}

fn only(group: Gid) -> Outcome<List<Gid>> {
    let mut groups = List::new();
    groups.push(group).map_err(|errno| failed_at("groups", errno))?;
    Ok(groups)
}

#[inline(never)]
fn number(name: &CStr) -> Option<u32> {
    // The highest number means "no change" to the kernel.
    text::whole_number(name).and_then(|number| u32::try_from(number).ok()).filter(|&number| number != u32::MAX)
}

fn find_group(name: &CStr) -> Outcome<Gid> {
    match system::group_by_name(name).map_err(|errno| failed_on("group", name, errno))? {
        Some(group) => Ok(group),
        None => number(name).ok_or_else(|| unknown("group", name)),
    }
}

fn find_user(name: &CStr, group: Option<Gid>) -> Outcome<Privileges> {
    let lost = |errno| failed_on("user", name, errno);
    let look_up = |key| {
        let mut found = None;
        let mut take = |name: &CStr, User { uid, gid }: User| {
            let group = group.unwrap_or(gid);
            let groups = system::groups_of(name, group);
            found = Some(groups.map(|groups| Privileges { user: Some(uid), group, groups, already: false }));
        };
        system::find_user(key, &mut take).and(found.transpose()).map_err(lost)
    };
    if let Some(found) = look_up(Key::Name(name))? {
        return Ok(found);
    }
    let uid = number(name).ok_or_else(|| unknown("user", name))?;
    let found = look_up(Key::Number(uid))?;
    match (found, group) {
        (Some(found), _) => Ok(found),
        (None, Some(group)) => Ok(Privileges { user: Some(uid), group, groups: only(group)?, already: false }),
        (None, None) => {
            Err(failed_because("user", name, Errno::EINVAL, "has no entry that names a group; ask for one"))
        }
    }
}

fn unknown(what: &'static str, name: &CStr) -> Failed {
    failed_because(what, name, Errno::ENOENT, if what == "user" { "no such user" } else { "no such group" })
}
