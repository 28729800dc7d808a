//! The daemon's side of a start: from a bare fork to a daemon. Nothing but async-signal-safe calls.

use super::descriptors::{self, Preserved};
use super::options::Close;
use super::plan::Plan;
use crate::error::{Error, Result, Step};
use crate::instance::locked_file::LockedFile;
use crate::instance::removal_at_exit;
use crate::memory::{CString, List};
use crate::notify::handshake::{self, Report};
use crate::notify::{readiness, service_manager};
use crate::process::title;
use crate::signals::claims::Claims;
use crate::signals::{event_descriptor, handlers};
use crate::stdio::daemon_streams::{DaemonStreams, Logs};
use crate::stdio::redirection;
use crate::sys::fd::Descriptor;
use crate::sys::process::{self, Pid};
use crate::sys::signal::{self, Action, Set};
use crate::sys::{capabilities, file, open_descriptors};

/// In the daemon, right after the forks: sets it up and reports that. Returns when the launcher has accepted the
/// report, or at once if the launcher waits for readiness. `mask` is the launcher's.
pub fn run(plan: &mut Plan, channel: Descriptor, child_action: Option<Action>, mask: Set) {
    let pid = process::id();
    // The pid is written last, so that a start that fails does not change an existing file.
    let set_up = set_up(plan, channel.as_raw_fd()).and_then(|logs| write_pid(plan, pid).map(|()| logs));
    let Ok(logs) = set_up else {
        handshake::report_last_failure(channel.as_raw_fd());
        process::exit_now(1)
    };
    let mask = if plan.options.keep_signals { mask } else { Set::empty() };
    let waits = plan.options.wait_ready.is_some();
    let notified = plan.options.notify_descriptor;
    commit(plan, pid, child_action, false);
    let told = handshake::report(channel.as_raw_fd(), &Report::SetUp).is_ok();
    if told && waits {
        readiness::begin(pid, true, Some(channel), notified);
    } else if told && handshake::is_accepted(channel.as_raw_fd()) {
        readiness::begin(pid, true, None, notified);
    } else {
        // The launcher is gone, or does not know of this daemon: then nobody would know of it.
        removal_at_exit::end();
        process::exit_now(1);
    }
    if let Some(logs) = logs {
        logs.truncate();
    }
    signal::set_mask(mask);
}

/// Does everything that can fail, except for the pid file; what cannot be undone comes last. `channel` is the daemon's
/// end of the handshake, -1 in the foreground. Returns the logs to be emptied when the daemon has been accepted.
pub fn set_up(plan: &Plan, channel: i32) -> Result<Option<Logs>> {
    let options = plan.options;
    for file in plan.locked_files() {
        file.show()?;
    }
    // Opened now, because the new root may have no /proc, and the new user may not read it. A failure matters only if
    // it is needed.
    let elsewhere = plan.root.is_some() || plan.privileges.is_some();
    let list = if elsewhere && options.close != Close::None { open_descriptors::list().ok() } else { None };
    if let Some(root) = &plan.root {
        let root = root.as_c_str();
        file::change_directory(root)
            .and_then(|()| file::change_root_here())
            .map_err(|errno| Error::on(Step::Chroot, root, errno))?;
    }
    if let Some(privileges) = &plan.privileges {
        privileges.take_on()?;
    }
    // As the user, so that the user's rights decide.
    let directory = options.directory.as_ref().map_or(c"/", CString::as_c_str);
    file::change_directory(directory).map_err(|errno| Error::on(Step::Directory, directory, errno))?;
    if let Some(streams) = &plan.streams {
        streams.install()?;
    }
    let logs = logs_to_truncate(plan)?;
    if let Some(privileges) = &plan.privileges {
        privileges.give_up()?;
    }
    // At an exec the kernel does that; before, it would mean the launcher's memory.
    if options.core_dumps && !plan.executes {
        capabilities::allow_core_dumps().map_err(|errno| Error::at(Step::CoreDumps, errno))?;
    }
    let descriptor = |file: &Option<LockedFile>| file.as_ref().map_or(-1, LockedFile::as_raw_fd);
    let number = |descriptor: &Option<Descriptor>| descriptor.as_ref().map_or(-1, Descriptor::as_raw_fd);
    let (notified, manager) = (plan.notify_source, number(&plan.service_manager));
    let own = [channel, descriptor(&plan.pidfile), descriptor(&plan.lockfile), number(&list), notified, manager];
    let (named, of_libc) = (plan.kept.as_slice(), plan.held_by_libc);
    descriptors::close(options.close, &Preserved { named, of_libc, own }, list)?;
    Ok(logs)
}

/// Writes the pid file, if there is one.
pub fn write_pid(plan: &Plan, pid: Pid) -> Result<()> {
    plan.pidfile.as_ref().map_or(Ok(()), |pidfile| pidfile.write(pid))
}

/// The logs to be emptied when nothing else can fail any more. That it will work has been checked.
fn logs_to_truncate(plan: &Plan) -> Result<Option<Logs>> {
    let logs = plan.streams.as_ref().filter(|_| plan.options.truncate).map(DaemonStreams::installed_logs);
    logs.map_or(Ok(()), Logs::check_truncation).map(|()| logs)
}

/// Does the rest, which cannot fail. Only the signal mask is set later, when the daemon has been accepted.
/// `child_action` is the disposition that SIGCHLD had before the launch changed it. Takes everything out of the plan
/// that dropping it would free.
pub fn commit(plan: &mut Plan, pid: Pid, child_action: Option<Action>, foreground: bool) {
    let options = plan.options;
    if let (Some(root), Some(pidfile)) = (&plan.root, &mut plan.pidfile) {
        pidfile.enter_root(root.as_c_str());
    }
    plan.release_directories();
    file::set_umask(options.umask);
    if let Some(privileges) = plan.privileges.take() {
        privileges.leak();
    }
    if let Some(environment) = plan.environment.take() {
        environment.install(pid);
    }
    if let (Some(layout), Some(title)) = (&plan.title, &options.title) {
        let _ = title::apply(layout, title.as_c_str());
    }
    if let Some(streams) = &mut plan.streams {
        streams.commit(plan.root.as_ref().map(CString::as_c_str));
    }
    if let Some(root) = plan.root.take() {
        root.leak();
    }
    match options.close {
        // Its descriptors are closed already.
        Close::All => core::mem::forget(plan.streams.take()),
        Close::Inherited | Close::None => drop(plan.streams.take()),
    }
    if let Some(former) = child_action {
        let _ = signal::set_action(signal::CHLD, &former);
    }
    if !options.keep_signals {
        plan.dispositions.reset(options.kept_signals);
    }
    event_descriptor::forget_if_closed();
    service_manager::speak_by(plan.service_manager.take());
    // What ends a process when a user or a service manager wants it to. The kernel spares process 1 what is at its
    // default.
    let mut ending = Set::empty();
    if plan.pidfile.is_some() || pid == 1 {
        ending = ending.with(signal::TERM).with(signal::INT).with(signal::QUIT);
        // A daemon without a terminal gets it to read its configuration anew. Who sends it looks first whether it is
        // handled.
        if foreground {
            ending = ending.with(signal::HUP);
        }
    }
    core::mem::replace(&mut plan.directories, List::new()).leak();
    core::mem::replace(&mut plan.kept, List::new()).leak();
    removal_at_exit::register(pid, plan.pidfile.take(), plan.lockfile.take());
    handlers::claim(&Claims {
        on_arrival: (options.reopen_on, redirection::reopen_in_handler),
        before_end: (ending, removal_at_exit::end),
    });
}
