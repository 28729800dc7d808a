//! The descriptor that is readable while signals are queued, for event loops.

use core::ffi::c_int;
use core::sync::atomic::{AtomicBool, AtomicI32, Ordering};

use super::queue::QUEUE;
use crate::error::{Error, Result, Step};
use crate::sys::fd::{self, Descriptor};
use crate::sys::{cancellation, event_counter, process};

/// 0: none yet.
static DESCRIPTOR: AtomicI32 = AtomicI32::new(0);
/// Held by the thread that makes one.
static MAKING: AtomicBool = AtomicBool::new(false);
/// May it be readable?
static ANNOUNCED: AtomicBool = AtomicBool::new(false);

/// The descriptor, if there is one that is still ours. The program may have closed it, and opened something of its own
/// under its number.
fn existing() -> Option<c_int> {
    let descriptor = DESCRIPTOR.load(Ordering::Acquire);
    (descriptor != 0 && event_counter::is_own(descriptor)).then_some(descriptor)
}

/// The descriptor, made at the first call.
pub fn get() -> Result<c_int> {
    if let Some(descriptor) = existing() {
        return Ok(descriptor);
    }
    super::watch_forks()?;
    // All threads that ask get the same one.
    while MAKING.swap(true, Ordering::Acquire) {
        process::yield_now();
    }
    let descriptor = existing().map_or_else(make, Ok);
    MAKING.store(false, Ordering::Release);
    descriptor
}

fn make() -> Result<c_int> {
    let fresh = event_counter::make().map_err(|errno| Error::at(Step::SignalDescriptor, errno))?;
    let descriptor = fresh.into_raw_fd();
    DESCRIPTOR.store(descriptor, Ordering::Release);
    // Signals that came before it was there count too.
    if !QUEUE.is_empty() {
        announce();
    }
    Ok(descriptor)
}

/// A signal has been queued: makes it readable, if the program has one. Async-signal-safe.
pub fn announce() {
    if let Some(descriptor) = existing() {
        let _ = fd::write(descriptor, &1u64.to_ne_bytes());
        // Afterwards: whoever looks in between finds it readable, and looks again.
        ANNOUNCED.store(true, Ordering::Release);
    }
}

/// After taking from the queue, or finding nothing there: readable exactly as long as something is left. Another thread
/// may have taken a signal before its handler has announced it.
pub fn update() {
    if !ANNOUNCED.swap(false, Ordering::AcqRel) {
        return;
    }
    let _cancellation = cancellation::disable();
    if let Some(descriptor) = existing() {
        let _ = fd::read(descriptor, &mut [0; 8]);
        if !QUEUE.is_empty() {
            announce();
        }
    }
}

/// After descriptors have been closed: forgets this one if it was among them.
pub fn forget_if_closed() {
    if existing().is_none() {
        DESCRIPTOR.store(0, Ordering::Release);
    }
}

/// In a forked child: replaces the parent's descriptor by a new one with the same number, because reading the parent's
/// would take the parent's wake-ups. If that fails, the child has none until the program asks for one again.
pub fn reset_after_fork() {
    MAKING.store(false, Ordering::Relaxed);
    let Some(descriptor) = existing() else { return };
    let in_its_place = |fresh: Descriptor| fd::replace_close_on_exec(fresh.as_raw_fd(), descriptor);
    if event_counter::make().and_then(in_its_place).is_ok() {
        return;
    }
    // All descriptors may be in use. Then this number is the only free one after the close.
    fd::close(descriptor);
    let kept = match event_counter::make() {
        Ok(fresh) if fresh.as_raw_fd() == descriptor => {
            fresh.leak();
            true
        }
        Ok(fresh) => in_its_place(fresh).is_ok(),
        Err(_) => false,
    };
    if !kept {
        DESCRIPTOR.store(0, Ordering::Release);
    }
}
