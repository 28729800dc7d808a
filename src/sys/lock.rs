//! Locks on files: a range of bytes held by an open file description, and the older lock on a whole file.

use core::ffi::c_int;

use super::fd::Descriptor;
use super::{Errno, check, uninterrupted};

/// What a lock covers: the file's first byte is held by a daemon, the second by one that is just starting.
#[derive(Clone, Copy)]
pub enum Part {
    Held,
    Starting,
    Both,
}

/// How a file is locked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// By ranges: since Linux 3.15.
    Ranges,
    /// As a whole, by flock(2), where the kernel refuses the other kind.
    Whole,
}

/// Far behind every other lock: the byte by which a process finds its own lock in the kernel's lists.
pub const MARK: i64 = 1 << 62;

fn range(kind: c_int, start: i64, length: i64) -> libc::flock {
    // SAFETY: all zeroes is a valid flock; an open file description lock wants pid 0.
    let mut lock: libc::flock = unsafe { core::mem::zeroed() };
    lock.l_type = kind as libc::c_short;
    lock.l_whence = libc::SEEK_SET as libc::c_short;
    (lock.l_start, lock.l_len) = (start, length);
    lock
}

fn range_of(kind: c_int, part: Part) -> libc::flock {
    match part {
        Part::Held => range(kind, 0, 1),
        Part::Starting => range(kind, 1, 1),
        Part::Both => range(kind, 0, 2),
    }
}

/// Does the kernel know no locks of open file descriptions (gVisor, a sandbox)?
fn is_unknown(errno: Errno) -> bool {
    matches!(errno, Errno::EINVAL | Errno::ENOSYS | Errno::EPERM)
}

fn set(fd: c_int, kind: c_int, part: Part) -> Result<bool, Errno> {
    let lock = range_of(kind, part);
    // SAFETY: `lock` is valid for reading.
    match uninterrupted(|| check(unsafe { libc::fcntl(fd, libc::F_OFD_SETLK, &lock) })) {
        Ok(_) => Ok(true),
        Err(Errno::EAGAIN | Errno::EACCES) => Ok(false),
        Err(errno) => Err(errno),
    }
}

/// Takes both locks of the open file description in one step: they are shared by forked copies of the descriptor and
/// not dropped when the process opens and closes the file elsewhere. `None` when another holds one of them.
pub fn try_lock(fd: c_int) -> Result<Option<Kind>, Errno> {
    match set(fd, libc::F_WRLCK, Part::Both) {
        Ok(taken) => Ok(taken.then_some(Kind::Ranges)),
        Err(errno) if is_unknown(errno) => lock_whole(fd).map(|taken| taken.then_some(Kind::Whole)),
        Err(errno) => Err(errno),
    }
}

/// Takes both locks for reading: nobody can take them for writing then. False when somebody has.
pub fn try_lock_for_reading(fd: c_int) -> Result<bool, Errno> {
    match set(fd, libc::F_RDLCK, Part::Both) {
        Err(errno) if is_unknown(errno) => set_whole(fd, libc::LOCK_SH),
        result => result,
    }
}

/// The start is over: gives up the second lock.
pub fn unlock_starting(fd: c_int) -> Result<(), Errno> {
    if set(fd, libc::F_UNLCK, Part::Starting)? { Ok(()) } else { Err(Errno::EAGAIN) }
}

/// Takes the lock of flock(2), which covers the whole file. False when another has it.
pub fn lock_whole(fd: c_int) -> Result<bool, Errno> {
    set_whole(fd, libc::LOCK_EX)
}

fn set_whole(fd: c_int, kind: c_int) -> Result<bool, Errno> {
    // SAFETY: takes integers.
    match uninterrupted(|| check(unsafe { libc::flock(fd, kind | libc::LOCK_NB) })) {
        Ok(_) => Ok(true),
        Err(Errno::EAGAIN) => Ok(false),
        Err(errno) => Err(errno),
    }
}

/// Who holds a lock for writing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Writer {
    /// An open file description, as `try_lock` takes it.
    Description(Kind),
    /// A process, by a lock of the older kind that dies with any of its descriptors for the file; 0 where it is not in
    /// this pid namespace.
    Process(c_int),
}

/// Whose lock for writing covers this part, asked without taking it. A lock for reading, which anybody can take who may
/// read the file, does not count.
pub fn writer(fd: c_int, part: Part) -> Result<Option<Writer>, Errno> {
    // What stands in the way of a reader is held for writing.
    let mut lock = range_of(libc::F_RDLCK, part);
    // SAFETY: `lock` is valid for reading and writing.
    match check(unsafe { libc::fcntl(fd, libc::F_OFD_GETLK, &mut lock) }) {
        Ok(_) if i32::from(lock.l_type) != libc::F_WRLCK => Ok(None),
        Ok(_) if lock.l_pid < 0 => Ok(Some(Writer::Description(Kind::Ranges))),
        Ok(_) => Ok(Some(Writer::Process(lock.l_pid))),
        Err(errno) if is_unknown(errno) => Ok(is_locked_whole(fd, part)?.then_some(Writer::Description(Kind::Whole))),
        Err(errno) => Err(errno),
    }
}

/// How another open file description holds this lock, if one does.
// One copy for all who call it.
#[inline(never)]
pub fn held(fd: c_int, part: Part) -> Result<Option<Kind>, Errno> {
    Ok(writer(fd, part)?.and_then(|writer| if let Writer::Description(kind) = writer { Some(kind) } else { None }))
}

/// There is one lock, and none for a start. It cannot be asked after, so it is taken for a moment.
fn is_locked_whole(fd: c_int, part: Part) -> Result<bool, Errno> {
    if let Part::Starting = part {
        return Ok(false);
    }
    let free = set_whole(fd, libc::LOCK_SH)?;
    if free {
        // SAFETY: takes integers.
        unsafe { libc::flock(fd, libc::LOCK_UN) };
    }
    Ok(!free)
}

/// A lock for reading of the process's own, on a byte that nobody else uses; given up when this is dropped.
pub struct Mark<'a>(&'a Descriptor);

impl Mark<'_> {
    pub fn set(descriptor: &Descriptor) -> Result<Mark<'_>, Errno> {
        let lock = range(libc::F_RDLCK, MARK, 1);
        // SAFETY: `lock` is valid for reading.
        uninterrupted(|| check(unsafe { libc::fcntl(descriptor.as_raw_fd(), libc::F_SETLK, &lock) }))?;
        Ok(Mark(descriptor))
    }
}

impl Drop for Mark<'_> {
    fn drop(&mut self) {
        let unlock = range(libc::F_UNLCK, MARK, 1);
        // SAFETY: `unlock` is valid for reading.
        unsafe { libc::fcntl(self.0.as_raw_fd(), libc::F_SETLK, &unlock) };
    }
}
