//! Readiness: what the daemon tells those who wait for it.

pub mod handshake;
pub mod listener;
mod noted_descriptor;
pub mod readiness;
