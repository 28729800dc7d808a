//! The one instance of a daemon: its pid and lock files, locked while it lives and removed at its end; and a running
//! daemon asked after, signalled and stopped by its pid file.

mod explanation;
mod holder;
pub mod locked_file;
mod place;
mod process_handle;
mod proof;
pub mod removal_at_exit;
mod replacement;
mod running;
pub mod runtime_directory;
pub mod schedule;
mod session;
pub mod status_and_stop;
