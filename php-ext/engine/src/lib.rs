//! libdaemon as an extension of PHP: one shared object that every PHP from 8.1 on loads, built without PHP's headers.
//!
//! It exports the C interface of the core and, for PHP, `get_module`. `abi` has the engine's structures, `engine` finds the
//! engine that is in the process and looks at its tables, `call` is a call of one of our functions, `pcntl` and `posix` have
//! their functions, `daemon` those of the package, `signals` runs handlers, `module` registers all of it.

#![no_std]
// What is done to one of the engine's structures is vouched for at once.
#![allow(clippy::multiple_unsafe_ops_per_block)]

mod abi;
mod call;
mod daemon;
mod engine;
mod libdaemon;
mod module;
mod pcntl;
mod posix;
mod signals;
