//! Good daemons for programs in any language, and PHP's process control for all of them.
//!
//! The crate builds one small shared library with a plain C interface. `c_api` is that interface and only
//! translates; `daemon`, `process` and `signals` hold the meaning, in safe Rust; `sys` holds every system call.
//!
//! Nothing here unwinds, prints, or allocates between a fork and the return to the caller.

#![no_std]

#[cfg(not(all(target_os = "linux", target_env = "gnu", target_pointer_width = "64", target_endian = "little")))]
compile_error!("libdaemon is for 64-bit little-endian Linux with glibc");

mod c_api;
mod daemon;
mod error;
mod memory;
mod names;
mod php;
mod process;
mod runtime;
mod signals;
mod sys;
