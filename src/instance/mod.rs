//! The one instance of a daemon: its pid and lock files, locked while it lives and removed at its end; and a running daemon
//! asked after, signalled and stopped by its pid file.

mod holder;
pub mod locked_file;
pub mod removal_at_exit;
pub mod status_and_stop;
