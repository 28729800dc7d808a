//! A daemon by its pid file: asking after it, signalling and stopping it, without mistaking another process for it.

use core::ffi::{CStr, c_int};
use core::fmt;

use super::holder::{self, Holder};
use crate::error::{Error, Name, Reason, Result, Step};
use crate::sys::clock::Deadline;
use crate::sys::fd::{self, Descriptor};
use crate::sys::process::{self, Pid};
use crate::sys::{Errno, signal};

/// How long a process gets to go after SIGKILL, in milliseconds: it may have to come back from a disk first.
const KILL_PATIENCE: c_int = 30_000;

const STARTING_OR_ENDING: &str = "its daemon is just starting or ending";

/// The pid of the daemon that holds the file; 0 when none runs.
pub fn status(name: &CStr) -> Result<Pid> {
    let Some(descriptor) = holder::open_existing(name)? else { return Ok(0) };
    match holder::holder(descriptor.as_raw_fd()).map_err(|errno| Error::on(Step::PidFile, name, errno))? {
        Holder::Nobody => Ok(0),
        Holder::Daemon(pid) => Ok(pid),
        Holder::Starting => Err(Error::because(Step::PidFile, name, Errno::EAGAIN, STARTING_OR_ENDING)),
    }
}

/// A running daemon, and a pidfd that means it and nobody else.
struct Running<'a> {
    name: &'a CStr,
    pid: Pid,
    pidfd: Descriptor,
}

impl Running<'_> {
    fn find(name: &CStr) -> Result<Option<Running<'_>>> {
        loop {
            let pid = status(name)?;
            if pid == 0 {
                return Ok(None);
            }
            match process::open(pid) {
                // Still the holder after its pidfd was opened: so it was the daemon that was opened.
                Ok(pidfd) if status(name)? == pid => return Ok(Some(Running { name, pid, pidfd })),
                // Held by what a daemon has left behind, or by one that has just died.
                Err(Errno::ESRCH) if status(name)? == pid => {
                    return Err(Error::because(Step::PidFile, name, Errno::EAGAIN, STARTING_OR_ENDING));
                }
                Ok(_) | Err(Errno::ESRCH) => {}
                Err(errno) => return Err(lost(name, pid, errno)),
            }
        }
    }

    fn signal(&self, signal: c_int) -> Result<()> {
        process::signal_pidfd(&self.pidfd, signal).map_err(|errno| lost(self.name, self.pid, errno))
    }

    /// The same, but a daemon that is gone already is as good.
    fn signal_if_there(&self, signal: c_int) -> Result<()> {
        self.signal(signal).or_else(|failed| if failed.errno == Errno::ESRCH { Ok(()) } else { Err(failed) })
    }

    /// Has it ended within `timeout` milliseconds?
    fn has_ended(&self, timeout: c_int) -> Result<bool> {
        let deadline = Deadline::after(timeout);
        loop {
            match fd::wait_readable(self.pidfd.as_raw_fd(), -1, deadline.left()) {
                Ok(readable) => return Ok(readable.first),
                Err(Errno::EINTR) => {}
                Err(errno) => return Err(lost(self.name, self.pid, errno)),
            }
        }
    }
}

/// Sends `signal` to the daemon; 0 only asks whether that would be allowed.
pub fn send(name: &CStr, signal: c_int) -> Result<()> {
    if !(0..=signal::LAST).contains(&signal) {
        return Err(Error::on_number(Step::Signal, signal.into(), Errno::EINVAL));
    }
    match Running::find(name)? {
        Some(daemon) => daemon.signal(signal),
        None => Err(Error::because(Step::PidFile, name, Errno::ESRCH, "no daemon runs")),
    }
}

/// Ends the daemon: SIGTERM, up to `timeout` milliseconds (-1: for ever) for it to go, then SIGKILL if `kill` says so. When
/// none runs there is nothing to do.
pub fn stop(name: &CStr, timeout: c_int, kill: bool) -> Result<()> {
    if timeout < -1 {
        return Err(Error::refused(Step::Stop, "the timeout is below -1"));
    }
    let Some(daemon) = Running::find(name)? else { return Ok(()) };
    daemon.signal_if_there(signal::TERM)?;
    // A stopped process would not get to it.
    daemon.signal_if_there(signal::CONT)?;
    let mut gone = daemon.has_ended(timeout)?;
    if !gone && kill {
        daemon.signal_if_there(signal::KILL)?;
        gone = daemon.has_ended(KILL_PATIENCE)?;
    }
    if !gone {
        return Err(lost_because(name, daemon.pid, Errno::ETIMEDOUT, format_args!("still running")));
    }
    holder::remove_left_behind(name, daemon.pid);
    Ok(())
}

fn lost(name: &CStr, pid: Pid, errno: Errno) -> Error {
    lost_because(name, pid, errno, format_args!("{}", Reason(errno)))
}

fn lost_because(name: &CStr, pid: Pid, errno: Errno, why: fmt::Arguments) -> Error {
    let step = Step::PidFile;
    Error::new(errno, step, format_args!("{step} {}: process {pid}: {why}", Name(name)))
}
