//! What a caller asks of its daemon.

use core::ffi::{CStr, c_int};

use crate::error::{Error, Result, Step};
use crate::memory::{CString, List, OutOfMemory};
use crate::sys::{Errno, capabilities, fd, signal, text};

/// Which descriptors from 3 up the daemon closes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Close {
    All,
    Inherited,
    None,
}

/// When the process itself becomes the daemon, without a fork.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Foreground {
    Auto,
    Never,
    Always,
}

/// An option that holds a text.
pub type Text = Option<CString>;

pub struct Options {
    pub directory: Text,
    pub chroot: Text,
    pub stdin: Text,
    pub stdout: Text,
    pub stderr: Text,
    pub pidfile: Text,
    pub lockfile: Text,
    pub pidfile_mode: u32,
    /// The pid file and the lock file stay open over an exec, and so they stay locked.
    pub keep_lock: bool,
    /// Directories that are made where they are missing, with their modes.
    pub runtime_directories: List<(CString, u32)>,
    pub user: Text,
    pub group: Text,
    /// The capabilities that stay when the user changes: bit 0 is capability 0.
    pub kept_capabilities: u64,
    pub core_dumps: bool,
    pub umask: u32,
    pub truncate: bool,
    /// The signal on which the logs are opened again; 0: none.
    pub reopen_on: c_int,
    pub kept_descriptors: List<c_int>,
    pub close: Close,
    pub keep_signals: bool,
    /// The signals that keep their disposition although the others are reset: bit 0 is signal 1.
    pub kept_signals: u64,
    pub environment: Assignments,
    pub clear_environment: bool,
    /// How long to wait for readiness, in milliseconds; -1: for ever.
    pub wait_ready: Option<c_int>,
    /// How long the set-up may take, in milliseconds; -1: for ever.
    pub setup_timeout: c_int,
    pub foreground: Foreground,
    /// The descriptor at which a supervisor such as s6 waits for a newline.
    pub notify_descriptor: Option<c_int>,
    pub threads: bool,
    pub title: Text,
}

impl Options {
    pub const fn new() -> Options {
        Options {
            directory: None,
            chroot: None,
            stdin: None,
            stdout: None,
            stderr: None,
            pidfile: None,
            lockfile: None,
            pidfile_mode: 0o644,
            keep_lock: false,
            runtime_directories: List::new(),
            user: None,
            group: None,
            kept_capabilities: 0,
            core_dumps: false,
            umask: 0,
            truncate: false,
            reopen_on: 0,
            kept_descriptors: List::new(),
            close: Close::All,
            keep_signals: false,
            kept_signals: 0,
            environment: Assignments(List::new()),
            clear_environment: false,
            wait_ready: None,
            setup_timeout: 30_000,
            foreground: Foreground::Auto,
            notify_descriptor: None,
            threads: false,
            title: None,
        }
    }

    /// Does the daemon hold files locked?
    pub fn holds_files(&self) -> bool {
        self.pidfile.is_some() || self.lockfile.is_some()
    }

    /// Has the daemon output that can be opened again?
    pub fn has_output(&self) -> bool {
        self.stdout.is_some() || self.stderr.is_some() || self.reopen_on != 0
    }

    /// Sets the option that holds a text and is called like `step`.
    pub fn set_text(&mut self, step: Step, text: &CStr) -> Result<()> {
        let option = match step {
            Step::Chroot => &mut self.chroot,
            Step::Directory => &mut self.directory,
            Step::Group => &mut self.group,
            Step::LockFile => &mut self.lockfile,
            Step::Log => return self.set_log(text),
            Step::PidFile => &mut self.pidfile,
            Step::StandardError => &mut self.stderr,
            Step::StandardInput => &mut self.stdin,
            Step::StandardOutput => &mut self.stdout,
            Step::Title => &mut self.title,
            Step::User => &mut self.user,
            _ => return Err(Error::refused(step, "holds no text")),
        };
        *option = Some(copy(text)?);
        Ok(())
    }

    /// One file for standard output and error.
    fn set_log(&mut self, path: &CStr) -> Result<()> {
        let errors = copy(path)?;
        self.stdout = Some(copy(path)?);
        self.stderr = Some(errors);
        Ok(())
    }

    pub fn set_umask(&mut self, mask: u32) -> Result<()> {
        if mask > 0o777 {
            return Err(Error::refused(Step::Umask, "more than 0777"));
        }
        self.umask = mask;
        Ok(())
    }

    pub fn set_pidfile_mode(&mut self, mode: u32) -> Result<()> {
        if mode > 0o777 {
            return Err(Error::refused(Step::PidFileMode, "more than 0777"));
        }
        if mode & 0o022 != 0 {
            return Err(Error::refused(Step::PidFileMode, "would let group or others write to it"));
        }
        self.pidfile_mode = mode;
        Ok(())
    }

    pub fn add_runtime_directory(&mut self, path: &CStr, mode: u32) -> Result<()> {
        if mode > 0o7777 {
            return Err(Error::on(Step::RuntimeDirectory, path, Errno::EINVAL));
        }
        self.runtime_directories.push((copy(path)?, mode)).map_err(out_of_memory)
    }

    pub fn set_reopen_on(&mut self, signal: c_int) -> Result<()> {
        if signal != 0 && !signal::is_settable(signal) {
            return Err(Error::on_number(Step::ReopenSignal, signal.into(), Errno::EINVAL));
        }
        self.reopen_on = signal;
        Ok(())
    }

    pub fn keep_descriptor(&mut self, descriptor: c_int) -> Result<()> {
        check_open(descriptor)?;
        if self.kept_descriptors.as_slice().contains(&descriptor) {
            return Ok(());
        }
        self.kept_descriptors.push(descriptor).map_err(out_of_memory)
    }

    pub fn keep_signal(&mut self, signal: c_int) -> Result<()> {
        if !signal::is_settable(signal) {
            return Err(Error::on_number(Step::KeptSignal, signal.into(), Errno::EINVAL));
        }
        self.kept_signals |= signal::bit(signal);
        Ok(())
    }

    pub fn keep_capability(&mut self, capability: c_int) -> Result<()> {
        if !capabilities::is_known(capability) {
            return Err(Error::on_number(Step::KeptCapability, capability.into(), Errno::EINVAL));
        }
        self.kept_capabilities |= capabilities::bit(capability);
        Ok(())
    }

    pub fn set_environment_variable(&mut self, name: &CStr, value: &CStr) -> Result<()> {
        if name.is_empty() || text::find(name.to_bytes(), b'=').is_some() {
            return Err(Error::refused(Step::EnvironmentVariable, "its name is empty or has a = in it"));
        }
        self.environment.set(name, value).map_err(out_of_memory)
    }

    pub fn set_wait_ready(&mut self, timeout: c_int) -> Result<()> {
        self.wait_ready = Some(checked_timeout(Step::WaitReady, timeout)?);
        Ok(())
    }

    pub fn set_setup_timeout(&mut self, timeout: c_int) -> Result<()> {
        self.setup_timeout = checked_timeout(Step::SetupTimeout, timeout)?;
        Ok(())
    }

    /// It need not be open yet: in a program that is executed, the library makes it.
    pub fn set_notify_descriptor(&mut self, descriptor: c_int) -> Result<()> {
        if descriptor < 3 {
            return Err(Error::on_number(Step::NotifyDescriptor, descriptor.into(), Errno::EINVAL));
        }
        self.notify_descriptor = Some(descriptor);
        Ok(())
    }
}

/// A copy of a caller's text, for an option.
fn copy(text: &CStr) -> Result<CString> {
    CString::copy(text).map_err(out_of_memory)
}

fn checked_timeout(step: Step, timeout: c_int) -> Result<c_int> {
    if timeout == 0 || timeout < -1 {
        return Err(Error::refused(step, "the timeout is neither positive nor -1"));
    }
    Ok(timeout)
}

fn out_of_memory(OutOfMemory: OutOfMemory) -> Error {
    Error::at(Step::Options, Errno::ENOMEM)
}

/// EBADF unless it is open. A descriptor to be kept has to be open both when it is named and when the daemon starts.
pub fn check_open(descriptor: c_int) -> Result<()> {
    if fd::is_open(descriptor) {
        return Ok(());
    }
    Err(Error::on_number(Step::KeptDescriptor, descriptor.into(), Errno::EBADF))
}

/// Environment variables as `NAME=value`, each name once.
pub struct Assignments(List<CString>);

impl Assignments {
    fn set(&mut self, name: &CStr, value: &CStr) -> Result<(), OutOfMemory> {
        let assignment = CString::concat(&[name.to_bytes(), b"=", value.to_bytes()])?;
        let same = |held: &&mut CString| assigns(held.as_c_str(), name.to_bytes());
        if let Some(held) = self.0.as_mut_slice().iter_mut().find(same) {
            *held = assignment;
            return Ok(());
        }
        self.0.push(assignment)
    }

    /// Is the variable `name` among them?
    // One copy for all who call it.
    #[inline(never)]
    pub fn sets(&self, name: &[u8]) -> bool {
        self.iter().any(|assignment| assigns(assignment, name))
    }

    pub fn is_empty(&self) -> bool {
        self.0.as_slice().is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = &CStr> {
        self.0.as_slice().iter().map(CString::as_c_str)
    }
}

/// Does `assignment` set the variable `name`?
// One copy for all who call it.
#[inline(never)]
pub fn assigns(assignment: &CStr, name: &[u8]) -> bool {
    assignment.to_bytes().strip_prefix(name).is_some_and(|rest| rest.first() == Some(&b'='))
}
