//! Good daemons for programs in any language, and PHP's process control for all of them.
//!
//! The crate builds one small shared library with a plain C interface. `c_api` is that interface and only translates;
//! the floors below it hold the meaning, in safe Rust; `sys` holds every system call. Each floor knows those below it
//! and none above: what has to be called upwards registers itself. ARCHITECTURE.md tells the whole.
//!
//! Nothing here unwinds, prints, or allocates between a fork and the return to the caller.

#![cfg_attr(not(test), no_std)]

#[cfg(not(all(target_os = "linux", target_env = "gnu", target_pointer_width = "64", target_endian = "little")))]
compile_error!("libdaemon is for 64-bit little-endian Linux with glibc");

pub mod c_api;
mod error;
mod instance;
mod launch;
mod memory;
mod notify;
#[cfg(not(test))]
mod panic;
mod process;
pub mod runtime_host;
mod signals;
mod stdio;
mod sys;
