//! PHP's pcntl: priorities and processors.

use core::ffi::c_int;

use libc::pid_t;

use super::pcntl::note;
use super::{NONSENSE_BELOW, code, null, result};
use crate::error::{self, Outcome, failed_at, failed_number, refused};
use crate::sys::scheduling::{self, Processors};

/// The priority ("nice value", -20 to 19) of a process, a process group or a user, as `mode` says: PRIO_PROCESS, PRIO_PGRP,
/// PRIO_USER; `id` 0 is the caller's. -1 on failure, but -1 is a priority, too: that it is one shows in errno and
/// libdaemon_last_errno(), which are then 0.
#[unsafe(no_mangle)]
pub extern "C" fn pcntl_getpriority(id: u32, mode: c_int) -> c_int {
    let priority = scheduling::priority(mode, id);
    if priority == Ok(-1) {
        error::forget();
    }
    result(priority.map_err(|errno| note(failed_number("priority of", id.into(), errno))), -1)
}

/// Sets the priority of what `id` and `mode` name, as in pcntl_getpriority(); the kernel takes what is out of range for the
/// nearest that is not. 0, or -1.
#[unsafe(no_mangle)]
pub extern "C" fn pcntl_setpriority(priority: c_int, id: u32, mode: c_int) -> c_int {
    let set = scheduling::set_priority(mode, id, priority);
    code(set.map_err(|errno| note(failed_number("set the priority of", id.into(), errno))))
}

/// The processors that a process (0: the calling thread) may run on: writes the numbers of the first `count` of them to
/// `cpu_ids`, in ascending order, and gives how many there are. `cpu_ids` may be NULL where `count` is 0. -1 on failure.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pcntl_getcpuaffinity(process_id: pid_t, cpu_ids: *mut c_int, count: c_int) -> c_int {
    // SAFETY: passed on.
    result(unsafe { tell_processors(process_id, cpu_ids, count) }, -1)
}

/// Has a process (0: the calling thread) run on the `count` processors of these numbers only. 0, or -1: EINVAL where none of
/// them is there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pcntl_setcpuaffinity(process_id: pid_t, cpu_ids: *const c_int, count: c_int) -> c_int {
    // SAFETY: passed on.
    code(unsafe { assign_processors(process_id, cpu_ids, count) })
}

/// The number of the processor that the calling thread runs on; -1 on failure.
#[unsafe(no_mangle)]
pub extern "C" fn pcntl_getcpu() -> c_int {
    result(scheduling::processor().map_err(|errno| note(failed_at("processor", errno))), -1)
}

/// How many numbers there are at `cpu_ids`.
fn length(cpu_ids: *const c_int, count: c_int) -> Outcome<usize> {
    match usize::try_from(count) {
        Ok(0) => Ok(0),
        Ok(_) if cpu_ids.addr() < NONSENSE_BELOW => Err(note(null("processors"))),
        Ok(length) => Ok(length),
        Err(_) => Err(note(refused("processors", "a negative number of them"))),
    }
}

/// # Safety
/// `cpu_ids` must be valid for writing `count` numbers.
unsafe fn tell_processors(process_id: pid_t, cpu_ids: *mut c_int, count: c_int) -> Outcome<c_int> {
    let room = length(cpu_ids, count)?;
    let processors = Processors::of(process_id)
        .map_err(|errno| note(failed_number("processors of process", process_id.into(), errno)))?;
    let mut told = 0;
    processors.each(|number| {
        if told < room {
            // SAFETY: below `room`, as the caller vouches.
            unsafe { cpu_ids.add(told).write(number) };
        }
        told += 1;
    });
    Ok(told as c_int)
}

/// # Safety
/// `cpu_ids` must be valid for reading `count` numbers.
unsafe fn assign_processors(process_id: pid_t, cpu_ids: *const c_int, count: c_int) -> Outcome<()> {
    let mut processors = Processors::none();
    for place in 0..length(cpu_ids, count)? {
        // SAFETY: below `count`, as the caller vouches.
        let number = unsafe { cpu_ids.add(place).read() };
        let Some(()) = processors.add(number) else {
            return Err(note(refused("processors", "no such number")));
        };
    }
    processors
        .assign(process_id)
        .map_err(|errno| note(failed_number("processors for process", process_id.into(), errno)))
}
