//! pcntl_wait, pcntl_waitpid, pcntl_waitid, and what a wait status means.

use core::ffi::{CStr, c_int};
use core::mem::MaybeUninit;
use core::ptr::null_mut;

use super::signal_info;
use crate::abi::value::Value;
use crate::call::arrays::Array;
use crate::call::{Call, Given, Nullable, place};
use crate::libdaemon::c_api::pcntl::{self, pcntl_rusage};
use crate::libdaemon::{self, pcntl_siginfo};

pub fn pcntl_waitpid(call: &Call) -> Given {
    // The way of nearly every call, which asks for no resource usage.
    if let (2 | 3, Some(process), Some(flags)) = (call.count(), call.int_or(0, 0), call.int_or(2, 0)) {
        return wait(call, process, call.argument(1), flags, null_mut());
    }
    let (mut process, mut flags) = (0i64, 0i64);
    let (mut status, mut usage) = (null_mut::<Value>(), null_mut::<Value>());
    call.parse(c"lz|lz", &[place(&mut process), place(&mut status), place(&mut flags), place(&mut usage)])?;
    wait(call, process, status, flags, usage)
}

pub fn pcntl_wait(call: &Call) -> Given {
    let mut flags = 0i64;
    let (mut status, mut usage) = (null_mut::<Value>(), null_mut::<Value>());
    call.parse(c"z|lz", &[place(&mut status), place(&mut flags), place(&mut usage)])?;
    wait(call, -1, status, flags, usage)
}

/// As natively, the status becomes a number even when no child was waited for.
fn wait(call: &Call, process: i64, status: *mut Value, flags: i64, usage: *mut Value) -> Given {
    let mut ended = call.to_int(status) as c_int;
    if usage.is_null() {
        let child = match libdaemon::wait(process as c_int, flags as c_int) {
            Ok((child, told)) => {
                ended = if child > 0 { told } else { ended };
                child
            }
            Err(errno) => {
                libdaemon::set_pcntl_errno(errno);
                -1
            }
        };
        call.assign_int(status, ended.into());
        return Some(Value::int(child.into()));
    }
    let mut used = MaybeUninit::<pcntl_rusage>::zeroed();
    let usage = call.assign_array(usage)?;
    // SAFETY: both places are valid for writing.
    let child = unsafe { pcntl::pcntl_waitpid(process as c_int, &mut ended, flags as c_int, used.as_mut_ptr()) };
    if child > 0 {
        // SAFETY: plain numbers; the array is that of the variable, made above.
        unsafe { fill(Array::of(call.engine, usage), used.assume_init_ref()) };
    }
    call.assign_int(status, ended.into());
    Some(Value::int(child.into()))
}

/// The native keys in the native order.
fn fill(mut usage: Array, used: &pcntl_rusage) {
    let fields: [(&CStr, i64); 17] = [
        (c"ru_oublock", used.ru_oublock),
        (c"ru_inblock", used.ru_inblock),
        (c"ru_msgsnd", used.ru_msgsnd),
        (c"ru_msgrcv", used.ru_msgrcv),
        (c"ru_maxrss", used.ru_maxrss),
        (c"ru_ixrss", used.ru_ixrss),
        (c"ru_idrss", used.ru_idrss),
        (c"ru_minflt", used.ru_minflt),
        (c"ru_majflt", used.ru_majflt),
        (c"ru_nsignals", used.ru_nsignals),
        (c"ru_nvcsw", used.ru_nvcsw),
        (c"ru_nivcsw", used.ru_nivcsw),
        (c"ru_nswap", used.ru_nswap),
        (c"ru_utime.tv_usec", used.ru_utime_tv_usec),
        (c"ru_utime.tv_sec", used.ru_utime_tv_sec),
        (c"ru_stime.tv_usec", used.ru_stime_tv_usec),
        (c"ru_stime.tv_sec", used.ru_stime_tv_sec),
    ];
    for (key, number) in fields {
        usage.set_int(key, number);
    }
}

/// From PHP 8.4 on; the resource usage from 8.5 on.
pub fn pcntl_waitid(call: &Call) -> Given {
    let (mut kind, mut flags) = (i64::from(libc::P_ALL), i64::from(libc::WEXITED));
    let mut id = Nullable::null(0i64);
    let (mut info, mut usage) = (null_mut::<Value>(), null_mut::<Value>());
    let [kind_place, info_place] = [place(&mut kind), place(&mut info)];
    let [id_place, null_place] = [place(&mut id.value), place(&mut id.is_null)];
    let flags_place = place(&mut flags);
    if call.engine.version >= 80500 {
        let places = [kind_place, id_place, null_place, info_place, flags_place, place(&mut usage)];
        call.parse(c"|ll!zlz", &places)?;
    } else {
        call.parse(c"|ll!zl", &[kind_place, id_place, null_place, info_place, flags_place])?;
    }
    let usage: *mut Value = if usage.is_null() { usage } else { call.assign_array(usage)? };
    let mut used = MaybeUninit::<pcntl_rusage>::zeroed();
    let used_place = if usage.is_null() { null_mut() } else { used.as_mut_ptr() };
    let mut told = pcntl_siginfo::default();
    let id = id.get().unwrap_or(0) as u32;
    // SAFETY: all places are valid for writing, or NULL.
    let code = unsafe { pcntl::pcntl_waitid(kind as c_int, id, &mut told, flags as c_int, used_place) };
    if code == -1 {
        return Some(Value::FALSE);
    }
    if !info.is_null() {
        signal_info::assign(call, info, libc::SIGCHLD, &told)?;
    }
    if !usage.is_null() {
        // SAFETY: plain numbers; the array is that of the variable, made above.
        unsafe { fill(Array::of(call.engine, usage), used.assume_init_ref()) };
    }
    Some(Value::bool(true))
}

fn is(call: &Call, of: extern "C" fn(c_int) -> bool) -> Given {
    let [status] = call.ints()?;
    Some(Value::bool(of(status as c_int)))
}

fn number(call: &Call, of: extern "C" fn(c_int) -> c_int) -> Given {
    let [status] = call.ints()?;
    Some(Value::int(of(status as c_int).into()))
}

pub fn pcntl_wifexited(call: &Call) -> Given {
    is(call, pcntl::pcntl_wifexited)
}

pub fn pcntl_wifstopped(call: &Call) -> Given {
    is(call, pcntl::pcntl_wifstopped)
}

pub fn pcntl_wifsignaled(call: &Call) -> Given {
    is(call, pcntl::pcntl_wifsignaled)
}

pub fn pcntl_wifcontinued(call: &Call) -> Given {
    is(call, pcntl::pcntl_wifcontinued)
}

pub fn pcntl_wexitstatus(call: &Call) -> Given {
    number(call, pcntl::pcntl_wexitstatus)
}

pub fn pcntl_wtermsig(call: &Call) -> Given {
    number(call, pcntl::pcntl_wtermsig)
}

pub fn pcntl_wstopsig(call: &Call) -> Given {
    number(call, pcntl::pcntl_wstopsig)
}
