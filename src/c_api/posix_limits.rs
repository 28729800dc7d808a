//! PHP's posix: limits.

use core::ffi::{c_char, c_int};

use super::posix::{done, note, text};
use crate::error::{failed_number, failed_on};
use crate::sys::limits::{self, Limits};

/// The limits of a resource, as getrlimit(2) numbers them; UINT64_MAX is none. Both pointers may be NULL. 0, or -1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn posix_getrlimit(resource: c_int, soft_limit: *mut u64, hard_limit: *mut u64) -> c_int {
    let held = limits::exchange(resource, None).map(|held| {
        // SAFETY: the conventions of the header: NULL or valid for writing.
        unsafe {
            if let Some(soft_limit) = soft_limit.as_mut() {
                *soft_limit = held.rlim_cur;
            }
            if let Some(hard_limit) = hard_limit.as_mut() {
                *hard_limit = held.rlim_max;
            }
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

/// A number of the system, as sysconf(3); -1 with errno 0 for one that has no limit, -1 with EINVAL for an unknown name.
#[unsafe(no_mangle)]
pub extern "C" fn posix_sysconf(conf_id: c_int) -> i64 {
    limits::of_system(conf_id).unwrap_or_else(|errno| {
        note(failed_number("system number", conf_id.into(), errno));
        -1
    })
}

/// A number of the file system that the file is on, as pathconf(3); -1 with errno 0 for one that has no limit, -1 on
/// failure.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn posix_pathconf(path: *const c_char, name: c_int) -> i64 {
    // SAFETY: the conventions of the header.
    let Some(path) = (unsafe { text(path, "limit at") }) else { return -1 };
    limits::of_path(path, name).unwrap_or_else(|errno| {
        note(failed_on("limit at", path, errno));
        -1
    })
}

/// posix_pathconf() for an open file.
#[unsafe(no_mangle)]
pub extern "C" fn posix_fpathconf(file_descriptor: c_int, name: c_int) -> i64 {
    limits::of_descriptor(file_descriptor, name).unwrap_or_else(|errno| {
        note(failed_number("limit at descriptor", file_descriptor.into(), errno));
        -1
    })
}
