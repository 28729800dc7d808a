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
    pub links: u64,
    pub size: i64,
    pub owner: libc::uid_t,
    pub group: libc::gid_t,
    /// The number of the device that it is, if it is one.
    device: u64,
}

impl Status {
    #[allow(clippy::useless_conversion, reason = "the number of links has 32 bits on aarch64")]
    fn of(status: &libc::stat) -> Status {
        Status {
            identity: Identity { device: status.st_dev, inode: status.st_ino },
            mode: status.st_mode,
            links: status.st_nlink.into(),
            size: status.st_size,
            owner: status.st_uid,
            group: status.st_gid,
            device: status.st_rdev,
        }
    }

    pub fn is_directory(&self) -> bool {
        self.mode & libc::S_IFMT == libc::S_IFDIR
    }

    pub fn is_link(&self) -> bool {
        self.mode & libc::S_IFMT == libc::S_IFLNK
    }

    pub fn is_regular(&self) -> bool {
        self.mode & libc::S_IFMT == libc::S_IFREG
    }

    pub fn is_fifo(&self) -> bool {
        self.mode & libc::S_IFMT == libc::S_IFIFO
    }

    /// Is it the device that /dev/null is on every Linux?
    pub fn is_null_device(&self) -> bool {
        self.mode & libc::S_IFMT == libc::S_IFCHR && self.device == libc::makedev(1, 3)
    }
}

pub const APPEND: c_int = libc::O_WRONLY | libc::O_APPEND | libc::O_NOCTTY;
/// What would block until another process has come to a FIFO fails with ENXIO, or does not wait.
pub const WITHOUT_WAITING: c_int = libc::O_NONBLOCK;
pub const READ: c_int = libc::O_RDONLY | libc::O_NOCTTY;
pub const READ_WRITE: c_int = libc::O_RDWR | libc::O_NOCTTY;
/// For a pid file: no link is followed, and nothing that is not a plain file blocks.
pub const UNFOLLOWED: c_int = libc::O_NOFOLLOW | libc::O_NONBLOCK;
const CREATE_NEW: c_int = libc::O_CREAT | libc::O_EXCL;

/// Opens `path`, close-on-exec and above the standard streams. `mode` counts when `flags` create.
pub fn open(path: &CStr, flags: c_int, mode: libc::mode_t) -> Result<Descriptor, Errno> {
    // SAFETY: `path` is a C string; the mode is read only where the flags ask for one.
    let fd = uninterrupted(|| check(unsafe { libc::open(path.as_ptr(), flags | libc::O_CLOEXEC, mode) }))?;
    Descriptor::own_above_standard(fd)
}

/// Opens `path`, creating it when it is not there; says whether it did.
pub fn open_or_create(path: &CStr, flags: c_int, mode: libc::mode_t) -> Result<(Descriptor, bool), Errno> {
    loop {
        match open(path, flags, 0) {
            Err(Errno::ENOENT) => {}
            result => return Ok((result?, false)),
        }
        match open(path, flags | CREATE_NEW, mode) {
            // EEXIST: another process was faster, or a dangling link stands there, which only O_CREAT follows.
            Err(Errno::EEXIST) => {
                if status_of_path(path).is_ok_and(|status| status.is_link()) {
                    return Ok((open(path, flags | libc::O_CREAT, mode)?, false));
                }
            }
            result => return Ok((result?, true)),
        }
    }
}

/// Of an open file.
pub fn status(fd: c_int) -> Result<Status, Errno> {
    status_at(fd, c"", libc::AT_EMPTY_PATH)
}

/// Of what stands at `path` itself, a link not followed.
pub fn status_of_path(path: &CStr) -> Result<Status, Errno> {
    status_at(libc::AT_FDCWD, path, libc::AT_SYMLINK_NOFOLLOW)
}

/// Of what `path` leads to, a link followed.
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
    // SAFETY: `path` is a C string.
    check(unsafe { libc::unlink(path.as_ptr()) }).map(drop)
}

/// Takes away a file that was just created, open as `fd`, unless something has been written to it.
pub fn remove_if_empty(fd: c_int, path: &CStr) {
    let Ok(ours) = status(fd) else { return };
    let named = status_of_path(path).map(|named| named.identity);
    if ours.size == 0 && named == Ok(ours.identity) {
        let _ = remove(path);
    }
}

/// Makes a file of the kind that is in `mode`: a FIFO, a device of those numbers, a socket, a plain file.
pub fn make(path: &CStr, mode: libc::mode_t, major: c_uint, minor: c_uint) -> Result<(), Errno> {
    // SAFETY: `path` is a C string.
    check(unsafe { libc::mknod(path.as_ptr(), mode, libc::makedev(major, minor)) }).map(drop)
}

/// May the process use the file in all the ways of `mode`? Asked for the real user, or the effective one.
pub fn access(path: &CStr, mode: c_int, effective: bool) -> Result<(), Errno> {
    let ask = if effective { libc::eaccess } else { libc::access };
    // SAFETY: `path` is a C string.
    check(unsafe { ask(path.as_ptr(), mode) }).map(drop)
}

/// Has reading and writing wait again, on a file that was opened WITHOUT_WAITING with these other flags.
pub fn wait_again(fd: c_int, flags: c_int) -> Result<(), Errno> {
    // SAFETY: F_SETFL takes an integer.
    check(unsafe { libc::fcntl(fd, libc::F_SETFL, flags & libc::O_APPEND) }).map(drop)
}

pub fn truncate(fd: c_int, length: i64) -> Result<(), Errno> {
    // SAFETY: takes integers.
    uninterrupted(|| check(unsafe { libc::ftruncate(fd, length) })).map(drop)
}

/// Takes from group and others the right to write, where they have it and the process may.
pub fn withdraw_write(fd: c_int, status: &Status) {
    if status.mode & 0o022 != 0 {
        // SAFETY: takes integers.
        unsafe { libc::fchmod(fd, status.mode & 0o7755) };
    }
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

/// What a lock covers: the file's first byte is held by a daemon, the second by one that is just starting.
#[derive(Clone, Copy)]
pub enum Part {
    Held,
    Starting,
    Both,
}

fn lock_of(kind: c_int, part: Part) -> libc::flock {
    // SAFETY: all zeroes is a valid flock; an open file description lock wants pid 0.
    let mut lock: libc::flock = unsafe { core::mem::zeroed() };
    lock.l_type = kind as libc::c_short;
    lock.l_whence = libc::SEEK_SET as libc::c_short;
    (lock.l_start, lock.l_len) = match part {
        Part::Held => (0, 1),
        Part::Starting => (1, 1),
        Part::Both => (0, 2),
    };
    lock
}

/// Takes both locks of the open file description in one step: they are shared by forked copies of the descriptor and not
/// dropped when the process opens and closes the file elsewhere. False when another holds one of them.
pub fn try_lock(fd: c_int) -> Result<bool, Errno> {
    let lock = lock_of(libc::F_WRLCK, Part::Both);
    // SAFETY: `lock` is valid for reading.
    match uninterrupted(|| check(unsafe { libc::fcntl(fd, libc::F_OFD_SETLK, &lock) })) {
        Ok(_) => Ok(true),
        Err(Errno::EAGAIN | Errno::EACCES) => Ok(false),
        Err(errno) => Err(errno),
    }
}

/// The start is over: gives up the second lock.
pub fn unlock_starting(fd: c_int) -> Result<(), Errno> {
    let lock = lock_of(libc::F_UNLCK, Part::Starting);
    // SAFETY: `lock` is valid for reading.
    check(unsafe { libc::fcntl(fd, libc::F_OFD_SETLK, &lock) }).map(drop)
}

/// Does another open file description hold this lock, as `try_lock` takes it? Asks without taking it. A lock for reading,
/// which anybody can take who may read the file, does not count.
pub fn is_locked(fd: c_int, part: Part) -> Result<bool, Errno> {
    let mut lock = lock_of(libc::F_WRLCK, part);
    // SAFETY: `lock` is valid for reading and writing.
    check(unsafe { libc::fcntl(fd, libc::F_OFD_GETLK, &mut lock) })?;
    Ok(i32::from(lock.l_type) == libc::F_WRLCK && lock.l_pid == -1)
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

/// The working directory, to come back to.
pub fn working_directory() -> Result<Descriptor, Errno> {
    open(c".", libc::O_PATH | libc::O_DIRECTORY, 0)
}

pub fn change_directory_back(directory: &Descriptor) -> Result<(), Errno> {
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
