//! A directory that is open: what is done to the files in it does not follow its path again, which others may change
//! meanwhile.

use core::ffi::{CStr, c_int};
use core::ops::ControlFlow;

use super::fd::Descriptor;
use super::file::{self, Status};
use super::path_resolution::{self, PathBuffer, Refusal};
use super::text::leading_int;
use super::{Errno, check, check_size};

pub struct Directory(Descriptor);

impl Directory {
    /// Opens it as a place to look up names in, which needs no right to read it.
    pub fn open(path: &CStr) -> Result<Directory, Errno> {
        file::open(path, libc::O_PATH | libc::O_DIRECTORY, 0).map(Directory)
    }

    /// The same, but no stranger's link on the way is followed. `path` ends in `/.`, so that its last name is no link.
    pub fn open_trusted(path: &CStr) -> Result<Directory, Refusal> {
        path_resolution::resolve(path, &mut PathBuffer::new()).map(|place| Directory(place.into_directory()))
    }

    /// Opens a directory in this one, a link not followed.
    pub fn open_in(&self, name: &CStr) -> Result<Directory, Errno> {
        self.open_file(name, libc::O_PATH | libc::O_DIRECTORY | libc::O_NOFOLLOW).map(Directory)
    }

    pub fn open_file(&self, name: &CStr, flags: c_int) -> Result<Descriptor, Errno> {
        file::open_at(self.0.as_raw_fd(), name, flags, 0)
    }

    /// Opens the file, creating it when it is not there; says whether it did.
    pub fn open_or_create(&self, name: &CStr, flags: c_int, mode: u32) -> Result<(Descriptor, bool), Errno> {
        loop {
            match self.open_file(name, flags) {
                Err(Errno::ENOENT) => {}
                result => return result.map(|opened| (opened, false)),
            }
            match file::open_at(self.0.as_raw_fd(), name, flags | file::CREATE_NEW, mode) {
                // Another process was faster.
                Err(Errno::EEXIST) => {}
                result => return result.map(|created| (created, true)),
            }
        }
    }

    /// The status of the directory itself.
    pub fn status(&self) -> Result<Status, Errno> {
        file::status(self.0.as_raw_fd())
    }

    /// The status of what has that name; of the link itself, if it is one.
    pub fn status_of(&self, name: &CStr) -> Result<Status, Errno> {
        file::status_at(self.0.as_raw_fd(), name, libc::AT_SYMLINK_NOFOLLOW)
    }

    /// The status of what has that name, a link followed.
    pub fn status_behind(&self, name: &CStr) -> Result<Status, Errno> {
        file::status_at(self.0.as_raw_fd(), name, 0)
    }

    pub fn remove(&self, name: &CStr) -> Result<(), Errno> {
        file::remove_at(self.0.as_raw_fd(), name, 0)
    }

    /// Renames the file `from` to `to`, and replaces what has that name.
    pub fn rename(&self, from: &CStr, to: &CStr) -> Result<(), Errno> {
        let directory = self.0.as_raw_fd();
        // SAFETY: both names are C strings.
        check(unsafe { libc::renameat(directory, from.as_ptr(), directory, to.as_ptr()) }).map(drop)
    }

    pub fn make_directory(&self, name: &CStr, mode: u32) -> Result<(), Errno> {
        // SAFETY: `name` is a C string.
        check(unsafe { libc::mkdirat(self.0.as_raw_fd(), name.as_ptr(), mode) }).map(drop)
    }

    pub fn remove_directory(&self, name: &CStr) -> Result<(), Errno> {
        file::remove_at(self.0.as_raw_fd(), name, libc::AT_REMOVEDIR)
    }

    /// The list of what is in the directory of that name, for `for_each_number`.
    pub fn list(&self, name: &CStr) -> Result<Descriptor, Errno> {
        self.open_file(name, libc::O_RDONLY | libc::O_DIRECTORY)
    }
}

/// The list of what is in a directory, for `for_each_number`.
pub fn list(path: &CStr) -> Result<Descriptor, Errno> {
    file::open(path, libc::O_RDONLY | libc::O_DIRECTORY, 0)
}

/// Calls `each` with every name in the list that is a number, until it breaks off; without allocating.
pub fn for_each_number(list: &Descriptor, each: &mut dyn FnMut(c_int) -> ControlFlow<()>) -> Result<(), Errno> {
    #[repr(align(8))]
    struct Entries([u8; 1024]);
    /// linux_dirent64: inode 8, offset 8, record length 2, type 1, then the name.
    const LENGTH: usize = 16;
    const NAME: usize = 19;

    let mut entries = Entries([0; 1024]);
    loop {
        // SAFETY: the buffer is valid for writing its whole length, and aligned.
        let filled = check_size(unsafe {
            libc::syscall(libc::SYS_getdents64, list.as_raw_fd(), entries.0.as_mut_ptr(), entries.0.len())
        } as isize)?;
        if filled == 0 {
            return Ok(());
        }
        let mut rest = entries.0.get(..filled).unwrap_or(&[]);
        while let Some(&[low, high]) = rest.get(LENGTH..LENGTH + 2) {
            let length = usize::from(u16::from_ne_bytes([low, high]));
            let name = rest.get(NAME..length).unwrap_or(&[]);
            if leading_int(name).is_some_and(|number| each(number).is_break()) {
                return Ok(());
            }
            rest = rest.get(length.max(1)..).unwrap_or(&[]);
        }
    }
}
