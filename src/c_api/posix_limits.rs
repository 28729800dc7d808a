//! PHP's posix: limits.

use core::ffi::{c_char, c_int};

use super::posix::on_number;
use super::{Family, c_string, enter, enter_for_status, optional_out};
use crate::error::{Error, Result, Step};
use crate::sys::limits::{self, Limits};
use crate::sys::{Errno, thread_state};

/// The limits of a resource, whose number is that of getrlimit(2). UINT64_MAX stands for no limit. Both pointers may be
/// NULL. 0, or -1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn posix_getrlimit(resource: c_int, soft_limit: *mut u64, hard_limit: *mut u64) -> c_int {
    enter_for_status(Family::Posix, || {
        // SAFETY: rule 3.
        let soft_limit = unsafe { optional_out(soft_limit) }?;
        // SAFETY: rule 3.
        let hard_limit = unsafe { optional_out(hard_limit) }?;
        let held = on_number(limits::exchange(resource, None), Step::LimitOfResource, resource.into())?;
        soft_limit.put(held.rlim_cur);
        hard_limit.put(held.rlim_max);
        Ok(())
    })
}

/// Sets the limits of a resource. UINT64_MAX stands for no limit. 0, or -1.
#[unsafe(no_mangle)]
pub extern "C" fn posix_setrlimit(resource: c_int, soft_limit: u64, hard_limit: u64) -> c_int {
    let new = Limits { rlim_cur: soft_limit, rlim_max: hard_limit };
    enter_for_status(Family::Posix, || {
        on_number(limits::exchange(resource, Some(&new)).map(drop), Step::LimitOfResource, resource.into())
    })
}

/// A value without a limit is no failure, so posix_get_last_error() is 0 then.
fn limit(ask: impl FnOnce() -> Result<i64>) -> i64 {
    enter(Family::Posix, -1, || {
        let limit = ask()?;
        if limit == -1 {
            thread_state::get().posix_errno.set(0);
            Errno::place().set(0);
        }
        Ok(limit)
    })
}

/// A configuration value of the system, as sysconf(3): `conf_id` is one of its _SC_ constants. -1 with errno 0 if there
/// is no limit, -1 with EINVAL for an unknown constant. If there is no limit, posix_get_last_error() returns 0, too;
/// that also goes for the two functions that follow.
#[unsafe(no_mangle)]
pub extern "C" fn posix_sysconf(conf_id: c_int) -> i64 {
    limit(|| on_number(limits::of_system(conf_id), Step::SystemConfiguration, conf_id.into()))
}

/// A configuration value of the file system that the file is on, as pathconf(3): `name` is one of its _PC_ constants.
/// -1 with errno 0 if there is no limit, -1 on failure.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn posix_pathconf(path: *const c_char, name: c_int) -> i64 {
    limit(|| {
        // SAFETY: rule 1.
        let path = unsafe { c_string(path, Step::LimitAt) }?;
        limits::of_path(path, name).map_err(|errno| Error::on(Step::LimitAt, path, errno))
    })
}

/// posix_pathconf() for an open file.
#[unsafe(no_mangle)]
pub extern "C" fn posix_fpathconf(file_descriptor: c_int, name: c_int) -> i64 {
    limit(|| on_number(limits::of_descriptor(file_descriptor, name), Step::LimitAtDescriptor, file_descriptor.into()))
}
