//! Where a file of the daemon is: its directory, which is opened once, and its name there. So nobody who may rename
//! directories of the path can have another file removed.

use core::ffi::{CStr, c_int};

use crate::error::{Error, Step};
use crate::memory::CString;
use crate::memory::path::{absolute, enter_root, resolve, split};
use crate::sys::directory::Directory;
use crate::sys::fd::Descriptor;
use crate::sys::file::{self, Identity, Status};
use crate::sys::path_resolution::Refusal;
use crate::sys::{Errno, lock};

type Result<T, E = Errno> = core::result::Result<T, E>;

pub struct Place {
    /// Open until the daemon's descriptors are closed.
    directory: Option<Directory>,
    directory_identity: Identity,
    /// The directory's path, absolute and with `/.` at its end; empty where it is outside of the root directory.
    path: CString,
    name: CString,
}

/// Opens the caller's own file although its mode lets nobody write to it: a former daemon may have given it that mode.
fn open_unwritable(directory: &Directory, name: &CStr, flags: c_int) -> Result<Descriptor> {
    const WRITABLE: u32 = 0o200;
    let file = directory.open_file(name, file::READ | file::UNFOLLOWED)?;
    let mode = file::status(file.as_raw_fd())?.permissions();
    if mode & WRITABLE != 0 {
        return Err(Errno::EACCES);
    }
    file::set_mode(file.as_raw_fd(), mode | WRITABLE)?;
    let opened = directory.open_file(name, flags);
    let _ = file::set_mode(file.as_raw_fd(), mode);
    opened
}

impl Place {
    /// Opens the directory of `path`. Without `trusting`, a symbolic link in it that belongs to a stranger is refused.
    pub fn open(path: &CStr, trusting: bool) -> Result<Place, Refusal> {
        let (directory, name) = split(path).map_err(Errno::from)?;
        if name.is_empty() {
            return Err(Errno::EISDIR.into());
        }
        let name = CString::copy(name).map_err(Errno::from)?;
        let path = absolute(directory.as_c_str())?;
        let directory = directory.as_c_str();
        let opened = if trusting { Directory::open(directory)? } else { Directory::open_trusted(directory)? };
        Ok(Place { directory_identity: opened.status()?.identity, directory: Some(opened), path, name })
    }

    /// The same for the path of a directory, which may end in slashes.
    pub fn of_directory(path: &CStr) -> Result<Place, Refusal> {
        let bytes = path.to_bytes();
        let length = bytes.iter().rposition(|&byte| byte != b'/').map_or(0, |last| last + 1);
        let path = match bytes.get(..length) {
            Some(path) if length > 0 => CString::concat(&[path]),
            _ => CString::copy(c"/."),
        };
        let path = path.map_err(Errno::from)?;
        Place::open(path.as_c_str(), false)
    }

    pub fn name(&self) -> &CStr {
        self.name.as_c_str()
    }

    /// The directory, as long as it is open.
    fn directory(&self) -> Result<&Directory> {
        self.directory.as_ref().ok_or(Errno::EBADF)
    }

    /// The directory, opened again by its path, where it must still be the same one.
    fn open_again(&self) -> Result<Directory> {
        let directory = Directory::open(self.path.as_c_str())?;
        if directory.status()?.identity == self.directory_identity { Ok(directory) } else { Err(Errno::ENOENT) }
    }

    /// Opens what is there; a link is not followed.
    pub fn open_file(&self, flags: c_int) -> Result<Descriptor> {
        self.directory()?.open_file(self.name(), flags | file::UNFOLLOWED)
    }

    /// Opens the file, or creates it; says whether it was created. Only its owner may open a new one at first.
    pub fn open_or_create(&self, name: &CStr) -> Result<(Descriptor, bool)> {
        let flags = file::READ_WRITE | file::UNFOLLOWED;
        let directory = self.directory()?;
        match directory.open_or_create(name, flags, 0o600) {
            Err(Errno::EACCES) => {
                open_unwritable(directory, name, flags).map(|opened| (opened, false)).map_err(|_| Errno::EACCES)
            }
            result => result,
        }
    }

    /// Is `name` in this directory that file?
    pub fn means(&self, name: &CStr, identity: Identity) -> Result<bool> {
        match self.directory()?.status_of(name) {
            Ok(status) => Ok(status.identity == identity),
            Err(Errno::ENOENT) => Ok(false),
            Err(errno) => Err(errno),
        }
    }

    /// Is that file still at this place?
    pub fn is(&self, identity: Identity) -> Result<bool> {
        self.means(self.name(), identity)
    }

    /// The status of what is there: first without following a link, then with it.
    pub fn statuses(&self) -> Result<(Status, Status)> {
        let directory = self.directory()?;
        Ok((directory.status_of(self.name())?, directory.status_behind(self.name())?))
    }

    /// Makes a directory there, which nobody else may enter yet.
    pub fn make_directory(&self) -> Result<()> {
        self.directory()?.make_directory(self.name(), 0o700)
    }

    /// Removes the directory there, if it is empty.
    pub fn remove_directory(&self) {
        let _ = self.directory().and_then(|directory| directory.remove_directory(self.name()));
    }

    /// Is anything there?
    pub fn is_there(&self) -> bool {
        self.directory().is_ok_and(|directory| !matches!(directory.status_of(self.name()), Err(Errno::ENOENT)))
    }

    /// The status of the directory.
    pub fn directory_status(&self) -> Result<Status> {
        self.directory()?.status()
    }

    /// Replaces what is there by the file called `name`.
    pub fn replace_by(&self, name: &CStr) -> Result<()> {
        self.directory()?.rename(name, self.name())
    }

    /// Removes `name` from the directory if it is that file.
    fn remove_name(&self, name: &CStr, identity: Identity) -> Result<()> {
        match &self.directory {
            Some(directory) => remove_from(directory, name, identity),
            None => remove_from(&self.open_again()?, name, identity),
        }
    }

    /// Removes the file if the privileges allow it and it is still the same one. Tries twice, because a call can fail
    /// for a moment.
    pub fn remove(&self, identity: Identity) {
        let _ = self.remove_name(self.name(), identity).or_else(|_| self.remove_name(self.name(), identity));
    }

    /// The same in a process that is ending. If it has no descriptor left to open the directory, it makes that its
    /// working directory.
    pub fn remove_at_end(&self, identity: Identity) {
        let removed = self.remove_name(self.name(), identity);
        if removed != Err(Errno::EMFILE) && removed != Err(Errno::ENFILE) {
            return;
        }
        let is = |name, identity| file::status_of_path(name).is_ok_and(|status| status.identity == identity);
        if file::change_directory(self.path.as_c_str()).is_ok()
            && is(c".", self.directory_identity)
            && is(self.name(), identity)
        {
            let _ = file::remove(self.name());
        }
    }

    /// Removes a file that was created in vain and is open as `fd`, unless another start has locked it by now.
    pub fn discard(&self, name: &CStr, fd: c_int) {
        let Ok(status) = file::status(fd) else { return };
        if lock::try_lock(fd) != Ok(None) && status.size == 0 {
            let _ = self.remove_name(name, status.identity);
        }
    }

    /// Replaces the directory's path by its path without symbolic links.
    pub fn resolve(&mut self) -> Result<()> {
        resolve(&mut self.path);
        self.path = CString::concat(&[self.path.as_c_str().to_bytes(), b"/."])?;
        Ok(())
    }

    /// From now on `root` is the root directory.
    pub fn enter_root(&mut self, root: &CStr) {
        enter_root(&mut self.path, root);
    }

    /// From now on the directory is opened again by its path, to remove the file. `is_closed` says that its descriptor
    /// has been closed already.
    pub fn release_directory(&mut self, is_closed: bool) {
        let directory = self.directory.take();
        if is_closed {
            core::mem::forget(directory);
        }
    }
}

/// A failure with the kernel's words, or better ones where these mislead.
pub fn failure(step: Step, name: &CStr, errno: Errno) -> Error {
    match errno {
        Errno::ELOOP => Error::because(step, name, errno, "is a symbolic link"),
        errno => Error::on(step, name, errno),
    }
}

/// Why the directory of a file was not opened.
pub fn refused(step: Step, name: &CStr, refusal: Refusal) -> Error {
    match refusal {
        Refusal::Errno(errno) => Error::on(step, name, errno),
        Refusal::ForeignLink(owner) => Error::foreign(step, name, "a symbolic link on the way ", owner),
    }
}

fn remove_from(directory: &Directory, name: &CStr, identity: Identity) -> Result<()> {
    if directory.status_of(name)?.identity == identity { directory.remove(name) } else { Ok(()) }
}
