//! The daemon's environment, composed before the fork and put in place after it.

use core::ffi::{CStr, c_char};

use super::options::{Options, assigns};
use crate::error::{Error, Result, Step};
use crate::memory::{CString, List};
use crate::sys::{Errno, environment};

/// An environment ready to be used.
pub struct Environment {
    /// `NAME=value` each, and NULL behind the last: texts of the present environment and those of `own`.
    block: List<*mut c_char>,
    own: List<CString>,
}

impl Environment {
    /// What `options` make of the present environment; `None` when they leave it as it is.
    pub fn prepare(options: &Options) -> Result<Option<Environment>> {
        if options.environment.is_empty() && !options.clear_environment {
            return Ok(None);
        }
        Environment::compose(options).map(Some).map_err(|errno| Error::at(Step::Environment, errno))
    }

    fn compose(options: &Options) -> Result<Environment, Errno> {
        let mut composed = Environment { block: List::new(), own: List::new() };
        if !options.clear_environment {
            for text in environment::texts() {
                // SAFETY: a C string of the environment, which nobody changes meanwhile.
                let assignment = unsafe { CStr::from_ptr(text) };
                let name = assignment.to_bytes().split(|&byte| byte == b'=').next().unwrap_or(&[]);
                if !options.environment.iter().any(|own| assigns(own, name)) {
                    composed.block.push(text)?;
                }
            }
        }
        for assignment in options.environment.iter() {
            let copy = CString::copy(assignment)?;
            composed.block.push(copy.as_ptr().cast_mut())?;
            composed.own.push(copy)?;
        }
        composed.block.push(core::ptr::null_mut())?;
        Ok(composed)
    }

    /// Makes it the environment of this process, for good.
    pub fn install(self) {
        self.own.leak();
        // SAFETY: the block ends in NULL and is never freed, nor are its texts; the new daemon has no other thread.
        unsafe { environment::replace(self.block.leak()) }
    }
}
