//! A daemon that stays where it is: everything but the forks and the session.

use super::daemon_side;
use super::options::{Close, Options};
use super::plan::Plan;
use crate::error::{Error, Result, Step};
use crate::notify::readiness::{self, Waiting};
use crate::sys::signal::{self, Set};
use crate::sys::{file, process};

/// Makes this very process the daemon. On failure directory and files are as they were; privileges that were given up
/// before the failure stay given up.
pub fn stay(options: &Options) -> Result<()> {
    let mut plan = Plan::prepare(options, true)?;
    let keep_signals = options.keep_signals;
    let former_directory = match file::working_directory() {
        Ok(directory) => directory,
        Err(errno) => {
            plan.undo();
            return Err(Error::at(Step::WorkingDirectory, errno));
        }
    };
    plan.flush();
    let mask = signal::block_all();
    let pid = process::id();
    let written = daemon_side::write_pid(&plan, pid);
    let set_up = written.and_then(|()| daemon_side::set_up(&mut plan, -1));
    let logs = match set_up.and_then(|()| daemon_side::logs_to_truncate(&plan)) {
        Ok(logs) => logs,
        Err(error) => {
            if let Some(privileges) = &plan.privileges {
                privileges.take_back();
            }
            let _ = file::change_directory_back(&former_directory);
            plan.undo();
            drop(plan);
            signal::set_mask(mask);
            return Err(error);
        }
    };
    match options.close {
        // It is among the descriptors that have been closed.
        Close::All => former_directory.leak(),
        Close::Inherited | Close::None => drop(former_directory),
    }
    daemon_side::commit(&mut plan, pid, None);
    if let Some(logs) = logs {
        logs.truncate();
    }
    process::stop_timers();
    readiness::begin(pid, Waiting::ServiceManager);
    signal::set_mask(if keep_signals { mask } else { Set::empty() });
    Ok(())
}
