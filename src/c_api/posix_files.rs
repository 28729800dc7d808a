//! PHP's posix: files and folders.

use core::ffi::{c_char, c_int, c_uint};

use libc::mode_t;

use super::{Family, c_string, check_address, enter, enter_for_status};
use crate::error::{Error, Step};
use crate::sys::file;

/// Makes a FIFO with these permissions, less the umask. 0, or -1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn posix_mkfifo(filename: *const c_char, permissions: mode_t) -> c_int {
    // SAFETY: rule 1 holds for both functions.
    unsafe { posix_mknod(filename, permissions | libc::S_IFIFO, 0, 0) }
}

/// Makes a file as mknod(2): `flags` are its kind and its permissions, less the umask, `major` and `minor` the numbers
/// of a device. 0, or -1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn posix_mknod(filename: *const c_char, flags: mode_t, major: c_uint, minor: c_uint) -> c_int {
    enter_for_status(Family::Posix, || {
        // SAFETY: rule 1.
        let path = unsafe { c_string(filename, Step::SpecialFile) }?;
        file::make(path, flags, major, minor).map_err(|errno| Error::on(Step::SpecialFile, path, errno))
    })
}

/// # Safety
/// Rule 1.
// One copy for all who call it.
#[inline(never)]
unsafe fn access(filename: *const c_char, flags: c_int, effective: bool) -> c_int {
    enter_for_status(Family::Posix, || {
        // SAFETY: rule 1.
        let path = unsafe { c_string(filename, Step::Access) }?;
        file::access(path, flags, effective).map_err(|errno| Error::on(Step::Access, path, errno))
    })
}

/// Asks as access(2) whether the real user may read (4), write (2) and execute (1) the file, or whether there is one
/// (0). 0, or -1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn posix_access(filename: *const c_char, flags: c_int) -> c_int {
    // SAFETY: rule 1.
    unsafe { access(filename, flags, false) }
}

/// posix_access() for the effective user.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn posix_eaccess(filename: *const c_char, flags: c_int) -> c_int {
    // SAFETY: rule 1.
    unsafe { access(filename, flags, true) }
}

/// Writes the path of the working directory to `buffer`, of `size` bytes, and gives `buffer`; NULL on failure, with
/// ERANGE when it is too small. 4096 bytes are enough for every path that a system call takes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn posix_getcwd(buffer: *mut c_char, size: usize) -> *mut c_char {
    enter(Family::Posix, core::ptr::null_mut(), || {
        check_address(buffer.addr(), Step::WorkingDirectory)?;
        // SAFETY: rule 3: valid for writing `size` bytes.
        unsafe { file::working_directory_path(buffer, size) }
            .map_err(|errno| Error::at(Step::WorkingDirectory, errno))?;
        Ok(buffer)
    })
}
