//! Everything that can be looked up, opened or composed before the first fork, where a failure is still a plain one.

use core::ffi::CStr;

use super::environment::Environment;
use super::options::{Options, Text, not_open};
use super::pidfile::LockedFile;
use super::privileges::Privileges;
use super::streams::Streams;
use crate::error::{Outcome, failed_as, failed_because, failed_on, not_yet};
use crate::memory::Name;
use crate::signals::dispositions::Dispositions;
use crate::sys::process::{self, Pid};
use crate::sys::text::{real, resolve};
use crate::sys::{Errno, fd, file, text};

/// A daemon about to be made.
pub struct Plan<'a> {
    pub options: &'a Options,
    pub dispositions: Dispositions,
    pub privileges: Option<Privileges>,
    pub environment: Option<Environment>,
    /// The new root directory, absolute.
    pub root: Option<Name>,
    pub streams: Option<Streams>,
    pub lockfile: Option<LockedFile>,
    pub pidfile: Option<LockedFile>,
}

impl<'a> Plan<'a> {
    /// Makes ready, or leaves everything as it was.
    pub fn prepare(options: &'a Options, foreground: bool) -> Outcome<Plan<'a>> {
        check_systemd()?;
        if let Some(&closed) = options.keep.as_slice().iter().find(|&&number| !fd::is_open(number)) {
            return Err(not_open(closed));
        }
        let dispositions = Dispositions::ask();
        // A fork takes along only the thread that calls it.
        if dispositions.other_threads && !foreground && !options.threads {
            let text = "$: the other threads would be lost; allow that, or do it before they start";
            return Err(failed_as(Errno::EDEADLK, "daemonize", text, c"", 0));
        }
        let privileges = Privileges::prepare(options)?;
        let environment = Environment::prepare(options)?;
        let root = match options.text(Text::Chroot) {
            Some(root) => Some(real(root).map_err(|errno| failed_on("chroot", root, errno))?),
            None => None,
        };
        let holds = [Text::Pidfile, Text::Lockfile, Text::Stdout, Text::Stderr];
        if holds.iter().any(|&which| options.text(which).is_some()) || options.reopen_on != 0 {
            crate::process::fork::watch_forks()?;
        }
        let streams = Some(Streams::prepare(options, foreground, privileges.as_ref())?);
        let mut plan =
            Plan { options, dispositions, privileges, environment, root, streams, lockfile: None, pidfile: None };
        // The locks come last: whatever else fails does not disturb the daemon that holds them.
        match plan.take_locks() {
            Ok(()) => {
                plan.resolve();
                Ok(plan)
            }
            Err(failed) => {
                plan.undo();
                Err(failed)
            }
        }
    }

    fn take_locks(&mut self) -> Outcome<()> {
        if let Some(name) = self.options.text(Text::Lockfile) {
            self.lockfile = Some(LockedFile::take(name)?);
        }
        if let Some(name) = self.options.text(Text::Pidfile) {
            self.check_is_another(name)?;
            self.pidfile = Some(LockedFile::take_for_pid(name)?);
        }
        Ok(())
    }

    /// One file cannot be pid file and log or lock file, too.
    fn check_is_another(&self, pidfile: &CStr) -> Outcome<()> {
        let Ok(status) = file::status_of_path(pidfile) else { return Ok(()) };
        let is_log = self.streams.as_ref().is_some_and(|streams| streams.are(status.identity));
        let is_lock = self.lockfile.as_ref().is_some_and(|lockfile| lockfile.place.is(status.identity));
        match is_log || is_lock {
            true => Err(failed_because("pid file", pidfile, Errno::EINVAL, "is the log or lock file, too")),
            false => Ok(()),
        }
    }

    /// Inside a new root, paths mean something else: they are translated by what they are without symbolic links.
    fn resolve(&mut self) {
        if self.root.is_some() {
            self.streams.iter_mut().for_each(Streams::resolve);
            self.pidfile.iter_mut().for_each(|pidfile| resolve(&mut pidfile.place.path));
        }
    }

    /// Writes out what stdio has buffered, once for all processes.
    pub fn flush(&self) {
        if self.dispositions.other_threads { file::flush_output() } else { file::flush_all() }
    }

    /// After a failed start: what the plan made goes again. Closing what it opened is its own end.
    pub fn undo(&self) {
        self.streams.iter().for_each(Streams::undo);
        [&self.lockfile, &self.pidfile].into_iter().flatten().for_each(LockedFile::undo);
    }
}

fn is_own_pid(variable: &CStr) -> bool {
    let pid: Option<Pid> = process::variable(variable).and_then(text::whole_number).and_then(|pid| pid.try_into().ok());
    pid == Some(process::id())
}

/// Sockets handed over by systemd would be closed.
fn check_systemd() -> Outcome<()> {
    if process::variable(c"LISTEN_FDS").is_some() && is_own_pid(c"LISTEN_PID") {
        return Err(not_yet("passing on systemd's LISTEN_FDS"));
    }
    Ok(())
}

/// Was this process started where staying in the foreground will be the default?
pub fn wants_foreground() -> Outcome<()> {
    if process::id() == 1 {
        return Err(not_yet("foreground auto, as process 1 wants it"));
    }
    if process::variable(c"NOTIFY_SOCKET").is_some() && is_own_pid(c"SYSTEMD_EXEC_PID") {
        return Err(not_yet("foreground auto, as a systemd notify service wants it"));
    }
    Ok(())
}
