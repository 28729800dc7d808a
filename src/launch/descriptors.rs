//! Closing what the daemon does not need. Nothing here counts up to a limit.

use core::ffi::{c_int, c_uint};

use super::options::Close;
use crate::error::{Error, Result, Step};
use crate::sys::fd::{self, Descriptor};
use crate::sys::{Errno, libc_descriptors, open_descriptors};

/// The descriptors that libc keeps for the program and that stay open; -1 where there is none.
pub type HeldByLibc = [c_int; 2];

/// The descriptors that libc keeps for itself, and that stay open although `which` closes all others.
///
/// libc remembers the number of such a descriptor, and closes it later. By then another file may have that number. So
/// libc is told now to close what it can open again. The connection of syslog(3) stays open. It keeps the name that the
/// program has given it, and from a new root directory the daemon could not connect again.
pub fn held_by_libc(which: Close) -> HeldByLibc {
    let mut held = [-1; 2];
    if which != Close::All {
        return held;
    }
    libc_descriptors::close_databases();
    let mut free = held.iter_mut();
    let mut is_missing = false;
    let has_more = libc_descriptors::for_each_idle(3, |descriptor| {
        // libc's connection has close-on-exec.
        if fd::closes_on_exec(descriptor) && libc_descriptors::is_connected_to_log(descriptor) {
            match free.next() {
                Some(place) => *place = descriptor,
                None => is_missing = true,
            }
        }
    });
    // The connection may be a descriptor that was not looked at, or one of more than there is room for.
    if (has_more && held == [-1; 2]) || is_missing {
        libc_descriptors::close_log();
        return [-1; 2];
    }
    held
}

/// The descriptors that stay open.
pub struct Preserved<'a> {
    /// Those that the caller named, or a service manager has handed over.
    pub named: &'a [c_int],
    pub of_libc: HeldByLibc,
    /// The library's own; -1 where there is none.
    pub own: [c_int; 6],
}

impl Preserved<'_> {
    fn all(&self) -> impl Iterator<Item = c_int> {
        self.named.iter().chain(&self.of_libc).chain(&self.own).copied()
    }

    fn contains(&self, descriptor: c_int) -> bool {
        self.all().any(|preserved| preserved == descriptor)
    }

    fn next_from(&self, first: c_int) -> Option<c_int> {
        self.all().filter(|&preserved| preserved >= first).min()
    }
}

/// Closes the descriptors from 3 up that `which` names, except for the preserved ones. `list` is /proc/self/fd, if it
/// was opened beforehand. The process may not be able to open it by now.
pub fn close(which: Close, preserved: &Preserved, list: Option<Descriptor>) -> Result<()> {
    match which {
        Close::None => Ok(()),
        Close::Inherited => close_each(list, preserved, true),
        Close::All => close_ranges(preserved).or_else(|errno| match errno {
            // An older kernel, or a sandbox that does not know the call.
            Errno::ENOSYS | Errno::EPERM => close_each(list, preserved, false),
            errno => Err(Error::at(Step::CloseDescriptors, errno)),
        }),
    }
}

fn close_ranges(preserved: &Preserved) -> Result<(), Errno> {
    let mut first = 3;
    while let Some(next) = preserved.next_from(first) {
        if next > first {
            fd::close_range(first as c_uint, next as c_uint - 1)?;
        }
        first = next.saturating_add(1);
    }
    fd::close_range(first as c_uint, c_uint::MAX)
}

/// Closes what /proc lists, one by one. A descriptor with close-on-exec was not inherited.
fn close_each(list: Option<Descriptor>, preserved: &Preserved, only_inherited: bool) -> Result<()> {
    let close = |list: Descriptor| {
        open_descriptors::for_each(&list, |descriptor| {
            let spared = preserved.contains(descriptor) || (only_inherited && fd::closes_on_exec(descriptor));
            if descriptor > 2 && !spared {
                fd::close(descriptor);
            }
        })
    };
    list.map_or_else(open_descriptors::list, Ok)
        .and_then(close)
        .map_err(|errno| Error::on(Step::CloseDescriptors, c"/proc/self/fd", errno))
}
