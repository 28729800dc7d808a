//! The standard streams.

use core::ffi::{c_char, c_int};

use super::{Family, enter_for_status, name};
use crate::error::Step;
use crate::stdio::redirection;

/// Sends standard output and standard error to one file, appended to, made with mode 0644 less the umask. 1 and 2 are
/// replaced, never closed: the program's own handles (stdout, PHP's STDOUT) go on working. On failure, -1, both are what
/// they were. A relative path is made absolute now. C's stdout then writes each line when it is complete, unless the program
/// has it unbuffered.
///
/// Refused as with daemonize_options_stdout(): EPERM and EMLINK. A FIFO without a reader is not waited for: ENXIO.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn reset_std(path: *const c_char) -> c_int {
    enter_for_status(Family::Daemonize, || {
        // SAFETY: rule 1.
        let path = unsafe { name(path, Step::Log) }?;
        redirection::reset(path, path)
    })
}

/// The same with a file for each.
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

/// Opens the files of reset_std() or of the daemon's options again, after a rotation. A line that C's stdout has only the
/// beginning of goes to the new file as a whole. -1 with EINVAL when there are none, ENOENT for one outside of the daemon's root
/// directory.
#[unsafe(no_mangle)]
pub extern "C" fn reopen_std() -> c_int {
    enter_for_status(Family::Daemonize, redirection::reopen_now)
}
