//! The daemon's environment, composed before the fork and put in place after it.

use super::options::{Options, names};
use crate::error::{Outcome, failed_at};
use crate::memory::{List, Name, Text};
use crate::sys::{Errno, hooks};

/// An environment ready to be used: an array of `NAME=value` that ends in NULL.
pub struct Environment {
    block: List<Text>,
    /// From here on the texts are the block's own; before, they are those of the present environment.
    own_from: usize,
}

impl Environment {
    /// What `options` make of the present environment; `None` when they leave it as it is.
    #[inline(never)]
    pub fn prepare(options: &Options) -> Outcome<Option<Environment>> {
        if options.environment.as_slice().is_empty() && !options.clear_environment {
            return Ok(None);
        }
        Environment::compose(options).map(Some).map_err(|errno| failed_at("environment", errno))
    }

    fn compose(options: &Options) -> Result<Environment, Errno> {
        let assignments = options.environment.as_slice();
        let mut environment = Environment { block: List::new(), own_from: 0 };
        let present = hooks::environment();
        if !options.clear_environment {
            for held in present {
                let name = held.as_c_str().to_bytes().split(|&byte| byte == b'=').next().unwrap_or(&[]);
                if !assignments.iter().any(|&assignment| names(assignment, name)) {
                    environment.block.push(held)?;
                }
            }
        }
        environment.own_from = environment.block.as_slice().len();
        for &assignment in assignments {
            let copy = Name::copy(assignment.as_c_str())?;
            environment.block.push_name(copy)?;
        }
        environment.block.push(Text::NULL)?;
        Ok(environment)
    }

    /// Makes it the environment of this process, for good.
    pub fn install(mut self) {
        let block = core::mem::replace(&mut self.block, List::new());
        // SAFETY: the block ends in NULL and is never freed, nor are the texts, which `self` no longer knows.
        unsafe { hooks::set_environment(block.keep_for_life()) }
    }
}

impl Drop for Environment {
    fn drop(&mut self) {
        for &text in self.block.as_slice().get(self.own_from..).unwrap_or(&[]) {
            // SAFETY: from `own_from` on they are copies made for this block, which goes now.
            unsafe { text.release() };
        }
    }
}
