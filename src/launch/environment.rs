//! The daemon's environment, composed before the fork and put in place after it.

use core::ffi::{CStr, c_char};

use super::account::{Account, Login};
use super::options::{Options, assigns};
use crate::error::{Error, Result, Step};
use crate::memory::{CString, List, OutOfMemory};
use crate::sys::process::Pid;
use crate::sys::text::ShortText;
use crate::sys::{Errno, environment};

/// An environment ready to be used.
pub struct Environment {
    /// Each is `NAME=value`, and NULL ends the list. Some belong to the present environment, the others to `own`.
    block: List<*mut c_char>,
    own: List<CString>,
    /// Where the daemon's pid will be written: places in the texts of `own`.
    pids: List<*mut c_char>,
}

/// In these a service manager names the process that its other variables are for. If that is this process, it will be
/// the daemon.
const OF_PROCESS: [&CStr; 2] = [c"LISTEN_PID", c"WATCHDOG_PID"];

/// What a service manager tells the library. These stay in every environment.
const OF_SERVICE_MANAGER: [&[u8]; 4] = [b"NOTIFY_SOCKET", b"WATCHDOG_USEC", b"LISTEN_FDS", b"LISTEN_FDNAMES"];

/// A pid has no more digits.
const MOST_DIGITS: usize = 10;

/// The variables that login(1) sets for a user.
const OF_USER: [&[u8]; 4] = [b"HOME", b"USER", b"LOGNAME", b"SHELL"];

impl Environment {
    /// Composes the daemon's environment. It is the present one, changed by `options`, by the user that the daemon
    /// becomes, and by `own`, an assignment of the library. `None` when they change nothing.
    pub fn prepare(options: &Options, account: Option<&Account>, own: Option<&CStr>) -> Result<Option<Environment>> {
        let stays = options.environment.is_empty() && !options.clear_environment && account.is_none() && own.is_none();
        if stays && !OF_PROCESS.iter().any(|name| environment::is_own_pid(name)) {
            return Ok(None);
        }
        Environment::compose(options, account, own)
            .map(Some)
            .map_err(|OutOfMemory| Error::at(Step::Environment, Errno::ENOMEM))
    }

    fn compose(options: &Options, account: Option<&Account>, own: Option<&CStr>) -> Result<Environment, OutOfMemory> {
        let mut composed = Environment { block: List::new(), own: List::new(), pids: List::new() };
        let by_library = |name: &[u8]| own.is_some_and(|own| assigns(own, name));
        let by_option = |name: &[u8]| by_library(name) || options.environment.sets(name);
        for text in environment::texts() {
            // SAFETY: a C string of the environment, which nobody changes meanwhile.
            let assignment = unsafe { CStr::from_ptr(text) };
            let name = name_of(assignment);
            // These describe the former user, and the process that was started.
            let of_former = (account.is_some() && OF_USER.contains(&name)) || name == b"LISTEN_PIDFDID";
            if by_option(name) || of_former {
                continue;
            }
            if let Some(variable) = OF_PROCESS.iter().find(|variable| variable.to_bytes() == name) {
                if environment::is_own_pid(variable) {
                    let own = CString::concat(&[name, b"=", &[b'0'; MOST_DIGITS]])?;
                    composed.pids.push(own.as_ptr().cast_mut().wrapping_add(name.len() + 1))?;
                    composed.add(own)?;
                    continue;
                }
            }
            if !options.clear_environment || OF_SERVICE_MANAGER.contains(&name) {
                composed.block.push(text)?;
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

    fn add(&mut self, assignment: CString) -> Result<(), OutOfMemory> {
        self.block.push(assignment.as_ptr().cast_mut())?;
        self.own.push(assignment)
    }

    /// The array that execve(2) takes.
    pub fn block(&self) -> *const *const c_char {
        self.block.as_slice().as_ptr().cast()
    }

    /// Writes the daemon's pid where it belongs.
    pub fn set_pid(&self, pid: Pid) {
        let text = ShortText::with_number("", pid.into(), "");
        for place in self.pids.as_slice() {
            // SAFETY: there is room for a pid with MOST_DIGITS and its NUL, in a text of `own` that nobody else uses.
            unsafe { place.copy_from_nonoverlapping(text.as_c_str().as_ptr(), text.as_c_str().count_bytes() + 1) };
        }
    }

    /// Makes it the environment of this process, `pid`, for good.
    pub fn install(self, pid: Pid) {
        self.set_pid(pid);
        self.pids.leak();
        self.own.leak();
        // SAFETY: the block ends in NULL and is never freed, nor are its texts. A forked daemon has no other thread; in
        // the foreground one that reads the environment meanwhile finds this block or the former one, which stays, too.
        unsafe { environment::replace(self.block.leak()) }
    }
}

fn name_of(assignment: &CStr) -> &[u8] {
    assignment.to_bytes().split(|&byte| byte == b'=').next().unwrap_or(&[])
}
