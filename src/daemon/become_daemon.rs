//! The daemon's side: from a bare fork to a daemon. Nothing but async-signal-safe calls.

use super::descriptors::{self, Kept};
use super::environment::Environment;
use super::options::{Close, Text};
use super::pidfile::LockedFile;
use super::plan::Plan;
use super::privileges::Privileges;
use super::registration;
use crate::error::{Outcome, failed_on};
use crate::memory::Name;
use crate::signals::{event, handlers};
use crate::sys::fd::{self, Descriptor};
use crate::sys::process::Pid;
use crate::sys::signal::Action;
use crate::sys::{file, signal};

/// Does all that can fail but for the pid file. `channel` is the daemon's end of the handshake, -1 in the foreground.
pub fn change(plan: &mut Plan, channel: i32) -> Outcome<()> {
    let options = plan.options;
    plan.pidfile.iter().for_each(LockedFile::protect);
    let mut list = None;
    if let Some(root) = &plan.root {
        let root = root.as_c_str();
        // The new root may have no /proc. Where this one has none either, it may not be needed.
        list = fd::list().ok();
        file::change_directory(root)
            .and_then(|()| file::change_root_here())
            .map_err(|errno| failed_on("chroot", root, errno))?;
        if let Some(pidfile) = &mut plan.pidfile {
            pidfile.place.path.enter_root(root);
        }
    }
    let directory = options.text(Text::Directory).unwrap_or(c"/");
    file::change_directory(directory).map_err(|errno| failed_on("directory", directory, errno))?;
    if let Some(privileges) = &plan.privileges {
        privileges.assume()?;
    }
    if let Some(streams) = &mut plan.streams {
        streams.install(plan.root.as_ref().map(Name::as_c_str))?;
    }
    let number = |file: &Option<LockedFile>| file.as_ref().map_or(-1, LockedFile::number);
    let list_number = list.as_ref().map_or(-1, Descriptor::number);
    let own = [channel, number(&plan.pidfile), number(&plan.lockfile), list_number];
    descriptors::close(options.close, &Kept { named: options.keep.as_slice(), own }, list)
}

/// Writes the pid file, if there is one.
pub fn write_pid(plan: &Plan, pid: Pid) -> Outcome<()> {
    plan.pidfile.as_ref().map_or(Ok(()), |pidfile| pidfile.write(pid))
}

/// Empties the logs if that is asked for.
pub fn truncate(plan: &Plan) -> Outcome<()> {
    match &plan.streams {
        Some(streams) if plan.options.truncate => streams.truncate(),
        _ => Ok(()),
    }
}

/// Does the rest, which cannot fail, but for the signal mask: that is opened when the daemon has been accepted.
/// `child_action` is the disposition that SIGCHLD had before the launch changed it. Takes out of the plan all that it would
/// otherwise free at its end.
pub fn settle(plan: &mut Plan, pid: Pid, child_action: Option<Action>) {
    let options = plan.options;
    file::set_umask(options.umask);
    plan.privileges.take().into_iter().for_each(Privileges::keep_memory);
    plan.environment.take().into_iter().for_each(Environment::install);
    plan.root.take().into_iter().for_each(Name::keep_for_life);
    match options.close {
        // They are closed already.
        Close::All => core::mem::forget(plan.streams.take()),
        Close::Inherited | Close::None => drop(plan.streams.take()),
    }
    if let Some(former) = child_action {
        let _ = signal::set_action(signal::CHLD, &former);
    }
    if !options.keep_signals {
        plan.dispositions.reset(options.kept_signals);
    }
    event::forget_if_closed();
    let removes = plan.pidfile.is_some();
    registration::register(pid, plan.pidfile.take(), plan.lockfile.take());
    handlers::claim(options.reopen_on, removes);
}
