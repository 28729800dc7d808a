//! What passes between the launcher and its daemon: a pair of sockets that keeps messages whole.
//!
//! The daemon reports; the launcher answers once, when it has accepted the daemon: until then neither has succeeded.

use core::cell::Cell;
use core::ffi::c_int;
use core::mem::offset_of;

use crate::error::{LINE_SIZE, Line, STEP_SIZE};
use crate::sys::process::Pid;
use crate::sys::{self, Errno, socket};

/// What the launcher is told.
#[expect(clippy::large_enum_variant, reason = "there is no heap between fork and return")]
pub enum Report {
    /// The daemon is set up, under this pid.
    SetUp(Pid),
    /// It can serve.
    Ready,
    /// It gives up; the line says why.
    Failed { errno: Errno, status: c_int, line: Line },
    /// It has ended, with this wait status.
    Ended(c_int),
}

/// A report on its way; of the line, only what is used is sent.
#[repr(C)]
struct Message {
    kind: c_int,
    /// Pid, errno or wait status.
    number: c_int,
    /// The status to exit with.
    status: c_int,
    step: [u8; STEP_SIZE],
    line: [u8; LINE_SIZE],
}

// SAFETY: integers and bytes, 12 bytes before the 32 and the 1024: no padding, and every bit pattern is valid.
unsafe impl socket::Plain for Message {}

const SET_UP: c_int = 1;
const READY: c_int = 2;
const FAILED: c_int = 3;
const ENDED: c_int = 4;

const EMPTY: Message = Message { kind: 0, number: 0, status: 0, step: [0; STEP_SIZE], line: [0; LINE_SIZE] };

pub fn report(channel: c_int, report: &Report) -> Result<(), Errno> {
    let mut message = EMPTY;
    let mut length = 0;
    (message.kind, message.number) = match report {
        Report::SetUp(pid) => (SET_UP, *pid),
        Report::Ready => (READY, 0),
        Report::Ended(status) => (ENDED, *status),
        Report::Failed { errno, status, line } => {
            message.status = *status;
            message.step = line.step;
            message.line.iter_mut().zip(line.bytes()).for_each(|(place, byte)| *place = *byte);
            length = line.bytes().len();
            (FAILED, errno.0)
        }
    };
    socket::send_plain(channel, &message, offset_of!(Message, line) + length)
}

/// Reports this thread's last failure.
pub fn report_last_failure(channel: c_int) {
    let state = sys::thread_state();
    let mut line = Line::new();
    for byte in state.line.iter().map(Cell::get).take_while(|&byte| byte != 0) {
        line.push(&[byte as u8]);
    }
    line.step.iter_mut().zip(&state.step).for_each(|(place, byte)| *place = byte.get() as u8);
    let failed = Report::Failed { errno: Errno(state.last_errno.get()), status: state.last_status.get(), line };
    // Without a launcher there is nobody to tell.
    let _ = report(channel, &failed);
}

/// The next report; `None` when every process on the other side is gone.
pub fn receive(channel: c_int) -> Result<Option<Report>, Errno> {
    let mut message = EMPTY;
    let length = socket::receive_plain(channel, &mut message)?;
    Ok(match message.kind {
        _ if length < offset_of!(Message, line) => None,
        SET_UP => Some(Report::SetUp(message.number)),
        READY => Some(Report::Ready),
        ENDED => Some(Report::Ended(message.number)),
        _ => {
            let mut line = Line::new();
            line.step = message.step;
            line.push(message.line.get(..length - offset_of!(Message, line)).unwrap_or(&[]));
            Some(Report::Failed { errno: Errno(message.number), status: message.status, line })
        }
    })
}

/// The launcher's answer: the daemon is accepted.
pub fn accept(channel: c_int) {
    // A daemon that died this moment is not told.
    let _ = socket::send(channel, &[1]);
}

/// Waits for the launcher's answer; false when the launcher is gone without one.
pub fn is_accepted(channel: c_int) -> bool {
    matches!(socket::receive(channel, &mut [0]), Ok(1))
}
