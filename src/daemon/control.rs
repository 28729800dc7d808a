//! A daemon by its pid file: asking after it, signalling and stopping it, without mistaking another process for it.

use core::ffi::{CStr, c_int};

use super::pidfile::{self, Holder};
use crate::error::{Failed, Outcome, Part, failed, failed_because, failed_number, failed_on, refused};
use crate::sys::clock::Deadline;
use crate::sys::fd::{self, Descriptor};
use crate::sys::process::{self, Pid};
use crate::sys::{Errno, signal};

/// How long a process gets to go after SIGKILL, in milliseconds: it may have to come back from a disk first.
const KILL_PATIENCE: c_int = 30_000;

/// The pid of the daemon that holds the file; 0 when none runs.
pub fn status(name: &CStr) -> Outcome<Pid> {
    let Some(descriptor) = pidfile::open_existing(name)? else { return Ok(0) };
    match pidfile::holder(descriptor.number()).map_err(|errno| failed_on("pid file", name, errno))? {
        Holder::Nobody => Ok(0),
        Holder::Daemon(pid) => Ok(pid),
        Holder::Starting => Err(said(name, Errno::EAGAIN, "its daemon is just starting or ending")),
    }
}

/// The running daemon, and a descriptor that means it and nobody else.
fn find(name: &CStr) -> Outcome<Option<(Pid, Descriptor)>> {
    loop {
        let pid = status(name)?;
        if pid == 0 {
            return Ok(None);
        }
        match process::open(pid) {
            // Still the holder after its descriptor was opened: so it was the daemon that was opened.
            Ok(held) if status(name)? == pid => return Ok(Some((pid, held))),
            Ok(_) | Err(Errno::ESRCH) => {}
            Err(errno) => return Err(lost(name, pid, errno)),
        }
    }
}

/// Sends `signal` to the daemon; 0 only asks whether that would be allowed.
pub fn send(name: &CStr, signal: c_int) -> Outcome<()> {
    if !(0..=signal::LAST).contains(&signal) {
        return Err(failed_number("signal", signal.into(), Errno::EINVAL));
    }
    match find(name)? {
        Some((pid, held)) => process::signal_held(&held, signal).map_err(|errno| lost(name, pid, errno)),
        None => Err(said(name, Errno::ESRCH, "no daemon runs")),
    }
}

/// Ends the daemon: SIGTERM, up to `timeout` milliseconds (-1: for ever) for it to go, then SIGKILL if `kill` says so. When
/// none runs there is nothing to do.
pub fn stop(name: &CStr, timeout: c_int, kill: bool) -> Outcome<()> {
    if timeout < -1 {
        return Err(refused("stop: the timeout is below -1"));
    }
    let Some((pid, held)) = find(name)? else { return Ok(()) };
    let signalled = |signal| match process::signal_held(&held, signal) {
        Ok(()) | Err(Errno::ESRCH) => Ok(()),
        Err(errno) => Err(lost(name, pid, errno)),
    };
    signalled(signal::TERM)?;
    // A stopped process would not get to it.
    signalled(signal::CONT)?;
    let mut gone = wait_for_end(&held, timeout).map_err(|errno| lost(name, pid, errno))?;
    if !gone && kill {
        signalled(signal::KILL)?;
        gone = wait_for_end(&held, KILL_PATIENCE).map_err(|errno| lost(name, pid, errno))?;
    }
    if !gone {
        let parts = [Part::Text("pid file "), Part::Name(name), Part::Text(": process "), Part::Number(pid.into())];
        let [a, b, c, d] = parts;
        return Err(failed(Errno::ETIMEDOUT, &[a, b, c, d, Part::Text(" is still running")]));
    }
    pidfile::remove_left_behind(name, pid);
    Ok(())
}

/// Has the process ended within `timeout` milliseconds?
fn wait_for_end(held: &Descriptor, timeout: c_int) -> Result<bool, Errno> {
    let deadline = Deadline::after(timeout);
    loop {
        match fd::wait_readable(held.number(), -1, deadline.left()) {
            Err(Errno::EINTR) => {}
            result => return result.map(|readable| readable.first),
        }
    }
}

fn lost(name: &CStr, pid: Pid, errno: Errno) -> Failed {
    let [a, b, c] = [Part::Text("pid file "), Part::Name(name), Part::Text(": process ")];
    failed(errno, &[a, b, c, Part::Number(pid.into()), Part::Text(": "), Part::Reason(errno)])
}

fn said(name: &CStr, errno: Errno, why: &str) -> Failed {
    failed_because("pid file", name, errno, why)
}
