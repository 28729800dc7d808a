//! pcntl_unshare and pcntl_setns.

use core::ffi::{CStr, c_int};

use crate::abi::value::Value;
use crate::call::{Call, Given, Nullable, place};
use crate::libdaemon::c_api::{library, pcntl, posix};
use crate::libdaemon::pcntl_errno;

pub fn pcntl_unshare(call: &Call) -> Given {
    let [flags] = call.ints()?;
    if pcntl::pcntl_unshare(flags as c_int) == 0 {
        return Some(Value::bool(true));
    }
    let errno = pcntl_errno();
    let format = match errno {
        libc::EINVAL if call.engine.version >= 80400 => {
            let wrong = c"must be a combination of CLONE_* flags, or at least one flag is unsupported by the kernel";
            return call.value_error(1, wrong);
        }
        libc::EINVAL => return call.value_error(1, c"must be a combination of CLONE_* flags"),
        libc::ENOMEM => c"Error %d: Insufficient memory for unshare",
        libc::EPERM => c"Error %d: No privilege to use these flags",
        libc::ENOSPC => c"Error %d: Reached the maximum nesting limit for one of the specified namespaces",
        libc::EUSERS => c"Error %d: Reached the maximum nesting limit for the user namespace",
        _ => c"Unknown error %d has occurred",
    };
    call.warn_number(format, errno);
    Some(Value::FALSE)
}

/// From PHP 8.4 on.
pub fn pcntl_setns(call: &Call) -> Given {
    let (mut process, mut kinds) = (Nullable::null(0i64), i64::from(libc::CLONE_NEWNET));
    call.parse(c"|l!l", &[place(&mut process.value), place(&mut process.is_null), place(&mut kinds)])?;
    let process = process.get().unwrap_or_else(|| posix::posix_getpid().into());
    if pcntl::pcntl_setns(process as c_int, kinds as c_int) == 0 {
        return Some(Value::bool(true));
    }
    let errno = pcntl_errno();
    // SAFETY: a text that lives until the thread's next call.
    let found = unsafe { CStr::from_ptr(library::libdaemon_last_step()) } != c"process";
    let format = match errno {
        libc::EINVAL | libc::ESRCH if !found => {
            return call.value_error_long(1, c"is not a valid process (%ld)", process);
        }
        libc::ESRCH => return call.value_error_long(1, c"process no longer available (%ld)", process),
        libc::EINVAL => return call.value_error_number(2, c"is an invalid nstype (%d)", kinds as c_int),
        libc::ENFILE if !found => c"Error %d: File descriptors per-process limit reached",
        libc::ENODEV if !found => c"Error %d: Anonymous inode fs unsupported",
        libc::ENOMEM if !found => c"Error %d: Insufficient memory for pidfd_open",
        libc::EPERM if found => c"Error %d: No required capability for this process",
        _ => c"Error %d",
    };
    call.warn_number(format, errno);
    Some(Value::FALSE)
}
