//! The descriptor that is readable while signals are queued, for event loops.

use core::ffi::c_int;
use core::sync::atomic::{AtomicI32, AtomicU64, Ordering};

use super::queue;
use crate::error::{Outcome, failed_at};
use crate::process::fork;
use crate::sys::{fd, file};

/// 0: none yet.
static NUMBER: AtomicI32 = AtomicI32::new(0);
/// Which file that is: the program may have closed the number and opened something of its own under it.
static DEVICE: AtomicU64 = AtomicU64::new(0);
static INODE: AtomicU64 = AtomicU64::new(0);

/// The number, if it is there and still ours.
fn number() -> Option<c_int> {
    let number = NUMBER.load(Ordering::Acquire);
    if number == 0 {
        return None;
    }
    let file = file::status(number).ok()?;
    let ours = [&DEVICE, &INODE].map(|held| held.load(Ordering::Relaxed));
    ([file.identity.device, file.identity.inode] == ours && !file.has_type()).then_some(number)
}

/// The descriptor, made at the first call.
pub fn descriptor() -> Outcome<c_int> {
    if let Some(number) = number() {
        return Ok(number);
    }
    fork::watch_forks()?;
    let lost = |errno| failed_at("signal descriptor", errno);
    let made = fd::event().map_err(lost)?;
    let file = file::status(made.number()).map_err(lost)?;
    DEVICE.store(file.identity.device, Ordering::Relaxed);
    INODE.store(file.identity.inode, Ordering::Relaxed);
    let number = made.into_number();
    NUMBER.store(number, Ordering::Release);
    // Signals that came before it was there count too.
    settle();
    Ok(number)
}

/// Makes it readable, if the program has one. Async-signal-safe.
pub fn announce() {
    if let Some(number) = number() {
        let _ = fd::write(number, &1u64.to_ne_bytes());
    }
}

/// After taking from the queue: readable exactly as long as something is left.
pub fn settle() {
    if let Some(number) = number() {
        let _ = fd::read(number, &mut [0; 8]);
        if !queue::is_empty() {
            announce();
        }
    }
}

/// Descriptors have been closed: this one too?
pub fn forget_if_closed() {
    if number().is_none() {
        NUMBER.store(0, Ordering::Release);
    }
}

/// In a forked child: one of its own, under the same number.
pub fn renew() {
    let Some(number) = number() else { return };
    if let Ok(fresh) = fd::event() {
        let _ = fd::replace_close_on_exec(fresh.number(), number);
    }
}
