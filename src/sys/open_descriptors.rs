//! The kernel's list of this process's open descriptors.

use core::ffi::c_int;

use super::fd::Descriptor;
use super::text::leading_number;
use super::{Errno, check_size, file};

/// /proc/self/fd, to be opened before a change of the root directory.
pub fn list() -> Result<Descriptor, Errno> {
    file::open(c"/proc/self/fd", libc::O_RDONLY | libc::O_DIRECTORY, 0)
}

/// Calls `each` with every descriptor in the list but its own, without allocating.
pub fn for_each(list: &Descriptor, mut each: impl FnMut(c_int)) -> Result<(), Errno> {
    #[repr(align(8))]
    struct Entries([u8; 1024]);
    /// linux_dirent64: inode 8, offset 8, record length 2, type 1, then the name.
    const LENGTH: usize = 16;
    const NAME: usize = 19;

    let mut entries = Entries([0; 1024]);
    loop {
        // SAFETY: the buffer is valid for writing its whole length, and aligned.
        let filled = check_size(unsafe {
            libc::syscall(libc::SYS_getdents64, list.as_raw_fd(), entries.0.as_mut_ptr(), entries.0.len())
        } as isize)?;
        if filled == 0 {
            return Ok(());
        }
        let mut rest = entries.0.get(..filled).unwrap_or(&[]);
        while let Some(&[low, high]) = rest.get(LENGTH..LENGTH + 2) {
            let length = usize::from(u16::from_ne_bytes([low, high]));
            let name = rest.get(NAME..length).unwrap_or(&[]);
            let descriptor = leading_number(name).and_then(|number| c_int::try_from(number).ok());
            if let Some(descriptor) = descriptor.filter(|&descriptor| descriptor != list.as_raw_fd()) {
                each(descriptor);
            }
            rest = rest.get(length.max(1)..).unwrap_or(&[]);
        }
    }
}
