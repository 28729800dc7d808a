//! The launcher's side of a start: two forks, and the truth about how they went.

use core::ffi::c_int;
use core::fmt;

use super::options::{Foreground, Options};
use super::plan::{self, Plan};
use super::{daemon_side, foreground, intermediate};
use crate::error::{Error, Result, Step};
use crate::instance::removal_at_exit;
use crate::notify::handshake::{self, Report};
use crate::notify::readiness::{self, Waiting};
use crate::signals::{held_back, names};
use crate::sys::clock::Deadline;
use crate::sys::fd::{self, Descriptor};
use crate::sys::process::{self, Pid};
use crate::sys::signal::{self, Action, Set};
use crate::sys::{Errno, socket, thread_state};

/// On which side of the forks the call came back.
pub enum Side {
    Daemon,
    /// The daemon's pid.
    Launcher(Pid),
}

/// What the launcher does when the daemon is up.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum AfterStart {
    Return,
    /// Exit at once: no exit handler, no second flush.
    Exit,
}

/// Makes a daemon. Comes back in the daemon, in the launcher with its pid, or in the launcher with the failure.
pub fn launch(options: &Options, after_start: AfterStart) -> Result<Side> {
    match options.foreground {
        Foreground::Always => return foreground::stay(options).map(|()| Side::Daemon),
        Foreground::Auto => plan::wants_foreground()?,
        Foreground::Never => {}
    }
    let mut plan = Plan::prepare(options, false)?;
    plan.flush();
    let (launcher_end, daemon_end) = match socket::pair() {
        Ok(ends) => ends,
        Err(errno) => {
            plan.undo();
            return Err(Error::at(Step::SocketPair, errno));
        }
    };
    let launcher = process::id();
    // Signals that a full queue has kept back are not blocked by the program's wish.
    let mask = Set::from_bits(signal::block_all().bits() & !held_back::take());
    let result = match plan.options.wait_ready {
        None => process::fork_apart(!plan.dispositions.other_threads).map(|in_daemon| {
            if in_daemon { Fork::Daemon { child_action: None } } else { Fork::Launcher { intermediate: None } }
        }),
        Some(_) => process::fork().map(|child| match child {
            0 => become_intermediate(launcher, daemon_end.as_raw_fd()),
            intermediate => Fork::Launcher { intermediate: Some(intermediate) },
        }),
    };
    let result = match result {
        Ok(Fork::Daemon { child_action }) => {
            drop(launcher_end);
            run_daemon_side(&mut plan, daemon_end, child_action, mask);
            return Ok(Side::Daemon);
        }
        Ok(Fork::Launcher { intermediate }) => {
            drop(daemon_end);
            await_daemon(intermediate, &launcher_end, &plan, mask)
        }
        Err(errno) => Err(Error::at(Step::Fork, errno)),
    };
    match result {
        Ok(_) if after_start == AfterStart::Exit => {
            // A daemon that has made another one of itself.
            removal_at_exit::end();
            process::exit_now(0)
        }
        Ok(_) => {}
        Err(_) => plan.undo(),
    }
    drop((plan, launcher_end));
    signal::set_mask(mask);
    result.map(Side::Launcher)
}

/// Where the forks have come back.
enum Fork {
    /// With the disposition that SIGCHLD had, if it has been changed on the way.
    Daemon { child_action: Option<Action> },
    /// With the process that watches the daemon, if it is watched.
    Launcher { intermediate: Option<Pid> },
}

/// The first child when the launcher waits for readiness: a new session, and the daemon as its second process. Comes back
/// only in the daemon.
fn become_intermediate(launcher: Pid, channel: c_int) -> Fork {
    // A fresh fork leads no process group, so it cannot be refused.
    let _ = process::new_session();
    // Ignored, the daemon's end could not be waited for. The launcher's own disposition is left alone: it has other
    // children.
    let child_action = signal::set_action(signal::CHLD, &Action::default()).ok();
    match process::fork() {
        Ok(0) => Fork::Daemon { child_action },
        Ok(daemon) => intermediate::watch(daemon, launcher, channel),
        Err(errno) => {
            Error::at(Step::SecondFork, errno);
            handshake::report_last_failure(channel);
            process::exit_now(1)
        }
    }
}

/// The daemon: sets itself up, says so, and goes on when it has been accepted.
fn run_daemon_side(plan: &mut Plan, channel: Descriptor, child_action: Option<Action>, mask: Set) {
    let pid = process::id();
    let set_up = daemon_side::set_up(plan, channel.as_raw_fd());
    // Last, so that a start that fails leaves a file of before as it was.
    let written = set_up.and_then(|()| daemon_side::write_pid(plan, pid));
    if written.and_then(|()| daemon_side::truncate(plan)).is_err() {
        handshake::report_last_failure(channel.as_raw_fd());
        process::exit_now(1);
    }
    let mask = if plan.options.keep_signals { mask } else { Set::empty() };
    let waits = plan.options.wait_ready.is_some();
    daemon_side::commit(plan, pid, child_action);
    let told = handshake::report(channel.as_raw_fd(), &Report::SetUp(pid)).is_ok();
    if waits {
        readiness::begin(pid, Waiting::Launcher(channel));
    } else if told && handshake::is_accepted(channel.as_raw_fd()) {
        readiness::begin(pid, Waiting::Nobody);
    } else {
        // The launcher was killed: nobody would know of this daemon.
        removal_at_exit::end();
        process::exit_now(1);
    }
    signal::set_mask(mask);
}

/// Waits for the daemon and tells how it went; afterwards the intermediate process is reaped, and after a failure the
/// daemon is gone.
fn await_daemon(intermediate: Option<Pid>, channel: &Descriptor, plan: &Plan, mask: Set) -> Result<Pid> {
    match (intermediate, plan.options.wait_ready) {
        (Some(intermediate), Some(timeout)) => {
            await_readiness(intermediate, channel.as_raw_fd(), timeout, interrupting(mask))
        }
        _ => await_setup(channel.as_raw_fd()),
    }
}

fn await_setup(channel: c_int) -> Result<Pid> {
    match handshake::receive(channel) {
        Ok(Some(Report::SetUp(daemon))) => {
            handshake::accept(channel);
            Ok(daemon)
        }
        Ok(Some(Report::Failed { errno, status, step, line })) => {
            // It exits right after its report; its end of the channel closes with it.
            let _ = handshake::receive(channel);
            Err(Error::keep(errno, status, step, &line))
        }
        Ok(_) => Err(vanished()),
        Err(errno) => Err(Error::at(Step::Waiting, errno)),
    }
}

fn await_readiness(intermediate: Pid, channel: c_int, timeout: c_int, interrupting: Set) -> Result<Pid> {
    let deadline = Deadline::after(timeout);
    // Without it the launcher is only deaf to signals until the timeout.
    let signals = signal::descriptor(interrupting).ok();
    let signals = signals.as_ref().map_or(-1, Descriptor::as_raw_fd);
    let mut daemon = 0;
    let mut said: Option<Error> = None;
    let failure = loop {
        let readable = match fd::wait_readable(channel, signals, deadline.left()) {
            Ok(readable) => readable,
            Err(Errno::EINTR) => continue,
            Err(errno) => break Error::at(Step::Waiting, errno),
        };
        if readable.first {
            match handshake::receive(channel) {
                Ok(Some(Report::SetUp(pid))) => daemon = pid,
                Ok(Some(Report::Ready)) => {
                    let _ = process::kill(intermediate, signal::KILL);
                    let _ = process::reap(intermediate);
                    handshake::accept(channel);
                    return Ok(daemon);
                }
                // It has yet to exit: its exit handlers may take a while.
                Ok(Some(Report::Failed { errno, status, step, line })) => {
                    said = Some(Error::keep(errno, status, step, &line));
                }
                Ok(Some(Report::Ended(status))) => break said.unwrap_or_else(|| ended(status)),
                Ok(None) | Err(_) => break said.unwrap_or_else(vanished),
            }
        } else if readable.second {
            if let Some(signal) = signal::read_descriptor(signals) {
                break said.unwrap_or_else(|| interrupted(signal));
            }
        } else {
            break said.unwrap_or_else(|| timed_out(timeout));
        }
    };
    intermediate::end(intermediate);
    Err(failure)
}

/// The signals that interrupt the wait: those that would do something to the launcher.
fn interrupting(mask: Set) -> Set {
    [signal::INT, signal::TERM, signal::HUP, signal::QUIT]
        .into_iter()
        .filter(|&signal| !mask.contains(signal) && signal::action(signal).is_ok_and(|action| !action.is_ignore()))
        .fold(Set::empty(), Set::with)
}

/// What became of the daemon needs no step in front of it.
fn waiting_failed(errno: Errno, line: fmt::Arguments) -> Error {
    Error::new(errno, Step::Waiting, line)
}

fn ended(status: c_int) -> Error {
    if process::signaled(status) {
        let signal = process::ending_signal(status);
        return waiting_failed(Errno::ECHILD, format_args!("killed by signal {signal} before it was ready"));
    }
    let status = process::exit_status(status);
    let error = waiting_failed(Errno::ECHILD, format_args!("exited with status {status} before it was ready"));
    thread_state::get().last_status.set(status);
    error
}

fn vanished() -> Error {
    waiting_failed(Errno::ECHILD, format_args!("the daemon was killed before it was set up"))
}

/// The program's own handler, if it has one, runs once the mask is back.
fn interrupted(signal: c_int) -> Error {
    if signal::action(signal).is_ok_and(|action| !action.is_default()) {
        let _ = process::kill(process::id(), signal);
    }
    let name = names::Name(signal);
    waiting_failed(Errno::EINTR, format_args!("interrupted by {name} before the daemon was ready"))
}

fn timed_out(timeout: c_int) -> Error {
    waiting_failed(Errno::ETIMEDOUT, format_args!("not ready within {timeout} ms"))
}
