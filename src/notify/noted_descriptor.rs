//! A descriptor that is used later. By then the program may have closed it, and opened something else under its number.

use core::ffi::c_int;
use core::sync::atomic::{AtomicI32, AtomicU64, Ordering};

use crate::sys::fd;
use crate::sys::file::{Identity, Status};
use crate::sys::signal::{self, Set};
use crate::sys::{Errno, file};

pub struct NotedDescriptor {
    /// 0 for none: the library's own files never have that descriptor.
    descriptor: AtomicI32,
    device: AtomicU64,
    inode: AtomicU64,
}

impl NotedDescriptor {
    pub const fn none() -> NotedDescriptor {
        let [device, inode] = [const { AtomicU64::new(0) }; 2];
        NotedDescriptor { descriptor: AtomicI32::new(0), device, inode }
    }

    pub fn note(&self, descriptor: Option<c_int>) {
        let descriptor = descriptor.unwrap_or(0);
        let status = if descriptor > 0 { file::status(descriptor).ok() } else { None };
        let (device, inode) = status.map_or((0, 0), |Status { identity, .. }| (identity.device, identity.inode));
        self.device.store(device, Ordering::Relaxed);
        self.inode.store(inode, Ordering::Relaxed);
        self.descriptor.store(descriptor, Ordering::Release);
    }

    /// The descriptor, if there is one. EBADF if the program has closed it, or has another file under its number.
    pub fn get(&self) -> Result<Option<c_int>, Errno> {
        let descriptor = self.descriptor.load(Ordering::Acquire);
        if descriptor == 0 {
            return Ok(None);
        }
        let noted = Identity { device: self.device.load(Ordering::Relaxed), inode: self.inode.load(Ordering::Relaxed) };
        if file::is_open_as(descriptor, noted) { Ok(Some(descriptor)) } else { Err(Errno::EBADF) }
    }

    /// It is not needed any more.
    pub fn close(&self) {
        if let Ok(Some(descriptor)) = self.get() {
            fd::close(descriptor);
        }
        self.descriptor.store(0, Ordering::Release);
    }
}

/// Writes all of `text`. EPIPE if nobody reads there any more, EFBIG if the file may not grow. The signals that come
/// with these errors, SIGPIPE and SIGXFSZ, do not end the process.
pub fn write_all(descriptor: c_int, text: &[u8]) -> Result<(), Errno> {
    let mask = signal::change_mask(signal::BLOCK, Set::empty().with(signal::PIPE).with(signal::XFSZ));
    let mut rest = text;
    let mut result = Ok(());
    while result.is_ok() && !rest.is_empty() {
        result = match fd::write(descriptor, rest) {
            Ok(0) => Err(Errno::EAGAIN),
            Ok(written) => {
                rest = rest.get(written..).unwrap_or(&[]);
                Ok(())
            }
            Err(errno) => Err(errno),
        };
    }
    if let Err(errno) = result {
        signal::take_that_came_with(errno, mask);
    }
    signal::set_mask(mask);
    result
}
