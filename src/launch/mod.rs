//! A start: from the launcher's call to a daemon that is set up.

mod account;
mod attention;
mod credentials;
mod daemon_side;
mod descriptors;
mod ending;
mod environment;
pub mod execution;
mod foreground;
mod init;
mod intermediate;
pub mod launcher;
pub mod options;
mod outcome;
mod plan;
mod privileges;
pub mod program;
