//! Judging calls that come back, and the ends of daemons.

use super::judge::Case;
use super::observe::differences;
use super::trail::{Member, Trail};
use super::verdict::Fail;

impl Case<'_> {
    pub(super) fn call(&self, fails: &mut Vec<(Fail, String)>) -> String {
        let Some(caller) = self.trail.subject() else { return "nothing was called".into() };
        let Some(clean) = self.clean.subject() else { return "nothing to compare with".into() };
        match (&caller.said, &clean.said) {
            (Some(said), _) if said.result == -1 && clean.said.as_ref().is_none_or(|clean| clean.result != -1) => {
                if !self.operation.several {
                    self.nothing_has_changed(caller, fails);
                }
                fails.extend(self.trail.left.iter().map(|left| (Fail::Left, left.clone())));
                self.line(caller, fails)
            }
            (Some(said), Some(expected)) => {
                let daemon = |pid: i64, trail: &Trail| {
                    trail.members.iter().find(|member| i64::from(member.pid) == pid).map(|member| member.role.clone())
                };
                if daemon(said.result, self.trail) != daemon(expected.result, self.clean)
                    || (daemon(said.result, self.trail).is_none() && said.result != expected.result)
                {
                    fails.push((Fail::Wrong, format!("it gave {}, not {}", said.result, expected.result)));
                }
                self.call_is_right(caller, clean, fails);
                if said.result == -1 { self.line(caller, fails) } else { "worked".into() }
            }
            (None, None) if caller.exit == clean.exit => "worked".into(),
            (None, _) if self.is_hit(caller) && caller.exit.is_some() => {
                self.nothing_is_locked_but_by_others(fails);
                "ended by the signal".into()
            }
            (None, _) => {
                fails.push((Fail::Crash, format!("the program left with {:?}", caller.exit)));
                "left".into()
            }
            (Some(_), None) => {
                fails.push((Fail::Wrong, "the call came back".into()));
                "came back".into()
            }
        }
    }

    fn call_is_right(&self, caller: &Member, clean: &Member, fails: &mut Vec<(Fail, String)>) {
        if let (Some(expected), Some(now)) = (&clean.after, &caller.after) {
            let is_as_before = self.operation.best_effort && caller.before.as_ref() == caller.after.as_ref();
            if !is_as_before {
                let mut differences = differences(expected, now);
                differences.retain(|text| !self.is_locked_otherwise(text));
                fails.extend(differences.into_iter().map(|text| (Fail::Wrong, text)));
            }
        }
        if !self.operation.best_effort {
            self.files_are_right(fails);
        }
        let count = |trail: &Trail| trail.alive().count();
        if count(self.trail) != count(self.clean) {
            let alive: Vec<&str> = self.trail.alive().map(|member| member.role.as_str()).collect();
            fails.push((Fail::Wrong, format!("these live: {}", alive.join(", "))));
        }
    }

    /// A daemon that the call was about keeps its own.
    fn nothing_is_locked_but_by_others(&self, fails: &mut Vec<(Fail, String)>) {
        if self.trail.alive().next().is_none() {
            self.nothing_is_locked(fails);
        }
    }

    /// A daemon ends: whatever fails, it ends as it should, and its file is no running daemon's.
    pub(super) fn end(&self, fails: &mut Vec<(Fail, String)>) -> String {
        let (Some(daemon), Some(clean)) = (self.trail.subject(), self.clean.subject()) else {
            return "no daemon".into();
        };
        if daemon.exit != clean.exit && !self.is_hit(daemon) {
            fails.push((Fail::Crash, format!("the daemon ended with {:?}, not {:?}", daemon.exit, clean.exit)));
        }
        self.nothing_is_locked(fails);
        let is_gone = self.trail.files_after == self.clean.files_after;
        if is_gone { "ended, and the pid file is gone".into() } else { "ended, and the pid file is there".into() }
    }
}
