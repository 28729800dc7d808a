//! What passes between the launcher and its daemon: a pair of sockets that keeps messages whole.
//!
//! The daemon reports. The launcher answers once, when it has accepted the daemon: until then neither has succeeded. A
//! program can write anything to its end of the pair. So the launcher takes the sender of a report from the kernel, and
//! refuses content that no report can have.

use core::ffi::c_int;
use core::mem::offset_of;

use crate::error::{self, Clean, Line, Numbered, Step};
use crate::sys::clock::{self, Deadline};
use crate::sys::fd::{self, Descriptor};
use crate::sys::process::Pid;
use crate::sys::thread_state::{self, LINE_SIZE};
use crate::sys::{Errno, socket};

/// What the launcher is told.
#[expect(clippy::large_enum_variant, reason = "there is no heap between fork and return")]
pub enum Report {
    /// By the intermediate process: it watches the daemon, whose pidfd comes along.
    Watched,
    /// By the intermediate process: the daemon, which has this pid, has become the program. It is watched, and its
    /// pidfd comes along.
    Executed(Pid),
    /// By the daemon: it is set up.
    SetUp,
    /// By the daemon: it can serve.
    Ready,
    /// By either: it gives up; the line says why.
    Failed { errno: Errno, status: c_int, step: Step, line: Line },
    /// By the intermediate process: the daemon has ended, with this wait status.
    Ended(c_int),
}

/// A report, and what the kernel says about it.
pub struct Received {
    pub report: Report,
    /// The process that sent it, as this process numbers it; 0 where that is not known.
    pub sender: Pid,
    pub attached: Option<Descriptor>,
}

/// What can be received.
#[expect(clippy::large_enum_variant, reason = "it holds a report")]
pub enum Reception {
    Report(Received),
    /// Something that is no report.
    Nonsense,
    /// Every process at the other end is gone.
    End,
}

/// A report as it is sent. The unused rest of the line is not sent.
#[repr(C)]
struct Message {
    kind: c_int,
    /// Errno or wait status.
    number: c_int,
    /// The status to exit with.
    status: c_int,
    step: c_int,
    line: [u8; LINE_SIZE],
}

// SAFETY: four 4-byte integers and an array of bytes: there is no padding, and every bit pattern is valid.
unsafe impl socket::Plain for Message {}

const WATCHED: c_int = 1;
const SET_UP: c_int = 2;
const READY: c_int = 3;
const FAILED: c_int = 4;
const ENDED: c_int = 5;
const EXECUTED: c_int = 6;

const EMPTY: Message = Message { kind: 0, number: 0, status: 0, step: 0, line: [0; LINE_SIZE] };

/// Sends a report. With it the receiver gets a descriptor of its own for what is open here as `attached`.
fn send(channel: c_int, report: &Report, attached: Option<&Descriptor>) -> Result<(), Errno> {
    let mut message = EMPTY;
    let mut length = 0;
    (message.kind, message.number) = match report {
        Report::Watched => (WATCHED, 0),
        Report::Executed(daemon) => (EXECUTED, *daemon),
        Report::SetUp => (SET_UP, 0),
        Report::Ready => (READY, 0),
        Report::Ended(status) => (ENDED, *status),
        Report::Failed { errno, status, step, line } => {
            message.status = *status;
            message.step = *step as c_int;
            message.line.iter_mut().zip(line.bytes()).for_each(|(place, byte)| *place = *byte);
            length = line.bytes().len();
            (FAILED, errno.number())
        }
    };
    socket::send(channel, &message, offset_of!(Message, line) + length, attached)
}

pub fn report(channel: c_int, report: &Report) -> Result<(), Errno> {
    send(channel, report, None)
}

/// Reports that the daemon is watched, with a pidfd of it, if there is one.
pub fn report_watched(channel: c_int, report: &Report, pidfd: Option<&Descriptor>) -> Result<(), Errno> {
    send(channel, report, pidfd)
}

/// Reports this thread's last failure.
pub fn report_last_failure(channel: c_int) {
    let state = thread_state::get();
    let errno = Errno::of(state.last_errno.get());
    let (status, step) = (error::last_status(), error::last_step());
    let failed = Report::Failed { errno, status, step, line: error::last_line() };
    // If it cannot be sent, the launcher still notices the end of this process.
    let _ = report(channel, &failed);
}

/// The next report that is there; EAGAIN where there is none.
pub fn receive(channel: c_int) -> Result<Reception, Errno> {
    let mut message = EMPTY;
    let arrival = socket::receive(channel, &mut message)?;
    // A message without a byte in it has a sender.
    if arrival.length == 0 && arrival.sender == 0 {
        return Ok(Reception::End);
    }
    let report = match (message.kind, arrival.length.checked_sub(offset_of!(Message, line))) {
        (WATCHED, Some(0)) => Report::Watched,
        (EXECUTED, Some(0)) if message.number > 0 => Report::Executed(message.number),
        (SET_UP, Some(0)) => Report::SetUp,
        (READY, Some(0)) => Report::Ready,
        (ENDED, Some(0)) => Report::Ended(message.number),
        (FAILED, Some(length)) => message.failure(length),
        _ => return Ok(Reception::Nonsense),
    };
    Ok(Reception::Report(Received { report, sender: arrival.sender, attached: arrival.attached }))
}

/// What a daemon says about its failure; its status where it says nothing.
pub fn line_of_failure(status: c_int, message: &[u8]) -> Line {
    match message {
        [] => Line::of(&Numbered("failed with status ", status.into())),
        message => Line::of(&Clean(message)),
    }
}

impl Message {
    /// The failure in it, whoever wrote it: one line of text, an errno and an exit status that exist.
    fn failure(&self, length: usize) -> Report {
        const HIGHEST_ERRNO: c_int = 4095;
        let errno = if (1..=HIGHEST_ERRNO).contains(&self.number) { Errno::of(self.number) } else { Errno::ECANCELED };
        let status = if (1..=255).contains(&self.status) { self.status } else { 1 };
        let step = match u8::try_from(self.step).map_or(Step::None, Step::from_number) {
            Step::None => Step::Waiting,
            step => step,
        };
        let line = line_of_failure(status, self.line.get(..length).unwrap_or(&self.line));
        Report::Failed { errno, status, step, line }
    }
}

/// Waits until every process at the other end is gone; false when that is not so by the deadline.
pub fn await_end(channel: c_int, deadline: Deadline) -> bool {
    loop {
        match receive(channel) {
            Ok(Reception::End) => return true,
            Ok(_) => {}
            Err(Errno::EAGAIN) => {
                let _ = fd::wait_for_input(channel, deadline.left());
            }
            // It says nothing about the others, and need not happen again.
            Err(_) => clock::sleep(1000),
        }
        if deadline.left() == 0 {
            return matches!(receive(channel), Ok(Reception::End));
        }
    }
}

/// The launcher's answer: the daemon is accepted. EPIPE when it is gone.
pub fn accept(channel: c_int) -> Result<(), Errno> {
    socket::send_byte(channel)
}

/// Waits for the launcher's answer; false when the launcher is gone without one.
pub fn is_accepted(channel: c_int) -> bool {
    // A call that fails says nothing about the launcher: its answer, or its end, can still come.
    const TRIES: usize = 8;
    (0..TRIES).find_map(|_| socket::receive_byte(channel).ok()).unwrap_or(false)
}
