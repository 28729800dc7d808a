//! The extension pcntl.

pub mod constants;
pub mod errors;
pub mod exec;
pub mod fork;
pub mod functions;
pub mod mask;
pub mod namespaces;
pub mod priority;
pub mod processors;
pub mod signal;
pub mod signal_info;
pub mod wait;
