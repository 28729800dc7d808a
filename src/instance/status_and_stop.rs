//! Asks for the status of a daemon, signals it and stops it, by its pid file. Another process is never taken for it.

use core::ffi::{CStr, c_int};

use super::explanation;
use super::running::Running;
use super::schedule::{Part, Schedule};
use super::session::Session;
use crate::error::{Error, Plain, Result, Step};
use crate::sys::clock::Deadline;
use crate::sys::process::Pid;
use crate::sys::{Errno, signal};

/// The pid of the daemon that holds the file; 0 when none runs.
pub fn status(name: &CStr) -> Result<Pid> {
    Ok(Running::find(name)?.map_or(0, |daemon| daemon.process.pid))
}

/// Sends `signal` to the daemon; 0 only asks whether that would be allowed.
pub fn send(name: &CStr, signal: c_int) -> Result<()> {
    if !(0..=signal::LAST).contains(&signal) {
        return Err(Error::on_number(Step::Signal, signal.into(), Errno::EINVAL));
    }
    match Running::find(name)? {
        Some(daemon) => daemon.process.signal(signal).map_err(|errno| daemon.failed(errno)),
        None => Err(Error::because(Step::PidFile, name, Errno::ESRCH, "no daemon runs")),
    }
}

/// Ends the daemon: SIGTERM, a wait of up to `timeout` milliseconds (-1: for ever), then SIGKILL, if `kill` is true. If
/// no daemon runs, there is nothing to do.
pub fn stop(name: &CStr, timeout: c_int, kill: bool) -> Result<()> {
    if timeout < -1 {
        return Err(Error::refused(Step::Stop, "the timeout is below -1"));
    }
    stop_by(name, &Schedule::of(timeout, kill), false)
}

/// The same by a schedule; of the whole session, if that is asked for.
pub fn stop_by(name: &CStr, schedule: &Schedule, whole_session: bool) -> Result<()> {
    let Some(daemon) = Running::find(name)? else { return Ok(()) };
    let session = if whole_session { Some(Session::of(&daemon)?) } else { None };
    let mut last = None;
    for step in schedule.steps() {
        let gone = match (step, &session) {
            (Part::Signal(signal), Some(session)) => {
                last = Some(signal);
                session.signal(signal).map(|()| false)
            }
            (Part::Signal(signal), None) => {
                daemon.process.signal_and_continue(signal).map(|()| false).map_err(|errno| daemon.failed(errno))
            }
            (Part::Wait(timeout), Some(session)) => session.ends_before(Deadline::after(timeout), last),
            (Part::Wait(timeout), None) => {
                daemon.process.ends_before(Deadline::after(timeout)).map_err(|errno| daemon.failed(errno))
            }
        }?;
        if gone {
            daemon.file.remove_left_behind(daemon.process.pid);
            return Ok(());
        }
    }
    let pid = daemon.process.pid;
    let what = match daemon.process.has_ended() {
        Ok(true) => ": others of its session are still running",
        _ => ": still running",
    };
    Err(explanation::process(&daemon.file, pid, Errno::ETIMEDOUT, &Plain(what)))
}
