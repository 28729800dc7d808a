//! Standard input, output and error: those of a new daemon, and in a running program sending them to files and opening
//! these again.

pub mod daemon_streams;
pub mod redirection;
pub mod saved_streams;
mod stream_file;

/// A log is never writable by group or others, whatever the umask.
const LOG_MODE: u32 = 0o644;
