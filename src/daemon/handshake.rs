//! What passes between the launcher and its daemon: a pair of sockets that keeps messages whole.
//!
//! The daemon reports; the launcher answers once, when it has accepted the daemon: until then neither has succeeded.

use core::ffi::c_int;

use crate::error::{LINE_SIZE, Line};
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

const SET_UP: c_int = 1;
const READY: c_int = 2;
const FAILED: c_int = 3;
const ENDED: c_int = 4;

/// Kind, then two numbers, then the line.
const HEAD: usize = 12;
const SIZE: usize = HEAD + LINE_SIZE;

pub fn report(channel: c_int, report: &Report) -> Result<(), Errno> {
    let (kind, first, second, line) = match report {
        Report::SetUp(pid) => (SET_UP, *pid, 0, &[][..]),
        Report::Ready => (READY, 0, 0, &[][..]),
        Report::Failed { errno, status, line } => (FAILED, errno.0, *status, line.bytes()),
        Report::Ended(status) => (ENDED, *status, 0, &[][..]),
    };
    let mut message = [0; SIZE];
    let head = [kind, first, second].into_iter().flat_map(c_int::to_ne_bytes);
    message.iter_mut().zip(head.chain(line.iter().copied())).for_each(|(place, byte)| *place = byte);
    socket::send(channel, message.get(..HEAD + line.len()).unwrap_or(&[]))
}

/// Reports this thread's last failure.
pub fn report_last_failure(channel: c_int) {
    let state = sys::thread_state();
    let mut line = Line::new();
    for &byte in state.line.iter().take_while(|&&byte| byte != 0) {
        line.push(&[byte as u8]);
    }
    let failed = Report::Failed { errno: Errno(state.last_errno), status: state.last_status, line };
    // Without a launcher there is nobody to tell.
    let _ = report(channel, &failed);
}

/// The next report; `None` when every process on the other side is gone.
pub fn receive(channel: c_int) -> Result<Option<Report>, Errno> {
    let mut message = [0; SIZE];
    let length = socket::receive(channel, &mut message)?;
    let number = |place: usize| {
        let bytes = message.get(place..).and_then(|rest| rest.first_chunk::<4>());
        bytes.map_or(0, |bytes| c_int::from_ne_bytes(*bytes))
    };
    Ok(match number(0) {
        _ if length < HEAD => None,
        SET_UP => Some(Report::SetUp(number(4))),
        READY => Some(Report::Ready),
        ENDED => Some(Report::Ended(number(4))),
        _ => {
            let mut line = Line::new();
            line.push(message.get(HEAD..length).unwrap_or(&[]));
            Some(Report::Failed { errno: Errno(number(4)), status: number(8), line })
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
