//! Closing what the daemon does not need. Nothing here counts up to a limit.

use core::ffi::{c_int, c_uint};

use super::options::Close;
use crate::error::{Outcome, failed_at};
use crate::sys::Errno;
use crate::sys::fd::{self, Descriptor};

/// Descriptors that stay open: those that the caller named and the library's own.
pub struct Kept<'a> {
    pub named: &'a [c_int],
    /// -1 where there is none.
    pub own: [c_int; 4],
}

impl Kept<'_> {
    fn all(&self) -> impl Iterator<Item = c_int> {
        self.named.iter().chain(&self.own).copied()
    }

    #[inline(never)]
    fn holds(&self, number: c_int) -> bool {
        self.all().any(|kept| kept == number)
    }

    fn next_from(&self, first: c_int) -> Option<c_int> {
        self.all().filter(|&kept| kept >= first).min()
    }
}

/// Closes the descriptors from 3 up that `which` means, but for `kept`. A `list` is needed where there may be no /proc.
pub fn close(which: Close, kept: &Kept, list: Option<Descriptor>) -> Outcome<()> {
    match which {
        Close::None => Ok(()),
        Close::Inherited => close_each(list, kept, true),
        Close::All => close_ranges(kept).or_else(|errno| match errno {
            // An older kernel, or a sandbox that does not know the call.
            Errno::ENOSYS | Errno::EPERM => close_each(list, kept, false),
            errno => Err(failed_at("closing descriptors", errno)),
        }),
    }
}

fn close_ranges(kept: &Kept) -> Result<(), Errno> {
    let mut first = 3;
    while let Some(next) = kept.next_from(first) {
        if next > first {
            fd::close_range(first as c_uint, next as c_uint - 1)?;
        }
        first = next.saturating_add(1);
    }
    fd::close_range(first as c_uint, c_uint::MAX)
}

/// Close-on-exec tells what was not inherited.
fn close_each(list: Option<Descriptor>, kept: &Kept, only_inherited: bool) -> Outcome<()> {
    let close = |list: Descriptor| {
        fd::for_each_open(&list, |number| {
            if number > 2 && !kept.holds(number) && !(only_inherited && fd::closes_on_exec(number)) {
                fd::close(number);
            }
        })
    };
    list.map_or_else(fd::list, Ok)
        .and_then(close)
        .map_err(|errno| failed_at("closing descriptors: /proc/self/fd", errno))
}
