//! The way into PHP's engine, for a PHP that has this library loaded: signal handlers written in PHP that run between two
//! instructions, and C functions that PHP calls without going through its FFI.
//!
//! The engine exports what a compiled extension needs, and this is used here as an extension would use it, but found at
//! run time: without PHP nothing of it is ever touched. All of it belongs to the one thread of PHP that attached.

#![allow(clippy::multiple_unsafe_ops_per_block)]

pub mod attachment;
pub mod details;
pub mod direct;
pub mod engine;
pub mod hook;
pub mod round;
pub mod values;
