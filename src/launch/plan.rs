//! Everything that is looked up, opened or composed before the first fork. A failure here has only one process to undo.

use core::ffi::{CStr, c_int};

use super::descriptors::{self, HeldByLibc};
use super::environment::Environment;
use super::init;
use super::options::{self, Close, Options};
use super::privileges::Privileges;
use crate::error::{Error, Result, Step};
use crate::instance::locked_file::{LockedFile, Wanted};
use crate::instance::removal_at_exit;
use crate::instance::runtime_directory::RuntimeDirectory;
use crate::memory::path::real;
use crate::memory::{CString, List, OutOfMemory};
use crate::notify::handed_over;
use crate::notify::listener::Listener;
use crate::notify::service_manager;
use crate::process::title;
use crate::signals::dispositions::Dispositions;
use crate::stdio::daemon_streams::{DaemonStreams, Request};
use crate::stdio::redirection;
use crate::sys::clock::Deadline;
use crate::sys::credentials::Scope;
use crate::sys::fd::Descriptor;
use crate::sys::process;
use crate::sys::title::Layout;
use crate::sys::{Errno, environment, fd, file, output_buffer};

/// How the daemon comes about.
#[derive(Clone, Copy)]
pub enum Way<'a> {
    /// As a copy of this process.
    Fork,
    /// As this very process.
    Foreground,
    /// As another program, whose readiness is awaited there.
    Exec(Option<&'a Listener>),
}

/// A daemon about to be made.
pub struct Plan<'a> {
    pub options: &'a Options,
    /// Is it another program?
    pub executes: bool,
    /// What becomes the descriptor that a supervisor waits at; -1 for none.
    pub notify_source: c_int,
    pub dispositions: Dispositions,
    /// What its title needs, if it is to have one.
    pub title: Option<Layout>,
    pub held_by_libc: HeldByLibc,
    /// The descriptors that the daemon keeps for others: those that the caller named, and those of service managers.
    pub kept: List<c_int>,
    pub privileges: Option<Privileges>,
    pub environment: Option<Environment>,
    /// The new root directory, absolute.
    pub root: Option<CString>,
    /// The service manager's socket, where the new root directory has no path to it.
    pub service_manager: Option<Descriptor>,
    /// Those that were missing.
    pub directories: List<RuntimeDirectory>,
    pub streams: Option<DaemonStreams>,
    pub lockfile: Option<LockedFile<'a>>,
    pub pidfile: Option<LockedFile<'a>>,
}

impl<'a> Plan<'a> {
    /// Prepares the start. On failure everything is as it was.
    pub fn prepare(options: &'a Options, way: Way) -> Result<Plan<'a>> {
        let executes = matches!(way, Way::Exec(_));
        let mut plan = Plan {
            options,
            executes,
            notify_source: options.notify_descriptor.unwrap_or(-1),
            // The process that executes another program asks for its own.
            dispositions: if executes { Dispositions::unasked(true) } else { Dispositions::ask() },
            title: None,
            held_by_libc: [-1; 2],
            kept: List::new(),
            privileges: None,
            environment: None,
            root: None,
            service_manager: None,
            directories: List::new(),
            streams: None,
            lockfile: None,
            pidfile: None,
        };
        match plan.look_up(way).and_then(|()| plan.make_files(matches!(way, Way::Foreground))) {
            Ok(()) => Ok(plan),
            Err(error) => {
                plan.undo();
                Err(error)
            }
        }
    }

    fn look_up(&mut self, way: Way) -> Result<()> {
        let (options, executes) = (self.options, self.executes);
        self.keep_descriptors()?;
        if let Way::Exec(Some(listener)) = way {
            self.notify_source = listener.program_end();
        } else if self.notify_source >= 0 && !fd::is_open(self.notify_source) {
            return Err(Error::on_number(Step::NotifyDescriptor, self.notify_source.into(), Errno::EBADF));
        }
        // A fork takes along only the thread that calls it.
        if self.dispositions.other_threads && matches!(way, Way::Fork) && !options.threads {
            return Err(threads_would_be_lost());
        }
        let (scope, own) = match way {
            Way::Foreground => (Scope::Process, None),
            Way::Fork => (Scope::Thread, None),
            Way::Exec(listener) => (Scope::Thread, listener.map(Listener::assignment)),
        };
        self.privileges = Privileges::prepare(options, scope)?;
        let account = self.privileges.as_ref().and_then(Privileges::account);
        self.environment = Environment::prepare(options, account, own)?;
        if let Some(privileges) = &mut self.privileges {
            privileges.forget_login();
        }
        if let Some(root) = text_of(&options.chroot) {
            self.root = Some(real(root).map_err(|errno| Error::on(Step::Chroot, root, errno))?);
        }
        // What follows is this library's in the daemon. Another program knows nothing of it.
        if executes {
            return Ok(());
        }
        if self.root.is_some() {
            self.service_manager = service_manager::connect();
        }
        if options.holds_files() {
            removal_at_exit::prepare()?;
        }
        if options.has_output() {
            redirection::prepare()?;
        }
        if options.title.is_some() {
            self.title = Some(title::prepare()?);
        }
        self.held_by_libc = descriptors::held_by_libc(options.close);
        Ok(())
    }

    /// Those that the caller named, and those that a service manager has handed over.
    fn keep_descriptors(&mut self) -> Result<()> {
        let mut keep = |descriptor| {
            self.kept.push(descriptor).map_err(|OutOfMemory| Error::at(Step::KeptDescriptor, Errno::ENOMEM))
        };
        for &named in self.options.kept_descriptors.as_slice() {
            options::check_open(named)?;
            keep(named)?;
        }
        let count = handed_over::count()?;
        (handed_over::FIRST..handed_over::FIRST + count).try_for_each(keep)
    }

    /// The locks come last, so that no other failure disturbs a daemon that holds them.
    fn make_files(&mut self, foreground: bool) -> Result<()> {
        self.make_directories()?;
        self.streams = Some(open_streams(self.options, foreground, self.privileges.as_ref())?);
        self.take_locks()?;
        self.resolve()
    }

    fn make_directories(&mut self) -> Result<()> {
        let owner = self.privileges.as_ref().and_then(Privileges::owner_of_files);
        for (path, mode) in self.options.runtime_directories.as_slice() {
            let path = path.as_c_str();
            let failed = |OutOfMemory| Error::on(Step::RuntimeDirectory, path, Errno::ENOMEM);
            self.directories.reserve().map_err(failed)?;
            if let Some(made) = RuntimeDirectory::make(path, *mode, owner)? {
                self.directories.push(made).map_err(failed)?;
            }
        }
        Ok(())
    }

    fn take_locks(&mut self) -> Result<()> {
        let options = self.options;
        let keep_over_exec = options.keep_lock || self.executes;
        let user = self.privileges.as_ref().and_then(Privileges::owner_of_files).map(|(user, _)| user);
        if let Some(name) = text_of(&options.lockfile) {
            let wanted = Wanted { step: Step::LockFile, name, mode: 0o600, user, keep_over_exec };
            self.lockfile = Some(LockedFile::lock(wanted)?);
        }
        if let Some(name) = text_of(&options.pidfile) {
            self.check_is_another(name)?;
            let mode = options.pidfile_mode;
            let wanted = Wanted { step: Step::PidFile, name, mode, user, keep_over_exec };
            self.pidfile = Some(LockedFile::lock(wanted)?);
        }
        Ok(())
    }

    /// The pid file must not be the log or the lock file, too.
    fn check_is_another(&self, pidfile: &CStr) -> Result<()> {
        let Ok(status) = file::status_of_path(pidfile) else { return Ok(()) };
        let is_log = self.streams.as_ref().is_some_and(|streams| streams.include(status.identity));
        let is_lock = self.lockfile.as_ref().is_some_and(|lockfile| lockfile.is(status.identity));
        if is_log || is_lock {
            return Err(Error::because(Step::PidFile, pidfile, Errno::EINVAL, "is the log or lock file, too"));
        }
        Ok(())
    }

    pub fn locked_files(&self) -> impl Iterator<Item = &LockedFile<'a>> {
        self.lockfile.iter().chain(&self.pidfile)
    }

    /// Resolves the paths' symbolic links where there will be a new root directory: `enter_root` compares them with its
    /// path.
    fn resolve(&mut self) -> Result<()> {
        if self.root.is_none() {
            return Ok(());
        }
        if let Some(streams) = &mut self.streams {
            streams.resolve();
        }
        self.pidfile.as_mut().map_or(Ok(()), LockedFile::resolve)
    }

    /// Flushes stdio, so that no process writes the same text again.
    pub fn flush(&self) {
        if self.dispositions.other_threads { output_buffer::flush() } else { output_buffer::flush_all() }
    }

    /// Closes the directories of the daemon's files, or notes that they have been closed with its other descriptors.
    pub fn release_directories(&mut self) {
        let is_closed = self.options.close == Close::All;
        self.directories.as_mut_slice().iter_mut().for_each(|made| made.release_directory(is_closed));
        self.lockfile.iter_mut().chain(&mut self.pidfile).for_each(|file| file.release_directory(is_closed));
    }

    /// After a failed start: removes what the plan has made. Dropping the plan closes what it has opened.
    pub fn undo(&self) {
        if let Some(streams) = &self.streams {
            streams.undo();
        }
        self.locked_files().for_each(LockedFile::undo);
        self.directories.as_slice().iter().rev().for_each(RuntimeDirectory::undo);
    }
}

fn text_of(option: &options::Text) -> Option<&CStr> {
    option.as_ref().map(CString::as_c_str)
}

fn open_streams(options: &Options, foreground: bool, privileges: Option<&Privileges>) -> Result<DaemonStreams> {
    DaemonStreams::open(&Request {
        paths: [&options.stdin, &options.stdout, &options.stderr].map(text_of),
        kept: options.kept_descriptors.as_slice(),
        foreground,
        owner: privileges.and_then(Privileges::owner_of_files),
        deadline: Deadline::after(options.setup_timeout).or(Deadline::after(options.wait_ready.unwrap_or(-1))),
    })
}

fn threads_would_be_lost() -> Error {
    let why = "the other threads would be lost; start the program with daemonize_exec, or call this before they start";
    Error::told(Step::Daemonize, Errno::EDEADLK, why)
}

/// Was this process started where staying in the foreground is the default: as process 1, or by systemd itself for a
/// service that says when it is ready?
pub fn wants_foreground() -> bool {
    process::id() == 1
        || init::is_above()
        || (environment::variable(c"NOTIFY_SOCKET").is_some() && environment::is_own_pid(c"SYSTEMD_EXEC_PID"))
}
