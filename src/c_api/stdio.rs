//! The standard streams.

use core::ffi::{c_char, c_int};

use super::{Family, enter_for_status, name};
use crate::error::Step;
use crate::stdio::redirection;

/// Sends standard output and standard error to one file. It is appended to, and created with mode 0644 less the umask.
/// Descriptors 1 and 2 are replaced and never closed, so the program's own handles (stdout, PHP's STDOUT) go on
/// working. A relative path is made absolute now. On failure, -1, both streams are what they were.
///
/// C's stdout then writes each line when it is complete, unless the program has made it unbuffered. EPERM and EMLINK
/// are as with daemonize_options_stdout(). A FIFO without a reader is not waited for: ENXIO.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn reset_std(path: *const c_char) -> c_int {
    enter_for_status(Family::Daemonize, || {
        // SAFETY: rule 1.
        let path = unsafe { name(path, Step::Log) }?;
        redirection::reset(path, path)
    })
}

/// As reset_std(), with a file for each of the two.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn reset_std_split(out: *const c_char, err: *const c_char) -> c_int {
    enter_for_status(Family::Daemonize, || {
        // SAFETY: rule 1.
        let output = unsafe { name(out, Step::StandardOutput) }?;
        // SAFETY: rule 1.
        let errors = unsafe { name(err, Step::StandardError) }?;
        redirection::reset(output, errors)
    })
}

/// Opens the files of reset_std(), or those of the daemon's options, again after a rotation. If C's stdout holds the
/// beginning of a line, the whole line goes to the new file. -1 with EINVAL if there are no such files, and with ENOENT
/// for one outside of the daemon's root directory.
#[unsafe(no_mangle)]
pub extern "C" fn reopen_std() -> c_int {
    enter_for_status(Family::Daemonize, redirection::reopen_now)
}
