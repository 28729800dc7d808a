//! Descriptors.

use core::ffi::{c_int, c_uint};
use core::num::NonZero;

use super::{Errno, check, check_size, system_call, uninterrupted};

/// A descriptor that is closed when its owner goes. It is never one of the standard streams, and so never 0.
pub struct Descriptor(NonZero<c_int>);

impl Descriptor {
    /// Takes over `fd` and moves it above the standard streams: with 0, 1 or 2 closed at the start, anything
    /// opened would otherwise become one of them.
    pub fn own_above_standard(fd: c_int) -> Result<Descriptor, Errno> {
        match NonZero::new(fd) {
            Some(fd) if fd.get() > 2 => Ok(Descriptor(fd)),
            _ => {
                let moved = copy(fd);
                close(fd);
                moved
            }
        }
    }

    pub fn as_raw_fd(&self) -> c_int {
        self.0.get()
    }

    /// Hands ownership to the caller: the descriptor stays open.
    pub fn into_raw_fd(self) -> c_int {
        let fd = self.as_raw_fd();
        core::mem::forget(self);
        fd
    }

    /// Gives up ownership without a close. The descriptor stays open for the life of the process, or is closed by other
    /// means.
    pub fn leak(self) {
        core::mem::forget(self);
    }
}

impl Drop for Descriptor {
    fn drop(&mut self) {
        close(self.as_raw_fd());
    }
}

/// Linux has freed the descriptor whatever close says, so nothing is repeated.
#[inline(never)]
pub fn close(fd: c_int) {
    // SAFETY: takes an integer. Whether the descriptor is the caller's to close is the caller's knowledge.
    unsafe { libc::close(fd) };
}

/// Is `fd` an open descriptor?
pub fn is_open(fd: c_int) -> bool {
    // SAFETY: F_GETFD takes no argument.
    unsafe { libc::fcntl(fd, libc::F_GETFD) != -1 }
}

/// Does `fd` close itself on exec? One that is not open does not.
pub fn closes_on_exec(fd: c_int) -> bool {
    // SAFETY: F_GETFD takes no argument.
    let flags = unsafe { libc::fcntl(fd, libc::F_GETFD) };
    flags != -1 && flags & libc::FD_CLOEXEC != 0
}

/// Has `fd` stay open over an exec.
pub fn keep_over_exec(fd: c_int) -> Result<(), Errno> {
    // SAFETY: F_SETFD takes an integer; close-on-exec is the only flag there is.
    check(unsafe { libc::fcntl(fd, libc::F_SETFD, 0) }).map(drop)
}

/// Has `fd` close itself on exec.
pub fn close_on_exec(fd: c_int) -> Result<(), Errno> {
    // SAFETY: F_SETFD takes an integer.
    check(unsafe { libc::fcntl(fd, libc::F_SETFD, libc::FD_CLOEXEC) }).map(drop)
}

/// A second descriptor of what is open as `fd`, close-on-exec and above the standard streams.
pub fn copy(fd: c_int) -> Result<Descriptor, Errno> {
    copy_from(fd, 3)
}

/// The same, with the number `lowest` if that is free, or the next one.
pub fn copy_from(fd: c_int, lowest: c_int) -> Result<Descriptor, Errno> {
    // SAFETY: F_DUPFD_CLOEXEC takes two integers.
    let copy = check(unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, lowest) })?;
    NonZero::new(copy).map(Descriptor).ok_or(Errno::EBADF)
}

/// Makes `target` a second descriptor of what is open as `source`, in one step; `target` is inherited over exec.
pub fn replace(source: c_int, target: c_int) -> Result<(), Errno> {
    loop {
        // SAFETY: takes two integers.
        match check(unsafe { libc::dup2(source, target) }) {
            Ok(_) => return Ok(()),
            // EBUSY: another thread is just opening this descriptor.
            Err(Errno::EINTR | Errno::EBUSY) => {}
            Err(errno) => return Err(errno),
        }
    }
}

/// As `replace`, but `target` closes itself on exec; not where another thread may fork meanwhile.
pub fn replace_close_on_exec(source: c_int, target: c_int) -> Result<(), Errno> {
    replace(source, target)?;
    close_on_exec(target)
}

/// Closes every descriptor from `first` to `last`, both included.
pub fn close_range(first: c_uint, last: c_uint) -> Result<(), Errno> {
    // SAFETY: close_range(2) takes three integers.
    unsafe { system_call!(SYS_close_range, first, last, 0) }.map(drop)
}

/// Reads once, at most what `buffer` holds; 0 at the end.
// One copy for all who call it.
#[inline(never)]
pub fn read(fd: c_int, buffer: &mut [u8]) -> Result<usize, Errno> {
    // SAFETY: the buffer is valid for writing its whole length.
    uninterrupted(|| check_size(unsafe { libc::read(fd, buffer.as_mut_ptr().cast(), buffer.len()) }))
}

/// Would a short text be written at once, and have a reader?
pub fn takes_text(fd: c_int) -> bool {
    let mut polled = libc::pollfd { fd, events: libc::POLLOUT, revents: 0 };
    // SAFETY: `polled` is valid for reading and writing, and one.
    let asked = unsafe { libc::poll(&mut polled, 1, 0) };
    asked == 1 && polled.revents == libc::POLLOUT
}

/// Writes once.
// One copy for all who call it.
#[inline(never)]
pub fn write(fd: c_int, bytes: &[u8]) -> Result<usize, Errno> {
    // SAFETY: the bytes are valid for reading their whole length.
    uninterrupted(|| check_size(unsafe { libc::write(fd, bytes.as_ptr().cast(), bytes.len()) }))
}

/// What is waited for at a descriptor; nothing at a negative one.
#[repr(transparent)]
pub struct Awaited(libc::pollfd);

impl Awaited {
    /// Something to read, or the end.
    pub fn input(fd: c_int) -> Awaited {
        Awaited(libc::pollfd { fd, events: libc::POLLIN, revents: 0 })
    }

    /// At a socket: nothing comes any more.
    pub fn hang_up(fd: c_int) -> Awaited {
        Awaited(libc::pollfd { fd, events: libc::POLLRDHUP, revents: 0 })
    }

    /// Had it come when `wait` returned?
    pub fn has_come(&self) -> bool {
        self.0.revents != 0
    }
}

/// Waits until one of them has come, or `timeout` milliseconds have passed; -1 is for ever.
pub fn wait(awaited: &mut [Awaited], timeout: c_int) -> Result<(), Errno> {
    // SAFETY: the values are pollfds, valid for reading and writing, and their number is the count given.
    check(unsafe { libc::poll(awaited.as_mut_ptr().cast(), awaited.len() as libc::nfds_t, timeout) }).map(drop)
}

/// The same for input at one descriptor. Has it come?
pub fn wait_for_input(fd: c_int, timeout: c_int) -> Result<bool, Errno> {
    let mut input = [Awaited::input(fd)];
    wait(&mut input, timeout)?;
    let [input] = input;
    Ok(input.has_come())
}
