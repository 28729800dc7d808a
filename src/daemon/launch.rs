//! The launcher's side: two forks, and the truth about how they went.

use core::ffi::c_int;

use super::handshake::{self, Report};
use super::options::{Foreground, Options};
use super::plan::{self, Plan};
use super::{become_daemon, foreground, intermediate, readiness, registration};
use crate::error::{Failed, Outcome, WAITING, failed_as, failed_at, keep};
use crate::signals::{names, queue};
use crate::sys::clock::Deadline;
use crate::sys::fd::{self, Descriptor};
use crate::sys::process::{self, Pid};
use crate::sys::signal::{self, Action, Set};
use crate::sys::{Errno, socket};

/// In which process the call came back.
pub enum Side {
    Daemon,
    /// The daemon's pid.
    Launcher(Pid),
}

/// What the launcher does when the daemon is up.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Then {
    Return,
    /// Leave without a trace: no exit handler, no second flush.
    Leave,
}

/// Makes a daemon. Comes back in the daemon, in the launcher with its pid, or in the launcher with the failure.
pub fn launch(options: &Options, then: Then) -> Outcome<Side> {
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
            return Err(failed_at("socket pair", errno));
        }
    };
    let launcher = process::id();
    // Signals that a full queue has kept back are not blocked by the program's wish.
    let mask = Set::from_bits(signal::block_all().bits() & !queue::take_held_back());
    let result = match plan.options.wait_ready {
        None => process::fork_apart(!plan.dispositions.other_threads).map(|daemon| match daemon {
            true => Fork::Daemon { child_action: None },
            false => Fork::Launcher { between: None },
        }),
        Some(_) => process::fork().map(|child| match child {
            0 => stay_between(launcher, daemon_end.number()),
            between => Fork::Launcher { between: Some(between) },
        }),
    };
    let result = match result {
        Ok(Fork::Daemon { child_action }) => {
            drop(launcher_end);
            arrive(&mut plan, daemon_end, child_action, mask);
            return Ok(Side::Daemon);
        }
        Ok(Fork::Launcher { between }) => {
            drop(daemon_end);
            attend(between, &launcher_end, &plan, mask)
        }
        Err(errno) => Err(failed_at("fork", errno)),
    };
    match result {
        Ok(_) if then == Then::Leave => process::exit_now(0),
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
    Launcher { between: Option<Pid> },
}

/// The first child when the launcher waits for readiness: a new session, and the daemon as its second process. Comes back
/// only in the daemon.
fn stay_between(launcher: Pid, channel: c_int) -> Fork {
    // A fresh fork leads no process group, so it cannot be refused.
    let _ = process::new_session();
    // Ignored, the daemon's end could not be waited for. The launcher's own disposition is left alone: it has other
    // children.
    let child_action = signal::set_action(signal::CHLD, &Action::default()).ok();
    match process::fork() {
        Ok(0) => Fork::Daemon { child_action },
        Ok(daemon) => intermediate::watch(daemon, launcher, channel),
        Err(errno) => {
            failed_at("second fork", errno);
            handshake::report_last_failure(channel);
            process::exit_now(1)
        }
    }
}

/// The daemon: sets itself up, says so, and goes on when it has been accepted.
#[inline(never)]
fn arrive(plan: &mut Plan, channel: Descriptor, child_action: Option<Action>, mask: Set) {
    let pid = process::id();
    let changed = become_daemon::change(plan, channel.number());
    // Last, so that a start that fails leaves a file of before as it was.
    let written = changed.and_then(|()| become_daemon::write_pid(plan, pid));
    if written.and_then(|()| become_daemon::truncate(plan)).is_err() {
        handshake::report_last_failure(channel.number());
        process::exit_now(1);
    }
    let mask = if plan.options.keep_signals { mask } else { Set::empty() };
    let waits = plan.options.wait_ready.is_some();
    become_daemon::settle(plan, pid, child_action);
    let told = handshake::report(channel.number(), &Report::SetUp(pid)).is_ok();
    if waits {
        readiness::begin(channel);
    } else if !told || !handshake::is_accepted(channel.number()) {
        // The launcher was killed: nobody would know of this daemon.
        registration::end();
        process::exit_now(1);
    }
    signal::set_mask(mask);
}

/// Waits for the daemon and tells how it went; afterwards the intermediate process is reaped, and after a failure the
/// daemon is gone.
fn attend(between: Option<Pid>, channel: &Descriptor, plan: &Plan, mask: Set) -> Outcome<Pid> {
    match (between, plan.options.wait_ready) {
        (Some(between), Some(timeout)) => attend_readiness(between, channel.number(), timeout, interrupting(mask)),
        _ => attend_setup(channel.number()),
    }
}

fn attend_setup(channel: c_int) -> Outcome<Pid> {
    match handshake::receive(channel) {
        Ok(Some(Report::SetUp(daemon))) => {
            handshake::accept(channel);
            Ok(daemon)
        }
        Ok(Some(Report::Failed { errno, status, line })) => {
            // It leaves right after its report; its end of the channel closes with it.
            let _ = handshake::receive(channel);
            Err(keep(errno, status, &line))
        }
        Ok(_) => Err(vanished()),
        Err(errno) => Err(failed_at(WAITING, errno)),
    }
}

fn attend_readiness(intermediate: Pid, channel: c_int, timeout: c_int, interrupting: Set) -> Outcome<Pid> {
    let deadline = Deadline::after(timeout);
    // Without it the launcher is only deaf to signals until the timeout.
    let signals = signal::descriptor(interrupting).ok();
    let mut daemon = 0;
    let mut said: Option<Failed> = None;
    let end = |failure: Failed| {
        let _ = process::kill(intermediate, intermediate::END);
        // Should something else have killed it, the daemon is still in its group, which is its own until it is reaped.
        process::await_end(intermediate);
        let _ = process::kill(-intermediate, signal::KILL);
        let _ = process::reap(intermediate);
        Err(failure)
    };
    loop {
        let readable =
            match fd::wait_readable(channel, signals.as_ref().map_or(-1, Descriptor::number), deadline.left()) {
                Ok(readable) => readable,
                Err(Errno::EINTR) => continue,
                Err(errno) => return end(failed_at(WAITING, errno)),
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
                // It has yet to leave: its exit handlers may take a while.
                Ok(Some(Report::Failed { errno, status, line })) => said = Some(keep(errno, status, &line)),
                Ok(Some(Report::Ended(status))) => {
                    return end(said.unwrap_or_else(|| ended(status)));
                }
                Ok(None) | Err(_) => return end(said.unwrap_or_else(vanished)),
            }
        } else if readable.second {
            if let Some(signal) = signals.as_ref().and_then(|signals| signal::read_descriptor(signals.number())) {
                return end(said.unwrap_or_else(|| interrupted(signal)));
            }
        } else {
            return end(said.unwrap_or_else(|| timed_out(timeout)));
        }
    }
}

/// The signals that interrupt the wait: those that would do something to the launcher.
fn interrupting(mask: Set) -> Set {
    [signal::INT, signal::TERM, signal::HUP, signal::QUIT]
        .into_iter()
        .filter(|&signal| !mask.contains(signal) && signal::action(signal).is_ok_and(|action| !action.is_ignore()))
        .fold(Set::empty(), Set::with)
}

fn ended(status: c_int) -> Failed {
    if process::signaled(status) {
        let signal = process::ending_signal(status);
        return failed_as(Errno::ECHILD, WAITING, "killed by signal # before it was ready", c"", signal.into());
    }
    let status = process::exit_status(status);
    let failed = failed_as(Errno::ECHILD, WAITING, "exited with status # before it was ready", c"", status.into());
    crate::sys::thread_state().last_status.set(status);
    failed
}

fn vanished() -> Failed {
    failed_as(Errno::ECHILD, WAITING, "the daemon was killed before it was set up", c"", 0)
}

/// The program's own handler, if it has one, runs once the mask is back.
fn interrupted(signal: c_int) -> Failed {
    if signal::action(signal).is_ok_and(|action| !action.is_default()) {
        let _ = process::kill(process::id(), signal);
    }
    failed_as(Errno::EINTR, WAITING, "interrupted by % before the daemon was ready", names::of(signal), 0)
}

fn timed_out(timeout: c_int) -> Failed {
    failed_as(Errno::ETIMEDOUT, WAITING, "not ready within # ms", c"", timeout.into())
}
