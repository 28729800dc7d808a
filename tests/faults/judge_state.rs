//! Comparing: with a run without faults, and with how it was before.

use nix::libc;

use super::judge::Case;
use super::observe::{State, differences};
use super::ptrace::Exit;
use super::trail::{Fault, Member};
use super::verdict::{Fail, name_of};

impl Case<'_> {
    fn clean_member(&self, role: &str) -> Option<&Member> {
        self.clean.members.iter().find(|member| member.role == role)
    }

    /// The daemon, its files, and what it has noticed itself, are as when nothing fails.
    pub(super) fn is_right(&self, daemon: &Member, fails: &mut Vec<(Fail, String)>) {
        if daemon.said.as_ref().is_none_or(|said| said.result != 0) {
            fails.push((Fail::Wrong, "the daemon has not come as far as its program".into()));
        }
        if let (Some(clean), Some(now)) =
            (self.clean_member(&daemon.role).and_then(|member| member.last.as_ref()), &daemon.last)
        {
            let mut differences = differences(clean, now);
            differences.retain(|text| !self.is_locked_otherwise(text));
            fails.extend(differences.into_iter().map(|text| (Fail::Wrong, text)));
        }
        self.files_are_right(fails);
    }

    pub(super) fn files_are_right(&self, fails: &mut Vec<(Fail, String)>) {
        let mut files = differences(&self.clean.files_after, &self.trail.files_after);
        files.retain(|text| {
            !self.could_not_go(text) && !self.is_locked_otherwise(text) && !self.says_that_it_was_too_late(text)
        });
        fails.extend(files.into_iter().map(|text| (Fail::Wrong, text)));
        let child_was_hit = self.trail.members.iter().any(|member| member.before.is_none() && self.is_hit(member));
        if self.clean.notes != self.trail.notes && !child_was_hit {
            fails.push((Fail::Wrong, format!("it says {:?}, not {:?}", self.trail.notes, self.clean.notes)));
        }
    }

    /// A daemon has two kinds of lock, of which one suffices where the kernel refuses the other.
    pub(super) fn is_locked_otherwise(&self, text: &str) -> bool {
        let one_is_refused = self.call.starts_with("flock")
            || (self.call.contains("OFD_SETLK write") && self.fault == Fault::Errno(libc::EINVAL));
        one_is_refused
            && (text.starts_with("lock on")
                || (text.starts_with("fd ") && text.contains("LCK WRITE"))
                || text.contains("FLOCK"))
    }

    /// The log keeps its lines, because emptying it has failed when nothing may fail any more; and it says so.
    fn says_that_it_was_too_late(&self, text: &str) -> bool {
        self.call.starts_with("ftruncate") && text.contains("\\nlog: cannot be emptied: ")
    }

    /// A file that is left because its removal is what fails: an empty one, then. And one that was stale may have gone.
    fn could_not_go(&self, text: &str) -> bool {
        // Created here, and locked by another before this process came to it: it is the other's now.
        let is_held = self.call.contains("OFD_SETLK write") && self.fault == Fault::Errno(libc::EAGAIN);
        let is_empty = text.contains("is new") && text.ends_with("\"\")");
        // The first daemon removes its file as well as it can.
        let is_former = self.operation.name == "daemon of a daemon" && text.starts_with("file @/run/app.pid is new");
        text.starts_with("file @/stale.pid is gone")
            || (is_held && is_empty)
            || is_former
            || self.call.starts_with("unlink") && text.contains("is new") && text.ends_with("\"\")")
    }

    pub(super) fn nothing_is_locked(&self, fails: &mut Vec<(Fail, String)>) {
        let locks = self.trail.files_after.iter().filter(|(name, _)| name.starts_with("lock on"));
        fails.extend(locks.map(|(name, value)| (Fail::Left, format!("{name}: {value}"))));
    }

    pub(super) fn nothing_has_changed(&self, caller: &Member, fails: &mut Vec<(Fail, String)>) {
        if let (Some(before), Some(after)) = (&caller.before, &caller.after) {
            let pending = |state: &State| {
                let mut state = state.clone();
                // What the fault has sent may wait.
                state.retain(|name, _| name != "SigPnd" && name != "ShdPnd");
                state
            };
            fails.extend(differences(&pending(before), &pending(after)).into_iter().map(|text| (Fail::Left, text)));
        }
        let mut files = differences(&self.trail.files_before, &self.trail.files_after);
        files.retain(|text| !self.could_not_go(text));
        fails.extend(files.into_iter().map(|text| (Fail::Left, text)));
    }

    /// What is said of the failure.
    pub(super) fn line(&self, caller: &Member, fails: &mut Vec<(Fail, String)>) -> String {
        let Some(said) = &caller.said else { return String::new() };
        // The daemon's own words, or those of an operation that fails in any case.
        let expected = self.clean.subject().and_then(|clean| clean.said.as_ref());
        let fails_anyway = expected.is_some_and(|expected| expected.result == -1 && expected.line == said.line);
        let told = fails_anyway || said.step == "waiting for the daemon";
        if said.line.is_empty() || said.step.is_empty() {
            fails.push((Fail::Line, format!("no line: errno {}", name_of(said.errno))));
        } else if !told && !said.line.starts_with(&said.step) {
            fails.push((Fail::Line, format!("the line {:?} does not begin with the step {:?}", said.line, said.step)));
        }
        let steps = steps_of(self.call);
        if !steps.is_empty() && !told && !said.step.is_empty() && !steps.contains(&said.step.as_str()) {
            fails.push((Fail::Line, format!("it blames another step: {:?}", said.line)));
        }
        if said.errno != said.last_errno || said.errno == 0 {
            fails.push((Fail::Line, format!("errno {}, and libdaemon_last_errno {}", said.errno, said.last_errno)));
        }
        let is_killed = |member: &Member| matches!(member.exit, Some(Exit::Signal(_)));
        if said.line.contains("killed") && !self.trail.members.iter().any(is_killed) {
            fails.push((Fail::Line, format!("nobody was killed: {:?}", said.line)));
        }
        match self.fault {
            // What libc makes threads with has one errno for both.
            Fault::Errno(libc::EAGAIN | libc::ENOMEM) if matches!(said.errno, libc::EAGAIN | libc::ENOMEM) => {}
            // glibc says so of the seeks in its own files, whatever failed.
            Fault::Errno(libc::EOVERFLOW) if said.errno == libc::ESPIPE => {}
            Fault::Errno(errno) if !told && said.errno != errno => {
                fails.push((Fail::Line, format!("{} became {}: {:?}", name_of(errno), name_of(said.errno), said.line)));
            }
            _ => {}
        }
        if said.line.contains(|letter: char| letter.is_control()) {
            fails.push((Fail::Line, "a control character".into()));
        }
        format!("-1, {}, [{}] {}", name_of(said.errno), said.step, said.line)
    }
}

/// What a start was doing when it made that call; empty where it can be several things.
fn steps_of(call: &str) -> &'static [&'static str] {
    let name = call.split('(').next().unwrap_or_default();
    let is_about = |what: &str| call.contains(what);
    match name {
        "socketpair" => &["socket pair"],
        "chroot" => &["chroot"],
        "chdir" => &["directory", "chroot"],
        "setgroups" => &["supplementary groups", "groups of"],
        "capset" | "capget" => &["capabilities"],
        "clone" | "vfork" | "clone3" => &["fork", "second fork"],
        "getdents64" if is_about("/task") || is_about("/fdinfo") => &["pid file"],
        "getdents64" if is_about("(/proc)") => &["processes"],
        "getdents64" | "close_range" => &["closing descriptors"],
        _ if is_about("/dev/null") => &["null device", "standard streams"],
        _ if is_about(".pid") => &["pid file"],
        _ if is_about(".lock") => &["lock file"],
        _ if is_about(".log") => &["log", "standard output", "standard error", "standard streams"],
        _ if is_about("@/input") => &["standard input", "standard streams"],
        _ => &[],
    }
}
