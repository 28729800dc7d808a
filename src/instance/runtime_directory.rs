//! Directories that are made for a daemon where they are missing, as after a restart of the machine.

use core::ffi::CStr;

use super::place::{Place, refused};
use crate::error::{Error, Result, Step};
use crate::sys::Errno;
use crate::sys::credentials::{Gid, Uid};
use crate::sys::file::{self, Identity};
use crate::sys::path_resolution::is_trusted;

/// One that a start has made.
pub struct RuntimeDirectory {
    place: Place,
    identity: Identity,
}

impl RuntimeDirectory {
    /// Makes the directory, with exactly that mode, for `owner`. `None` where it is there already.
    pub fn make(path: &CStr, mode: u32, owner: Option<(Uid, Gid)>) -> Result<Option<RuntimeDirectory>> {
        let failed = |errno| Error::on_for_owner(Step::RuntimeDirectory, path, errno);
        let place = Place::of_directory(path).map_err(|refusal| refused(Step::RuntimeDirectory, path, refusal))?;
        loop {
            match place.make_directory() {
                Ok(()) => break,
                Err(Errno::EEXIST) => match check(path, &place, owner.map(|(user, _)| user)) {
                    // It has gone meanwhile.
                    Err(error) if error.errno() == Errno::ENOENT && !place.is_there() => {}
                    result => return result.map(|()| None),
                },
                Err(errno) => return Err(failed(errno)),
            }
        }
        match prepare(&place, mode, owner) {
            Ok(identity) => Ok(Some(RuntimeDirectory { place, identity })),
            Err(errno) => {
                place.remove_directory();
                Err(failed(errno))
            }
        }
    }

    /// After a failed start, when its files in the directory have been removed: removes the directory, if it is empty.
    pub fn undo(&self) {
        if self.place.is(self.identity) != Ok(false) {
            self.place.remove_directory();
        }
    }

    /// The daemon's descriptors have been closed.
    pub fn release_directory(&mut self, is_closed: bool) {
        self.place.release_directory(is_closed);
    }
}

fn prepare(place: &Place, mode: u32, owner: Option<(Uid, Gid)>) -> Result<Identity, Errno> {
    let directory = place.open_file(file::DIRECTORY)?;
    if let Some((user, group)) = owner {
        file::give(directory.as_raw_fd(), user, group)?;
    }
    file::set_mode(directory.as_raw_fd(), mode)?;
    Ok(file::status(directory.as_raw_fd())?.identity)
}

/// Accepts what is there already without changing it, if it is a directory that belongs to no stranger.
fn check(path: &CStr, place: &Place, user: Option<Uid>) -> Result<()> {
    let step = Step::RuntimeDirectory;
    let (itself, behind) = place.statuses().map_err(|errno| Error::on(step, path, errno))?;
    if !behind.is_directory() {
        return Err(Error::on(step, path, Errno::ENOTDIR));
    }
    for owner in [itself.owner, behind.owner] {
        if !is_trusted(owner) && user != Some(owner) {
            return Err(Error::foreign(step, path, "", owner));
        }
    }
    Ok(())
}
