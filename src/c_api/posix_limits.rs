//! PHP's posix: limits.

use core::ffi::{c_char, c_int};

use super::out;
use super::posix::{done, note, text};
use crate::error::{Failed, failed_number, failed_on};
use crate::sys::limits::{self, Limits};
use crate::sys::{self, Errno};

/// The limits of a resource, as getrlimit(2) numbers them; UINT64_MAX is none. Both pointers may be NULL. 0, or -1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn posix_getrlimit(resource: c_int, soft_limit: *mut u64, hard_limit: *mut u64) -> c_int {
    // SAFETY: the conventions of the header: NULL or valid for writing.
    let Ok((soft_limit, hard_limit)) =
        (unsafe { out(soft_limit).and_then(|soft| Ok((soft, out(hard_limit)?))) }).map_err(note)
    else {
        return -1;
    };
    let held = limits::exchange(resource, None).map(|held| {
        if let Some(soft_limit) = soft_limit {
            *soft_limit = held.rlim_cur;
        }
        if let Some(hard_limit) = hard_limit {
            *hard_limit = held.rlim_max;
        }
    });
    done(held, LIMIT, resource.into())
}

const LIMIT: &str = "limit of resource";

/// Sets the limits of a resource; UINT64_MAX is none. 0, or -1.
#[unsafe(no_mangle)]
pub extern "C" fn posix_setrlimit(resource: c_int, soft_limit: u64, hard_limit: u64) -> c_int {
    let new = Limits { rlim_cur: soft_limit, rlim_max: hard_limit };
    done(limits::exchange(resource, Some(&new)).map(drop), LIMIT, resource.into())
}

/// What has no limit is no failure, and posix_get_last_error() says so.
fn number(result: Result<i64, Errno>, why: impl FnOnce(Errno) -> Failed) -> i64 {
    match result {
        Ok(number) if number != -1 => return number,
        Ok(_) => sys::thread_state().posix_errno.set(0),
        Err(errno) => {
            note(why(errno));
        }
    }
    -1
}

/// A number of the system, as sysconf(3); -1 with errno 0 for one that has no limit, -1 with EINVAL for an unknown name.
/// Here and in the two that follow no limit has posix_get_last_error() give 0, too.
#[unsafe(no_mangle)]
pub extern "C" fn posix_sysconf(conf_id: c_int) -> i64 {
    number(limits::of_system(conf_id), |errno| failed_number("system number", conf_id.into(), errno))
}

/// A number of the file system that the file is on, as pathconf(3); -1 with errno 0 for one that has no limit, -1 on
/// failure.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn posix_pathconf(path: *const c_char, name: c_int) -> i64 {
    // SAFETY: the conventions of the header.
    let Some(path) = (unsafe { text(path, "limit at") }) else { return -1 };
    number(limits::of_path(path, name), |errno| failed_on("limit at", path, errno))
}

/// posix_pathconf() for an open file.
#[unsafe(no_mangle)]
pub extern "C" fn posix_fpathconf(file_descriptor: c_int, name: c_int) -> i64 {
    let held = limits::of_descriptor(file_descriptor, name);
    number(held, |errno| failed_number("limit at descriptor", file_descriptor.into(), errno))
}
