//! What a run does at each thing that happens to its processes.

use nix::libc::{self, c_long};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::describe::{self, ALLOCATE, WALK_CALL};
use super::observe;
use super::ptrace::{self, News};
use super::tracee::{Stop, Tracee};
use super::trail::{Fault, Place, Said, Seen};
use super::walk::Walk;

const BEGIN: u64 = 0;
const END: u64 = 1;
const NOTE: u64 = 2;
const PAUSE: u64 = 4;
const RESUME: u64 = 5;

impl Walk<'_> {
    pub(super) fn adopt(&mut self, pid: i32, depth: usize, walked: bool) {
        let is_thread = observe::is_thread(pid);
        let name = self.operation.roles.get(depth).copied().filter(|_| !is_thread);
        let name = name.unwrap_or(if is_thread { "thread" } else { "another" });
        let same = self.names.iter().filter(|(_, known)| known.split(' ').next() == name.split(' ').next()).count();
        let role = if same == 0 { name.to_owned() } else { format!("{name} {}", same + 1) };
        self.names.push((pid, role.clone()));
        let was_waiting = match self.tracees.iter().position(|tracee| tracee.member.pid == pid) {
            // It came to its first stop before its parent's fork was told of.
            Some(place) => Some(self.tracees.remove(place)),
            None => None,
        };
        let mut tracee = Tracee::new(pid, role, depth, walked);
        if let Some(waiting) = was_waiting {
            tracee.member.exit = waiting.member.exit;
            self.tracees.push(tracee);
            self.resume(pid, 0);
        } else {
            self.tracees.push(tracee);
        }
    }

    pub(super) fn take(&mut self, pid: i32, news: News) {
        if pid == self.stage.bystander {
            self.trail.bystander_killed = true;
            return;
        }
        let spoken = self.launcher_has_spoken;
        let executes_daemon = self.executes_daemon();
        let Some(tracee) = self.find(pid) else {
            let mut stranger = Tracee::new(pid, String::new(), 0, false);
            if let News::Ended(exit) = news {
                stranger.member.exit = Some(exit);
            }
            self.tracees.push(stranger);
            return;
        };
        match news {
            News::Ended(exit) => {
                if tracee.member.exit.is_none() {
                    tracee.member.exit = Some(exit);
                    tracee.member.ended_unheard = !spoken;
                }
                if self.held == Some(pid) {
                    self.held = None;
                }
                if pid == self.trail.target {
                    self.let_delayed_go();
                }
            }
            News::Forked(child) => {
                let (depth, walked) = (tracee.depth + 1, tracee.member.walked && !tracee.done);
                self.adopt(child, depth, walked);
                self.resume(pid, 0);
            }
            News::Entry(number, arguments) => self.enter(pid, number, arguments),
            News::Return => {
                tracee.call = None;
                if let Some(value) = tracee.result.take() {
                    let _ = ptrace::set_result(pid, value);
                }
                self.resume(pid, 0);
            }
            News::Signal(signal) => self.resume(pid, signal),
            News::Halted => {
                tracee.stop = Stop::Halted;
                ptrace::stay_halted(pid);
            }
            News::Executed => {
                // The program that has become a daemon says when it is as far as that.
                let says_so = executes_daemon && tracee.member.walked;
                tracee.paused = says_so;
                tracee.done = tracee.member.walked && !says_so;
                self.resume(pid, 0);
            }
            // Its first stop, and who it is has not been told yet.
            News::Other if tracee.member.role.is_empty() => {}
            News::Other => self.resume(pid, 0),
        }
    }

    fn enter(&mut self, pid: i32, number: c_long, arguments: [u64; 6]) {
        if number == WALK_CALL && arguments[0] != ALLOCATE {
            if self.is_told(pid, &arguments) {
                self.resume(pid, 0);
            }
            return;
        }
        let Some(tracee) = self.tracees.iter().find(|tracee| tracee.member.pid == pid) else { return };
        if number == libc::SYS_kill && arguments[0] as i32 == -1 && arguments[1] != 0 {
            // All processes that it may signal, where the walk has no pid namespace of its own.
            self.trail.bystander_killed = true;
            let _ = ptrace::skip_call(pid);
            return self.resume(pid, 0);
        }
        if !tracee.member.walked || tracee.paused {
            return self.resume(pid, 0);
        }
        let (row, call) = describe::call(pid, number, &arguments, &self.names());
        let executes_daemon = self.executes_daemon();
        let Some(tracee) = self.find(pid) else { return };
        tracee.call = Some((number, arguments, call.clone()));
        let is_subject = tracee.member.before.is_some();
        let count = tracee.counts.entry(call.clone()).or_default();
        *count += 1;
        let place = Place { role: tracee.member.role.clone(), call, occurrence: *count };
        // Another program is not answered: it is accepted when it is not watched any more.
        let accepts = executes_daemon && place.call.starts_with("kill(");
        if is_subject && (accepts || place.call.starts_with("send")) {
            if self.comes_first() {
                if let Some(tracee) = self.find(pid) {
                    tracee.stop = Stop::Delayed;
                }
                return;
            }
            self.launcher_has_spoken = true;
        }
        match self.point {
            Some((wanted, fault)) if *wanted == place && !self.trail.reached => {
                self.trail.reached = true;
                self.trail.target = observe::thread_group(pid);
                self.happen(
                    pid,
                    row.is_some_and(|row| matches!(fault, Fault::Errno(errno) if row.takes_effect(*errno))),
                    *fault,
                );
            }
            _ => {
                if self.point.is_none() {
                    self.trail.seen.push(Seen { place, row });
                }
                self.resume(pid, 0);
            }
        }
    }

    /// Does the operation have another program become a daemon?
    fn executes_daemon(&self) -> bool {
        self.operation.name.starts_with("daemonize_exec")
    }

    /// Is that the process that began the walk?
    fn is_subject(&self, role: &str) -> bool {
        self.tracees.iter().any(|tracee| tracee.member.role == role && tracee.member.before.is_some())
    }

    /// Is the fault still to come, in another process than the launcher, or is what it does?
    fn comes_first(&self) -> bool {
        let lives =
            self.tracees.iter().any(|tracee| tracee.member.pid == self.trail.target && tracee.member.exit.is_none());
        match self.point {
            Some((place, _)) if self.is_subject(&place.role) => false,
            Some(_) if !self.trail.reached => true,
            Some((_, Fault::Signal(_))) => lives,
            _ => false,
        }
    }

    fn happen(&mut self, pid: i32, takes_effect: bool, fault: Fault) {
        match fault {
            Fault::Errno(errno) => {
                if !takes_effect {
                    let _ = ptrace::skip_call(pid);
                }
                if let Some(tracee) = self.find(pid) {
                    tracee.result = Some(-i64::from(errno));
                }
                self.resume(pid, 0);
                self.let_delayed_go();
            }
            Fault::Short => {
                let asked =
                    self.find(pid).and_then(|tracee| tracee.call.as_ref().map(|(_, arguments, _)| arguments[2]));
                let _ = ptrace::set_third(pid, asked.unwrap_or_default() / 2);
                self.resume(pid, 0);
                self.let_delayed_go();
            }
            Fault::Signal(libc::SIGKILL) => {
                let group = observe::thread_group(pid);
                // Whatever the others do, they do it to a dead process.
                let threads = self.tracees.iter().map(|tracee| tracee.member.pid);
                let threads = threads.filter(|&other| observe::thread_group(other) == group && other != pid);
                // Its end is told only when its threads have been waited for.
                let ending: Vec<i32> = std::iter::once(pid).chain(threads).collect();
                let _ = kill(Pid::from_raw(pid), Signal::SIGKILL);
                let is_over =
                    |walk: &Walk| walk.tracees.iter().any(|tracee| tracee.member.pid == pid && tracee.has_ended());
                while !is_over(self) {
                    for &pid in &ending {
                        if let Ok(Some((pid, news @ News::Ended(_)))) = ptrace::ask(pid) {
                            self.take(pid, news);
                        }
                    }
                    std::thread::yield_now();
                }
            }
            Fault::Signal(signal) => {
                // SAFETY: takes integers.
                unsafe { libc::kill(pid, signal) };
                self.resume(pid, 0);
            }
        }
    }

    /// What the program says to the walk; false when the process is not to go on.
    fn is_told(&mut self, pid: i32, arguments: &[u64; 6]) -> bool {
        let [what, second, errno, line, step, codes] = *arguments;
        match what {
            BEGIN => {
                let (state, files) = (observe::process(pid, &self.names()), observe::files(&self.names()));
                self.trail.files_before = files;
                if let Some(tracee) = self.find(pid) {
                    tracee.member.walked = true;
                    tracee.member.before = Some(state);
                }
            }
            PAUSE | RESUME => {
                if let Some(tracee) = self.find(pid) {
                    tracee.paused = what == PAUSE;
                }
            }
            NOTE => self.trail.notes.push(ptrace::text_at(pid, second)),
            END => {
                let (line, step) = (ptrace::text_at(pid, line), ptrace::text_at(pid, step));
                let (last_errno, status) = ((codes >> 8) as i32, (codes & 255) as i32);
                let said = Said { result: second as i64, errno: errno as i32, line, step, last_errno, status };
                let Some(tracee) = self.find(pid) else { return true };
                tracee.member.said = Some(said);
                if tracee.member.before.is_some() {
                    self.held = Some(pid);
                    return false;
                }
                tracee.done = true;
            }
            _ => {}
        }
        true
    }
}
