//! The standard streams.

use core::ffi::{c_char, c_int};

use super::{code, name};
use crate::daemon::standard_streams;
use crate::sys::cancellation;

/// Sends standard output and standard error to one file, appended to, made with mode 0644 less the umask. 1 and 2 are
/// replaced, never closed: the program's own handles (stdout, PHP's STDOUT) go on working. On failure, -1, both are what
/// they were. A relative path is made absolute now.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn reset_std(path: *const c_char) -> c_int {
    let _cancellation = cancellation::put_off();
    // SAFETY: the conventions of the header.
    code(unsafe { name(path, "log") }.and_then(|path| standard_streams::reset(path, path)))
}

/// The same with a file for each.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn reset_std_split(out: *const c_char, err: *const c_char) -> c_int {
    let _cancellation = cancellation::put_off();
    // SAFETY: the conventions of the header.
    code(unsafe {
        name(out, "standard output")
            .and_then(|out| name(err, "standard error").and_then(|err| standard_streams::reset(out, err)))
    })
}

/// Opens the files of reset_std() or of the daemon's options again, after a rotation. -1 with EINVAL when there are none.
#[unsafe(no_mangle)]
pub extern "C" fn reopen_std() -> c_int {
    let _cancellation = cancellation::put_off();
    code(standard_streams::reopen_now())
}
