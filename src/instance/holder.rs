//! Who holds a pid file.

use core::ffi::{CStr, c_int};

use super::place::{Place, failure, refused};
use crate::error::{Error, Result, Step};
use crate::sys::Errno;
use crate::sys::fd::Descriptor;
use crate::sys::file::{self, Status};
use crate::sys::lock::{self, Part};
use crate::sys::path_resolution::{Refusal, is_trusted};
use crate::sys::process::Pid;
use crate::sys::text::leading_int;

/// The longest pid file. Other programs may write more than a pid to it.
const LONGEST: i64 = 4096;

pub enum Holder {
    Nobody,
    /// A daemon. Its pid is known from the file only, and has to be proved.
    Daemon(Pid, lock::Kind),
    /// A daemon whose pid is not in the file yet.
    Starting,
}

/// Asks after the holder of an open pid file.
fn holder(fd: c_int) -> Result<Holder, Errno> {
    loop {
        let pid = read_pid(fd);
        let Some(kind) = lock::held(fd, Part::Held)? else { return Ok(Holder::Nobody) };
        if lock::held(fd, Part::Starting)?.is_some() {
            return Ok(Holder::Starting);
        }
        // If the holder had changed between the first read and the check of the lock, the file would have another pid
        // now.
        match pid {
            Some(pid) if read_pid(fd) == Some(pid) => return Ok(Holder::Daemon(pid, kind)),
            // Locked, but empty: its daemon is just ending.
            None if read_pid(fd).is_none() && lock::held(fd, Part::Held)?.is_some() => return Ok(Holder::Starting),
            _ => {}
        }
    }
}

/// The pid in a file.
pub fn read_pid(fd: c_int) -> Option<Pid> {
    let mut text = [0; 24];
    let length = file::read_at_start(fd, &mut text).ok()?;
    pid_in(text.get(..length)?)
}

fn pid_in(text: &[u8]) -> Option<Pid> {
    leading_int(text).filter(|&pid| pid > 0)
}

/// Could a daemon have written what is in the file? That is a pid on the first line, or nothing, or the zeroes that a
/// crash of the machine leaves.
pub fn could_be_pid_file(fd: c_int, status: &Status) -> Result<bool, Errno> {
    let mut text = [0; 24];
    let length = file::read_at_start(fd, &mut text)?;
    let text = text.get(..length).unwrap_or(&[]);
    let is_blank = |byte: &u8| byte.is_ascii_whitespace() || *byte == 0;
    Ok(match pid_in(text) {
        Some(_) => status.size <= LONGEST && text.iter().find(|byte| !byte.is_ascii_digit()).is_none_or(is_blank),
        None => status.size <= text.len() as i64 && text.iter().all(is_blank),
    })
}

/// An existing pid file, opened for asking.
pub struct PidFile<'a> {
    pub name: &'a CStr,
    pub descriptor: Descriptor,
    pub status: Status,
    place: Place,
}

impl PidFile<'_> {
    /// `None` where there is none.
    pub fn open(name: &CStr) -> Result<Option<PidFile<'_>>> {
        let step = Step::PidFile;
        let failed = |errno| Error::on(step, name, errno);
        let (opened, link_owner) = match Place::open(name, false) {
            // A user's own link to a file of the same user is no attack: the owners are compared below.
            Err(Refusal::ForeignLink(owner)) => (Place::open(name, true), Some(owner)),
            opened => (opened, None),
        };
        let place = match opened {
            Ok(place) => place,
            Err(Refusal::Errno(Errno::ENOENT)) => return Ok(None),
            Err(refusal) => return Err(refused(step, name, refusal)),
        };
        let descriptor = match place.open_file(file::READ) {
            Ok(descriptor) => descriptor,
            Err(Errno::ENOENT) => return Ok(None),
            Err(errno) => return Err(failure(step, name, errno)),
        };
        let status = file::status(descriptor.as_raw_fd()).map_err(failed)?;
        if let Some(owner) = link_owner.filter(|&owner| owner != status.owner) {
            return Err(refused(step, name, Refusal::ForeignLink(owner)));
        }
        if status.is_directory() {
            return Err(Error::because(step, name, Errno::EISDIR, "is a directory"));
        }
        if !status.is_regular() {
            return Err(Error::because(step, name, Errno::EINVAL, "is not a plain file"));
        }
        if status.links > 1 {
            return Err(Error::because(step, name, Errno::EMLINK, "has another hard link"));
        }
        Ok(Some(PidFile { name, descriptor, status, place }))
    }

    pub fn holder(&self) -> Result<Holder> {
        holder(self.descriptor.as_raw_fd()).map_err(|errno| Error::on(Step::PidFile, self.name, errno))
    }

    /// The pid in it.
    pub fn pid(&self) -> Option<Pid> {
        read_pid(self.descriptor.as_raw_fd())
    }

    /// Can nobody but root and the caller write to the file, or put another one in its place?
    pub fn is_safe(&self) -> bool {
        let is_safe = |status: &Status| is_trusted(status.owner) && status.mode & 0o022 == 0;
        is_safe(&self.status) && self.place.directory_status().is_ok_and(|directory| is_safe(&directory))
    }

    /// Removes the file of the daemon with this pid, which has ended without removing it. Does nothing if somebody
    /// holds the file again.
    pub fn remove_left_behind(&self, pid: Pid) {
        let Ok(descriptor) = self.place.open_file(file::READ_WRITE) else { return };
        let fd = descriptor.as_raw_fd();
        let is_same = file::is_open_as(fd, self.status.identity);
        if !is_same || !matches!(lock::try_lock(fd), Ok(Some(_))) || read_pid(fd).is_some_and(|left| left != pid) {
            return;
        }
        let _ = file::truncate(fd, 0);
        if self.can_be_made_again() {
            self.place.remove(self.status.identity);
        }
    }

    /// Could the next start create the file? If its owner may not create files in the directory, it has to stay.
    fn can_be_made_again(&self) -> bool {
        let owner = self.status.owner;
        is_trusted(owner) || self.place.directory_status().is_ok_and(|directory| directory.owner == owner)
    }
}
