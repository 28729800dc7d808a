//! The daemon's environment, composed before the fork and put in place after it.

use core::ffi::c_char;
use core::sync::atomic::{AtomicPtr, Ordering};

use super::options::{Options, names};
use crate::error::{Outcome, failed_at};
use crate::memory::{List, Name, text_of};
use crate::sys::{Errno, hooks};

/// An environment ready to be used: an array of `NAME=value` that ends in NULL.
pub struct Environment {
    block: List<*mut c_char>,
    /// From here on the texts are the block's own; before, they are those of the present environment.
    own_from: usize,
}

impl Environment {
    /// What `options` make of the present environment; `None` when they leave it as it is.
    pub fn prepare(options: &Options) -> Outcome<Option<Environment>> {
        if options.environment.as_slice().is_empty() && !options.clear_environment {
            return Ok(None);
        }
        Environment::compose(options).map(Some).map_err(|errno| failed_at("environment", errno))
    }

    #[inline(never)]
    fn compose(options: &Options) -> Result<Environment, Errno> {
        let assignments = options.environment.as_slice();
        let mut environment = Environment { block: List::new(), own_from: 0 };
        if !options.clear_environment {
            for held in hooks::environment() {
                let name = text_of(held).to_bytes().split(|&byte| byte == b'=').next().unwrap_or(&[]);
                if !assignments.iter().any(|&assignment| names(assignment, name)) {
                    environment.block.push(held)?;
                }
            }
        }
        environment.own_from = environment.block.as_slice().len();
        for &assignment in assignments {
            let copy = Name::copy(text_of(assignment))?.into_raw();
            environment.block.push(copy).inspect_err(|_| Name::release(copy))?;
        }
        environment.block.push(core::ptr::null_mut())?;
        Ok(environment)
    }

    /// Makes it the environment of this process, for good.
    pub fn install(self) {
        let mut environment = core::mem::ManuallyDrop::new(self);
        KEPT.store(environment.block.as_mut_slice().as_mut_ptr(), Ordering::Relaxed);
        // SAFETY: the block ends in NULL, holds C strings, and is never freed.
        unsafe { hooks::set_environment(environment.block.as_mut_slice().as_mut_ptr()) }
    }
}

/// So that a leak checker finds it when libc has put its own environment away.
#[used]
static KEPT: AtomicPtr<*mut c_char> = AtomicPtr::new(core::ptr::null_mut());

impl Drop for Environment {
    fn drop(&mut self) {
        for &text in self.block.as_slice().get(self.own_from..).unwrap_or(&[]) {
            Name::release(text);
        }
    }
}
