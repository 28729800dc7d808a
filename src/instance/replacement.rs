//! A new file that replaces one which others have locked for reading. Everybody who may read a file can lock it for
//! reading.
//!
//! This process locks the old file for reading, too, so nobody can lock it for writing meanwhile. Several starts may
//! want to replace it: the one that holds the lock of the new file may. Only the owner can open the new file.

use core::ffi::{CStr, c_int};

use super::place::Place;
use crate::memory::CString;
use crate::sys::fd::Descriptor;
use crate::sys::file::{self, Identity};
use crate::sys::{Errno, credentials, lock};

pub struct Replacement {
    pub descriptor: Descriptor,
    pub identity: Identity,
    pub kind: lock::Kind,
}

/// Puts a new file, locked, in the place of the one that is open as `fd`. `None` when that has changed meanwhile.
pub fn replace(place: &Place, fd: c_int, identity: Identity) -> Result<Option<Replacement>, Errno> {
    if !lock::try_lock_for_reading(fd)? {
        return Ok(None);
    }
    let name = CString::concat(&[b".", place.name().to_bytes(), b".new"])?;
    let name = name.as_c_str();
    let (descriptor, created) = place.open_or_create(name)?;
    let new = descriptor.as_raw_fd();
    let result = lock_and_rename(place, name, new, identity);
    if created && !matches!(result, Ok(Some(_))) {
        place.discard(name, new);
    }
    Ok(result?.map(|(identity, kind)| Replacement { descriptor, identity, kind }))
}

type Locked = (Identity, lock::Kind);

fn lock_and_rename(place: &Place, name: &CStr, fd: c_int, old: Identity) -> Result<Option<Locked>, Errno> {
    let status = file::status(fd)?;
    let is_ours = status.is_regular() && status.links == 1 && status.owner == credentials::effective_user();
    if !is_ours || status.size != 0 {
        return Err(Errno::EEXIST);
    }
    // A start that was killed, under any umask, may have left it behind.
    file::set_mode(fd, 0o600)?;
    let Some(kind) = lock::try_lock(fd)? else { return Err(Errno::EAGAIN) };
    if !place.means(name, status.identity)? || !place.is(old)? {
        return Ok(None);
    }
    place.replace_by(name)?;
    Ok(Some((status.identity, kind)))
}
