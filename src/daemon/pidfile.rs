//! Pid and lock files: taken under a lock that lives as long as the daemon, and cleaned up at its end.

use core::ffi::{CStr, c_int};

use crate::error::{Failed, Outcome, decimal, failed_as, failed_because, failed_on};
use crate::memory::Name;
use crate::sys::Errno;
use crate::sys::fd::Descriptor;
use crate::sys::file::{self, Identity, Status};
use crate::sys::process::Pid;
use crate::sys::text::{absolute, leading_number};

/// Not writable by group or others, whatever the umask.
const MODE: u32 = 0o644;

/// Where a file is, and which.
pub struct Place {
    pub path: Name,
    identity: Identity,
}

impl Place {
    /// Does the path still mean the file?
    fn holds(&self) -> bool {
        is_at(self.path.as_c_str(), self.identity)
    }

    pub fn is(&self, identity: Identity) -> bool {
        self.identity == identity
    }

    /// Is the file what is open under this number?
    #[inline(never)]
    pub fn is_open_as(&self, number: c_int) -> bool {
        file::status(number).is_ok_and(|status| status.identity == self.identity)
    }

    /// Empties the file, open and locked as `number`, and removes it as far as privileges go.
    pub fn remove(&self, number: c_int) {
        let _ = file::truncate(number, 0);
        if self.holds() {
            let _ = file::remove(self.path.as_c_str());
        }
    }
}

/// A file that this process holds locked.
pub struct LockedFile {
    step: &'static str,
    descriptor: Descriptor,
    pub place: Place,
    created: bool,
    /// The pid that was in it.
    stale: Option<Pid>,
}

/// `step name: reason`, with better words where the kernel's mislead.
#[inline(never)]
fn reason(step: &str, name: &CStr, errno: Errno) -> Failed {
    match errno {
        Errno::ELOOP => failed_because(step, name, errno, "is a symbolic link"),
        errno => failed_on(step, name, errno),
    }
}

impl LockedFile {
    /// Opens and locks a lock file, creating it where there is none.
    pub fn take(name: &CStr) -> Outcome<LockedFile> {
        LockedFile::take_as("lock file", name)
    }

    /// The same with a pid file. A stale pid stays in it until `write`; the second lock says that it is not to be read.
    pub fn take_for_pid(name: &CStr) -> Outcome<LockedFile> {
        LockedFile::take_as("pid file", name)
    }

    fn take_as(step: &'static str, name: &CStr) -> Outcome<LockedFile> {
        let lost = |errno| reason(step, name, errno);
        let path = absolute(name).map_err(lost)?;
        loop {
            let flags = file::READ_WRITE | file::UNFOLLOWED;
            let (descriptor, created) = file::open_or_create(name, flags, MODE).map_err(lost)?;
            let status = file::status(descriptor.number()).map_err(lost)?;
            check_kind(step, name, &status)?;
            match file::try_lock(descriptor.number()) {
                Ok(true) => {}
                Ok(false) => return Err(held(step, name, &descriptor)),
                Err(errno) => {
                    if created {
                        super::streams::remove_unused(descriptor.number(), name);
                    }
                    return Err(lost(errno));
                }
            }
            // Its last holder may have removed it between the opening and the lock.
            if is_at(name, status.identity) {
                let place = Place { path, identity: status.identity };
                let stale = read_pid(descriptor.number());
                return Ok(LockedFile { step, descriptor, place, created, stale });
            }
        }
    }

    /// Takes from group and others the right to write to a file of before: who can write a pid there has it signalled.
    pub fn protect(&self) {
        if let Ok(status) = file::status(self.number()) {
            file::withdraw_write(self.number(), &status);
        }
    }

    /// Writes the pid, and only then tells that the start is over.
    #[inline(never)]
    pub fn write(&self, pid: Pid) -> Outcome<()> {
        let mut digits = [0; 20];
        let mut text = [b'\n'; 21];
        let digits = decimal(pid.into(), &mut digits);
        text.iter_mut().zip(digits).for_each(|(place, digit)| *place = *digit);
        let text = text.get(..digits.len() + 1).unwrap_or(&[]);
        let written = match file::write_at_start(self.number(), text) {
            Ok(length) if length == text.len() => file::truncate(self.number(), length as i64),
            Ok(_) => Err(Errno::ENOSPC),
            Err(errno) => Err(errno),
        };
        written
            .and_then(|()| file::unlock_starting(self.number()))
            .map_err(|errno| reason(self.step, self.place.path.as_c_str(), errno))
    }

    /// After a failed start, under the lock: a file that it made or wrote to goes.
    pub fn undo(&self) {
        if (self.created || read_pid(self.number()) != self.stale) && self.place.holds() {
            self.place.remove(self.number());
        }
    }

    pub fn number(&self) -> c_int {
        self.descriptor.number()
    }

    /// The open descriptor, and where the file is.
    pub fn into_parts(self) -> (c_int, Place) {
        (self.descriptor.into_number(), self.place)
    }
}

fn check_kind(step: &str, name: &CStr, status: &Status) -> Outcome<()> {
    if !status.is_regular() {
        return Err(failed_because(step, name, Errno::EINVAL, "is not a plain file"));
    }
    // Another name of some other file, put there for us to overwrite it.
    if status.links > 1 {
        return Err(failed_because(step, name, Errno::EMLINK, "has another hard link"));
    }
    Ok(())
}

/// Does `name` still mean the file with this identity?
fn is_at(name: &CStr, identity: Identity) -> bool {
    file::status_of_path(name).is_ok_and(|status| status.identity == identity)
}

fn held(step: &'static str, name: &CStr, descriptor: &Descriptor) -> Failed {
    match holder(descriptor.number()) {
        Ok(Holder::Daemon(pid)) if step == "pid file" => {
            failed_as(Errno::EAGAIN, "pid file", "$ %: held by process #", name, pid.into())
        }
        Ok(Holder::Starting) if step == "pid file" => {
            failed_because(step, name, Errno::EAGAIN, "held by a process that is just starting")
        }
        _ => failed_because(step, name, Errno::EAGAIN, "held by another process"),
    }
}

/// Who holds a pid file.
pub enum Holder {
    Nobody,
    Daemon(Pid),
    /// A daemon whose pid is not in the file yet.
    Starting,
}

/// Asks after the holder of an open pid file.
pub fn holder(number: c_int) -> Result<Holder, Errno> {
    loop {
        let pid = read_pid(number);
        if !file::is_locked(number, file::Part::Held)? {
            return Ok(Holder::Nobody);
        }
        if file::is_locked(number, file::Part::Starting)? {
            return Ok(Holder::Starting);
        }
        // Had the holder changed in between, the file would say something else now.
        match pid {
            Some(pid) if read_pid(number) == Some(pid) => return Ok(Holder::Daemon(pid)),
            // Emptied: its daemon is at its end.
            None if read_pid(number).is_none() && file::is_locked(number, file::Part::Held)? => {
                return Ok(Holder::Starting);
            }
            _ => {}
        }
    }
}

/// The pid in a file.
fn read_pid(number: c_int) -> Option<Pid> {
    let mut text = [0; 24];
    let length = file::read_at_start(number, &mut text).ok()?;
    let number = leading_number(text.get(..length)?)?;
    Pid::try_from(number).ok().filter(|&pid| pid > 0)
}

/// An existing pid file, opened for asking; `None` where there is none.
pub fn open_existing(name: &CStr) -> Outcome<Option<Descriptor>> {
    let descriptor = match file::open(name, file::READ | file::UNFOLLOWED, 0) {
        Ok(descriptor) => descriptor,
        Err(Errno::ENOENT) => return Ok(None),
        Err(errno) => return Err(reason("pid file", name, errno)),
    };
    let status = file::status(descriptor.number()).map_err(|errno| reason("pid file", name, errno))?;
    if !status.is_regular() {
        let (errno, why) = match status.is_directory() {
            true => (Errno::EISDIR, "is a directory"),
            false => (Errno::EINVAL, "is not a plain file"),
        };
        return Err(failed_because("pid file", name, errno, why));
    }
    Ok(Some(descriptor))
}

/// Takes away the file that a daemon left behind which had this pid, unless somebody holds it again.
pub fn remove_left_behind(name: &CStr, pid: Pid) {
    let Ok(descriptor) = file::open(name, file::READ_WRITE | file::UNFOLLOWED, 0) else { return };
    let Ok(status) = file::status(descriptor.number()) else { return };
    if status.is_regular()
        && file::try_lock(descriptor.number()) == Ok(true)
        && read_pid(descriptor.number()) == Some(pid)
        && is_at(name, status.identity)
    {
        let _ = file::truncate(descriptor.number(), 0);
        let _ = file::remove(name);
    }
}
