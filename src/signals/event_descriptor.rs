//! The descriptor that is readable while signals are queued, for event loops.

use core::ffi::c_int;
use core::sync::atomic::{AtomicI32, AtomicU64, Ordering};

use super::queue::QUEUE;
use crate::error::{Error, Result, Step};
use crate::sys::{fd, file};

/// 0: none yet.
static DESCRIPTOR: AtomicI32 = AtomicI32::new(0);
/// Which file that is: the program may have closed the descriptor and opened something of its own under its number.
static DEVICE: AtomicU64 = AtomicU64::new(0);
static INODE: AtomicU64 = AtomicU64::new(0);

/// The descriptor, if it is there and still ours.
fn existing() -> Option<c_int> {
    let descriptor = DESCRIPTOR.load(Ordering::Acquire);
    if descriptor == 0 {
        return None;
    }
    let file = file::status(descriptor).ok()?;
    let ours = [&DEVICE, &INODE].map(|held| held.load(Ordering::Relaxed));
    ([file.identity.device, file.identity.inode] == ours && !file.has_type()).then_some(descriptor)
}

/// The descriptor, made at the first call.
pub fn get() -> Result<c_int> {
    if let Some(descriptor) = existing() {
        return Ok(descriptor);
    }
    super::watch_forks()?;
    let lost = |errno| Error::at(Step::SignalDescriptor, errno);
    let made = fd::event().map_err(lost)?;
    let file = file::status(made.as_raw_fd()).map_err(lost)?;
    DEVICE.store(file.identity.device, Ordering::Relaxed);
    INODE.store(file.identity.inode, Ordering::Relaxed);
    let descriptor = made.into_raw_fd();
    DESCRIPTOR.store(descriptor, Ordering::Release);
    // Signals that came before it was there count too.
    update();
    Ok(descriptor)
}

/// A signal has been queued: makes it readable, if the program has one. Async-signal-safe.
pub fn announce() {
    if let Some(descriptor) = existing() {
        let _ = fd::write(descriptor, &1u64.to_ne_bytes());
    }
}

/// After taking from the queue: readable exactly as long as something is left.
pub fn update() {
    if let Some(descriptor) = existing() {
        let _ = fd::read(descriptor, &mut [0; 8]);
        if !QUEUE.is_empty() {
            announce();
        }
    }
}

/// Descriptors have been closed: this one too?
pub fn forget_if_closed() {
    if existing().is_none() {
        DESCRIPTOR.store(0, Ordering::Release);
    }
}

/// In a forked child: one of its own, under the same number.
pub fn reset_after_fork() {
    let Some(descriptor) = existing() else { return };
    if let Ok(fresh) = fd::event() {
        let _ = fd::replace_close_on_exec(fresh.as_raw_fd(), descriptor);
    }
}
