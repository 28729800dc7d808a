//! Descriptors.

use core::ffi::{c_int, c_uint};

use super::{Errno, check, check_size, system_call, uninterrupted};

/// A descriptor that is closed when its owner goes.
pub struct Descriptor(c_int);

impl Descriptor {
    /// Takes over `number` and moves it above the standard streams: with 0, 1 or 2 closed at the start, anything
    /// opened would otherwise become one of them.
    #[inline(never)]
    pub fn own_above_standard(number: c_int) -> Result<Descriptor, Errno> {
        let opened = Descriptor(number);
        if number > 2 {
            return Ok(opened);
        }
        // SAFETY: F_DUPFD_CLOEXEC takes two integers.
        check(unsafe { libc::fcntl(number, libc::F_DUPFD_CLOEXEC, 3) }).map(Descriptor)
    }

    #[inline(never)]
    pub fn number(&self) -> c_int {
        self.0
    }

    /// Gives up ownership: the number stays open.
    pub fn into_number(self) -> c_int {
        let number = self.0;
        core::mem::forget(self);
        number
    }
}

impl Drop for Descriptor {
    #[inline(never)]
    fn drop(&mut self) {
        close(self.0);
    }
}

/// Linux has freed the number whatever close says, so nothing is repeated.
pub fn close(number: c_int) {
    // SAFETY: takes an integer; whose it was is the caller's knowledge.
    unsafe { libc::syscall(libc::SYS_close, number) };
}

/// Is `number` an open descriptor?
pub fn is_open(number: c_int) -> bool {
    // SAFETY: F_GETFD takes no argument.
    unsafe { libc::fcntl(number, libc::F_GETFD) != -1 }
}

/// Does `number` close itself on exec? A number that is not open does not.
pub fn closes_on_exec(number: c_int) -> bool {
    // SAFETY: F_GETFD takes no argument.
    let flags = unsafe { libc::fcntl(number, libc::F_GETFD) };
    flags != -1 && flags & libc::FD_CLOEXEC != 0
}

/// Makes `target` a second name of `source`, in one step; `target` is inherited over exec.
#[inline(never)]
pub fn replace(source: c_int, target: c_int) -> Result<(), Errno> {
    loop {
        // SAFETY: takes two integers.
        match check(unsafe { libc::dup2(source, target) }) {
            Ok(_) => return Ok(()),
            // EBUSY: the number is just being opened by another thread.
            Err(errno) if errno == Errno::EINTR || errno.0 == libc::EBUSY => {}
            Err(errno) => return Err(errno),
        }
    }
}

/// As `replace`, but `target` closes itself on exec; not where another thread may fork meanwhile.
pub fn replace_close_on_exec(source: c_int, target: c_int) -> Result<(), Errno> {
    replace(source, target)?;
    // SAFETY: F_SETFD takes an integer.
    check(unsafe { libc::fcntl(target, libc::F_SETFD, libc::FD_CLOEXEC) }).map(drop)
}

/// Closes every descriptor from `first` to `last`, both included.
pub fn close_range(first: c_uint, last: c_uint) -> Result<(), Errno> {
    // SAFETY: close_range(2) takes three integers.
    unsafe { system_call!(SYS_close_range, first, last, 0) }.map(drop)
}

/// The kernel's list of this process's descriptors, to be opened before a change of the root directory.
pub fn list() -> Result<Descriptor, Errno> {
    super::file::open(c"/proc/self/fd", libc::O_RDONLY | libc::O_DIRECTORY, 0)
}

/// Calls `each` with every number in the list but its own, without allocating.
pub fn for_each_open(list: &Descriptor, mut each: impl FnMut(c_int)) -> Result<(), Errno> {
    #[repr(align(8))]
    struct Entries([u8; 1024]);
    /// linux_dirent64: inode 8, offset 8, record length 2, type 1, then the name.
    const LENGTH: usize = 16;
    const NAME: usize = 19;

    let mut entries = Entries([0; 1024]);
    loop {
        // SAFETY: the buffer is valid for writing its whole length, and aligned.
        let filled = check_size(unsafe {
            libc::syscall(libc::SYS_getdents64, list.number(), entries.0.as_mut_ptr(), entries.0.len())
        } as isize)?;
        if filled == 0 {
            return Ok(());
        }
        let mut rest = entries.0.get(..filled).unwrap_or(&[]);
        while let Some(&[low, high]) = rest.get(LENGTH..LENGTH + 2) {
            let length = usize::from(u16::from_ne_bytes([low, high]));
            let name = rest.get(NAME..length).unwrap_or(&[]);
            let number = super::text::leading_number(name).and_then(|number| c_int::try_from(number).ok());
            if let Some(number) = number.filter(|&number| number != list.number()) {
                each(number);
            }
            rest = rest.get(length.max(1)..).unwrap_or(&[]);
        }
    }
}

/// Reads once, at most what `buffer` holds; 0 at the end.
pub fn read(number: c_int, buffer: &mut [u8]) -> Result<usize, Errno> {
    // SAFETY: the buffer is valid for writing its whole length.
    let mut read = || unsafe { libc::syscall(libc::SYS_read, number, buffer.as_mut_ptr(), buffer.len()) };
    uninterrupted(|| check_size(read() as isize))
}

/// Writes once.
pub fn write(number: c_int, bytes: &[u8]) -> Result<usize, Errno> {
    // SAFETY: the bytes are valid for reading their whole length.
    let write = || unsafe { libc::syscall(libc::SYS_write, number, bytes.as_ptr(), bytes.len()) };
    uninterrupted(|| check_size(write() as isize))
}

/// An event counter: readable while it is not 0, never blocking.
pub fn event() -> Result<Descriptor, Errno> {
    // SAFETY: takes two integers.
    let number = unsafe { system_call!(SYS_eventfd2, 0, libc::EFD_CLOEXEC | libc::EFD_NONBLOCK) }?;
    Descriptor::own_above_standard(number)
}

/// Which of two descriptors can be read.
#[derive(Clone, Copy)]
pub struct Readable {
    pub first: bool,
    pub second: bool,
}

/// Waits until `first` or `second` can be read (or has reached its end) or `timeout` milliseconds have passed; -1 is for
/// ever, and a negative `second` is left out.
pub fn wait_readable(first: c_int, second: c_int, timeout: c_int) -> Result<Readable, Errno> {
    let ask = |fd| libc::pollfd { fd, events: libc::POLLIN, revents: 0 };
    let mut polled = [ask(first), ask(second)];
    // SAFETY: the array is valid for reading and writing, and its length is the count given.
    check(unsafe { libc::poll(polled.as_mut_ptr(), polled.len() as libc::nfds_t, timeout) })?;
    let [first, second] = polled;
    Ok(Readable { first: first.revents != 0, second: second.revents != 0 })
}
