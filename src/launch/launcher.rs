//! The launcher's side of a start, from the call until the daemon has been accepted or the start has failed.

use super::intermediate;
use super::options::{Foreground, Options};
use super::outcome::{Limits, Start};
use super::plan::{self, Plan, Way};
use super::{daemon_side, foreground};
use crate::error::{Error, Result, Step};
use crate::instance::removal_at_exit;
use crate::process::fork;
use crate::signals::held_back;
use crate::sys::fd::Descriptor;
use crate::sys::process::{self, Pid};
use crate::sys::signal::{self, Set};
use crate::sys::socket;

/// The process in which the call returns.
pub enum Side {
    Daemon,
    /// The daemon's pid.
    Launcher(Pid),
}

/// What the launcher does when the daemon is up.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum AfterStart {
    Return,
    /// Exit at once, without exit handlers and without another flush.
    Exit,
}

/// Makes a daemon. Returns in the daemon, and in the launcher with its pid or with a failure.
pub fn launch(options: &Options, after_start: AfterStart) -> Result<Side> {
    match options.foreground {
        Foreground::Always => return foreground::stay(options).map(|()| Side::Daemon),
        Foreground::Auto if plan::wants_foreground() => return foreground::stay(options).map(|()| Side::Daemon),
        Foreground::Never if after_start == AfterStart::Exit && process::id() == 1 => {
            return Err(Error::refused(
                Step::Daemonize,
                "process 1 of a pid namespace would end its daemon by leaving",
            ));
        }
        Foreground::Auto | Foreground::Never => {}
    }
    let mut plan = Plan::prepare(options, Way::Fork)?;
    plan.flush();
    let (launcher_end, daemon_end) = match connect() {
        Ok(ends) => ends,
        Err(error) => {
            plan.undo();
            return Err(error);
        }
    };
    // The program itself has not blocked the signals that a full queue holds back.
    let mask = Set::from_bits(signal::block_all().bits() & !held_back::take());
    let result = match process::fork_unannounced(plan.dispositions.other_threads) {
        Ok(0) => {
            drop(launcher_end);
            let forked = intermediate::run(&daemon_end, &plan);
            daemon_side::run(&mut plan, daemon_end, forked.child_action, mask);
            return Ok(Side::Daemon);
        }
        Ok(intermediate) => {
            drop(daemon_end);
            let limits = Limits {
                setup: options.setup_timeout,
                ready: options.wait_ready,
                leaves: after_start == AfterStart::Exit,
            };
            let interrupting = interrupting(&plan, mask);
            let mut start = Start::new(intermediate, launcher_end, plan.privileges.as_ref(), limits, interrupting);
            let result = start.await_daemon();
            if result.is_ok() && after_start == AfterStart::Exit {
                // A daemon that has made another one of itself.
                removal_at_exit::end();
                process::exit_now(0);
            }
            result
        }
        Err(errno) => Err(fork::failed(Step::Fork, errno)),
    };
    if result.is_err() {
        plan.undo();
    }
    drop(plan);
    signal::set_mask(mask);
    result.map(Side::Launcher)
}

/// The signals that interrupt the waiting launcher: those of them that are neither blocked nor ignored.
pub fn interrupting(plan: &Plan, mask: Set) -> Set {
    [signal::INT, signal::TERM, signal::HUP, signal::QUIT]
        .into_iter()
        .filter(|&signal| !mask.contains(signal) && !plan.dispositions.ignores(signal))
        .fold(Set::empty(), Set::with)
}

/// The channel between launcher and daemon: the launcher's end, where each report comes with its sender, and the
/// daemon's.
pub fn connect() -> Result<(Descriptor, Descriptor)> {
    let connected = socket::pair().and_then(|(launcher_end, daemon_end)| {
        socket::ask_for_senders(&launcher_end)?;
        Ok((launcher_end, daemon_end))
    });
    connected.map_err(|errno| Error::at(Step::SocketPair, errno))
}
