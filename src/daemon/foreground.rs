//! A daemon that stays where it is: everything but the forks and the session.

use super::become_daemon;
use super::options::Options;
use super::plan::Plan;
use super::readiness;
use crate::error::{Outcome, failed_at};
use crate::sys::signal::{self, Set};
use crate::sys::{file, process};

/// Makes this very process the daemon. On failure directory and files are as they were; privileges that were given up
/// before the failure stay given up.
pub fn stay(options: &Options) -> Outcome<()> {
    let mut plan = Plan::prepare(options, true)?;
    let keep_signals = options.keep_signals;
    let former = match file::working_directory() {
        Ok(folder) => folder,
        Err(errno) => {
            plan.undo();
            return Err(failed_at("working directory", errno));
        }
    };
    plan.flush();
    let mask = signal::block_all();
    let written = become_daemon::write_pid(&plan, process::id());
    let changed = written.and_then(|()| become_daemon::change(&mut plan, -1));
    if let Err(failed) = changed.and_then(|()| become_daemon::truncate(&plan)) {
        let _ = file::change_directory_back(&former);
        plan.undo();
        drop(plan);
        signal::set_mask(mask);
        return Err(failed);
    }
    // It is among the descriptors that have been closed, unless they stay.
    match options.close {
        super::options::Close::All => drop(former.into_number()),
        _ => drop(former),
    }
    become_daemon::settle(&mut plan, process::id(), None);
    process::stop_timers();
    readiness::begin_in_foreground();
    signal::set_mask(if keep_signals { mask } else { Set::empty() });
    Ok(())
}
