//! How a process is called in /proc: its command line and its short name.

use core::ffi::c_int;
use core::ops::Range;

use super::{Errno, check, process};

/// Where the kernel takes the parts of a process from, in the order of PR_SET_MM_MAP.
#[derive(Clone, Copy)]
pub struct Layout(pub [u64; 11]);

impl Layout {
    /// Where the command line is.
    pub fn arguments(&self) -> Range<usize> {
        let [.., start, end, _, _] = self.0;
        start as usize..end as usize
    }
}

const SET_MM: c_int = 35;
const SET_MM_MAP: libc::c_ulong = 14;

/// Has the kernel take the command line from `start` to `end`, which stay valid and end in a NUL. The rest stays where
/// it is.
pub fn move_arguments(layout: &Layout, start: usize, end: usize) -> Result<(), Errno> {
    let Layout([code, code_end, data, data_end, heap, _, stack, _, _, environment, environment_end]) = *layout;
    let nowhere = core::ptr::null_mut::<libc::c_void>();
    // SAFETY: brk(2) with an address that it cannot have gives the present one and changes nothing.
    let heap_end = unsafe { libc::syscall(libc::SYS_brk, nowhere) } as u64;
    let (start, end) = (start as u64, end as u64);
    // No other auxiliary vector; its size, 0, and the descriptor of another program, -1, have 32 bits each.
    let none = u64::from_ne_bytes([0, 0, 0, 0, 255, 255, 255, 255]);
    let map: [u64; 13] =
        [code, code_end, data, data_end, heap, heap_end, stack, start, end, environment, environment_end, 0, none];
    let size = size_of_val(&map) as libc::c_ulong;
    // SAFETY: the map is valid for reading; the kernel takes it or refuses it whole.
    check(unsafe { libc::prctl(SET_MM, SET_MM_MAP, &raw const map, size, 0 as libc::c_ulong) }).map(drop)
}

/// Puts `text` there, as much as there is room for, and NULs behind it: at least one, or the kernel would read on.
///
/// # Safety
/// The place must be valid for writing, and nobody may use it meanwhile.
pub unsafe fn fill(place: Range<usize>, text: &[u8]) {
    let start = core::ptr::with_exposed_provenance_mut::<u8>(place.start);
    // SAFETY: the caller vouches for the whole place.
    unsafe { start.write_bytes(0, place.len()) };
    // SAFETY: at most all bytes of that place but the last one.
    unsafe { start.copy_from_nonoverlapping(text.as_ptr(), text.len().min(place.len().saturating_sub(1))) };
}

/// The short name of the process, with its NUL.
pub fn set_name(name: &[u8; 16]) -> Result<(), Errno> {
    if process::thread_id() == process::id() {
        // SAFETY: the kernel reads up to the NUL, and no more than 16 bytes.
        return check(unsafe { libc::prctl(libc::PR_SET_NAME, name.as_ptr()) }).map(drop);
    }
    // Of another thread, prctl(2) would set that one's.
    let file = super::file::open(c"/proc/self/comm", libc::O_WRONLY, 0)?;
    super::fd::write(file.as_raw_fd(), name).map(drop)
}
