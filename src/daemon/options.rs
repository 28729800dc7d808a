//! What a caller asks of its daemon.

use core::ffi::{CStr, c_int};

use crate::error::{Failed, Outcome, failed_at, failed_number, not_yet, refused};
use crate::memory::{List, Name, Text as Value};
use crate::sys::{Errno, fd, signal};

/// Which descriptors from 3 up the daemon closes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Close {
    All,
    Inherited,
    None,
}

/// When not to fork at all.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Foreground {
    Auto,
    Never,
    Always,
}

pub struct Options {
    pub directory: Option<Name>,
    pub chroot: Option<Name>,
    pub umask: u32,
    pub stdin: Option<Name>,
    pub stdout: Option<Name>,
    pub stderr: Option<Name>,
    pub truncate: bool,
    /// 0: none.
    pub reopen_on: c_int,
    pub pidfile: Option<Name>,
    pub lockfile: Option<Name>,
    pub user: Option<Name>,
    pub group: Option<Name>,
    pub keep: List<c_int>,
    pub close: Close,
    pub keep_signals: bool,
    /// The signals that are left as they are all the same, bit 0 for signal 1.
    pub kept_signals: u64,
    pub environment: Assignments,
    pub clear_environment: bool,
    /// Milliseconds, -1 for ever.
    pub wait_ready: Option<c_int>,
    pub foreground: Foreground,
    pub threads: bool,
}

/// The options that hold a text.
#[derive(Clone, Copy)]
pub enum Text {
    Directory,
    Chroot,
    Stdin,
    Stdout,
    Stderr,
    /// Both of them.
    Log,
    Pidfile,
    Lockfile,
    User,
    Group,
}

impl Text {
    pub fn name(self) -> &'static str {
        match self {
            Text::Directory => "directory",
            Text::Chroot => "chroot",
            Text::Stdin => "stdin",
            Text::Stdout => "stdout",
            Text::Stderr => "stderr",
            Text::Log => "log",
            Text::Pidfile => "pid file",
            Text::Lockfile => "lock file",
            Text::User => "user",
            Text::Group => "group",
        }
    }
}

fn out_of_memory(errno: Errno) -> Failed {
    failed_at("options", errno)
}

impl Options {
    #[inline(never)]
    pub const fn new() -> Options {
        Options {
            directory: None,
            chroot: None,
            umask: 0,
            stdin: None,
            stdout: None,
            stderr: None,
            truncate: false,
            reopen_on: 0,
            pidfile: None,
            lockfile: None,
            user: None,
            group: None,
            keep: List::new(),
            close: Close::All,
            keep_signals: false,
            kept_signals: 0,
            environment: Assignments(List::new()),
            clear_environment: false,
            wait_ready: None,
            foreground: Foreground::Auto,
            threads: false,
        }
    }

    /// Sets one of the options that hold a text.
    pub fn set_text(&mut self, which: Text, text: &CStr) -> Outcome<()> {
        let copy = Some(Name::copy(text).map_err(out_of_memory)?);
        if let Text::Log = which {
            self.stderr = Some(Name::copy(text).map_err(out_of_memory)?);
        }
        *match which {
            Text::Directory => &mut self.directory,
            Text::Chroot => &mut self.chroot,
            Text::Stdin => &mut self.stdin,
            Text::Stdout | Text::Log => &mut self.stdout,
            Text::Stderr => &mut self.stderr,
            Text::Pidfile => &mut self.pidfile,
            Text::Lockfile => &mut self.lockfile,
            Text::User => &mut self.user,
            Text::Group => &mut self.group,
        } = copy;
        Ok(())
    }

    pub fn set_umask(&mut self, mask: u32) -> Outcome<()> {
        if mask > 0o777 {
            return Err(refused("umask", "more than 0777"));
        }
        self.umask = mask;
        Ok(())
    }

    pub fn set_reopen_on(&mut self, signal: c_int) -> Outcome<()> {
        if signal != 0 && !signal::is_settable(signal) {
            return Err(failed_number("reopen on signal", signal.into(), Errno::EINVAL));
        }
        self.reopen_on = signal;
        Ok(())
    }

    pub fn keep_descriptor(&mut self, number: c_int) -> Outcome<()> {
        if number < 0 || !fd::is_open(number) {
            return Err(not_open(number));
        }
        if self.keep.as_slice().contains(&number) {
            return Ok(());
        }
        self.keep.push(number).map_err(out_of_memory)
    }

    pub fn keep_signal(&mut self, signal: c_int) -> Outcome<()> {
        if !signal::is_settable(signal) {
            return Err(failed_number("kept signal", signal.into(), Errno::EINVAL));
        }
        self.kept_signals |= signal::bit(signal);
        Ok(())
    }

    pub fn set_environment_variable(&mut self, name: &CStr, value: &CStr) -> Outcome<()> {
        if name.is_empty() || name.to_bytes().contains(&b'=') {
            return Err(refused("environment variable", "its name is empty or has a = in it"));
        }
        self.environment.set(name, value).map_err(out_of_memory)
    }

    pub fn set_wait_ready(&mut self, timeout: c_int) -> Outcome<()> {
        if timeout == 0 || timeout < -1 {
            return Err(refused("wait for readiness", "the timeout is neither positive nor -1"));
        }
        self.wait_ready = Some(timeout);
        Ok(())
    }

    pub fn set_foreground(&mut self, when: Foreground) -> Outcome<()> {
        if when == Foreground::Auto {
            return Err(not_yet("foreground auto"));
        }
        self.foreground = when;
        Ok(())
    }
}

pub fn not_open(number: c_int) -> Failed {
    failed_number("kept descriptor", number.into(), Errno::EBADF)
}

/// Environment variables as `NAME=value`, each name once.
pub struct Assignments(List<Value>);

impl Assignments {
    fn set(&mut self, name: &CStr, value: &CStr) -> Result<(), Errno> {
        let assignment = Name::concat(&[name.to_bytes(), b"=", value.to_bytes()])?;
        let same = |held: &&mut Value| names(**held, name.to_bytes());
        if let Some(held) = self.0.as_mut_slice().iter_mut().find(same) {
            let former = core::mem::replace(held, assignment.into_text());
            // SAFETY: it came from a name and has just been taken out.
            unsafe { former.release() };
            return Ok(());
        }
        self.0.push_name(assignment)
    }

    pub fn as_slice(&self) -> &[Value] {
        self.0.as_slice()
    }
}

impl Drop for Assignments {
    fn drop(&mut self) {
        for held in self.0.as_slice() {
            // SAFETY: each came from `push_name`, and the list goes now.
            unsafe { held.release() };
        }
    }
}

/// Does the assignment `held` set the variable `name`?
pub fn names(held: Value, name: &[u8]) -> bool {
    held.as_c_str().to_bytes().strip_prefix(name).is_some_and(|rest| rest.first() == Some(&b'='))
}
