//! What a waiting launcher attends to: its daemon's reports, its daemon's end, signals, and the time.

use core::ffi::c_int;

use crate::sys::Errno;
use crate::sys::clock::Deadline;
use crate::sys::fd::{self, Awaited, Descriptor};
use crate::sys::signal::{self, Set};

/// What has come.
pub enum Event {
    /// Something can be received.
    Report,
    /// The program has said something.
    Word,
    /// The daemon has ended.
    End,
    /// A signal that interrupts the wait has been taken.
    Signal(c_int),
    /// The time is over.
    Late,
}

/// All signals are blocked while it is used.
pub struct Attention {
    interrupting: Set,
    /// The descriptor that interrupting signals are read from.
    signals: Option<Descriptor>,
}

/// How many milliseconds pass between two checks for signals where there is no descriptor for them.
const SLICE: c_int = 50;

impl Attention {
    /// Attends to the signals in `interrupting`.
    pub fn to(interrupting: Set) -> Attention {
        Attention { interrupting, signals: signal::descriptor(interrupting).ok() }
    }

    /// Waits for the next event. `words` is where the program may say something, `daemon` its pidfd; -1 for none.
    pub fn next(&self, channel: c_int, words: [c_int; 2], daemon: c_int, deadline: Deadline) -> Result<Event, Errno> {
        loop {
            let signals = self.signals.as_ref().map_or(-1, Descriptor::as_raw_fd);
            let time = if signals < 0 { deadline.or(Deadline::after(SLICE)).left() } else { deadline.left() };
            let [sent, written] = words;
            let mut awaited = [channel, signals, sent, written, daemon].map(Awaited::input);
            match fd::wait(&mut awaited, time) {
                Err(Errno::EINTR) => continue,
                result => result?,
            }
            let [report, signalled, sent, written, ended] = &awaited;
            if report.has_come() {
                return Ok(Event::Report);
            }
            if let Some(signal) = signalled.has_come().then(|| signal::read_descriptor(signals)).flatten() {
                return Ok(Event::Signal(signal));
            }
            if sent.has_come() || written.has_come() {
                return Ok(Event::Word);
            }
            if ended.has_come() {
                return Ok(Event::End);
            }
            if let Some(signal) = (signals < 0).then(|| signal::take_pending(self.interrupting)).flatten() {
                return Ok(Event::Signal(signal));
            }
            if deadline.left() == 0 {
                return Ok(Event::Late);
            }
        }
    }
}
