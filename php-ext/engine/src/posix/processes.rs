//! Processes, process groups and sessions.

use core::ffi::c_int;

use super::{number_or_false, succeeded, without_noting};
use crate::abi::value::Value;
use crate::call::{Call, Given};
use crate::libdaemon::{self, c_api::posix};

/// PHP 8.5 refuses a process that an int cannot hold. Before, the upper half of the number counted for nothing.
fn check(call: &Call, place: u32, process: i64) -> Option<c_int> {
    if call.engine.version >= 80500 && !(0..=i64::from(c_int::MAX)).contains(&process) {
        call.value_error_number(place, c"must be between 0 and %d", c_int::MAX)?;
    }
    Some(process as c_int)
}

pub fn posix_kill(call: &Call) -> Given {
    let [process, signal] = call.ints()?;
    if call.engine.version >= 80500 && c_int::try_from(process).is_err() {
        // Word for word: the lower bound lacks its minus.
        return call.value_error(1, c"must be between 2147483648 and 2147483647");
    }
    match libdaemon::kill(process as c_int, signal as c_int) {
        Ok(()) => Some(Value::bool(true)),
        Err(errno) => {
            libdaemon::set_posix_errno(errno);
            Some(Value::FALSE)
        }
    }
}

pub fn posix_getpid(call: &Call) -> Given {
    call.no_arguments()?;
    Some(Value::int(posix::posix_getpid().into()))
}

pub fn posix_getppid(call: &Call) -> Given {
    call.no_arguments()?;
    Some(Value::int(posix::posix_getppid().into()))
}

pub fn posix_getpgrp(call: &Call) -> Given {
    call.no_arguments()?;
    Some(Value::int(posix::posix_getpgrp().into()))
}

pub fn posix_setsid(call: &Call) -> Given {
    call.no_arguments()?;
    Some(Value::int(without_noting(|| posix::posix_setsid()).into()))
}

pub fn posix_setpgid(call: &Call) -> Given {
    let [process, group] = call.ints()?;
    let (process, group) = (check(call, 1, process)?, check(call, 2, group)?);
    succeeded(posix::posix_setpgid(process, group))
}

pub fn posix_getpgid(call: &Call) -> Given {
    let [process] = call.ints()?;
    number_or_false(posix::posix_getpgid(process as c_int).into())
}

pub fn posix_getsid(call: &Call) -> Given {
    let [process] = call.ints()?;
    number_or_false(posix::posix_getsid(check(call, 1, process)?).into())
}
