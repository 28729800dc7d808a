//! What the launcher hears from its daemon, which reports it believes, and how long it waits.

use core::ffi::c_int;
use core::fmt;
use core::sync::atomic::AtomicI32;

use super::attention::{Attention, Event};
use super::ending::Unwanted;
use super::privileges::Privileges;
use crate::error::{self, Clean, Error, Line, Numbered, Plain, Result};
use crate::notify::handshake::{self, Received, Reception, Report};
use crate::notify::listener::Listener;
use crate::notify::service_manager;
use crate::sys::Errno;
use crate::sys::clock::Deadline;
use crate::sys::fd::Descriptor;
use crate::sys::process::{self, Pid};
use crate::sys::signal::{self, Set};

mod failures;

/// How many milliseconds after the daemon's end the intermediate process may take to report how it ended.
const LAST_WORDS: c_int = 1000;

/// How many milliseconds a launcher waits; -1: for ever.
#[derive(Clone, Copy)]
pub struct Limits {
    pub setup: c_int,
    /// For readiness, set-up included, where that is waited for.
    pub ready: Option<c_int>,
    /// Does the launcher leave then?
    pub leaves: bool,
}

/// A start that is under way, as its launcher sees it.
pub struct Start<'a> {
    intermediate: Pid,
    channel: Descriptor,
    privileges: Option<&'a Privileges>,
    attention: Attention,
    limits: Limits,
    until_set_up: Deadline,
    until_ready: Deadline,
    /// The daemon's pid, once it is set up.
    daemon: Option<Pid>,
    /// Has the intermediate process said that it watches the daemon?
    watched: bool,
    /// The daemon's pidfd, once there is one.
    pidfd: Option<Descriptor>,
    /// Set when the daemon has ended: until when its report may still come.
    last_words: Option<Deadline>,
    /// The failure that the daemon has reported; its line is this thread's last one. The daemon may not have ended yet.
    said: Option<Error>,
    /// Is the daemon another program? Where it says that it is ready.
    pub program: Option<Option<&'a mut Listener>>,
    /// Where the pid of that program is written as soon as it has one; 0 before.
    pub program_pid: Option<&'a AtomicI32>,
}

impl<'a> Start<'a> {
    /// All signals are blocked as long as it lives; those in `interrupting` end the wait.
    pub fn new(
        intermediate: Pid,
        channel: Descriptor,
        privileges: Option<&'a Privileges>,
        limits: Limits,
        interrupting: Set,
    ) -> Start<'a> {
        let until_ready = Deadline::after(limits.ready.unwrap_or(-1));
        Start {
            intermediate,
            channel,
            privileges,
            attention: Attention::to(interrupting),
            limits,
            until_set_up: Deadline::after(limits.setup).or(until_ready),
            until_ready,
            daemon: None,
            watched: false,
            pidfd: None,
            last_words: None,
            said: None,
            program: None,
            program_pid: None,
        }
    }

    /// Waits for the daemon: its pid, or how the start failed. Afterwards the intermediate process is reaped, and after
    /// a failure the daemon is gone.
    pub fn await_daemon(&mut self) -> Result<Pid> {
        loop {
            match self.hear() {
                Ok(None) => {}
                Ok(Some(daemon)) => return Ok(daemon),
                Err(failure) => return Err(self.give_up(self.said.unwrap_or(failure))),
            }
        }
    }

    /// Waits for one event. The daemon's pid, if it is up and has been accepted.
    fn hear(&mut self) -> Result<Option<Pid>> {
        let deadline = match self.last_words {
            Some(last_words) => last_words,
            None if self.daemon.is_none() => self.until_set_up,
            None => self.until_ready,
        };
        let pidfd = match self.last_words {
            None => self.pidfd.as_ref().map_or(-1, Descriptor::as_raw_fd),
            Some(_) => -1,
        };
        let words = match &self.program {
            Some(Some(listener)) if self.daemon.is_some() => listener.as_raw_fds(),
            _ => [-1; 2],
        };
        match self.attention.next(self.channel.as_raw_fd(), words, pidfd, deadline) {
            Ok(Event::Report) => match handshake::receive(self.channel.as_raw_fd()) {
                Ok(Reception::Report(received)) => self.judge(received),
                Ok(Reception::Nonsense) => Err(self.nonsense()),
                Ok(Reception::End) => Err(self.vanished()),
                Err(Errno::EAGAIN) => Ok(None),
                Err(errno) => Err(self.call_failed(errno)),
            },
            Ok(Event::Word) => self.listen(),
            Ok(Event::End) => {
                self.last_words = Some(Deadline::after(LAST_WORDS));
                Ok(None)
            }
            Ok(Event::Signal(signal)) => Err(self.interrupted(signal)),
            Ok(Event::Late) if self.last_words.is_some() => Err(self.vanished()),
            Ok(Event::Late) => Err(self.late()),
            Err(errno) => Err(self.call_failed(errno)),
        }
    }

    /// Checks that its sender may send this report now, and acts on it.
    fn judge(&mut self, received: Received) -> Result<Option<Pid>> {
        let Received { report, sender, attached } = received;
        let by_intermediate = sender == self.intermediate;
        let by_daemon = sender > 0 && !by_intermediate && self.daemon.is_none_or(|daemon| daemon == sender);
        match report {
            Report::Watched if by_intermediate && !self.watched => {
                self.watched = true;
                self.pidfd = attached.or(self.pidfd.take());
                Ok(None)
            }
            Report::Executed(daemon) if by_intermediate && self.daemon.is_none() && self.program.is_some() => {
                (self.daemon, self.pidfd) = (Some(daemon), attached.or_else(|| process::open(daemon).ok()));
                if self.limits.ready.is_none() { self.accept(daemon).map(Some) } else { Ok(None) }
            }
            Report::SetUp if by_daemon && self.program.is_none() && self.daemon.is_none() && self.said.is_none() => {
                self.daemon = Some(sender);
                if self.limits.ready.is_none() {
                    return self.accept(sender).map(Some);
                }
                // The intermediate process has not said yet whom it watches: it is still to reap the daemon.
                self.pidfd = self.pidfd.take().or_else(|| process::open(sender).ok());
                Ok(None)
            }
            Report::Ready if by_daemon && self.limits.ready.is_some() && self.said.is_none() => match self.daemon {
                Some(daemon) => self.accept(daemon).map(Some),
                None => Err(self.nonsense()),
            },
            // It has yet to end: its exit handlers may take a while.
            Report::Failed { errno, status, step, line } if self.said.is_none() && (by_daemon || by_intermediate) => {
                self.said = Some(Error::keep(errno, status, step, &line));
                Ok(None)
            }
            Report::Ended(status) if by_intermediate => {
                // It is dead, whatever it has said: but that may tell why.
                if let (Some(Some(listener)), Some(daemon)) = (&mut self.program, self.daemon) {
                    listener.hear_out(daemon, self.intermediate);
                }
                Err(self.ended(status))
            }
            _ => Err(self.nonsense()),
        }
    }

    /// Takes a word of the program. It may have been its last one.
    fn listen(&mut self) -> Result<Option<Pid>> {
        let (Some(Some(listener)), Some(daemon)) = (&mut self.program, self.daemon) else { return Ok(None) };
        if !listener.hears_ready(daemon, self.intermediate) {
            return Ok(None);
        }
        if self.pidfd.as_ref().is_some_and(process::is_over) { Ok(None) } else { self.accept(daemon).map(Some) }
    }

    /// The intermediate process has nothing to do any more, and the daemon is told that it may go on. It is not its
    /// child then.
    fn accept(&mut self, daemon: Pid) -> Result<Pid> {
        match process::kill(self.intermediate, signal::KILL) {
            // Where other threads run, one of them may have reaped it.
            Ok(()) | Err(Errno::ESRCH) => {}
            // Without anything to watch it ends by itself.
            Err(_)
                if self.limits.ready.is_none() && process::ends_by(self.intermediate, Deadline::after(LAST_WORDS)) => {}
            Err(errno) => return Err(self.call_failed(errno)),
        }
        if self.limits.ready.is_none() {
            let _ = process::reap(self.intermediate);
        } else {
            // Until the daemon has been accepted, its group may have to be ended.
            process::await_end(self.intermediate);
        }
        if self.limits.leaves {
            service_manager::hand_over(daemon, self.until_ready);
        }
        // Another program knows of nobody who would accept it.
        let accepted = match (&self.program, &self.pidfd) {
            (None, _) => handshake::accept(self.channel.as_raw_fd()),
            (_, Some(program)) if self.limits.ready.is_some() && process::is_over(program) => Err(Errno::EPIPE),
            // It may be done already.
            _ => Ok(()),
        };
        accepted.map_err(|errno| match errno {
            Errno::EPIPE => self.failed(Errno::ECHILD, &Plain("the daemon was gone before it was accepted")),
            errno => self.call_failed(errno),
        })?;
        if self.limits.ready.is_some() {
            let _ = process::reap(self.intermediate);
        }
        Ok(daemon)
    }

    /// Kills what there is of the daemon. If that is impossible, the failure says so, too.
    fn give_up(&self, failure: Error) -> Error {
        let unwanted = Unwanted {
            intermediate: self.intermediate,
            stays: self.limits.ready.is_some(),
            pidfd: self.pidfd.as_ref(),
            program_pid: self.program_pid,
            channel: &self.channel,
            privileges: self.privileges,
        };
        let (errno, status) = (failure.errno(), error::last_status());
        let (step, line) = (error::last_step(), error::last_line());
        if unwanted.end() {
            return Error::keep(errno, status, step, &line);
        }
        let line = Clean(line.bytes());
        let daemon = self.daemon.map(|daemon| Numbered("process ", daemon.into()));
        let process: &dyn fmt::Display = match &daemon {
            Some(daemon) => daemon,
            None => &Plain("its process"),
        };
        Error::keep(errno, status, step, &Line::of(&format_args!("{line}; {process} could not be ended")))
    }
}
