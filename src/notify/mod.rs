//! Readiness: what the daemon tells those who wait for it.

pub mod handed_over;
pub mod handshake;
pub mod listener;
mod noted_descriptor;
pub mod readiness;
pub mod service_manager;
