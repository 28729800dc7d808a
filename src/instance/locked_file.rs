//! Pid and lock files: created if need be, locked, and written under the lock.

use core::ffi::{CStr, c_int};
use core::fmt::Write;

use super::holder::{self, Holder};
use crate::error::{Error, Line, Name, Result, Step};
use crate::memory::CString;
use crate::memory::path::{absolute, enter_root, resolve};
use crate::sys::Errno;
use crate::sys::fd::Descriptor;
use crate::sys::file::{self, Identity, Status};
use crate::sys::process::Pid;

/// Not writable by group or others, whatever the umask.
const MODE: u32 = 0o644;

/// Where a file is, and which.
pub struct Place {
    path: CString,
    identity: Identity,
}

impl Place {
    /// Does the path still mean the file?
    fn is_current(&self) -> bool {
        is_at(self.path.as_c_str(), self.identity)
    }

    /// Is the file what is open as `fd`?
    pub fn is_open_as(&self, fd: c_int) -> bool {
        file::status(fd).is_ok_and(|status| status.identity == self.identity)
    }

    /// Empties the file, open and locked as `fd`, and removes it as far as privileges go.
    pub fn remove(&self, fd: c_int) {
        let _ = file::truncate(fd, 0);
        if self.is_current() {
            let _ = file::remove(self.path.as_c_str());
        }
    }
}

/// A file that this process holds locked.
pub struct LockedFile {
    step: Step,
    descriptor: Descriptor,
    place: Place,
    created: bool,
    /// The pid that was in it.
    stale: Option<Pid>,
}

/// A failure with the kernel's words, or better ones where these mislead.
pub fn failure(step: Step, name: &CStr, errno: Errno) -> Error {
    match errno {
        Errno::ELOOP => Error::because(step, name, errno, "is a symbolic link"),
        errno => Error::on(step, name, errno),
    }
}

impl LockedFile {
    /// Opens and locks a lock file, creating it where there is none.
    pub fn lock(name: &CStr) -> Result<LockedFile> {
        LockedFile::open(Step::LockFile, name)
    }

    /// The same with a pid file. A stale pid stays in it until `write`: meanwhile the second lock says that it is not to be read.
    pub fn lock_for_pid(name: &CStr) -> Result<LockedFile> {
        LockedFile::open(Step::PidFile, name)
    }

    fn open(step: Step, name: &CStr) -> Result<LockedFile> {
        let lost = |errno| failure(step, name, errno);
        let path = absolute(name).map_err(lost)?;
        loop {
            let flags = file::READ_WRITE | file::UNFOLLOWED;
            let (descriptor, created) = file::open_or_create(name, flags, MODE).map_err(lost)?;
            let fd = descriptor.as_raw_fd();
            let status = file::status(fd).map_err(lost)?;
            check_kind(step, name, &status)?;
            match file::try_lock(fd) {
                Ok(true) => {}
                Ok(false) => return Err(held(step, name, fd)),
                Err(errno) => {
                    if created {
                        file::remove_if_empty(fd, name);
                    }
                    return Err(lost(errno));
                }
            }
            // Its last holder may have removed it between the opening and the lock.
            if is_at(name, status.identity) {
                let place = Place { path, identity: status.identity };
                let stale = holder::read_pid(fd);
                return Ok(LockedFile { step, descriptor, place, created, stale });
            }
        }
    }

    pub fn is(&self, identity: Identity) -> bool {
        self.place.identity == identity
    }

    /// Has the file called what it is called without symbolic links.
    pub fn resolve(&mut self) {
        resolve(&mut self.place.path);
    }

    /// From now on `root` is the root directory.
    pub fn enter_root(&mut self, root: &CStr) {
        enter_root(&mut self.place.path, root);
    }

    /// Takes from group and others the right to write to a file of before: who can write a pid there has it signalled.
    pub fn protect(&self) {
        if let Ok(status) = file::status(self.as_raw_fd()) {
            file::withdraw_write(self.as_raw_fd(), &status);
        }
    }

    /// Writes the pid, and only then tells that the start is over.
    pub fn write(&self, pid: Pid) -> Result<()> {
        let mut text = Line::new();
        // A line has room for every number.
        let _ = writeln!(text, "{pid}");
        let text = text.bytes();
        let written = match file::write_at_start(self.as_raw_fd(), text) {
            Ok(length) if length == text.len() => file::truncate(self.as_raw_fd(), length as i64),
            Ok(_) => Err(Errno::ENOSPC),
            Err(errno) => Err(errno),
        };
        written
            .and_then(|()| file::unlock_starting(self.as_raw_fd()))
            .map_err(|errno| failure(self.step, self.place.path.as_c_str(), errno))
    }

    /// After a failed start, under the lock: a file that it made or wrote to goes.
    pub fn undo(&self) {
        let fd = self.as_raw_fd();
        if (self.created || holder::read_pid(fd) != self.stale) && self.place.is_current() {
            self.place.remove(fd);
        }
    }

    pub fn as_raw_fd(&self) -> c_int {
        self.descriptor.as_raw_fd()
    }

    /// The open descriptor, and where the file is.
    pub fn into_parts(self) -> (c_int, Place) {
        (self.descriptor.into_raw_fd(), self.place)
    }
}

fn check_kind(step: Step, name: &CStr, status: &Status) -> Result<()> {
    if !status.is_regular() {
        return Err(Error::because(step, name, Errno::EINVAL, "is not a plain file"));
    }
    // Another name of some other file, put there for us to overwrite it.
    if status.links > 1 {
        return Err(Error::because(step, name, Errno::EMLINK, "has another hard link"));
    }
    Ok(())
}

/// Does `name` still mean the file with this identity?
pub fn is_at(name: &CStr, identity: Identity) -> bool {
    file::status_of_path(name).is_ok_and(|status| status.identity == identity)
}

fn held(step: Step, name: &CStr, fd: c_int) -> Error {
    let why = match holder::holder(fd) {
        Ok(Holder::Daemon(pid)) if step == Step::PidFile => {
            return Error::new(Errno::EAGAIN, step, format_args!("{step} {}: held by process {pid}", Name(name)));
        }
        Ok(Holder::Starting) if step == Step::PidFile => "held by a process that is just starting",
        _ => "held by another process",
    };
    Error::because(step, name, Errno::EAGAIN, why)
}
