//! The daemon's environment, composed before the fork and put in place after it.

use core::ffi::{CStr, c_char};

use super::account::{Account, Login};
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

/// What a user's environment tells of the user, as login(1) sets it.
const OF_USER: [&[u8]; 4] = [b"HOME", b"USER", b"LOGNAME", b"SHELL"];

impl Environment {
    /// What `options`, the user that the daemon becomes, and an assignment of the library's `own` make of the present environment;
    /// `None` when they leave it as it is.
    pub fn prepare(options: &Options, account: Option<&Account>, own: Option<&CStr>) -> Result<Option<Environment>> {
        if options.environment.is_empty() && !options.clear_environment && account.is_none() && own.is_none() {
            return Ok(None);
        }
        Environment::compose(options, account, own).map(Some).map_err(|errno| Error::at(Step::Environment, errno))
    }

    fn compose(options: &Options, account: Option<&Account>, own: Option<&CStr>) -> Result<Environment, Errno> {
        let mut composed = Environment { block: List::new(), own: List::new() };
        let by_library = |name: &[u8]| own.is_some_and(|own| assigns(own, name));
        let by_option = |name: &[u8]| by_library(name) || options.environment.iter().any(|set| assigns(set, name));
        if !options.clear_environment {
            for text in environment::texts() {
                // SAFETY: a C string of the environment, which nobody changes meanwhile.
                let assignment = unsafe { CStr::from_ptr(text) };
                let name = name_of(assignment);
                // Of another user it would be wrong.
                let of_former_user = account.is_some() && OF_USER.contains(&name);
                if !by_option(name) && !of_former_user {
                    composed.block.push(text)?;
                }
            }
        }
        if let Some(Login { name, home, shell }) = account.and_then(|account| account.login.as_ref()) {
            for (variable, value) in OF_USER.into_iter().zip([home, name, name, shell]) {
                if !by_option(variable) {
                    composed.add(CString::concat(&[variable, b"=", value.as_c_str().to_bytes()])?)?;
                }
            }
        }
        let by_options = options.environment.iter().filter(|assignment| !by_library(name_of(assignment)));
        for assignment in by_options.chain(own) {
            composed.add(CString::copy(assignment)?)?;
        }
        composed.block.push(core::ptr::null_mut())?;
        Ok(composed)
    }

    fn add(&mut self, assignment: CString) -> Result<(), Errno> {
        self.block.push(assignment.as_ptr().cast_mut())?;
        self.own.push(assignment)
    }

    /// As execve(2) wants it.
    pub fn block(&self) -> *const *const c_char {
        self.block.as_slice().as_ptr().cast()
    }

    /// Makes it the environment of this process, for good.
    pub fn install(self) {
        self.own.leak();
        // SAFETY: the block ends in NULL and is never freed, nor are its texts; the new daemon has no other thread.
        unsafe { environment::replace(self.block.leak()) }
    }
}

fn name_of(assignment: &CStr) -> &[u8] {
    assignment.to_bytes().split(|&byte| byte == b'=').next().unwrap_or(&[])
}
