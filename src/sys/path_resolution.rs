//! Following a path, path_resolution(7), without following a symbolic link that a stranger could have put there.
//!
//! A link counts as root's, as the caller's, or as a stranger's by its owner. Each directory on the way is opened from
//! the one before it, and no name is looked up twice: who may rename directories meanwhile gains nothing.

use core::ffi::{CStr, c_int};

use super::credentials::Uid;
use super::fd::Descriptor;
use super::file::{self, Status};
use super::{Errno, check, check_size, credentials, text::until_nul, uninterrupted};

/// Room for the longest name of a file, NAME_MAX of Linux, and its NUL.
const NAME_SIZE: usize = 256;

/// Why a path was not followed to its end.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    Errno(Errno),
    /// A symbolic link on the way belongs to that user.
    ForeignLink(Uid),
}

impl From<Errno> for Refusal {
    fn from(errno: Errno) -> Refusal {
        Refusal::Errno(errno)
    }
}

const SIZE: usize = libc::PATH_MAX as usize;

/// Where a path is taken apart: large, for a stack of a signal handler.
pub struct PathBuffer([u8; SIZE]);

impl PathBuffer {
    pub const fn new() -> PathBuffer {
        PathBuffer([0; SIZE])
    }

    /// Puts `text` before what is at `end`, and gives its start.
    fn put(&mut self, text: &[u8], end: usize) -> Result<usize, Errno> {
        let start = end.checked_sub(text.len()).ok_or(Errno::ENAMETOOLONG)?;
        let places = self.0.get_mut(start..end).ok_or(Errno::ENAMETOOLONG)?;
        places.iter_mut().zip(text).for_each(|(place, &byte)| *place = byte);
        Ok(start)
    }

    /// Puts what the symbolic link `link` says before what is at `end`, and gives its start.
    fn put_link(&mut self, link: &Descriptor, end: usize) -> Result<usize, Errno> {
        let places = self.0.get_mut(..end).ok_or(Errno::ENAMETOOLONG)?;
        // SAFETY: an empty name means the link itself; the places are valid for writing their whole length.
        let length = check_size(unsafe {
            libc::readlinkat(link.as_raw_fd(), c"".as_ptr(), places.as_mut_ptr().cast(), places.len())
        })?;
        let start = end.checked_sub(length).filter(|&start| start > 0).ok_or(Errno::ENAMETOOLONG)?;
        for offset in (0..length).rev() {
            let byte = places.get(offset).copied().unwrap_or(0);
            if let Some(place) = places.get_mut(start + offset) {
                *place = byte;
            }
        }
        Ok(start)
    }

    fn byte(&self, place: usize) -> u8 {
        self.0.get(place).copied().unwrap_or(0)
    }

    fn set(&mut self, place: usize, byte: u8) {
        if let Some(held) = self.0.get_mut(place) {
            *held = byte;
        }
    }

    /// The text from `start` up to the next NUL.
    fn text(&self, start: usize) -> Result<&CStr, Errno> {
        let bytes = self.0.get(start..).unwrap_or(&[]);
        until_nul(bytes).ok_or(Errno::ENAMETOOLONG)
    }
}

/// The end of a path: a directory that is open, and a name in it, of a file that may be there or not, and that is no
/// link.
pub struct Place<'a> {
    directory: Descriptor,
    name: &'a CStr,
    /// It is a link after all, one of the kernel's own, such as /proc/self/fd/1, which cannot be read and followed.
    is_magic: bool,
}

/// The place that `path` leads to. Async-signal-safe.
pub fn resolve<'a>(path: &'a CStr, buffer: &'a mut PathBuffer) -> Result<Place<'a>, Refusal> {
    match find_without_links(path, buffer)? {
        Some(place) => Ok(place),
        None => follow(path, buffer),
    }
}

/// The same where there is no link on the way, as nearly always, in few steps; `None` where there is one, or the kernel
/// does not say.
fn find_without_links<'a>(path: &'a CStr, buffer: &mut PathBuffer) -> Result<Option<Place<'a>>, Errno> {
    let bytes = path.to_bytes_with_nul();
    let start = bytes.iter().rposition(|&byte| byte == b'/').map_or(0, |slash| slash + 1);
    let name = bytes.get(start..).and_then(until_nul).unwrap_or_default();
    if name.is_empty() {
        return Err(if path.is_empty() { Errno::ENOENT } else { Errno::EISDIR });
    }
    let directory = bytes.get(..start).filter(|directory| !directory.is_empty()).unwrap_or(b".");
    let end = buffer.put(b"\0", SIZE)?;
    let start = buffer.put(directory, end)?;
    let directory = match open_without_links(buffer.text(start)?) {
        Ok(directory) => directory,
        // ENOSYS, or EPERM from a sandbox that does not know the call.
        Err(Errno::ELOOP | Errno::ENOSYS | Errno::EPERM) => return Ok(None),
        Err(errno) => return Err(errno),
    };
    let place = Place { directory, name, is_magic: false };
    Ok(if place.status().is_ok_and(|status| status.is_link()) { None } else { Some(place) })
}

/// Opens a directory as a place to look up names in; ELOOP where any link is on the way.
fn open_without_links(path: &CStr) -> Result<Descriptor, Errno> {
    /// struct open_how
    #[repr(C)]
    struct How {
        flags: u64,
        mode: u64,
        resolve: u64,
    }
    const NO_SYMLINKS: u64 = 0x04;
    let how = How { flags: (AS_PLACE | libc::O_DIRECTORY) as u64, mode: 0, resolve: NO_SYMLINKS };
    let open = || {
        // SAFETY: `path` is a C string; `how` is valid for reading, and its size is given.
        unsafe { super::system_call!(SYS_openat2, libc::AT_FDCWD, path.as_ptr(), &raw const how, size_of::<How>()) }
    };
    uninterrupted(open).and_then(Descriptor::own_above_standard)
}

const AS_PLACE: c_int = libc::O_PATH | libc::O_CLOEXEC;

/// A plain descriptor of what `name` means in `directory`.
fn raw_open_at(directory: c_int, name: &CStr, flags: c_int, mode: libc::mode_t) -> Result<c_int, Errno> {
    // SAFETY: `name` is a C string; the mode is read only where the flags ask for one.
    uninterrupted(|| check(unsafe { libc::openat(directory, name.as_ptr(), flags | libc::O_CLOEXEC, mode) }))
}

fn open_at(directory: c_int, name: &CStr, flags: c_int) -> Result<Descriptor, Errno> {
    raw_open_at(directory, name, flags, 0).and_then(Descriptor::own_above_standard)
}

fn open_directory(directory: c_int, name: &CStr) -> Result<Descriptor, Errno> {
    open_at(directory, name, AS_PLACE | libc::O_DIRECTORY)
}

fn remove(directory: &Descriptor, name: &CStr) {
    // SAFETY: `name` is a C string.
    unsafe { libc::unlinkat(directory.as_raw_fd(), name.as_ptr(), 0) };
}

/// Follows the path name by name.
fn follow<'a>(path: &CStr, buffer: &'a mut PathBuffer) -> Result<Place<'a>, Refusal> {
    /// As many as the kernel follows.
    const MOST_LINKS: usize = 40;
    let mut rest = buffer.put(path.to_bytes_with_nul(), SIZE)?;
    let mut directory = open_directory(libc::AT_FDCWD, if buffer.byte(rest) == b'/' { c"/" } else { c"." })?;
    let mut links = 0;
    let (start, is_magic) = loop {
        while buffer.byte(rest) == b'/' {
            rest += 1;
        }
        let start = rest;
        while !matches!(buffer.byte(rest), b'/' | 0) {
            rest += 1;
        }
        if rest == start {
            return Err(Errno::EISDIR.into());
        }
        let is_last = buffer.byte(rest) == 0;
        if !is_last {
            buffer.set(rest, 0);
            rest += 1;
        }
        let name = buffer.text(start)?;
        let found = match open_at(directory.as_raw_fd(), name, AS_PLACE | libc::O_NOFOLLOW) {
            Ok(found) => found,
            Err(Errno::ENOENT) if is_last => break (start, false),
            Err(errno) => return Err(errno.into()),
        };
        let status = file::status(found.as_raw_fd())?;
        if !status.is_link() {
            if is_last {
                break (start, false);
            }
            directory = found;
            continue;
        }
        links += 1;
        if !is_trusted(status.owner) {
            return Err(Refusal::ForeignLink(status.owner));
        }
        if links > MOST_LINKS {
            return Err(Errno::ELOOP.into());
        }
        if is_of_proc(&directory) {
            if is_last {
                break (start, true);
            }
            directory = open_directory(directory.as_raw_fd(), name)?;
            continue;
        }
        if !is_last {
            rest = buffer.put(b"/", rest)?;
        }
        rest = buffer.put_link(&found, rest)?;
        if buffer.byte(rest) == b'/' {
            directory = open_directory(libc::AT_FDCWD, c"/")?;
        }
    };
    Ok(Place { directory, name: buffer.text(start)?, is_magic })
}

/// Is it a directory of /proc, whose links lead where their texts do not?
fn is_of_proc(directory: &Descriptor) -> bool {
    // SAFETY: all zeroes is a valid statfs.
    let mut system: libc::statfs = unsafe { core::mem::zeroed() };
    // SAFETY: `system` is valid for writing.
    let known = unsafe { libc::fstatfs(directory.as_raw_fd(), &mut system) == 0 };
    known && system.f_type == libc::PROC_SUPER_MAGIC
}

/// Is this user root, or the caller? Both could do by themselves whatever a link could have them do.
pub fn is_trusted(user: Uid) -> bool {
    /// Whom the kernel names in a user namespace that does not know a file's owner, as it may be with root's files.
    const UNKNOWN: Uid = 65534;
    let owns_the_root_directory = || file::status_of_path(c"/").is_ok_and(|status| status.owner == user);
    user == 0 || user == credentials::effective_user() || (user == UNKNOWN && owns_the_root_directory())
}

impl Place<'_> {
    pub fn into_directory(self) -> Descriptor {
        self.directory
    }

    /// Opens what is there. ELOOP when a link has come there since.
    pub fn open(&self, flags: c_int) -> Result<Descriptor, Errno> {
        let unfollowed = if self.is_magic { 0 } else { libc::O_NOFOLLOW };
        open_at(self.directory.as_raw_fd(), self.name, flags | unfollowed)
    }

    /// Makes and opens a file there; EEXIST when there is one. A failure leaves none.
    pub fn create(&self, flags: c_int, mode: libc::mode_t) -> Result<Descriptor, Errno> {
        let made = raw_open_at(self.directory.as_raw_fd(), self.name, flags | libc::O_CREAT | libc::O_EXCL, mode)?;
        // With 0, 1 or 2 closed there may be no other descriptor.
        Descriptor::own_above_standard(made).inspect_err(|_| remove(&self.directory, self.name))
    }

    /// The file that `create` has made, to be taken away again.
    pub fn into_created(self) -> Created {
        let mut name = [0; NAME_SIZE];
        name.iter_mut().zip(self.name.to_bytes_with_nul()).for_each(|(place, &byte)| *place = byte);
        Created { directory: self.directory, name }
    }

    /// The status of what is there; of the link itself, if it is one.
    pub fn status(&self) -> Result<Status, Errno> {
        file::status_at(self.directory.as_raw_fd(), self.name, libc::AT_SYMLINK_NOFOLLOW)
    }

    /// Does the way end in a link of the kernel's own, to a file that is open?
    pub fn is_magic(&self) -> bool {
        self.is_magic
    }

    /// May others than root and the caller put names into the directory?
    pub fn is_open_to_strangers(&self) -> Result<bool, Errno> {
        let status = file::status(self.directory.as_raw_fd())?;
        Ok(status.mode & 0o022 != 0 || !is_trusted(status.owner))
    }
}

/// Where a file was made.
pub struct Created {
    directory: Descriptor,
    name: [u8; NAME_SIZE],
}

impl Created {
    /// Takes the file away, open as `fd`, unless something has been written to it. What fails once is tried again.
    pub fn remove_if_empty(&self, fd: c_int) {
        let Some(name) = until_nul(&self.name) else { return };
        let is_ours = || -> Result<bool, Errno> {
            let ours = file::status(fd)?;
            let named = file::status_at(self.directory.as_raw_fd(), name, libc::AT_SYMLINK_NOFOLLOW)?;
            Ok(ours.size == 0 && named.identity == ours.identity)
        };
        if is_ours().or_else(|_| is_ours()) == Ok(true) {
            remove(&self.directory, name);
        }
    }
}
