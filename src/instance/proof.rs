//! Whether a process holds the lock on a pid file. The pid in the file does not prove it: everybody who can write to
//! the file may have written it. /proc proves it.

use core::ffi::CStr;
use core::ops::ControlFlow;

use super::process_handle::ProcessHandle;
use crate::error::Result;
use crate::sys::Errno;
use crate::sys::directory::{self, Directory};
use crate::sys::fd::Descriptor;
use crate::sys::file::Identity;
use crate::sys::lock::{self, MARK, Mark};
use crate::sys::lock_line::Kind;
use crate::sys::proc_files::{self, Text};
use crate::sys::process::Pid;
use crate::sys::text::{ShortText, leading_octal};

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// It holds the lock.
    Holds,
    /// It does not.
    HoldsNot,
    /// This process may not look at the other's descriptors, and the list of all locks does not prove it.
    Hidden,
    /// There is no /proc that says who holds locks.
    None,
}

/// What a process's open files say.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Look {
    Holds,
    HoldsNot,
    Refused,
}

/// Which lock is to be found.
#[derive(Clone, Copy)]
struct Wanted {
    identity: Identity,
    kind: lock::Kind,
    /// How /proc numbers the process.
    number: Pid,
}

/// Does `handle` hold the lock of that kind on the file that is open as `descriptor`?
pub fn of(
    handle: &ProcessHandle,
    descriptor: &Descriptor,
    identity: Identity,
    kind: lock::Kind,
) -> Result<Proof, Errno> {
    let Some(number) = handle.number else { return Ok(Proof::None) };
    let mut look = look_at(handle, identity, kind)?;
    if look == Look::HoldsNot {
        // The process may have moved the descriptor while it was looked at.
        look = look_at(handle, identity, kind)?;
    }
    if look == Look::Holds {
        return Ok(Proof::Holds);
    }
    let Some(key) = Key::of(descriptor)? else { return Ok(Proof::None) };
    match look {
        Look::Refused => match Listed::of(&key)? {
            // A daemon holds both kinds of lock. The one of flock(2) alone could belong to anybody who may read the
            // file.
            Some(listed) if listed.range && listed.whole == Some(number) => Ok(Proof::Holds),
            Some(_) => Ok(Proof::Hidden),
            None => Ok(Proof::None),
        },
        _ => Ok(Proof::HoldsNot),
    }
}

/// Does a process have that file open, and locked by flock(2)?
pub fn holds_whole(handle: &ProcessHandle, identity: Identity) -> Result<bool, Errno> {
    Ok(look_at(handle, identity, lock::Kind::Whole)? == Look::Holds)
}

fn look_at(handle: &ProcessHandle, identity: Identity, kind: lock::Kind) -> Result<Look, Errno> {
    match (&handle.directory, handle.number) {
        (Some(directory), Some(number)) => look_everywhere(directory, Wanted { identity, kind, number }),
        // Hidden from this user.
        _ => Ok(Look::Refused),
    }
}

/// Looks at all that the process has open. Each of its threads may have a descriptor table of its own, and the first
/// thread may have ended.
fn look_everywhere(process: &Directory, wanted: Wanted) -> Result<Look, Errno> {
    let look = look_through(process, c"fdinfo", c"fd", wanted)?;
    if look != Look::HoldsNot {
        return Ok(look);
    }
    let threads = match process.list(c"task") {
        Ok(threads) => threads,
        Err(errno) => return refused_or(errno),
    };
    let mut result = Ok(Look::HoldsNot);
    directory::for_each_number(&threads, &mut |thread| {
        if thread == wanted.number {
            return ControlFlow::Continue(());
        }
        let details = ShortText::with_number("task/", thread.into(), "/fdinfo");
        let files = ShortText::with_number("task/", thread.into(), "/fd");
        result = look_through(process, details.as_c_str(), files.as_c_str(), wanted);
        if matches!(result, Ok(Look::HoldsNot)) { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })
    .or_else(|errno| refused_or(errno).map(drop))?;
    result
}

/// A process that has ended meanwhile holds nothing.
fn refused_or(errno: Errno) -> Result<Look, Errno> {
    match errno {
        Errno::EACCES | Errno::EPERM => Ok(Look::Refused),
        Errno::ENOENT | Errno::ESRCH => Ok(Look::HoldsNot),
        errno => Err(errno),
    }
}

fn look_through(process: &Directory, details: &CStr, files: &CStr, wanted: Wanted) -> Result<Look, Errno> {
    let opened =
        process.open_in(details).and_then(|details| Ok((details.list(c".")?, details, process.open_in(files)?)));
    let (list, details, files) = match opened {
        Ok(opened) => opened,
        // Hidden from this user, if it has not ended.
        Err(Errno::ENOENT) => return Ok(Look::Refused),
        Err(errno) => return refused_or(errno),
    };
    let mut result = Ok(Look::HoldsNot);
    directory::for_each_number(&list, &mut |descriptor| {
        let name = ShortText::with_number("", descriptor.into(), "");
        result = match Text::in_directory(&details, name.as_c_str()) {
            Ok(text) if shows_lock(&text, wanted) => match files.status_behind(name.as_c_str()) {
                Ok(status) if status.identity == wanted.identity => Ok(Look::Holds),
                Ok(_) => Ok(Look::HoldsNot),
                Err(errno) => refused_or(errno),
            },
            Ok(_) => Ok(Look::HoldsNot),
            Err(errno) => refused_or(errno),
        };
        if matches!(result, Ok(Look::HoldsNot)) { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })
    .or_else(|errno| refused_or(errno).map(drop))?;
    result
}

/// Does the descriptor show the daemon's lock? Then it is open for writing. If there is a lock of flock(2), too, this
/// process must have taken it: otherwise it has only inherited the descriptor.
fn shows_lock(text: &Text, wanted: Wanted) -> bool {
    let can_write = text.value(b"flags").and_then(leading_octal).is_some_and(|flags| flags & 0o3 != 0);
    let mut range = false;
    let mut whole = None;
    for lock in text.locks().filter(|lock| lock.is_for_writing) {
        match lock.kind {
            Kind::Description => range |= lock.start == 0,
            Kind::Whole => whole = Some(lock.pid),
            Kind::Process => {}
        }
    }
    can_write
        && match wanted.kind {
            lock::Kind::Ranges => range && whole.is_none_or(|pid| pid == wanted.number),
            lock::Kind::Whole => whole.is_some(),
        }
}

/// How the kernel names a file in its lists of locks. That is not always what fstat(2) says.
pub struct Key {
    bytes: [u8; Key::SIZE],
    length: usize,
}

impl Key {
    const SIZE: usize = 64;

    /// Finds the name by setting a lock of this process's own and looking for that. `None` where /proc does not show
    /// it.
    pub fn of(descriptor: &Descriptor) -> Result<Option<Key>, Errno> {
        let Ok(_mark) = Mark::set(descriptor) else { return Ok(None) };
        let text = match proc_files::of_own_descriptor(descriptor.as_raw_fd()) {
            Ok(text) => text,
            Err(errno @ (Errno::EMFILE | Errno::ENFILE | Errno::ENOMEM)) => return Err(errno),
            Err(_) => return Ok(None),
        };
        let Some(mark) = text.locks().find(|lock| lock.kind == Kind::Process && lock.start == MARK) else {
            return Ok(None);
        };
        let mut key = Key { bytes: [0; Key::SIZE], length: mark.file.len() };
        key.bytes.iter_mut().zip(mark.file).for_each(|(place, &byte)| *place = byte);
        Ok(Some(key))
    }

    fn is(&self, file: &[u8]) -> bool {
        self.bytes.get(..self.length) == Some(file)
    }
}

/// What the list of all locks, which everybody may read, says of a file.
pub struct Listed {
    /// Has an open file description on this machine the lock that a daemon takes?
    pub range: bool,
    /// Who has taken the lock of flock(2), as far as this pid namespace shows it.
    pub whole: Option<Pid>,
}

impl Listed {
    /// `None` where there is no list.
    pub fn of(key: &Key) -> Result<Option<Listed>, Errno> {
        let mut listed = Listed { range: false, whole: None };
        let read = proc_files::for_each_lock(|lock| {
            if lock.is_for_writing && key.is(lock.file) {
                match lock.kind {
                    Kind::Description => listed.range |= lock.start == 0,
                    Kind::Whole => listed.whole = Some(lock.pid),
                    Kind::Process => {}
                }
            }
        });
        match read {
            Ok(()) => Ok(Some(listed)),
            Err(errno @ (Errno::EMFILE | Errno::ENFILE | Errno::ENOMEM)) => Err(errno),
            Err(_) => Ok(None),
        }
    }
}
