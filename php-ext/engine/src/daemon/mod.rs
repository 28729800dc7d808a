//! What `Libdaemon\Daemon` and the functions of its namespace call: the C interface without FFI, and what PHP needs around the
//! start of a daemon.

pub mod calls;
pub mod descriptors;
pub mod failure;
pub mod functions;
pub mod options;
pub mod signals;
pub mod start;
pub mod streams;
