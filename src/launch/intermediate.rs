//! The process between launcher and daemon: it leads the daemon's session, which the daemon therefore does not.
//!
//! While the launcher waits for readiness, this process stays and watches the daemon, which is its child. So it notices
//! a crash at once and knows the status, and it can kill a daemon that is not ready: a child keeps its pid until it is
//! reaped. At its own end it kills its whole process group.

use core::ffi::c_int;

use super::ending::Target;
use super::plan::Plan;
use crate::error::{Error, Result, Step};
use crate::notify::handshake::{self, Report};
use crate::process::fork;
use crate::sys::Errno;
use crate::sys::clock::Deadline;
use crate::sys::fd::{self, Awaited, Descriptor};
use crate::sys::process::{self, Pid};
use crate::sys::signal::{self, Action};

/// What the daemon has to know after the second fork: the disposition that SIGCHLD had, if it was changed.
pub struct Forked {
    pub child_action: Option<Action>,
}

/// The launcher's first child: makes a session, and the daemon as its second process. Comes back only in the daemon.
pub fn run(channel: &Descriptor, plan: &Plan) -> Forked {
    let channel = channel.as_raw_fd();
    let stays = plan.options.wait_ready.is_some();
    if lead_session().is_err() {
        give_up(channel);
    }
    // If SIGCHLD were ignored, the daemon could not be waited for. The launcher's own disposition does not change: it
    // may have other children.
    let child_action = if stays { signal::set_action(signal::CHLD, &Action::default()).ok() } else { None };
    match process::fork() {
        Ok(0) => Forked { child_action },
        Ok(daemon) if stays => watch(daemon, channel, plan, &Report::Watched),
        Ok(_) => process::exit_now(0),
        Err(errno) => {
            fork::failed(Step::SecondFork, errno);
            give_up(channel)
        }
    }
}

/// For how many milliseconds a process is waited for that has given back the memory that it had borrowed.
const LAST_WAY: c_int = 1000;

/// The same for a daemon that is another program, which `make` makes. All of it borrows the launcher's memory. Never
/// returns.
pub fn run_program(channel: c_int, plan: &Plan, make: &mut dyn FnMut(&Action) -> Result<Pid, Errno>) -> ! {
    if lead_session().is_err() {
        give_up(channel);
    }
    let former = signal::set_action(signal::CHLD, &Action::default()).unwrap_or(Action::default());
    let daemon = match make(&former) {
        Ok(daemon) => daemon,
        Err(errno) => {
            fork::failed(Step::SecondFork, errno);
            give_up(channel)
        }
    };
    // Otherwise it ends within a moment. One that does not has become the program all the same: an emulator may have
    // copied the process instead of lending it the memory.
    let is_program = process::has_executed(daemon) || !process::ends_by(daemon, Deadline::after(LAST_WAY));
    if !is_program {
        // Where it cannot be reaped, its own report, or the end of this process, says enough.
        let ended = process::reap_if_ended(daemon).map(Report::Ended);
        if ended.is_some_and(|ended| handshake::report(channel, &ended).is_err()) {
            plan.undo();
        }
        process::exit_now(1);
    }
    watch(daemon, channel, plan, &Report::Executed(daemon))
}

/// Makes this process the leader of a new session, and of its process group.
fn lead_session() -> Result<()> {
    let session = process::new_session().map_err(|errno| Error::at(Step::Session, errno))?;
    if session == 1 {
        let why = "it would be ended with process 1 of a new pid namespace, which this start would be; fork one first";
        return Err(Error::refused(Step::Daemonize, why));
    }
    Ok(())
}

fn give_up(channel: c_int) -> ! {
    handshake::report_last_failure(channel);
    process::exit_now(1)
}

/// Watches the daemon until it has ended, or until the launcher hangs up or is gone; never returns. The launcher kills
/// this process once it has accepted the daemon.
fn watch(daemon: Pid, channel: c_int, plan: &Plan, first: &Report) -> ! {
    /// How often those are asked after that have no pidfd, in milliseconds.
    const SLICE: c_int = 20;

    // Another process of the launcher's may hold its end of the channel, too: so the launcher is watched itself.
    let launcher = process::parent_id();
    let launcher_pidfd = process::open(launcher).ok();
    let pidfd = process::open(daemon).ok();
    let told = handshake::report_watched(channel, first, pidfd.as_ref())
        .or_else(|_| handshake::report_watched(channel, first, None));
    // The launcher need not know that a daemon is watched. But without this report it would not know of a program.
    let is_unknown = told.is_err() && matches!(first, Report::Executed(_));
    let input = |pidfd: &Option<Descriptor>| Awaited::input(pidfd.as_ref().map_or(-1, Descriptor::as_raw_fd));
    let time = match (&launcher_pidfd, &pidfd) {
        _ if is_unknown => 0,
        (Some(_), Some(_)) => -1,
        _ => SLICE,
    };
    loop {
        let mut awaited = [Awaited::hang_up(channel), input(&launcher_pidfd), input(&pidfd)];
        // Of what a failed wait does not tell, the calls below do.
        let _ = fd::wait(&mut awaited, time);
        let [hung_up, launcher_ended, ended] = &awaited;
        if let Some(status) = process::reap_if_ended(daemon) {
            if handshake::report(channel, &Report::Ended(status)).is_err() {
                plan.undo();
            }
            end_group();
        }
        // Somebody else has reaped it.
        if ended.has_come() {
            end_group();
        }
        if is_unknown || hung_up.has_come() || launcher_ended.has_come() || process::parent_id() != launcher {
            if Target::Process(daemon).kill_by_all_means(plan.privileges.as_ref()) {
                let _ = process::reap(daemon);
                // A launcher that has been killed does not do it.
                plan.undo();
            }
            end_group();
        }
    }
}

/// What the daemon had started is in the group that this process leads.
fn end_group() -> ! {
    let _ = process::kill(0, signal::KILL);
    process::exit_now(1)
}
