//! One run of a program under ptrace: every call of its processes is seen, and one of them is made to fail.

use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::idle;
use super::observe::{self, Names};
use super::operation::{Kind, Operation};
use super::ptrace;
use super::stage::Stage;
use super::tracee::{Stop, Tracee};
use super::trail::{Fault, Place, Trail};

/// Longer than anything takes that the programs wait for: whatever comes to an end does so within it.
const DEADLINE: Duration = Duration::from_secs(60);

pub struct Walk<'a> {
    pub(super) stage: Stage,
    pub(super) point: Option<&'a (Place, Fault)>,
    pub(super) operation: &'a Operation,
    pub(super) tracees: Vec<Tracee>,
    pub(super) names: Vec<(i32, String)>,
    /// The process that began the walk, stopped at its walk_end until the others have come to rest.
    pub(super) held: Option<i32>,
    pub(super) launcher_has_spoken: bool,
    pub(super) trail: Trail,
}

/// Runs the program on that stage, with that fault if there is one.
pub fn run(stage: Stage, point: Option<&(Place, Fault)>, operation: &Operation) -> Trail {
    let launcher = stage.launcher;
    let names =
        vec![(std::process::id() as i32, "the reaper".to_owned()), (stage.bystander, "the bystander".to_owned())];
    let mut walk = Walk {
        stage,
        point,
        operation,
        tracees: Vec::new(),
        names,
        held: None,
        launcher_has_spoken: false,
        trail: Trail::default(),
    };
    walk.adopt(launcher, 0, false);
    walk.go();
    walk.finish()
}

impl Walk<'_> {
    pub(super) fn names(&self) -> Names<'_> {
        Names { directory: &self.stage.directory, processes: &self.names }
    }

    pub(super) fn find(&mut self, pid: i32) -> Option<&mut Tracee> {
        self.tracees.iter_mut().find(|tracee| tracee.member.pid == pid)
    }

    fn go(&mut self) {
        let start = Instant::now();
        let mut quiet = 0;
        while !self.is_over() {
            if start.elapsed() > DEADLINE {
                self.trail.hang = Some(idle::describe(self, "still busy after a minute"));
                return;
            }
            match ptrace::wait_any() {
                Ok(Some((pid, news))) => {
                    quiet = 0;
                    self.take(pid, news);
                }
                Ok(None) => {
                    quiet += 1;
                    if quiet >= idle::TICKS && idle::is_idle(self) && !self.wake() {
                        return;
                    }
                }
                Err(_) => return,
            }
            if self.held.is_some() && self.others_are_done() {
                self.let_go();
            }
        }
    }

    fn is_over(&self) -> bool {
        let stays = self.operation.kind == Kind::Foreground;
        let is_gone = |launcher: &Tracee| launcher.member.exit.is_some() || (stays && launcher.done);
        // The walk may be on in the daemon alone, which has not come to it yet.
        let has_begun = self.tracees.iter().any(|tracee| tracee.member.walked);
        let is_whole = !self.tracees.iter().any(Tracee::is_stray);
        has_begun
            && is_whole
            && self.tracees.first().is_some_and(is_gone)
            && self.held.is_none()
            && self.others_are_done()
    }

    /// Have all but the held process said what they had to say?
    fn others_are_done(&self) -> bool {
        let mut others = self.tracees.iter().filter(|tracee| Some(tracee.member.pid) != self.held);
        others.all(|tracee| !tracee.member.walked || tracee.done || tracee.member.exit.is_some())
    }

    /// Nothing moves any more. Wakes what a signal has stopped, or lets the held process go; false when there is neither.
    fn wake(&mut self) -> bool {
        if self.let_delayed_go() {
            return true;
        }
        // Its parent was ended before its fork could be told of.
        let stray = self.tracees.iter().find(|tracee| tracee.is_stray());
        if let Some(pid) = stray.map(|tracee| tracee.member.pid) {
            self.adopt(pid, 1, true);
            return true;
        }
        let has_failed = |held| self.tracees.iter().any(|tracee| tracee.member.pid == held && tracee.has_failed());
        let halted = self.tracees.iter().position(|tracee| tracee.stop == Stop::Halted);
        if self.held.is_some_and(|held| halted.is_none() || has_failed(held)) {
            self.let_go();
            return true;
        }
        match halted.and_then(|place| self.tracees.get(place)) {
            Some(tracee) => {
                let (pid, is_launcher) = (tracee.member.pid, tracee.member.before.is_some());
                let still_waits = |launcher: &Tracee| launcher.member.exit.is_none() && !launcher.done;
                let launcher = self.tracees.iter().find(|tracee| tracee.member.before.is_some());
                let waits = self.held.is_none() && launcher.is_some_and(still_waits);
                if self.operation.has_time_limit() && waits && !is_launcher {
                    self.trail.hang = Some(idle::describe(self, "past the time limit"));
                    return false;
                }
                if let Some(tracee) = self.find(pid) {
                    tracee.stop = Stop::Running;
                }
                let _ = kill(Pid::from_raw(pid), Signal::SIGCONT);
                true
            }
            None => {
                self.trail.hang = Some(idle::describe(self, ""));
                false
            }
        }
    }

    /// Lets the launcher answer its daemon, if it has been kept from that.
    pub(super) fn let_delayed_go(&mut self) -> bool {
        let delayed = self.tracees.iter().find(|tracee| tracee.stop == Stop::Delayed).map(|tracee| tracee.member.pid);
        if let Some(pid) = delayed {
            self.launcher_has_spoken = true;
            self.resume(pid, 0);
        }
        delayed.is_some()
    }

    /// The held process's call has come back: this is what it has left.
    fn let_go(&mut self) {
        let Some(held) = self.held.take() else { return };
        let after = observe::process(held, &self.names());
        self.trail.files_after = observe::files(&self.names());
        for tracee in self.tracees.iter_mut().filter(|tracee| tracee.member.pid != held && tracee.member.walked) {
            if let Some(what) = tracee.left_to(held) {
                self.trail.left.push(what);
            }
            tracee.done = true;
        }
        if let Some(tracee) = self.find(held) {
            tracee.member.after = Some(after);
            tracee.done = true;
            tracee.stop = Stop::Running;
            ptrace::go_on(held, 0);
        }
    }

    pub(super) fn resume(&mut self, pid: i32, signal: i32) {
        let Some(tracee) = self.find(pid) else { return };
        tracee.stop = Stop::Running;
        if tracee.done { ptrace::go_on(pid, signal) } else { ptrace::next_call(pid, signal) }
    }

    fn finish(mut self) -> Trail {
        self.settle();
        let names = self.names();
        let files = observe::files(&names);
        let last: Vec<_> = self.tracees.iter().map(|tracee| observe::process(tracee.member.pid, &names)).collect();
        if self.tracees.iter().all(|tracee| tracee.member.after.is_none()) {
            self.trail.files_after = files;
        }
        for (tracee, last) in self.tracees.iter_mut().zip(last) {
            tracee.member.last = tracee.member.exit.is_none().then_some(last);
        }
        self.end_all();
        let mut trail = self.trail;
        trail.members = self.tracees.into_iter().map(|tracee| tracee.member).collect();
        trail
    }

    /// Waits until what lives has come to rest.
    fn settle(&mut self) {
        let start = Instant::now();
        while self.trail.hang.is_none() && start.elapsed() < DEADLINE {
            while let Ok(Some((pid, news))) = ptrace::ask_any() {
                self.take(pid, news);
            }
            let mut alive = self.tracees.iter().filter(|tracee| tracee.member.exit.is_none());
            if alive.all(|tracee| tracee.stop == Stop::Halted || observe::run_state(tracee.member.pid) == Some('S')) {
                // It pauses, unless it is being ended.
                match observe::run_state(self.stage.bystander) {
                    Some('S') if !observe::has_pending_kill(self.stage.bystander) => return,
                    Some('Z') | None => {
                        self.trail.bystander_killed = true;
                        return;
                    }
                    _ => {}
                }
            }
            std::thread::yield_now();
        }
    }

    fn end_all(&self) {
        // The pid of what has not ended, or has not been waited for, cannot be another's.
        let alive = self.tracees.iter().filter(|tracee| tracee.member.exit.is_none()).map(|tracee| tracee.member.pid);
        for pid in alive.chain((!self.trail.bystander_killed).then_some(self.stage.bystander)) {
            let _ = kill(Pid::from_raw(pid), Signal::SIGKILL);
        }
        while ptrace::wait_any().is_ok() {}
    }
}
