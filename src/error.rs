//! What failed, on what, and why: one line a thread, kept for `libdaemon_last_error`.
//!
//! Composing a line needs no memory and takes no lock, so the daemon's side of a fork does it too and sends the line to
//! its launcher.

use core::cell::Cell;
use core::ffi::{CStr, c_char, c_int};

use crate::sys::{self, Errno};

/// Room for a line and its terminating NUL.
pub const LINE_SIZE: usize = 1024;

/// Room for the name of a step and its terminating NUL.
pub const STEP_SIZE: usize = 32;

/// What a launcher was doing that learnt of its daemon's failure.
pub const WAITING: &str = "waiting for the daemon";

/// The longest name shown whole; of a longer one both ends are.
const NAME_SHOWN: usize = 640;

/// What the library keeps for each thread. The same layout stands in `shim.c`.
#[repr(C)]
pub struct ThreadState {
    pub last_errno: Cell<c_int>,
    pub last_status: Cell<c_int>,
    pub pcntl_errno: Cell<c_int>,
    pub posix_errno: Cell<c_int>,
    pub mask_before_fork: Cell<sys::signal::Set>,
    pub dispatched_before_fork: Cell<bool>,
    pub line: [Cell<c_char>; LINE_SIZE],
    pub step: [Cell<c_char>; STEP_SIZE],
    pub name: [Cell<c_char>; 256],
}

/// A failure whose line has been kept. It is the only error above `sys`.
#[derive(Clone, Copy)]
pub struct Failed {
    pub errno: Errno,
}

/// What a fallible step of the library gives.
pub type Outcome<T> = Result<T, Failed>;

/// What a line is about. In its template `$` stands for the step, `%` for the name, `#` for the number, `~` for the words
/// why, and `!` for the description of the errno.
struct About<'a> {
    step: &'a str,
    name: &'a CStr,
    number: i64,
    why: &'a str,
    errno: Errno,
}

/// A line under construction, and the step it is about. Text that does not fit is left out.
pub struct Line {
    bytes: [u8; LINE_SIZE],
    length: usize,
    /// Zeroes from its end on.
    pub step: [u8; STEP_SIZE],
}

impl Line {
    pub const fn new() -> Line {
        Line { bytes: [0; LINE_SIZE], length: 0, step: [0; STEP_SIZE] }
    }

    /// An empty line about a step, whose name ends where a step adds particulars to it.
    #[inline(never)]
    pub fn about(step: &str) -> Line {
        let mut line = Line::new();
        let name = step.bytes().take_while(|byte| !matches!(byte, b':' | b','));
        line.step.iter_mut().take(STEP_SIZE - 1).zip(name).for_each(|(place, byte)| *place = byte);
        line
    }

    /// The template, filled in.
    fn fill(template: &str, about: &About) -> Line {
        let mut line = Line::about(about.step);
        for byte in template.bytes() {
            match byte {
                b'$' => line.push(about.step.as_bytes()),
                b'%' => line.push_name(about.name.to_bytes()),
                b'#' => line.push_number(about.number),
                b'~' => line.push(about.why.as_bytes()),
                b'!' => line.push_reason(about.errno),
                byte => line.push(&[byte]),
            }
        }
        line
    }

    /// The text without a NUL.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or(&[])
    }

    /// Appends as much of `bytes` as fits.
    #[inline(never)]
    pub fn push(&mut self, bytes: &[u8]) {
        let room = LINE_SIZE.saturating_sub(1);
        for &byte in bytes {
            if self.length >= room {
                return;
            }
            if let Some(place) = self.bytes.get_mut(self.length) {
                *place = byte;
                self.length += 1;
            }
        }
    }

    /// Of a long name both ends are shown.
    fn push_name(&mut self, name: &[u8]) {
        let half = NAME_SHOWN / 2;
        if name.len() <= NAME_SHOWN {
            return self.push_shown(name);
        }
        self.push_shown(name.get(..half).unwrap_or(&[]));
        self.push(b"...");
        self.push_shown(name.get(name.len().saturating_sub(half)..).unwrap_or(&[]));
    }

    /// Control characters would break the one line, so they are shown as `?`.
    #[inline(never)]
    pub fn push_shown(&mut self, text: &[u8]) {
        text.iter().for_each(|&byte| self.push(&[if byte.is_ascii_control() { b'?' } else { byte }]));
    }

    #[inline(never)]
    pub fn push_number(&mut self, number: i64) {
        let mut text = [0; 20];
        self.push(decimal(number, &mut text));
    }

    fn push_reason(&mut self, errno: Errno) {
        match sys::error_text(errno) {
            Some(text) => self.push(text.to_bytes()),
            None => {
                self.push(b"error ");
                self.push_number(i64::from(errno.0));
            }
        }
    }
}

/// `number` in decimal digits, written to the end of `text`.
pub fn decimal(number: i64, text: &mut [u8; 20]) -> &[u8] {
    let mut rest = number.unsigned_abs();
    let mut start = text.len();
    for (place, digit) in text.iter_mut().enumerate().rev() {
        *digit = b'0' + (rest % 10) as u8;
        start = place;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if number < 0 && start > 0 {
        start -= 1;
        if let Some(sign) = text.get_mut(start) {
            *sign = b'-';
        }
    }
    text.get(start..).unwrap_or(&[])
}

#[cold]
#[inline(never)]
fn failed(template: &str, about: &About) -> Failed {
    keep(about.errno, 1, &Line::fill(template, about))
}

const NOTHING: About = About { step: "", name: c"", number: 0, why: "", errno: Errno(0) };

/// Keeps a line as this thread's last failure: `template` with `$` for the step, `%` for the name, `#` for the number and
/// `!` for the description of the errno.
#[cold]
#[inline(never)]
pub fn failed_as(errno: Errno, step: &str, template: &str, name: &CStr, number: i64) -> Failed {
    failed(template, &About { step, name, number, errno, ..NOTHING })
}

/// The common shape, `step name: reason`.
#[cold]
#[inline(never)]
pub fn failed_on(step: &str, name: &CStr, errno: Errno) -> Failed {
    failed("$ %: !", &About { step, name, errno, ..NOTHING })
}

/// `step: reason`, where there is no object to name.
#[cold]
#[inline(never)]
pub fn failed_at(step: &str, errno: Errno) -> Failed {
    failed("$: !", &About { step, errno, ..NOTHING })
}

/// `step number: reason`, where the object is a number.
#[cold]
#[inline(never)]
pub fn failed_number(step: &str, number: i64, errno: Errno) -> Failed {
    failed("$ #: !", &About { step, number, errno, ..NOTHING })
}

/// `step name: why`, where the kernel's words would mislead or say nothing.
#[cold]
#[inline(never)]
pub fn failed_because(step: &str, name: &CStr, errno: Errno, why: &str) -> Failed {
    failed("$ %: ~", &About { step, name, why, errno, ..NOTHING })
}

/// EINVAL: `step: why`.
#[cold]
#[inline(never)]
pub fn refused(step: &str, why: &str) -> Failed {
    failed("$: ~", &About { step, why, errno: Errno::EINVAL, ..NOTHING })
}

/// ENOSYS: what a later version brings.
#[cold]
#[inline(never)]
pub fn not_yet(step: &str) -> Failed {
    failed("$: comes with a later version of libdaemon", &About { step, errno: Errno::ENOSYS, ..NOTHING })
}

/// Keeps `line`, its step, its errno and the status that a launcher should exit with.
#[cold]
#[inline(never)]
pub fn keep(errno: Errno, status: c_int, line: &Line) -> Failed {
    let state = sys::thread_state();
    state.last_errno.set(errno.0);
    state.last_status.set(status);
    for (place, byte) in state.line.iter().zip(line.bytes().iter().chain(&[0])) {
        place.set(*byte as c_char);
    }
    for (place, byte) in state.step.iter().zip(line.step) {
        place.set(byte as c_char);
    }
    errno.set();
    Failed { errno }
}

/// There is no failure to tell of: for results that would otherwise look like one.
pub fn forget() {
    keep(Errno(0), 0, &Line::new());
}

/// The status that a launcher should exit with after this thread's last failure.
pub fn last_status() -> c_int {
    match sys::thread_state().last_status.get() {
        0 => 1,
        status => status,
    }
}
