//! The daemon's side: from a bare fork to a daemon. Nothing but async-signal-safe calls.

use super::descriptors::{self, Kept};
use super::options::Close;
use super::pidfile::LockedFile;
use super::plan::Plan;
use super::registration;
use crate::error::{Outcome, failed_on};
use crate::memory::Name;
use crate::sys::process::Pid;
use crate::sys::signal::Action;
use crate::sys::text::Path;
use crate::sys::{file, signal};

/// Does all that can fail. `channel` is the daemon's end of the handshake, -1 in the foreground.
pub fn change(plan: &mut Plan, pid: Pid, channel: i32) -> Outcome<()> {
    let options = plan.options;
    if let Some(pidfile) = &mut plan.pidfile {
        pidfile.write(pid)?;
    }
    let mut root = Path::empty();
    if let Some(name) = &options.chroot {
        let name = name.as_c_str();
        let lost = |errno| failed_on("chroot", name, errno);
        root.set_absolute(name).map_err(lost)?;
        file::change_directory(name).map_err(lost)?;
        file::change_root_here().map_err(lost)?;
        if let Some(pidfile) = &mut plan.pidfile {
            pidfile.place.path.enter_root(root.as_c_str());
        }
    }
    let root = (!root.is_empty()).then_some(root.as_c_str());
    let directory = options.directory.as_ref().map_or(c"/", Name::as_c_str);
    file::change_directory(directory).map_err(|errno| failed_on("directory", directory, errno))?;
    if let Some(privileges) = &plan.privileges {
        privileges.assume()?;
    }
    plan.streams.install(options.truncate, root)?;
    let number = |file: &Option<LockedFile>| file.as_ref().map_or(-1, LockedFile::number);
    let own = [channel, number(&plan.pidfile), number(&plan.lockfile)];
    descriptors::close(options.close, &Kept { named: options.keep.as_slice(), own })
}

/// Does the rest, which cannot fail, but for the signal mask: that is opened when the daemon has been accepted.
/// `former` is the disposition that SIGCHLD had.
pub fn settle(plan: Plan, pid: Pid, former: &Action) {
    let Plan { options, dispositions, privileges, environment, streams, lockfile, pidfile } = plan;
    file::set_umask(options.umask);
    privileges.into_iter().for_each(super::privileges::Privileges::keep_memory);
    environment.into_iter().for_each(super::environment::Environment::install);
    match options.close {
        // They are closed already.
        Close::All => core::mem::forget(streams),
        Close::Inherited | Close::None => drop(streams),
    }
    if options.keep_signals {
        let _ = signal::set_action(signal::CHLD, former);
    } else {
        dispositions.reset();
    }
    let removes = pidfile.is_some();
    registration::register(pid, pidfile, lockfile);
    crate::signals::handlers::claim(options.reopen_on, removes);
}
