//! Entering the namespaces of another process.

use core::ffi::c_int;

use crate::error::{Error, Result, Step};
use crate::sys::{namespace, process};

/// Enters those namespaces of `process` that `flags` name.
pub fn enter(process: process::Pid, flags: c_int) -> Result<()> {
    let pidfd = process::open(process).map_err(|errno| Error::on_number(Step::Process, process.into(), errno))?;
    namespace::enter(&pidfd, flags).map_err(|errno| Error::on_number(Step::Namespaces, process.into(), errno))
}
