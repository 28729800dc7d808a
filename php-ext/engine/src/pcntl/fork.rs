//! pcntl_fork, and what PHP itself does in a forked child; pcntl_alarm.

use core::ptr::null;

use crate::abi::value::Value;
use crate::call::{Call, Given};
use crate::libdaemon::{self, c_api};

pub fn pcntl_fork(call: &Call) -> Given {
    call.no_arguments()?;
    let process = c_api::pcntl::pcntl_fork();
    match process {
        -1 => warn_of_failure(call),
        0 => begin_child(call),
        _ => {}
    }
    Some(Value::int(process.into()))
}

fn warn_of_failure(call: &Call) {
    let errno = libdaemon::pcntl_errno();
    let format = match errno {
        libc::EAGAIN if call.engine.version >= 80300 => c"Error %d: Reached the maximum limit of number of processes",
        libc::ENOMEM if call.engine.version >= 80300 => c"Error %d: Insufficient memory",
        _ => c"Error %d",
    };
    call.warn_number(format, errno);
}

/// What PHP's own fork does in the child: nothing in some versions and builds.
pub fn begin_child(call: &Call) {
    let symbols = &call.engine.symbols;
    if let Some(clear) = symbols.php_clear_stat_cache.filter(|_| call.engine.version >= 80400) {
        // SAFETY: as below, for all files and where they really are. Otherwise /proc/self would still be the parent's.
        unsafe { clear(true, null(), 0) };
    }
    if let Some(begin) = symbols.php_child_init.or(symbols.zend_max_execution_timer_init) {
        // SAFETY: the engine's, which takes nothing, in the child's one thread.
        unsafe { begin() };
    }
}

pub fn pcntl_alarm(call: &Call) -> Given {
    let [seconds] = call.ints()?;
    Some(Value::int(c_api::pcntl::pcntl_alarm(seconds as u32).into()))
}
