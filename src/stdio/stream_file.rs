//! The files behind the standard streams. Opening them never blocks for ever, and never takes a file that somebody else
//! has put there as a trap.

use core::ffi::CStr;
use core::fmt;

use crate::error::{Error, Foreign, Object, Reason, Step};
use crate::sys::clock::Deadline;
use crate::sys::credentials::Uid;
use crate::sys::fd::{self, Descriptor};
use crate::sys::file::{self, Status};
use crate::sys::path_resolution::{self, Created, PathBuffer, Place, Refusal};
use crate::sys::{Errno, pipe};

/// Why a file was not opened.
#[derive(Clone, Copy)]
pub enum Failure {
    Errno(Errno),
    ForeignLink(Uid),
    ForeignFile(Uid),
    OtherLink,
    /// ENXIO, or ETIMEDOUT if it was waited for.
    NobodyReads(Errno),
    NobodyWrites(Errno),
}

impl From<Errno> for Failure {
    fn from(errno: Errno) -> Failure {
        Failure::Errno(errno)
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Failure {
        match refusal {
            Refusal::Errno(errno) => Failure::Errno(errno),
            Refusal::ForeignLink(owner) => Failure::ForeignLink(owner),
        }
    }
}

impl Failure {
    pub fn errno(self) -> Errno {
        match self {
            Failure::Errno(errno) | Failure::NobodyReads(errno) | Failure::NobodyWrites(errno) => errno,
            Failure::ForeignLink(_) | Failure::ForeignFile(_) => Errno::EPERM,
            Failure::OtherLink => Errno::EMLINK,
        }
    }

    // One copy for all who call it.
    #[inline(never)]
    pub fn error(self, step: Step, name: &CStr) -> Error {
        Error::of(self.errno(), step, Object::Name(name), &self)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        match *self {
            Failure::Errno(errno) => Reason(errno).fmt(formatter),
            Failure::ForeignLink(owner) => Foreign { what: "a symbolic link on the way ", owner }.fmt(formatter),
            Failure::ForeignFile(owner) => Foreign { what: "", owner }.fmt(formatter),
            Failure::OtherLink => formatter.write_str("has another hard link"),
            Failure::NobodyReads(_) => formatter.write_str("a FIFO that nobody reads"),
            Failure::NobodyWrites(_) => formatter.write_str("a FIFO that nobody writes to"),
        }
    }
}

/// A file that is appended to.
pub struct Log {
    pub descriptor: Descriptor,
    /// Where it was created, if it was.
    created: Option<Created>,
}

impl Log {
    /// Removes the file if it was created here and is still empty.
    pub fn undo(&self) {
        if let Some(created) = &self.created {
            created.remove_if_empty(self.descriptor.as_raw_fd());
        }
    }

    pub fn is_created(&self) -> bool {
        self.created.is_some()
    }
}

/// How often opening is tried again because the file has been replaced meanwhile.
const TRIES: usize = 100;

/// How many milliseconds pass between two looks for the other side of a FIFO.
const INTERVAL: i32 = 20;

/// Opens a log, creating it with `mode` where there is none. `user`, and whoever calls, and root may own it. A FIFO
/// waits for its reader until `deadline`. Async-signal-safe.
pub fn open_log(
    path: &CStr,
    mode: u32,
    user: Option<Uid>,
    deadline: Deadline,
    buffer: &mut PathBuffer,
) -> Result<Log, Failure> {
    let (mut tries, mut late) = (TRIES, Errno::ENXIO);
    while tries > 0 {
        tries -= 1;
        let place = path_resolution::resolve(path, buffer)?;
        match place.open(file::APPEND | file::WITHOUT_WAITING) {
            Ok(descriptor) => {
                if is_right(&place, &file::status(descriptor.as_raw_fd())?, user)? {
                    file::wait_again(descriptor.as_raw_fd(), file::APPEND)?;
                    return Ok(Log { descriptor, created: None });
                }
            }
            Err(Errno::ENOENT) => match place.create(file::APPEND, mode) {
                Ok(descriptor) => return Ok(Log { descriptor, created: Some(place.into_created()) }),
                Err(Errno::EEXIST) => {}
                Err(errno) => return Err(errno.into()),
            },
            Err(Errno::ENXIO) if place.status()?.is_fifo() => {
                is_right(&place, &place.status()?, user)?;
                wait(deadline, Failure::NobodyReads(late))?;
                (tries, late) = (TRIES, Errno::ETIMEDOUT);
            }
            // Another process holds a lease on the file, see fcntl(2). The kernel has told it to give that up.
            Err(Errno::EAGAIN) => {
                wait(deadline, Errno::EAGAIN.into())?;
                tries = TRIES;
            }
            // It has become a symbolic link meanwhile: try again.
            Err(Errno::ELOOP) => {}
            Err(errno) => return Err(errno.into()),
        }
    }
    Err(Errno::ELOOP.into())
}

/// May the file at `place` be a log? False when another one has come there since it was opened.
fn is_right(place: &Place, status: &Status, user: Option<Uid>) -> Result<bool, Failure> {
    // What this process has open already, and devices, cannot be a trap that somebody has made.
    if place.is_magic() || !(status.is_regular() || status.is_fifo()) {
        return Ok(true);
    }
    if !path_resolution::is_trusted(status.owner) && user != Some(status.owner) {
        return Err(Failure::ForeignFile(status.owner));
    }
    if !status.is_regular() || !place.is_open_to_strangers()? {
        return Ok(true);
    }
    // In this directory others could have made a hard link to a file of ours.
    let named = place.status()?;
    if named.identity == status.identity && named.links > 1 {
        return Err(Failure::OtherLink);
    }
    Ok(named.identity == status.identity)
}

/// Opens a file to be read as standard input. A FIFO waits for its writer until `deadline`.
pub fn open_input(path: &CStr, deadline: Deadline) -> Result<Descriptor, Failure> {
    let mut buffer = PathBuffer::new();
    let place = path_resolution::resolve(path, &mut buffer)?;
    let input = place.open(file::READ | file::WITHOUT_WAITING)?;
    let status = file::status(input.as_raw_fd())?;
    // A directory can be opened for reading, but not read.
    if status.is_directory() {
        return Err(Errno::EISDIR.into());
    }
    if status.is_fifo() {
        let scratch = pipe::make()?;
        while !pipe::has_or_had_writer(&input, &scratch) {
            wait(deadline, Failure::NobodyWrites(Errno::ETIMEDOUT))?;
        }
    }
    file::wait_again(input.as_raw_fd(), file::READ)?;
    Ok(input)
}

/// Waits for a moment, or until a signal's handler has run; fails where it is too late.
fn wait(deadline: Deadline, too_late: Failure) -> Result<(), Failure> {
    match deadline.left() {
        0 => Err(too_late),
        left => {
            let time = if left < 0 { INTERVAL } else { left.min(INTERVAL) };
            fd::wait_for_input(-1, time)?;
            Ok(())
        }
    }
}
