//! Pid and lock files. They are created where missing, locked, and written only under the lock.

use core::ffi::{CStr, c_int};

use super::holder;
use super::place::{Place, failure, refused};
use super::replacement::{self, Replacement};
use super::running::{self, Running};
use crate::error::{Error, Numbered, Object, Result, Step};
use crate::sys::Errno;
use crate::sys::credentials::Uid;
use crate::sys::fd::{self, Descriptor};
use crate::sys::file::{self, Identity, Status};
use crate::sys::lock::{self, Part, Writer};
use crate::sys::path_resolution;
use crate::sys::process::Pid;
use crate::sys::text::ShortText;

/// Which file a daemon is to hold.
pub struct Wanted<'a> {
    /// A pid file or a lock file.
    pub step: Step,
    pub name: &'a CStr,
    /// The mode that it gets. The umask does not count.
    pub mode: u32,
    /// The daemon's user, if the daemon changes its user.
    pub user: Option<Uid>,
    /// Whether it stays open, and locked, over an exec.
    pub keep_over_exec: bool,
}

/// How often the file is opened again because it has been replaced meanwhile.
const TRIES: usize = 1000;

/// A file that this process holds locked.
pub struct LockedFile<'a> {
    wanted: Wanted<'a>,
    descriptor: Descriptor,
    place: Place,
    identity: Identity,
    kind: lock::Kind,
    created: bool,
    former_mode: u32,
    /// The pid that was in it.
    stale: Option<Pid>,
}

impl<'a> LockedFile<'a> {
    /// Opens and locks the file, and creates it where there is none. A stale pid stays in it until `write`. Until then
    /// the second lock tells others not to read it.
    pub fn lock(wanted: Wanted<'a>) -> Result<LockedFile<'a>> {
        let place = Place::open(wanted.name, false).map_err(|refusal| refused(wanted.step, wanted.name, refusal))?;
        for _ in 0..TRIES {
            let opened = place.open_or_create(place.name());
            let (descriptor, created) = opened.map_err(|errno| failure(wanted.step, wanted.name, errno))?;
            match wanted.take(&place, &descriptor, created) {
                Ok(Some(Taken { another, identity, kind, former_mode, stale })) => {
                    let created = created || another.is_some();
                    let descriptor = another.unwrap_or(descriptor);
                    return Ok(LockedFile { wanted, descriptor, place, identity, kind, created, former_mode, stale });
                }
                // The file has changed meanwhile.
                Ok(None) => {}
                Err(error) => {
                    if created {
                        place.discard(place.name(), descriptor.as_raw_fd());
                    }
                    return Err(error);
                }
            }
        }
        Err(wanted.refused(Errno::EAGAIN, "is replaced by others again and again"))
    }

    pub fn is(&self, identity: Identity) -> bool {
        self.identity == identity
    }

    /// Replaces the file's path by its path without symbolic links.
    pub fn resolve(&mut self) -> Result<()> {
        self.place.resolve().map_err(|errno| Error::on(self.wanted.step, self.wanted.name, errno))
    }

    /// From now on `root` is the root directory.
    pub fn enter_root(&mut self, root: &CStr) {
        self.place.enter_root(root);
    }

    /// In the daemon: takes the lock of flock(2), and then lets others read the file. flock(1) and cleaners of /tmp
    /// look for that lock, and the kernel tells who holds it. It does not matter if another process holds it.
    pub fn show(&self) -> Result<()> {
        let fd = self.as_raw_fd();
        let failed = |errno| Error::on(self.wanted.step, self.wanted.name, errno);
        let _ = lock::lock_whole(fd);
        if self.wanted.keep_over_exec {
            fd::keep_over_exec(fd).map_err(failed)?;
        }
        if self.former_mode == self.wanted.mode {
            return Ok(());
        }
        match file::set_mode(fd, self.wanted.mode) {
            Err(errno) if self.created => Err(failed(errno)),
            // The caller may not have the right to change a file that was there before.
            _ => Ok(()),
        }
    }

    /// Closes the directory, or notes that it has been closed with the daemon's other descriptors.
    pub fn release_directory(&mut self, is_closed: bool) {
        self.place.release_directory(is_closed);
    }

    /// Writes the pid, and then gives up the second lock: the start is over.
    pub fn write(&self, pid: Pid) -> Result<()> {
        let text = ShortText::with_number("", pid.into(), "\n");
        let text = text.as_c_str().to_bytes();
        let written = match file::write_at_start(self.as_raw_fd(), text) {
            Ok(length) if length == text.len() => file::truncate(self.as_raw_fd(), length as i64),
            Ok(_) => Err(Errno::ENOSPC),
            Err(errno) => Err(errno),
        };
        let told = written.and_then(|()| match self.kind {
            lock::Kind::Ranges => lock::unlock_starting(self.as_raw_fd()),
            lock::Kind::Whole => Ok(()),
        });
        told.map_err(|errno| failure(self.wanted.step, self.wanted.name, errno))
    }

    /// After a failed start, under the lock: removes a file that it has made or written to.
    pub fn undo(&self) {
        let fd = self.as_raw_fd();
        if self.created || holder::read_pid(fd) != self.stale {
            if self.place.is(self.identity) != Ok(false) {
                let _ = file::truncate(fd, 0);
                self.place.remove(self.identity);
            }
        } else if file::status(fd).is_ok_and(|status| status.permissions() != self.former_mode) {
            let _ = file::set_mode(fd, self.former_mode);
        }
    }

    pub fn as_raw_fd(&self) -> c_int {
        self.descriptor.as_raw_fd()
    }

    /// The open descriptor, and which file it is and where.
    pub fn into_parts(self) -> (c_int, Place, Identity) {
        (self.descriptor.into_raw_fd(), self.place, self.identity)
    }
}

/// A file that has just been locked.
struct Taken {
    /// The new file that has replaced the one that was opened.
    another: Option<Descriptor>,
    identity: Identity,
    kind: lock::Kind,
    former_mode: u32,
    stale: Option<Pid>,
}

impl Wanted<'_> {
    /// Locks the file, or a new one in its place; `None` where it has changed meanwhile.
    fn take(&self, place: &Place, descriptor: &Descriptor, created: bool) -> Result<Option<Taken>> {
        let failed = |errno| Error::on(self.step, self.name, errno);
        let fd = descriptor.as_raw_fd();
        let status = file::status(fd).map_err(failed)?;
        self.check(&status, created)?;
        let Some(kind) = self.lock(fd)? else {
            // Those who may only read the file must not be able to prevent the start: a new file replaces it.
            return match replacement::replace(place, fd, status.identity) {
                Ok(replacement) => Ok(replacement.map(|Replacement { descriptor, identity, kind }| Taken {
                    another: Some(descriptor),
                    identity,
                    kind,
                    former_mode: 0o600,
                    stale: None,
                })),
                Err(_) => Err(self.refused(Errno::EAGAIN, "locked for reading by another process")),
            };
        };
        // Its last holder may have removed it after it was opened here and before it was locked.
        if !place.is(status.identity).map_err(failed)? {
            return Ok(None);
        }
        if self.step == Step::PidFile {
            if !holder::could_be_pid_file(fd, &status).map_err(failed)? {
                return Err(self.refused(Errno::EINVAL, "holds something that is no pid"));
            }
            match (kind, holder::read_pid(fd)) {
                (lock::Kind::Ranges, Some(pid)) if running::holds_whole(pid, &status).map_err(failed)? => {
                    return Err(self.held_by(pid));
                }
                (lock::Kind::Ranges, _) => {}
                // With this kind there is no second lock that tells others not to read the pid.
                (lock::Kind::Whole, _) => file::truncate(fd, 0).map_err(failed)?,
            }
        }
        let (identity, former_mode, stale) = (status.identity, status.permissions(), holder::read_pid(fd));
        Ok(Some(Taken { another: None, identity, kind, former_mode, stale }))
    }

    /// `None` where others have the file locked for reading.
    fn lock(&self, fd: c_int) -> Result<Option<lock::Kind>> {
        let failed = |errno| Error::on(self.step, self.name, errno);
        if let Some(kind) = lock::try_lock(fd).map_err(failed)? {
            return Ok(Some(kind));
        }
        match lock::writer(fd, Part::Both).map_err(failed)? {
            Some(writer) => Err(self.held(fd, writer)),
            // The holder may have ended in between.
            None => lock::try_lock(fd).map_err(failed),
        }
    }

    fn check(&self, status: &Status, created: bool) -> Result<()> {
        if !status.is_regular() {
            return Err(self.refused(Errno::EINVAL, "is not a plain file"));
        }
        // Somebody may have linked another file here, to have it overwritten.
        if status.links > 1 {
            return Err(self.refused(Errno::EMLINK, "has another hard link"));
        }
        let owner = status.owner;
        if !created && !path_resolution::is_trusted(owner) && self.user != Some(owner) {
            return Err(Error::foreign(self.step, self.name, "", owner));
        }
        Ok(())
    }

    fn held(&self, fd: c_int, writer: Writer) -> Error {
        match writer {
            Writer::Process(pid) if pid > 0 => self.held_by(pid),
            _ if self.step != Step::PidFile => self.refused(Errno::EAGAIN, "held by another process"),
            _ if matches!(lock::held(fd, Part::Starting), Ok(Some(_))) => {
                self.refused(Errno::EAGAIN, "held by a daemon that is just starting or ending")
            }
            _ => match Running::find(self.name) {
                Ok(Some(daemon)) => self.held_by(daemon.process.pid),
                _ => self.refused(Errno::EAGAIN, "held by another process"),
            },
        }
    }

    fn held_by(&self, pid: Pid) -> Error {
        let why = Numbered("held by process ", pid.into());
        Error::of(Errno::EAGAIN, self.step, Object::Name(self.name), &why)
    }

    fn refused(&self, errno: Errno, why: &str) -> Error {
        Error::because(self.step, self.name, errno, why)
    }
}
