//! Giving up privileges: groups first, then the user, for good.
//!
//! There are two steps. After the first one the process acts as the user, and can still go back. After the second one
//! it cannot. A call that would change nothing is not made: a sandbox may forbid it.

use super::account::{self, Account};
use super::credentials::Credentials;
use super::options::Options;
use crate::error::{Error, Numbered, Object, Plain, Result, Step, UNMAPPED};
use crate::sys::capabilities::{self, Capabilities, SET_GROUPS, SET_USERS};
use crate::sys::credentials::{self as system, Gid, SAME, Scope, Uid};
use crate::sys::{Errno, bits_of};

/// The user and groups that the daemon will have, looked up before the fork.
pub struct Privileges {
    account: Account,
    former: Credentials,
    /// The effective user while the changes are made.
    privileged: Uid,
    sets_supplementary: bool,
    sets_group: bool,
    sets_user: bool,
    /// A supplementary group of the process that the user does not have.
    left_over: Option<Gid>,
    /// The capabilities that the user keeps, bit 0 for capability 0.
    kept: u64,
    scope: Scope,
}

impl Privileges {
    /// `None` when the options name nobody. `scope` says whose privileges they are that change.
    pub fn prepare(options: &Options, scope: Scope) -> Result<Option<Privileges>> {
        let Some(account) = account::find(options)? else { return Ok(None) };
        let former = Credentials::of_process()?;
        let kept = if account.user.is_some_and(|user| user != 0) { options.kept_capabilities } else { 0 };
        if let Some(capability) = bits_of(kept & !former.capabilities.permitted).next() {
            return Err(Error::on_number(Step::KeptCapability, capability.into(), Errno::EPERM));
        }
        let wanted = account.groups.as_slice();
        let present = former.supplementary.as_slice();
        let left_over = present.iter().find(|group| !wanted.contains(group) && **group != account.group).copied();
        if let (Some(group), false) = (left_over, former.can_set_groups()) {
            return Err(cannot_leave(group));
        }
        let is_exact = left_over.is_none() && wanted.iter().all(|group| present.contains(group));
        Ok(Some(Privileges {
            privileged: match former.users {
                _ if former.can_be_root() => 0,
                [_, effective, _] => effective,
            },
            sets_supplementary: !is_exact && former.can_set_groups(),
            sets_group: former.groups != [account.group; 3],
            sets_user: account.user.is_some_and(|user| former.users != [user; 3]),
            left_over,
            kept,
            scope,
            account,
            former,
        }))
    }

    /// The first step. On failure nothing has changed.
    pub fn take_on(&self) -> Result<()> {
        self.change().inspect_err(|_| self.take_back())
    }

    /// Undoes `take_on`. After `give_up` it has no effect.
    pub fn take_back(&self) {
        if self.sets_supplementary || self.sets_group || self.sets_user || self.kept != 0 {
            self.former.take_back(self.privileged, self.scope);
        }
    }

    fn change(&self) -> Result<()> {
        let changes = self.sets_supplementary || self.sets_group || self.sets_user;
        if changes && self.former.can_be_root() {
            // If this is refused, the calls that need it fail.
            let _ = system::set_user_ids([SAME, 0, SAME], self.scope);
        }
        if self.sets_supplementary {
            self.set_supplementary_groups()?;
        }
        let group = self.account.group;
        if self.sets_group {
            system::set_group_ids([group; 3], self.scope).map_err(|errno| not_taken(Step::Group, group, errno))?;
        }
        if let (true, Some(user)) = (self.sets_user, self.account.user) {
            // The effective user has no privileges, so what the user may not do fails from here on.
            system::set_user_ids([user, user, self.privileged], self.scope)
                .map_err(|errno| not_taken(Step::User, user, errno))?;
        }
        if self.kept != 0 {
            let effective = Capabilities { effective: self.kept, ..self.former.capabilities };
            capabilities::set(effective).map_err(|errno| Error::at(Step::Capabilities, errno))?;
        }
        Ok(())
    }

    /// A user namespace may refuse that. Then all groups of the process must be the user's.
    fn set_supplementary_groups(&self) -> Result<()> {
        match (system::set_supplementary_groups(self.account.groups.as_slice(), self.scope), self.left_over) {
            (Ok(()), _) | (Err(Errno::EPERM), None) => Ok(()),
            (Err(Errno::EPERM), Some(group)) => Err(cannot_leave(group)),
            (Err(errno @ Errno::EINVAL), _) => Err(Error::told(Step::SupplementaryGroups, errno, UNMAPPED)),
            (Err(errno), _) => Err(Error::at(Step::SupplementaryGroups, errno)),
        }
    }

    /// The second step: it cannot be undone.
    pub fn give_up(&self) -> Result<()> {
        let Some(user) = self.account.user else { return Ok(()) };
        let failed = |errno| Error::at(Step::Capabilities, errno);
        if user != 0 && self.former.capabilities.inheritable & !self.kept != 0 {
            // Before the user changes, because that change does not touch the inheritable ones.
            let present = capabilities::present().map_err(failed)?;
            let inheritable = present.inheritable & self.kept;
            capabilities::set(Capabilities { inheritable, ..present }).map_err(failed)?;
        }
        if self.kept != 0 {
            capabilities::keep_permitted(true).map_err(failed)?;
        }
        if self.sets_user {
            system::set_user_ids([user; 3], self.scope).map_err(|errno| not_taken(Step::User, user, errno))?;
        }
        if user == 0 {
            return Ok(());
        }
        self.limit_capabilities().map_err(failed)?;
        if (self.sets_user || self.sets_group) && self.can_be_root_again() {
            return Err(Error::told(Step::Privileges, Errno::EPERM, "they could be taken back"));
        }
        Ok(())
    }

    /// Drops all capabilities but the kept ones, also those that a securebit has kept.
    fn limit_capabilities(&self) -> Result<(), Errno> {
        let wanted = Capabilities::only(self.kept);
        if capabilities::present() != Ok(wanted) {
            capabilities::set(wanted)?;
        }
        if self.kept == 0 {
            return Ok(());
        }
        bits_of(self.kept).try_for_each(capabilities::hand_on)?;
        capabilities::keep_permitted(false)
    }

    /// Could this process be root again, as user or as group, without a capability that it was to keep?
    fn can_be_root_again(&self) -> bool {
        let keeps = |capability| self.kept & capabilities::bit(capability) != 0;
        let as_user = !keeps(SET_USERS) && system::set_user_ids([SAME, 0, SAME], self.scope).is_ok();
        let as_group =
            self.account.group != 0 && !keeps(SET_GROUPS) && system::set_group_ids([SAME, 0, SAME], self.scope).is_ok();
        as_user || as_group
    }

    /// Who the daemon is to the programs that it runs; `None` where no user is named.
    pub fn account(&self) -> Option<&Account> {
        self.account.user.is_some().then_some(&self.account)
    }

    /// Frees what `account` says about the user's login.
    pub fn forget_login(&mut self) {
        self.account.login = None;
    }

    /// Who owns what the daemon creates, where a user is named.
    pub fn owner_of_files(&self) -> Option<(Uid, Gid)> {
        self.account.user.map(|user| (user, self.account.group))
    }

    /// Leaks the memory: nothing is freed between the fork and the return.
    pub fn leak(self) {
        self.account.groups.leak();
        self.former.supplementary.leak();
    }
}

fn not_taken(step: Step, id: u32, errno: Errno) -> Error {
    match errno {
        Errno::EINVAL => Error::of(errno, step, Object::Number(id.into()), &Plain(UNMAPPED)),
        errno => Error::on_number(step, id.into(), errno),
    }
}

fn cannot_leave(group: Gid) -> Error {
    let (step, group) = (Step::SupplementaryGroups, Numbered("group ", group.into()));
    Error::of(Errno::EPERM, step, Object::None, &format_args!("{group} is not the user's, and cannot be left"))
}
