//! Standard input, output and error: those of a new daemon, and in a running program sending them to files and opening
//! these again.

pub mod daemon_streams;
pub mod redirection;
pub mod saved_streams;
mod stream_file;

use core::ffi::c_int;

use crate::error::Line;
use crate::sys::fd;
use crate::sys::signal::{self, Set};

/// Writes a line of the library's own to a log, all signals blocked. A failure has no effect, and SIGPIPE and SIGXFSZ,
/// which come with it, do not end the process.
// One copy for all who call it.
#[inline(never)]
fn tell(log: c_int, line: &Line) {
    if let Err(errno) = fd::write(log, line.bytes()) {
        signal::take_that_came_with(errno, Set::empty());
    }
}

/// A log is never writable by group or others, whatever the umask.
const LOG_MODE: u32 = 0o644;
