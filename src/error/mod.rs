//! What failed, on what, and why: one line a thread, kept for `libdaemon_last_error`.
//!
//! Composing a line needs no memory and takes no lock, so the daemon's side of a fork does it too and sends the line to
//! its launcher.

use core::ffi::{CStr, c_char, c_int};
use core::fmt;

use crate::sys::credentials::Uid;
use crate::sys::{Errno, thread_state};

mod line;
mod step;

pub use crate::sys::text::Decimal;
pub use line::{Clean, Foreign, Line, Numbered, Object, Plain, Reason};
pub use step::Step;

/// The failure that has been kept for this thread: its errno, its status, its step and its line. It is the only error
/// above `sys`.
#[derive(Clone, Copy)]
pub struct Error(());

/// What the kernel means by EINVAL where it is given users and groups.
pub const UNMAPPED: &str = "the user or group has no mapping in this user namespace";

/// What a fallible part of the library gives.
pub type Result<T, E = Error> = core::result::Result<T, E>;

/// Failures are rare: composing their lines stays out of the way of what goes well.
impl Error {
    /// Keeps `line` as this thread's last failure.
    #[cold]
    #[inline(never)]
    pub fn new(errno: Errno, step: Step, line: &dyn fmt::Display) -> Error {
        Error::keep(errno, 1, step, &Line::of(line))
    }

    /// `step object: why`, the shape of nearly every line.
    #[cold]
    #[inline(never)]
    pub fn of(errno: Errno, step: Step, object: Object, why: &dyn fmt::Display) -> Error {
        Error::new(errno, step, &format_args!("{step}{object}: {why}"))
    }

    /// `step: reason`, where there is no object to name.
    #[cold]
    #[inline(never)]
    pub fn at(step: Step, errno: Errno) -> Error {
        Error::of(errno, step, Object::None, &Reason(errno))
    }

    /// `step name: reason`, the common shape.
    #[cold]
    #[inline(never)]
    pub fn on(step: Step, name: &CStr, errno: Errno) -> Error {
        Error::of(errno, step, Object::Name(name), &Reason(errno))
    }

    /// The same of a call that takes a user and a group.
    #[cold]
    pub fn on_for_owner(step: Step, name: &CStr, errno: Errno) -> Error {
        match errno {
            Errno::EINVAL => Error::because(step, name, errno, UNMAPPED),
            errno => Error::on(step, name, errno),
        }
    }

    /// `step number: reason`, where the object is a number.
    #[cold]
    #[inline(never)]
    pub fn on_number(step: Step, number: i64, errno: Errno) -> Error {
        Error::of(errno, step, Object::Number(number), &Reason(errno))
    }

    /// `step name: why`, where the kernel's words would mislead or say nothing.
    #[cold]
    #[inline(never)]
    pub fn because(step: Step, name: &CStr, errno: Errno, why: &str) -> Error {
        Error::of(errno, step, Object::Name(name), &Plain(why))
    }

    /// EPERM: `step name: belongs to user owner`; `what` stands before that, where it is not the file of that name.
    #[cold]
    #[inline(never)]
    pub fn foreign(step: Step, name: &CStr, what: &str, owner: Uid) -> Error {
        Error::of(Errno::EPERM, step, Object::Name(name), &Foreign { what, owner })
    }

    /// `step: why`, where there is no object, and the kernel's words would mislead or say nothing.
    #[cold]
    #[inline(never)]
    pub fn told(step: Step, errno: Errno, why: &str) -> Error {
        Error::of(errno, step, Object::None, &Plain(why))
    }

    /// EINVAL: `step: why`.
    #[cold]
    #[inline(never)]
    pub fn refused(step: Step, why: &str) -> Error {
        Error::told(step, Errno::EINVAL, why)
    }

    /// Keeps a line, its step, its errno and the status that a launcher should exit with.
    pub fn keep(errno: Errno, status: c_int, step: Step, line: &Line) -> Error {
        let state = thread_state::get();
        state.last_errno.set(errno.number());
        state.last_status.set(status);
        state.last_step.set(step as u8);
        for (place, byte) in state.line.iter().zip(line.bytes().iter().chain(&[0])) {
            place.set(*byte as c_char);
        }
        errno.set();
        Error(())
    }

    pub fn errno(self) -> Errno {
        Errno::of(thread_state::get().last_errno.get())
    }

    /// There is no failure to tell of: for results that would otherwise look like one.
    pub fn forget() {
        let state = thread_state::get();
        state.last_errno.set(0);
        state.last_status.set(0);
        state.last_step.set(Step::None as u8);
        state.line.iter().take(1).for_each(|start| start.set(0));
        Errno::place().set(0);
    }
}

/// The step of this thread's last failure.
pub fn last_step() -> Step {
    Step::from_number(thread_state::get().last_step.get())
}

/// The line of this thread's last failure.
pub fn last_line() -> Line {
    Line::from_cells(&thread_state::get().line)
}

/// The status that a launcher should exit with after this thread's last failure.
pub fn last_status() -> c_int {
    match thread_state::get().last_status.get() {
        0 => 1,
        status => status,
    }
}
