//! What a caller asks of its daemon.

use core::ffi::{CStr, c_int};

use crate::error::{Failed, Outcome, failed_at, failed_number, not_yet, refused};
use crate::memory::{List, Name, Text as Value};
use crate::names::Names;
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
    texts: [Option<Name>; Text::Log as usize],
    pub umask: u32,
    pub truncate: bool,
    /// 0: none.
    pub reopen_on: c_int,
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
    Pidfile,
    Lockfile,
    User,
    Group,
    /// Standard output and error.
    Log,
}

impl Text {
    pub fn name(self) -> &'static str {
        const NAMES: Names =
            Names::new(b"directory\0chroot\0stdin\0stdout\0stderr\0pid file\0lock file\0user\0group\0log\0\0");
        NAMES.at(self as usize)
    }
}

fn out_of_memory(errno: Errno) -> Failed {
    failed_at("options", errno)
}

impl Options {
    #[inline(never)]
    pub const fn new() -> Options {
        Options {
            texts: [const { None }; Text::Log as usize],
            umask: 0,
            truncate: false,
            reopen_on: 0,
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

    /// One of the options that hold a text.
    #[inline(never)]
    pub fn text(&self, which: Text) -> Option<&CStr> {
        self.texts.get(which as usize)?.as_ref().map(Name::as_c_str)
    }

    /// Sets one of them.
    #[inline(never)]
    pub fn set_text(&mut self, which: Text, text: &CStr) -> Outcome<()> {
        let copy = Name::copy(text).map_err(out_of_memory)?;
        let which = match which {
            Text::Log => {
                self.set_text(Text::Stderr, text)?;
                Text::Stdout
            }
            which => which,
        };
        if let Some(place) = self.texts.get_mut(which as usize) {
            *place = Some(copy);
        }
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
        #[expect(clippy::manual_contains, reason = "made for long texts, and of 150 bytes")]
        let assigns = name.to_bytes().iter().any(|&byte| byte == b'=');
        if name.is_empty() || assigns {
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
