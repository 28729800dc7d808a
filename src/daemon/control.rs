//! A daemon by its pid file: asking after it, signalling and stopping it, without mistaking another process for it.

use core::ffi::{CStr, c_int};

use super::pidfile::{self, Holder};
use crate::error::{Failed, Outcome, failed_as, failed_because, failed_number, failed_on, refused};
use crate::sys::clock::Deadline;
use crate::sys::fd::{self, Descriptor};
use crate::sys::process::{self, Pid};
use crate::sys::{Errno, signal};

/// How long a process gets to go after SIGKILL, in milliseconds: it may have to come back from a disk first.
const KILL_PATIENCE: c_int = 30_000;

const STARTING_OR_ENDING: &str = "its daemon is just starting or ending";

/// The pid of the daemon that holds the file; 0 when none runs.
pub fn status(name: &CStr) -> Outcome<Pid> {
    let Some(descriptor) = pidfile::open_existing(name)? else { return Ok(0) };
    match pidfile::holder(descriptor.number()).map_err(|errno| failed_on("pid file", name, errno))? {
        Holder::Nobody => Ok(0),
        Holder::Daemon(pid) => Ok(pid),
        Holder::Starting => Err(failed_because("pid file", name, Errno::EAGAIN, STARTING_OR_ENDING)),
    }
}

/// A running daemon, and a descriptor that means it and nobody else.
struct Running<'a> {
    name: &'a CStr,
    pid: Pid,
    held: Descriptor,
}

impl Running<'_> {
    fn find(name: &CStr) -> Outcome<Option<Running<'_>>> {
        loop {
            let pid = status(name)?;
            if pid == 0 {
                return Ok(None);
            }
            match process::open(pid) {
                // Still the holder after its descriptor was opened: so it was the daemon that was opened.
                Ok(held) if status(name)? == pid => return Ok(Some(Running { name, pid, held })),
                // Held by what a daemon has left behind, or by one that has just died.
                Err(Errno::ESRCH) if status(name)? == pid => {
                    return Err(failed_because("pid file", name, Errno::EAGAIN, STARTING_OR_ENDING));
                }
                Ok(_) | Err(Errno::ESRCH) => {}
                Err(errno) => return Err(lost(name, pid, errno)),
            }
        }
    }

    #[inline(never)]
    fn signal(&self, signal: c_int) -> Outcome<()> {
        process::signal_held(&self.held, signal).map_err(|errno| lost(self.name, self.pid, errno))
    }

    /// The same, but a daemon that is gone already is as good.
    fn signal_if_there(&self, signal: c_int) -> Outcome<()> {
        self.signal(signal).or_else(|failed| if failed.errno == Errno::ESRCH { Ok(()) } else { Err(failed) })
    }

    /// Has it ended within `timeout` milliseconds?
    #[inline(never)]
    fn has_ended(&self, timeout: c_int) -> Outcome<bool> {
        let deadline = Deadline::after(timeout);
        loop {
            match fd::wait_readable(self.held.number(), -1, deadline.left()) {
                Ok(readable) => return Ok(readable.first),
                Err(Errno::EINTR) => {}
                Err(errno) => return Err(lost(self.name, self.pid, errno)),
            }
        }
    }
}

/// Sends `signal` to the daemon; 0 only asks whether that would be allowed.
pub fn send(name: &CStr, signal: c_int) -> Outcome<()> {
    if !(0..=signal::LAST).contains(&signal) {
        return Err(failed_number("signal", signal.into(), Errno::EINVAL));
    }
    match Running::find(name)? {
        Some(daemon) => daemon.signal(signal),
        None => Err(failed_because("pid file", name, Errno::ESRCH, "no daemon runs")),
    }
}

/// Ends the daemon: SIGTERM, up to `timeout` milliseconds (-1: for ever) for it to go, then SIGKILL if `kill` says so. When
/// none runs there is nothing to do.
pub fn stop(name: &CStr, timeout: c_int, kill: bool) -> Outcome<()> {
    if timeout < -1 {
        return Err(refused("stop", "the timeout is below -1"));
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
        let template = "$ %: process #: still running";
        return Err(failed_as(Errno::ETIMEDOUT, "pid file", template, name, daemon.pid.into()));
    }
    pidfile::remove_left_behind(name, daemon.pid);
    Ok(())
}

fn lost(name: &CStr, pid: Pid, errno: Errno) -> Failed {
    failed_as(errno, "pid file", "$ %: process #: !", name, pid.into())
}
