//! The lines of a start that has failed.

use core::ffi::c_int;
use core::fmt;

use super::{Limits, Start};
use crate::error::{Decimal, Error, Plain, Step};
use crate::signals::names;
use crate::sys::{Errno, process, signal, thread_state};

impl Start<'_> {
    /// What the daemon has not reached yet.
    fn goal(&self) -> Plain<'static> {
        Plain(if self.daemon.is_none() { "set up" } else { "ready" })
    }

    /// A failure whose line has no step in front. If the daemon has reported a failure itself, that one counts.
    // One copy for all who call it.
    #[inline(never)]
    pub(super) fn failed(&self, errno: Errno, line: &dyn fmt::Display) -> Error {
        self.said.unwrap_or_else(|| match &self.program {
            Some(Some(listener)) => listener.failure(errno, line),
            _ => Error::new(errno, Step::Waiting, line),
        })
    }

    pub(super) fn call_failed(&self, errno: Errno) -> Error {
        self.said.unwrap_or_else(|| Error::at(Step::Waiting, errno))
    }

    pub(super) fn nonsense(&self) -> Error {
        self.failed(Errno::EPROTO, &Plain("what came from the daemon is no report"))
    }

    pub(super) fn vanished(&self) -> Error {
        let goal = self.goal();
        self.failed(Errno::ECHILD, &format_args!("the daemon was gone before it was {goal}"))
    }

    pub(super) fn ended(&self, status: c_int) -> Error {
        let goal = self.goal();
        if process::signaled(status) {
            let signal = names::Name(process::ending_signal(status));
            return self.failed(Errno::ECHILD, &format_args!("killed by {signal} before it was {goal}"));
        }
        let status = process::exit_status(status);
        let failure = self
            .failed(Errno::ECHILD, &format_args!("exited with status {} before it was {goal}", Decimal(status.into())));
        if self.said.is_none() {
            thread_state::get().last_status.set(status);
        }
        failure
    }

    /// The program's own handler, if it has one, runs when the mask is restored.
    pub(super) fn interrupted(&self, signal: c_int) -> Error {
        if signal::action(signal).is_ok_and(|action| !action.is_default()) {
            let _ = process::kill(process::id(), signal);
        }
        let (name, goal) = (names::Name(signal), self.goal());
        self.failed(Errno::EINTR, &format_args!("interrupted by {name} before the daemon was {goal}"))
    }

    pub(super) fn late(&self) -> Error {
        let Limits { setup, ready, .. } = self.limits;
        let is_set_up_late =
            self.daemon.is_none() && setup >= 0 && ready.is_none_or(|ready| ready < 0 || setup <= ready);
        let (goal, limit) = if is_set_up_late { ("set up", setup) } else { ("ready", ready.unwrap_or(-1)) };
        self.failed(Errno::ETIMEDOUT, &format_args!("not {} within {} ms", Plain(goal), Decimal(limit.into())))
    }
}
