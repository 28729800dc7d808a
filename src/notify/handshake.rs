//! What passes between the launcher and its daemon: a pair of sockets that keeps messages whole.
//!
//! The daemon reports; the launcher answers once, when it has accepted the daemon: until then neither has succeeded.

use core::ffi::c_int;
use core::mem::offset_of;

use crate::error::{self, Clean, Line, Step};
use crate::sys::process::Pid;
use crate::sys::thread_state::{self, LINE_SIZE};
use crate::sys::{Errno, socket};

/// What the launcher is told.
#[expect(clippy::large_enum_variant, reason = "there is no heap between fork and return")]
pub enum Report {
    /// The daemon is set up, under this pid.
    SetUp(Pid),
    /// It can serve.
    Ready,
    /// It gives up; the line says why.
    Failed { errno: Errno, status: c_int, step: Step, line: Line },
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
    step: c_int,
    line: [u8; LINE_SIZE],
}

// SAFETY: integers and bytes, 16 bytes before the 1024: no padding, and every bit pattern is valid.
unsafe impl socket::Plain for Message {}

const SET_UP: c_int = 1;
const READY: c_int = 2;
const FAILED: c_int = 3;
const ENDED: c_int = 4;

const EMPTY: Message = Message { kind: 0, number: 0, status: 0, step: 0, line: [0; LINE_SIZE] };

pub fn report(channel: c_int, report: &Report) -> Result<(), Errno> {
    let mut message = EMPTY;
    let mut length = 0;
    (message.kind, message.number) = match report {
        Report::SetUp(pid) => (SET_UP, *pid),
        Report::Ready => (READY, 0),
        Report::Ended(status) => (ENDED, *status),
        Report::Failed { errno, status, step, line } => {
            message.status = *status;
            message.step = *step as c_int;
            message.line.iter_mut().zip(line.bytes()).for_each(|(place, byte)| *place = *byte);
            length = line.bytes().len();
            (FAILED, errno.0)
        }
    };
    socket::send_plain(channel, &message, offset_of!(Message, line) + length)
}

/// Reports this thread's last failure.
pub fn report_last_failure(channel: c_int) {
    let state = thread_state::get();
    let errno = Errno(state.last_errno.get());
    let (status, step) = (error::last_status(), error::last_step());
    let failed = Report::Failed { errno, status, step, line: error::last_line() };
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
            let text = message.line.get(..length - offset_of!(Message, line)).unwrap_or(&[]);
            let line = Line::of(format_args!("{}", Clean(text)));
            let step = u8::try_from(message.step).map_or(Step::None, Step::from_number);
            Some(Report::Failed { errno: Errno(message.number), status: message.status, step, line })
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
