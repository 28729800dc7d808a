//! A process that is not confused with a later one that gets its pid. A pidfd identifies it, or its directory in /proc
//! where there are no pidfds: before Linux 5.3, and in a sandbox that refuses them.

use core::ffi::c_int;

use crate::error::Result;
use crate::sys::clock::Deadline;
use crate::sys::directory::Directory;
use crate::sys::fd::{self, Descriptor};
use crate::sys::proc_files::{self, Text};
use crate::sys::process::{self, Pid};
use crate::sys::text::leading_number;
use crate::sys::{Errno, signal};

/// How many milliseconds pass between two looks at a process that cannot be waited for.
const LOOK: c_int = 10;

pub struct ProcessHandle {
    pub pid: Pid,
    pidfd: Option<Descriptor>,
    /// How /proc numbers it, where /proc shows its pid namespace.
    pub number: Option<Pid>,
    /// In /proc, where that shows the process.
    pub directory: Option<Directory>,
}

impl ProcessHandle {
    /// The process with that pid; `None` where there is none.
    pub fn open(pid: Pid) -> Result<Option<ProcessHandle>, Errno> {
        let pidfd = match process::open(pid) {
            Ok(pidfd) => Some(pidfd),
            // An old kernel, or a sandbox: the kernel itself needs no privilege for this call.
            Err(Errno::ENOSYS | Errno::EPERM) => None,
            // EINVAL and ENOENT: the pid is that of a thread.
            Err(Errno::ESRCH | Errno::EINVAL | Errno::ENOENT) => return Ok(None),
            Err(errno) => return Err(errno),
        };
        if pidfd.is_none() && process::kill(pid, 0) == Err(Errno::ESRCH) {
            return Ok(None);
        }
        let mut handle = ProcessHandle { pid, pidfd, number: None, directory: None };
        match handle.find_in_proc() {
            Ok(()) => Ok(Some(handle)),
            Err(errno @ (Errno::EMFILE | Errno::ENFILE | Errno::ENOMEM)) => Err(errno),
            // There is no /proc, or it does not show the process.
            Err(_) => Ok(Some(handle)),
        }
    }

    fn find_in_proc(&mut self) -> Result<(), Errno> {
        self.number = self.number_now()?;
        if let Some(number) = self.number {
            let directory = proc_files::directory_of(number)?;
            // The number could have come to mean another process before its directory was opened.
            if self.number_now()? == self.number {
                self.directory = Some(directory);
            }
        }
        Ok(())
    }

    fn number_now(&self) -> Result<Option<Pid>, Errno> {
        match &self.pidfd {
            Some(pidfd) => proc_files::number_of(pidfd),
            // Without a pidfd that can be told only where /proc shows this very pid namespace.
            None => Ok((proc_files::own_number()? == Some(process::id())).then_some(self.pid)),
        }
    }

    /// Sends `signal` to the process.
    pub fn signal(&self, signal: c_int) -> Result<(), Errno> {
        match self.pidfd.as_ref().map(|pidfd| process::signal_pidfd(pidfd, signal)) {
            // EPERM can come from a sandbox that allows kill(2).
            None | Some(Err(Errno::ENOSYS | Errno::EPERM)) => {
                if self.has_ended()? {
                    return Err(Errno::ESRCH);
                }
                process::kill(self.pid, signal)
            }
            Some(result) => result,
        }
    }

    /// The same, but it is no failure if the process has ended already.
    pub fn signal_if_there(&self, signal: c_int) -> Result<(), Errno> {
        self.signal(signal).or_else(|errno| if errno == Errno::ESRCH { Ok(()) } else { Err(errno) })
    }

    /// Ended, reaped or not.
    pub fn has_ended(&self) -> Result<bool, Errno> {
        self.ends_before(Deadline::after(0))
    }

    /// Waits for its end; false if it has not ended by the deadline.
    pub fn ends_before(&self, deadline: Deadline) -> Result<bool, Errno> {
        loop {
            let ended = match &self.pidfd {
                Some(pidfd) => match fd::wait_for_input(pidfd.as_raw_fd(), deadline.left()) {
                    Ok(ended) => return Ok(ended),
                    Err(Errno::EINTR) => false,
                    Err(errno) => return Err(errno),
                },
                None => self.looks_ended(),
            };
            let left = deadline.left();
            if ended || left == 0 {
                return Ok(ended);
            }
            if self.pidfd.is_none() {
                let _ = fd::wait_for_input(-1, if left < 0 { LOOK } else { left.min(LOOK) });
            }
        }
    }

    fn looks_ended(&self) -> bool {
        let Some(directory) = &self.directory else { return process::kill(self.pid, 0) == Err(Errno::ESRCH) };
        let Ok(stat) = Text::in_directory(directory, c"stat") else { return true };
        // A zombie's other threads may still run.
        stat.stat_field(3) == Some(b"Z")
            && stat.stat_field(20).and_then(leading_number).is_none_or(|threads| threads <= 1)
    }

    /// Sends `signal`, and SIGCONT after it: a stopped process would not handle the signal.
    pub fn signal_and_continue(&self, signal: c_int) -> Result<(), Errno> {
        self.signal_if_there(signal)?;
        if signal != signal::KILL && signal != signal::STOP { self.signal_if_there(signal::CONT) } else { Ok(()) }
    }
}
