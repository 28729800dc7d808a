//! What the scheduler has of a process: its priority, and the processors it may run on.

use core::ffi::c_int;

use super::process::Pid;
use super::{Errno, bits_of, check};

/// The priority of what `mode` (PRIO_PROCESS, PRIO_PGRP, PRIO_USER) and `id` name.
pub fn priority(mode: c_int, id: u32) -> Result<c_int, Errno> {
    // -1 is a priority too: errno tells it from a failure.
    Errno::place().set(0);
    // SAFETY: takes integers.
    let priority = unsafe { libc::getpriority(mode as libc::__priority_which_t, id) };
    if priority == -1 && Errno::place().get() != 0 { Err(Errno::last()) } else { Ok(priority) }
}

pub fn set_priority(mode: c_int, id: u32, priority: c_int) -> Result<(), Errno> {
    // SAFETY: takes integers.
    check(unsafe { libc::setpriority(mode as libc::__priority_which_t, id, priority) }).map(drop)
}

/// The processor that this thread runs on.
pub fn processor() -> Result<c_int, Errno> {
    // SAFETY: takes nothing.
    check(unsafe { libc::sched_getcpu() })
}

const WORDS: usize = 128;

/// A set of processors: as many as Linux can be built for.
pub struct Processors([u64; WORDS]);

impl Processors {
    pub fn none() -> Processors {
        Processors([0; WORDS])
    }

    /// Those that the process `of` (0: this thread) may run on.
    pub fn of(process: Pid) -> Result<Processors, Errno> {
        let mut set = Processors::none();
        // SAFETY: the set is valid for writing its whole size, and any bits are a set.
        check(unsafe { libc::sched_getaffinity(process, size_of::<Processors>(), (&raw mut set).cast()) })?;
        Ok(set)
    }

    /// Has the process `process` (0: this thread) run on these.
    pub fn assign(&self, process: Pid) -> Result<(), Errno> {
        // SAFETY: the set is valid for reading its whole size.
        check(unsafe { libc::sched_setaffinity(process, size_of::<Processors>(), (&raw const *self).cast()) }).map(drop)
    }

    /// Adds a processor; None where there can be none of that number.
    pub fn add(&mut self, number: c_int) -> Option<()> {
        let number = usize::try_from(number).ok()?;
        *self.0.get_mut(number / 64)? |= 1 << (number % 64);
        Some(())
    }

    /// Calls `tell` with each of the processors, in ascending order.
    pub fn each(&self, mut tell: impl FnMut(c_int)) {
        for (place, &word) in self.0.iter().enumerate() {
            bits_of(word).for_each(|bit| tell((place * 64) as c_int + bit));
        }
    }
}
