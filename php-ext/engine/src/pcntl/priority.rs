//! pcntl_getpriority and pcntl_setpriority.

use core::ffi::c_int;

use crate::abi::value::Value;
use crate::call::{Call, Given, Nullable, place};
use crate::libdaemon::c_api::{library, pcntl_scheduling, posix};

pub fn pcntl_getpriority(call: &Call) -> Given {
    let (mut id, mut mode) = (Nullable::null(0i64), i64::from(libc::PRIO_PROCESS));
    call.parse(c"|l!l", &[place(&mut id.value), place(&mut id.is_null), place(&mut mode)])?;
    let priority = pcntl_scheduling::pcntl_getpriority(chosen(call, id), mode as c_int);
    match library::libdaemon_last_errno() {
        errno if priority == -1 && errno != 0 => fail(call, errno, 2),
        _ => Some(Value::int(priority.into())),
    }
}

pub fn pcntl_setpriority(call: &Call) -> Given {
    let (mut priority, mut id, mut mode) = (0i64, Nullable::null(0i64), i64::from(libc::PRIO_PROCESS));
    let places = [place(&mut priority), place(&mut id.value), place(&mut id.is_null), place(&mut mode)];
    call.parse(c"l|l!l", &places)?;
    match pcntl_scheduling::pcntl_setpriority(priority as c_int, chosen(call, id), mode as c_int) {
        0 => Some(Value::bool(true)),
        _ => fail(call, library::libdaemon_last_errno(), 3),
    }
}

/// Before PHP 8.4, null is the own process in every mode, even where users are meant.
fn chosen(call: &Call, id: Nullable<i64>) -> u32 {
    id.get().map_or_else(|| if call.engine.version < 80400 { posix::posix_getpid() as u32 } else { 0 }, |id| id as u32)
}

/// `mode` is the place of that argument.
fn fail(call: &Call, errno: c_int, mode: u32) -> Given {
    let format = match errno {
        libc::EINVAL => return call.value_error(mode, c"must be one of PRIO_PGRP, PRIO_USER, or PRIO_PROCESS"),
        libc::ESRCH => c"Error %d: No process was located using the given parameters",
        libc::EPERM => {
            c"Error %d: A process was located, but neither its effective nor real user ID matched the effective user ID of the caller"
        }
        libc::EACCES => c"Error %d: Only a super user may attempt to increase the process priority",
        _ => c"Unknown error %d has occurred",
    };
    call.warn_number(format, errno);
    Some(Value::FALSE)
}
