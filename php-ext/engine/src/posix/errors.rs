//! posix_get_last_error, posix_errno, posix_strerror.

use core::ffi::{CStr, c_int};

use crate::abi::value::Value;
use crate::call::{Call, Given};
use crate::libdaemon;

pub fn posix_get_last_error(call: &Call) -> Given {
    call.no_arguments()?;
    Some(Value::int(libdaemon::posix_errno().into()))
}

pub fn posix_strerror(call: &Call) -> Given {
    let [errno] = call.ints()?;
    // SAFETY: a text that lives until the thread's next call.
    Some(call.text(unsafe { CStr::from_ptr(libdaemon::error_text(errno as c_int)) }))
}
