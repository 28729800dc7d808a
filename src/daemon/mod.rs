//! Becoming a daemon, and dealing with one by its pid file.

pub mod become_daemon;
pub mod control;
pub mod descriptors;
pub mod environment;
pub mod foreground;
pub mod handshake;
pub mod intermediate;
pub mod launch;
pub mod options;
pub mod pidfile;
pub mod plan;
pub mod privileges;
pub mod readiness;
pub mod registration;
pub mod standard_streams;
pub mod streams;
