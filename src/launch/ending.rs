//! Killing a daemon whose start has failed, whichever user it has become, within a limited time.

use core::ffi::c_int;
use core::sync::atomic::{AtomicI32, Ordering};

use super::privileges::Privileges;
use crate::notify::handshake;
use crate::sys::clock::Deadline;
use crate::sys::fd::{self, Descriptor};
use crate::sys::process::{self, Pid};
use crate::sys::{Errno, signal, socket};

/// What is to be ended.
#[derive(Clone, Copy)]
pub enum Target<'a> {
    Process(Pid),
    Pidfd(&'a Descriptor),
    Group(Pid),
}

impl Target<'_> {
    fn kill(self) -> Result<(), Errno> {
        match self {
            Target::Process(process) => process::kill(process, signal::KILL),
            Target::Pidfd(pidfd) => process::signal_pidfd(pidfd, signal::KILL),
            Target::Group(leader) => process::kill(-leader, signal::KILL),
        }
    }

    /// As `kill`, but if this process may not do it, it becomes the daemon's user first. Only for a process that is
    /// about to exit. Says whether it worked.
    pub fn kill_by_all_means(self, privileges: Option<&Privileges>) -> bool {
        self.kill().is_ok()
            || (privileges.is_some_and(|privileges| privileges.take_on().is_ok()) && self.kill().is_ok())
    }
}

/// How many milliseconds to wait for a process that has been killed, or told to end.
const PATIENCE: c_int = 1000;
/// The same for a killed daemon, which may be waiting for a disk or a network.
const LONG_PATIENCE: c_int = 5000;

/// What the launcher has of a start that has failed.
pub struct Unwanted<'a> {
    pub intermediate: Pid,
    /// Does it stay, and watch the daemon?
    pub stays: bool,
    pub pidfd: Option<&'a Descriptor>,
    /// Where the pid of a program is written as soon as it has one, 0 before. No report may have told of it yet.
    pub program_pid: Option<&'a AtomicI32>,
    pub channel: &'a Descriptor,
    pub privileges: Option<&'a Privileges>,
}

impl Unwanted<'_> {
    /// Ends the daemon, and reaps the intermediate process. False when the daemon is still there.
    pub fn end(&self) -> bool {
        let program = self.program_pid.map_or(0, |pid| pid.load(Ordering::Acquire));
        let is_unknown = program > 0 && self.pidfd.is_none();
        let is_ours =
            is_unknown && process::is_child(self.intermediate) && process::group(program) == Ok(self.intermediate);
        let found = if is_ours { process::open(program).ok() } else { None };
        Unwanted { pidfd: self.pidfd.or(found.as_ref()), ..*self }.end_found()
    }

    fn end_found(&self) -> bool {
        let _ = self.pidfd.is_some_and(|pidfd| Target::Pidfd(pidfd).kill().is_ok());
        if self.stays {
            // It kills the daemon, which is its child, and what the daemon has started. SIGCONT, because it may be
            // stopped.
            let _ = socket::hang_up(self.channel);
            let _ = process::kill(self.intermediate, signal::CONT);
            process::ends_by(self.intermediate, Deadline::after(PATIENCE));
        }
        // The daemon is in this process group, unless the program has changed that. The group keeps its number until
        // its leader is reaped.
        if process::is_child(self.intermediate) || (self.pidfd.is_none() && !self.is_gone(0)) {
            let _ = Target::Group(self.intermediate).kill();
            let _ = Target::Process(self.intermediate).kill();
        }
        // This process may not signal a daemon that has become another user.
        if let Some(privileges) = self.privileges.filter(|_| !self.is_gone(PATIENCE / 4)) {
            kill_as_user(self.pidfd.map_or(Target::Group(self.intermediate), Target::Pidfd), privileges);
        }
        let gone = self.is_gone(LONG_PATIENCE);
        process::reap_by(self.intermediate, Deadline::after(PATIENCE));
        gone
    }

    /// Has the daemon ended within so many milliseconds?
    fn is_gone(&self, patience: c_int) -> bool {
        match self.pidfd {
            Some(pidfd) => fd::wait_for_input(pidfd.as_raw_fd(), patience) == Ok(true),
            None => handshake::await_end(self.channel.as_raw_fd(), Deadline::after(patience)),
        }
    }
}

/// Kills from a child process that becomes the daemon's user. The launcher's own user does not change.
fn kill_as_user(target: Target, privileges: &Privileges) {
    match process::fork_unannounced(false) {
        Ok(0) => {
            if privileges.take_on().is_ok() {
                let _ = target.kill();
            }
            process::exit_now(0)
        }
        Ok(helper) => {
            if !process::ends_by(helper, Deadline::after(PATIENCE)) {
                let _ = Target::Process(helper).kill();
            }
            process::reap_by(helper, Deadline::after(PATIENCE));
        }
        Err(_) => {}
    }
}
