//! PHP's posix: files and folders.

use core::ffi::{c_char, c_int, c_uint};

use libc::mode_t;

use super::posix::{done_on, note, text, writable};
use crate::error::failed_at;
use crate::sys::file;

/// Makes a FIFO with these permissions, less the umask. 0, or -1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn posix_mkfifo(filename: *const c_char, permissions: mode_t) -> c_int {
    // SAFETY: passed on.
    unsafe { make(filename, permissions | libc::S_IFIFO, 0, 0) }
}

/// Makes a file as mknod(2): `flags` are its kind and its permissions, less the umask, `major` and `minor` the numbers of a
/// device. 0, or -1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn posix_mknod(filename: *const c_char, flags: mode_t, major: c_uint, minor: c_uint) -> c_int {
    // SAFETY: passed on.
    unsafe { make(filename, flags, major, minor) }
}

/// # Safety
/// As for `text`.
#[inline(never)]
unsafe fn make(filename: *const c_char, flags: mode_t, major: c_uint, minor: c_uint) -> c_int {
    // SAFETY: passed on.
    let Some(path) = (unsafe { text(filename, "special file") }) else { return -1 };
    done_on(file::make(path, flags, major, minor), "special file", path)
}

/// # Safety
/// As for `text`.
unsafe fn access(filename: *const c_char, flags: c_int, effective: bool) -> c_int {
    // SAFETY: passed on.
    let Some(path) = (unsafe { text(filename, "access to") }) else { return -1 };
    done_on(file::access(path, flags, effective), "access to", path)
}

/// Asks as access(2) whether the real user may read (4), write (2) and execute (1) the file, or whether there is one (0).
/// 0, or -1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn posix_access(filename: *const c_char, flags: c_int) -> c_int {
    // SAFETY: passed on.
    unsafe { access(filename, flags, false) }
}

/// posix_access() for the effective user.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn posix_eaccess(filename: *const c_char, flags: c_int) -> c_int {
    // SAFETY: passed on.
    unsafe { access(filename, flags, true) }
}

/// Writes the path of the working directory to `buffer`, of `size` bytes, and gives `buffer`; NULL on failure, with ERANGE
/// when it is too small. 4096 bytes are always enough.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn posix_getcwd(buffer: *mut c_char, size: usize) -> *mut c_char {
    let Some(buffer) = writable(buffer, "working directory") else { return core::ptr::null_mut() };
    // SAFETY: the conventions of the header: valid for writing so many bytes.
    match unsafe { file::working_directory_path(buffer, size) } {
        Ok(()) => buffer,
        Err(errno) => {
            note(failed_at("working directory", errno));
            core::ptr::null_mut()
        }
    }
}
