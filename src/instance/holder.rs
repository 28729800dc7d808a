//! Who holds a pid file.

use core::ffi::{CStr, c_int};

use super::locked_file::{failure, is_at};
use crate::error::{Error, Result, Step};
use crate::sys::Errno;
use crate::sys::fd::Descriptor;
use crate::sys::file;
use crate::sys::process::Pid;
use crate::sys::text::leading_number;

pub enum Holder {
    Nobody,
    Daemon(Pid),
    /// A daemon whose pid is not in the file yet.
    Starting,
}

/// Asks after the holder of an open pid file.
pub fn holder(fd: c_int) -> Result<Holder, Errno> {
    loop {
        let pid = read_pid(fd);
        if !file::is_locked(fd, file::Part::Held)? {
            return Ok(Holder::Nobody);
        }
        if file::is_locked(fd, file::Part::Starting)? {
            return Ok(Holder::Starting);
        }
        // Had the holder changed in between, the file would say something else now.
        match pid {
            Some(pid) if read_pid(fd) == Some(pid) => return Ok(Holder::Daemon(pid)),
            // Emptied: its daemon is at its end.
            None if read_pid(fd).is_none() && file::is_locked(fd, file::Part::Held)? => {
                return Ok(Holder::Starting);
            }
            _ => {}
        }
    }
}

/// The pid in a file.
pub fn read_pid(fd: c_int) -> Option<Pid> {
    let mut text = [0; 24];
    let length = file::read_at_start(fd, &mut text).ok()?;
    let pid = leading_number(text.get(..length)?)?;
    Pid::try_from(pid).ok().filter(|&pid| pid > 0)
}

/// An existing pid file, opened for asking; `None` where there is none.
pub fn open_existing(name: &CStr) -> Result<Option<Descriptor>> {
    let step = Step::PidFile;
    let descriptor = match file::open(name, file::READ | file::UNFOLLOWED, 0) {
        Ok(descriptor) => descriptor,
        Err(Errno::ENOENT) => return Ok(None),
        Err(errno) => return Err(failure(step, name, errno)),
    };
    let status = file::status(descriptor.as_raw_fd()).map_err(|errno| failure(step, name, errno))?;
    if status.is_directory() {
        return Err(Error::because(step, name, Errno::EISDIR, "is a directory"));
    }
    if !status.is_regular() {
        return Err(Error::because(step, name, Errno::EINVAL, "is not a plain file"));
    }
    Ok(Some(descriptor))
}

/// Takes away the file that a daemon left behind which had this pid, unless somebody holds it again.
pub fn remove_left_behind(name: &CStr, pid: Pid) {
    let Ok(descriptor) = file::open(name, file::READ_WRITE | file::UNFOLLOWED, 0) else { return };
    let fd = descriptor.as_raw_fd();
    let Ok(status) = file::status(fd) else { return };
    if status.is_regular()
        && file::try_lock(fd) == Ok(true)
        && read_pid(fd) == Some(pid)
        && is_at(name, status.identity)
    {
        let _ = file::truncate(fd, 0);
        let _ = file::remove(name);
    }
}
