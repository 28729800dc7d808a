//! The ids and capabilities that this process has: to restore them, and to see which of them need not change.

use crate::error::{Error, Result, Step};
use crate::memory::List;
use crate::sys::Errno;
use crate::sys::capabilities::{self, Capabilities};
use crate::sys::credentials::{self as system, Gid, Ids, SAME, Scope};

pub struct Credentials {
    pub users: Ids,
    pub groups: Ids,
    pub supplementary: List<Gid>,
    pub capabilities: Capabilities,
}

impl Credentials {
    pub fn of_process() -> Result<Credentials> {
        let capabilities = capabilities::present().map_err(|errno| Error::at(Step::Capabilities, errno))?;
        let supplementary = supplementary_groups().map_err(|errno| Error::at(Step::SupplementaryGroups, errno))?;
        Ok(Credentials { users: system::user_ids(), groups: system::group_ids(), supplementary, capabilities })
    }

    /// Can it become root again, whose rights it has put aside?
    pub fn can_be_root(&self) -> bool {
        let [real, effective, saved] = self.users;
        effective != 0 && (real == 0 || saved == 0)
    }

    /// May it set its groups?
    pub fn can_set_groups(&self) -> bool {
        self.can_be_root() || self.capabilities.effective & capabilities::bit(capabilities::SET_GROUPS) != 0
    }

    /// Restores them as far as possible, with `privileged` as the effective user meanwhile.
    pub fn take_back(&self, privileged: u32, scope: Scope) {
        let _ = system::set_user_ids([SAME, privileged, SAME], scope);
        let _ = system::set_supplementary_groups(self.supplementary.as_slice(), scope);
        let _ = system::set_group_ids(self.groups, scope);
        let _ = system::set_user_ids(self.users, scope);
        let _ = capabilities::set(self.capabilities);
    }
}

fn supplementary_groups() -> Result<List<Gid>, Errno> {
    let mut room = 32;
    loop {
        let mut groups = List::filled(0, room)?;
        match system::supplementary_groups(groups.as_mut_slice()) {
            Ok(count) => {
                groups.truncate(count);
                return Ok(groups);
            }
            Err(Errno::EINVAL) if room < system::MOST_GROUPS => room *= 2,
            Err(errno) => return Err(errno),
        }
    }
}
