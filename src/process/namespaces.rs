//! Entering the namespaces of another process.

use core::ffi::c_int;

use crate::error::{Outcome, failed_number};
use crate::sys::{namespace, process};

/// Enters those namespaces of `process` that `flags` name.
pub fn enter(process: process::Pid, flags: c_int) -> Outcome<()> {
    let held = process::open(process).map_err(|errno| failed_number("process", process.into(), errno))?;
    namespace::enter(&held, flags).map_err(|errno| failed_number("namespaces of process", process.into(), errno))
}
