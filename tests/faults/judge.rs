//! Is what has come of a fault allowed? It worked and all is right, or it failed, said why, and left nothing.

use nix::libc;

use super::operation::{Kind, Operation};
use super::ptrace::Exit;
use super::trail::{Fault, Member, Trail};
use super::verdict::{Fail, Verdict};

pub struct Case<'a> {
    pub operation: &'a Operation,
    /// What the fault happened to.
    pub call: &'a str,
    pub clean: &'a Trail,
    pub trail: &'a Trail,
    pub fault: Fault,
}

impl Case<'_> {
    pub fn judge(&self) -> Verdict {
        let mut fails = Vec::new();
        let trail = self.trail;
        if let Some(hang) = &trail.hang {
            fails.push((Fail::Hang, hang.clone()));
            return Verdict { outcome: "it hangs".into(), fails };
        }
        if trail.bystander_killed {
            fails.push((Fail::Stranger, "a process of the launcher's group, or every process, was signalled".into()));
        }
        for member in &trail.members {
            if let Some(what) = self.crash(member) {
                fails.push((Fail::Crash, format!("{} {what}", member.role)));
            }
        }
        let outcome = match self.operation.kind {
            Kind::Start | Kind::StartByFork | Kind::FailedStart => self.start(&mut fails),
            Kind::Foreground | Kind::Call => self.call(&mut fails),
            Kind::End => self.end(&mut fails),
        };
        fails.sort();
        fails.dedup();
        Verdict { outcome, fails }
    }

    pub(super) fn is_hit(&self, member: &Member) -> bool {
        member.pid == self.trail.target && matches!(self.fault, Fault::Signal(_))
    }

    /// An end that neither the library nor the fault brings about.
    fn crash(&self, member: &Member) -> Option<String> {
        let Some(Exit::Signal(signal)) = member.exit else { return None };
        // A thread ends as its process does.
        if member.role.starts_with("thread") {
            return None;
        }
        let is_faults = self.is_hit(member) && self.fault == Fault::Signal(signal);
        let is_clean = self.clean.members.iter().any(|other| other.role == member.role && other.exit == member.exit);
        let is_ended = member.role != "launcher" && member.role != "program" && signal == libc::SIGKILL;
        (!is_faults && !is_clean && !is_ended).then(|| format!("was ended by signal {signal}"))
    }

    fn start(&self, fails: &mut Vec<(Fail, String)>) -> String {
        let trail = self.trail;
        let Some(launcher) = trail.subject() else { return "nothing was started".into() };
        match (&launcher.said, launcher.exit) {
            (Some(said), _) if said.result == -1 => self.failed(launcher, fails),
            (Some(said), _) => self.started(said.result, fails),
            (None, Some(Exit::Status(0))) if self.operation.kind == Kind::Start => self.started(0, fails),
            (None, Some(Exit::Signal(_))) if self.is_hit(launcher) => self.orphaned(fails),
            (None, exit) => {
                fails.push((Fail::Crash, format!("the launcher left with {exit:?}")));
                "the launcher left".into()
            }
        }
    }

    /// The launcher has been told of a daemon.
    fn started(&self, told: i64, fails: &mut Vec<(Fail, String)>) -> String {
        let by_fork = self.operation.kind == Kind::StartByFork;
        let daemon = self.trail.members.iter().find(|member| member.role == "daemon");
        self.only_daemon_lives(fails);
        match daemon {
            Some(daemon) if daemon.exit.is_none() => {
                if by_fork && told != i64::from(daemon.pid) {
                    fails.push((Fail::FalseSuccess, "the launcher was given another pid than the daemon's".into()));
                }
                self.is_right(daemon, fails);
                "started".into()
            }
            // A program that ends right after its exec has been started.
            Some(daemon) if self.is_hit(daemon) && (!daemon.ended_unheard || self.call.starts_with("execve(")) => {
                self.nothing_is_locked(fails);
                "started, then ended by the signal".into()
            }
            _ => {
                fails.push((Fail::FalseSuccess, "there is no daemon".into()));
                "false success".into()
            }
        }
    }

    fn only_daemon_lives(&self, fails: &mut Vec<(Fail, String)>) {
        for member in self.trail.alive().filter(|member| member.role != "daemon" && member.role != "launcher") {
            fails.push((Fail::Left, format!("{} lives", member.role)));
        }
        let zombies = self.trail.left.iter().filter(|left| left.contains("zombie"));
        fails.extend(zombies.map(|left| (Fail::Left, left.clone())));
    }

    /// The call gave -1: nothing may be left, and it has to be said why.
    fn failed(&self, launcher: &Member, fails: &mut Vec<(Fail, String)>) -> String {
        for member in self.trail.alive().filter(|member| member.walked && member.pid != launcher.pid) {
            let is_daemon = member.said.as_ref().is_some_and(|said| said.result == 0);
            let fail = if is_daemon { Fail::Unknown } else { Fail::Left };
            fails.push((fail, format!("{} lives", member.role)));
        }
        fails.extend(self.trail.left.iter().map(|left| (Fail::Left, left.clone())));
        // Another program is one already when its start is accepted.
        let executes = self.operation.name.starts_with("daemonize_exec");
        let waits = executes || self.operation.name.contains("ready") || self.operation.kind == Kind::FailedStart;
        let ran = self
            .trail
            .members
            .iter()
            .any(|member| member.pid != launcher.pid && member.said.as_ref().is_some_and(|said| said.result == 0));
        if ran && !waits {
            fails.push((Fail::Unknown, "the daemon's program ran although the start failed".into()));
        }
        self.nothing_has_changed(launcher, fails);
        self.line(launcher, fails)
    }

    /// A signal has ended the launcher: either nobody is left, or the daemon is right.
    fn orphaned(&self, fails: &mut Vec<(Fail, String)>) -> String {
        let others: Vec<&Member> = self.trail.alive().collect();
        match others[..] {
            [] => {
                self.nothing_is_locked(fails);
                "the launcher was ended, and nobody is left".into()
            }
            [daemon] if daemon.role == "daemon" && daemon.said.is_some() => {
                self.is_right(daemon, fails);
                "the launcher was ended, and the daemon runs".into()
            }
            _ => {
                let names: Vec<&str> = others.iter().map(|member| member.role.as_str()).collect();
                fails.push((Fail::Left, format!("the launcher was ended, and these live: {}", names.join(", "))));
                "the launcher was ended".into()
            }
        }
    }
}
