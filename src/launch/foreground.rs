//! A daemon that stays where it is: everything but the forks and the session.

use super::daemon_side;
use super::init;
use super::options::{Close, Options};
use super::plan::{Plan, Way};
use crate::error::{Error, Result, Step};
use crate::notify::readiness;
use crate::stdio::saved_streams::SavedStreams;
use crate::sys::fd::Descriptor;
use crate::sys::signal::{self, Set};
use crate::sys::{Errno, file, process};

/// Makes this process the daemon. On failure all is as it was, except for privileges that were given up for good
/// before.
pub fn stay(options: &Options) -> Result<()> {
    let mut plan = Plan::prepare(options, Way::Foreground)?;
    plan.flush();
    let former = match Former::of(&plan) {
        Ok(former) => former,
        Err(error) => {
            plan.undo();
            return Err(error);
        }
    };
    let mask = signal::block_all();
    // With other threads, which a fork would lose, process 1 stays what it is.
    let is_container = process::id() == 1 && !plan.dispositions.other_threads;
    let begun = if is_container { init::become_init() } else { Ok(None) };
    let pid = process::id();
    let set_up = begun.and_then(|child_action| {
        daemon_side::write_pid(&plan, pid)?;
        daemon_side::set_up(&plan, -1).map(|logs| (child_action, logs))
    });
    let (child_action, logs) = match set_up {
        Ok(set_up) => set_up,
        Err(error) => {
            former.put_back(&plan);
            plan.undo();
            drop(plan);
            // It would end the process.
            signal::take_that_came_with(error.errno(), mask);
            signal::set_mask(mask);
            return Err(error);
        }
    };
    match options.close {
        // Its descriptors are among those that have been closed.
        Close::All => core::mem::forget(former),
        Close::Inherited | Close::None => drop(former),
    }
    daemon_side::commit(&mut plan, pid, child_action, true);
    if let Some(logs) = logs {
        logs.truncate();
    }
    process::stop_timers();
    readiness::begin(pid, false, None, options.notify_descriptor);
    signal::set_mask(if options.keep_signals { mask } else { Set::empty() });
    Ok(())
}

/// What the process was like before.
struct Former {
    /// `None` if the process could not enter it again.
    directory: Option<Descriptor>,
    /// Only where the root directory is to change.
    root: Option<Descriptor>,
    streams: SavedStreams,
}

impl Former {
    fn of(plan: &Plan) -> Result<Former> {
        let failed = |errno| Error::at(Step::WorkingDirectory, errno);
        let directory = match file::directory(c".") {
            Err(Errno::EACCES) => None,
            directory => Some(directory.map_err(failed)?),
        };
        let root = match plan.root {
            Some(_) => Some(file::directory(c"/").map_err(|errno| Error::on(Step::Chroot, c"/", errno))?),
            None => None,
        };
        let streams = SavedStreams::save().map_err(|errno| Error::at(Step::StandardStreams, errno))?;
        Ok(Former { directory, root, streams })
    }

    /// As far as that goes.
    fn put_back(&self, plan: &Plan) {
        if let Some(privileges) = &plan.privileges {
            privileges.take_back();
        }
        if let Some(root) = &self.root {
            let _ = file::enter(root).and_then(|()| file::change_root_here());
        }
        if let Some(directory) = &self.directory {
            let _ = file::enter(directory);
        }
        self.streams.put_back();
    }
}
