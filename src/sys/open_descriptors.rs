//! The kernel's list of this process's open descriptors.

use core::ffi::{c_int, c_ulong};
use core::ops::ControlFlow;

use super::fd::Descriptor;
use super::{Errno, check, directory};

/// /proc/self/fd, to be opened before a change of the root directory.
pub fn list() -> Result<Descriptor, Errno> {
    directory::list(c"/proc/self/fd")
}

/// Calls `each` with every descriptor in the list but its own, without allocating.
pub fn for_each(list: &Descriptor, mut each: impl FnMut(c_int)) -> Result<(), Errno> {
    directory::for_each_number(list, &mut |descriptor| {
        if descriptor != list.as_raw_fd() {
            each(descriptor);
        }
        ControlFlow::Continue(())
    })
}

/// So many places the kernel's table has in most processes, and one that is small has at most.
const USUAL: usize = 64;
const FEW: usize = 256;

/// Calls `each` with every open descriptor, without /proc, which takes ten times as long. False, and nothing has been
/// called, where the process has a larger table of descriptors, or the kernel does not tell.
pub fn for_each_of_few(mut each: impl FnMut(c_int)) -> bool {
    let Some(count) = [USUAL, FEW].into_iter().find(|&count| !reaches(count)) else { return false };
    let mut polled = [libc::pollfd { fd: -1, events: 0, revents: 0 }; FEW];
    (0..).zip(&mut polled).for_each(|(fd, polled)| polled.fd = fd);
    // SAFETY: the array is valid for reading and writing, and no shorter than the count given.
    let asked = check(unsafe { libc::poll(polled.as_mut_ptr(), count as libc::nfds_t, 0) });
    if asked.is_ok() {
        polled
            .iter()
            .take(count)
            .filter(|polled| polled.revents & libc::POLLNVAL == 0)
            .for_each(|polled| each(polled.fd));
    }
    asked.is_ok()
}

/// May there be a descriptor as large as that? select(2) looks no further than the kernel's table reaches, and leaves
/// the rest of the set as it is: there is none if it finds nothing and the descriptor is still in the set.
fn reaches(fd: usize) -> bool {
    const WORD: usize = c_ulong::BITS as usize;
    let mut set = [0 as c_ulong; libc::FD_SETSIZE / WORD];
    let bit = 1 << (fd % WORD);
    set.iter_mut().skip(fd / WORD).take(1).for_each(|word| *word = bit);
    let mut now = libc::timeval { tv_sec: 0, tv_usec: 0 };
    let none = core::ptr::null_mut;
    // SAFETY: an fd_set is an array of such words, FD_SETSIZE bits in all; the sets that are left out may be NULL.
    let found = unsafe { libc::select(fd as c_int + 1, set.as_mut_ptr().cast(), none(), none(), &mut now) };
    found != 0 || !set.contains(&bit)
}
