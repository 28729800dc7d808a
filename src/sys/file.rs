//! Files and directories.

use core::ffi::{CStr, c_char, c_int, c_uint};

use super::fd::Descriptor;
use super::{Errno, check, check_size, uninterrupted};

/// Which file it is, whatever its name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    pub device: u64,
    pub inode: u64,
}

/// What the library asks of a file's status.
#[derive(Clone, Copy)]
pub struct Status {
    pub identity: Identity,
    pub mode: libc::mode_t,
    pub links: u32,
    pub size: i64,
    pub owner: libc::uid_t,
    pub group: libc::gid_t,
    /// Is it the device that /dev/null is on every Linux?
    pub is_null_device: bool,
}

impl Status {
    fn of(status: &libc::stat) -> Status {
        Status {
            identity: Identity { device: status.st_dev, inode: status.st_ino },
            mode: status.st_mode,
            links: status.st_nlink as u32,
            size: status.st_size,
            owner: status.st_uid,
            group: status.st_gid,
            is_null_device: status.st_mode & libc::S_IFMT == libc::S_IFCHR && status.st_rdev == libc::makedev(1, 3),
        }
    }

    pub fn is_directory(&self) -> bool {
        self.mode & libc::S_IFMT == libc::S_IFDIR
    }

    pub fn is_link(&self) -> bool {
        self.mode & libc::S_IFMT == libc::S_IFLNK
    }

    /// The bits that say who may do what.
    pub fn permissions(&self) -> libc::mode_t {
        self.mode & 0o7777
    }

    pub fn is_regular(&self) -> bool {
        self.mode & libc::S_IFMT == libc::S_IFREG
    }

    pub fn is_fifo(&self) -> bool {
        self.mode & libc::S_IFMT == libc::S_IFIFO
    }

    pub fn is_socket(&self) -> bool {
        self.mode & libc::S_IFMT == libc::S_IFSOCK
    }
}

pub const APPEND: c_int = libc::O_WRONLY | libc::O_APPEND | libc::O_NOCTTY;
/// Nothing waits for the other side of a FIFO: opening it for writing fails with ENXIO while nobody reads.
pub const WITHOUT_WAITING: c_int = libc::O_NONBLOCK;
pub const DIRECTORY: c_int = libc::O_RDONLY | libc::O_DIRECTORY;
pub const READ: c_int = libc::O_RDONLY | libc::O_NOCTTY;
pub const READ_WRITE: c_int = libc::O_RDWR | libc::O_NOCTTY;
/// For a pid file: no link is followed, and nothing that is not a plain file blocks.
pub const UNFOLLOWED: c_int = libc::O_NOFOLLOW | libc::O_NONBLOCK;
pub(super) const CREATE_NEW: c_int = libc::O_CREAT | libc::O_EXCL;

/// Opens `path`, close-on-exec and above the standard streams. `mode` counts when `flags` create.
#[inline(never)]
pub fn open(path: &CStr, flags: c_int, mode: libc::mode_t) -> Result<Descriptor, Errno> {
    open_at(libc::AT_FDCWD, path, flags, mode)
}

/// As `open`, relative to `directory`. If there is no descriptor for a file that it has created, it removes that file
/// again.
pub(super) fn open_at(directory: c_int, path: &CStr, flags: c_int, mode: libc::mode_t) -> Result<Descriptor, Errno> {
    let flags = flags | libc::O_CLOEXEC;
    // SAFETY: `path` is a C string; the mode is read only where the flags ask for one.
    let fd = uninterrupted(|| check(unsafe { libc::openat(directory, path.as_ptr(), flags, mode) }))?;
    Descriptor::own_above_standard(fd).inspect_err(|_| {
        if flags & CREATE_NEW == CREATE_NEW {
            let _ = remove_at(directory, path, 0);
        }
    })
}

/// The status of an open file.
#[inline(never)]
pub fn status(fd: c_int) -> Result<Status, Errno> {
    status_at(fd, c"", libc::AT_EMPTY_PATH)
}

/// Is that file open as `fd`?
// One copy for all who call it.
#[inline(never)]
pub fn is_open_as(fd: c_int, identity: Identity) -> bool {
    status(fd).is_ok_and(|status| status.identity == identity)
}

/// The status of the file at `path`; of the link itself, if it is one.
pub fn status_of_path(path: &CStr) -> Result<Status, Errno> {
    status_at(libc::AT_FDCWD, path, libc::AT_SYMLINK_NOFOLLOW)
}

/// The status of the file at `path`, a link followed.
#[inline(never)]
pub fn status_behind(path: &CStr) -> Result<Status, Errno> {
    status_at(libc::AT_FDCWD, path, 0)
}

pub(super) fn status_at(directory: c_int, path: &CStr, flags: c_int) -> Result<Status, Errno> {
    // SAFETY: all zeroes is a valid stat.
    let mut status: libc::stat = unsafe { core::mem::zeroed() };
    // SAFETY: `status` is valid for writing, and `path` is a C string.
    check(unsafe { libc::fstatat(directory, path.as_ptr(), &mut status, flags) })?;
    Ok(Status::of(&status))
}

pub fn remove(path: &CStr) -> Result<(), Errno> {
    remove_at(libc::AT_FDCWD, path, 0)
}

pub(super) fn remove_at(directory: c_int, path: &CStr, flags: c_int) -> Result<(), Errno> {
    // SAFETY: `path` is a C string.
    check(unsafe { libc::unlinkat(directory, path.as_ptr(), flags) }).map(drop)
}

/// Makes a file of the kind that is in `mode`: a FIFO, a device of those numbers, a socket, a plain file.
pub fn make(path: &CStr, mode: libc::mode_t, major: c_uint, minor: c_uint) -> Result<(), Errno> {
    // SAFETY: `path` is a C string.
    check(unsafe { libc::mknod(path.as_ptr(), mode, libc::makedev(major, minor)) }).map(drop)
}

/// May the process use the file in all the ways of `mode`? The real user's rights count, or with `effective` the
/// effective user's.
pub fn access(path: &CStr, mode: c_int, effective: bool) -> Result<(), Errno> {
    let ask = if effective { libc::eaccess } else { libc::access };
    // SAFETY: `path` is a C string.
    check(unsafe { ask(path.as_ptr(), mode) }).map(drop)
}

/// Makes reads and writes block again, on a file that was opened WITHOUT_WAITING with these other flags.
pub fn wait_again(fd: c_int, flags: c_int) -> Result<(), Errno> {
    // SAFETY: F_SETFL takes an integer.
    check(unsafe { libc::fcntl(fd, libc::F_SETFL, flags & libc::O_APPEND) }).map(drop)
}

pub fn truncate(fd: c_int, length: i64) -> Result<(), Errno> {
    // SAFETY: takes integers.
    uninterrupted(|| check(unsafe { libc::ftruncate(fd, length) })).map(drop)
}

/// Can the file only be appended to, as `chattr +a` has it? False where the kernel does not tell.
pub fn is_append_only(fd: c_int) -> bool {
    // SAFETY: all zeroes is a valid statx.
    let mut status: libc::statx = unsafe { core::mem::zeroed() };
    // SAFETY: `status` is valid for writing, and the path is a C string: an empty one means the descriptor.
    let told = unsafe { libc::statx(fd, c"".as_ptr(), libc::AT_EMPTY_PATH, 0, &mut status) } == 0;
    told && status.stx_attributes & libc::STATX_ATTR_APPEND as u64 != 0
}

pub fn set_mode(fd: c_int, mode: libc::mode_t) -> Result<(), Errno> {
    // SAFETY: takes integers.
    check(unsafe { libc::fchmod(fd, mode) }).map(drop)
}

/// Makes `user` and `group` the owners of an open file, unless they are.
pub fn give(fd: c_int, user: libc::uid_t, group: libc::gid_t) -> Result<(), Errno> {
    if status(fd).is_ok_and(|status| (status.owner, status.group) == (user, group)) {
        return Ok(());
    }
    // SAFETY: takes integers.
    check(unsafe { libc::fchown(fd, user, group) }).map(drop)
}

pub fn read_at_start(fd: c_int, buffer: &mut [u8]) -> Result<usize, Errno> {
    // SAFETY: the buffer is valid for writing its whole length.
    uninterrupted(|| check_size(unsafe { libc::pread(fd, buffer.as_mut_ptr().cast(), buffer.len(), 0) }))
}

pub fn write_at_start(fd: c_int, bytes: &[u8]) -> Result<usize, Errno> {
    // SAFETY: the bytes are valid for reading their whole length.
    uninterrupted(|| check_size(unsafe { libc::pwrite(fd, bytes.as_ptr().cast(), bytes.len(), 0) }))
}

pub fn change_directory(path: &CStr) -> Result<(), Errno> {
    // SAFETY: `path` is a C string.
    check(unsafe { libc::chdir(path.as_ptr()) }).map(drop)
}

/// Writes the path of the working directory.
///
/// # Safety
/// `path` must be valid for writing `size` bytes.
pub unsafe fn working_directory_path(path: *mut c_char, size: usize) -> Result<(), Errno> {
    // SAFETY: the caller vouches for the buffer.
    if unsafe { libc::getcwd(path, size) }.is_null() { Err(Errno::last()) } else { Ok(()) }
}

/// The working directory's path, on the heap and the caller's to release; NULL with errno where there is none.
pub fn allocated_working_directory() -> *mut c_char {
    // SAFETY: glibc allocates the result when there is no buffer.
    unsafe { libc::getcwd(core::ptr::null_mut(), 0) }
}

/// The path without symbolic links, on the heap and the caller's to release; NULL with errno where there is none.
pub fn real_path(path: &CStr) -> *mut c_char {
    // SAFETY: `path` is a C string; libc allocates the result when there is no buffer.
    unsafe { libc::realpath(path.as_ptr(), core::ptr::null_mut()) }
}

/// A directory to come back to. It need not be readable.
pub fn directory(path: &CStr) -> Result<Descriptor, Errno> {
    open(path, libc::O_PATH | libc::O_DIRECTORY, 0)
}

/// Makes it the working directory.
pub fn enter(directory: &Descriptor) -> Result<(), Errno> {
    // SAFETY: takes an integer.
    check(unsafe { libc::fchdir(directory.as_raw_fd()) }).map(drop)
}

/// Makes the working directory the root directory.
pub fn change_root_here() -> Result<(), Errno> {
    // SAFETY: the path is a C string.
    check(unsafe { libc::chroot(c".".as_ptr()) }).map(drop)
}

/// Sets the umask and gives the former one.
pub fn set_umask(mask: libc::mode_t) -> libc::mode_t {
    // SAFETY: takes an integer and cannot fail.
    unsafe { libc::umask(mask) }
}
