//! PHP's pcntl: priorities and processors.

use core::ffi::c_int;

use libc::pid_t;

use super::{Family, check_address, enter, enter_for_status};
use crate::error::{Error, Result, Step};
use crate::sys::scheduling::{self, Processors};

/// The priority ("nice value", -20 to 19) of a process, a process group or a user, as `mode` says: PRIO_PROCESS,
/// PRIO_PGRP, PRIO_USER; `id` 0 is the caller's. -1 on failure. -1 can be a valid priority, too: errno and
/// libdaemon_last_errno() are then 0.
#[unsafe(no_mangle)]
pub extern "C" fn pcntl_getpriority(id: u32, mode: c_int) -> c_int {
    enter(Family::Pcntl, -1, || {
        let priority = scheduling::priority(mode, id);
        if priority == Ok(-1) {
            Error::forget();
        }
        priority.map_err(|errno| Error::on_number(Step::Priority, id.into(), errno))
    })
}

/// Sets the priority of what `id` and `mode` name, as in pcntl_getpriority(). The kernel replaces a priority that is
/// out of range by the nearest one in range. 0, or -1.
#[unsafe(no_mangle)]
pub extern "C" fn pcntl_setpriority(priority: c_int, id: u32, mode: c_int) -> c_int {
    enter_for_status(Family::Pcntl, || {
        scheduling::set_priority(mode, id, priority)
            .map_err(|errno| Error::on_number(Step::SetPriority, id.into(), errno))
    })
}

/// The processors that a process (0: the calling thread) may run on: writes the numbers of the first `count` of them to
/// `cpu_ids`, in ascending order, and gives how many there are. `cpu_ids` may be NULL where `count` is 0. -1 on
/// failure.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pcntl_getcpuaffinity(process_id: pid_t, cpu_ids: *mut c_int, count: c_int) -> c_int {
    enter(Family::Pcntl, -1, || {
        let room = check_array(cpu_ids.addr(), count)?;
        let processors =
            Processors::of(process_id).map_err(|errno| Error::on_number(Step::Processors, process_id.into(), errno))?;
        let mut told = 0;
        processors.each(|number| {
            if told < room {
                // SAFETY: rule 4: the array has room for `count` numbers.
                let place = unsafe { cpu_ids.add(told) };
                // SAFETY: the place is inside the array.
                unsafe { place.write(number) };
            }
            told += 1;
        });
        Ok(told as c_int)
    })
}

/// Has a process (0: the calling thread) run only on the `count` processors with these numbers. 0, or -1: EINVAL if
/// none of them exists.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pcntl_setcpuaffinity(process_id: pid_t, cpu_ids: *const c_int, count: c_int) -> c_int {
    enter_for_status(Family::Pcntl, || {
        let mut processors = Processors::none();
        for place in 0..check_array(cpu_ids.addr(), count)? {
            // SAFETY: rule 4: the array holds `count` numbers.
            let place = unsafe { cpu_ids.add(place) };
            // SAFETY: the place is inside the array.
            let number = unsafe { place.read() };
            let Some(()) = processors.add(number) else {
                return Err(Error::refused(Step::Processors, "no such number"));
            };
        }
        processors.assign(process_id).map_err(|errno| Error::on_number(Step::SetProcessors, process_id.into(), errno))
    })
}

/// The number of the processor that the calling thread runs on; -1 on failure.
#[unsafe(no_mangle)]
pub extern "C" fn pcntl_getcpu() -> c_int {
    enter(Family::Pcntl, -1, || scheduling::processor().map_err(|errno| Error::at(Step::Processor, errno)))
}

/// How many numbers there are at the address.
fn check_array(address: usize, count: c_int) -> Result<usize> {
    let Ok(length) = usize::try_from(count) else {
        return Err(Error::refused(Step::Processors, "a negative number of them"));
    };
    if length > 0 {
        check_address(address, Step::Processors)?;
    }
    Ok(length)
}
