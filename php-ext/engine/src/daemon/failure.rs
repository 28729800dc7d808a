//! A failure of the library as PHP code gets it: [message, errno, status, step], of which it makes an exception.

use core::ffi::CStr;

use crate::abi::value::Value;
use crate::call::Call;
use crate::call::arrays::Array;
use crate::libdaemon::c_api::library;

/// The failure of the thread's last call.
pub fn last(call: &Call) -> Value {
    let mut failure = Array::new(call.engine);
    // SAFETY: texts that live until the thread's next call.
    let (message, step) =
        unsafe { (CStr::from_ptr(library::libdaemon_last_error()), CStr::from_ptr(library::libdaemon_last_step())) };
    failure.push_text(message);
    failure.push(Value::int(library::libdaemon_last_errno().into()));
    failure.push(Value::int(library::libdaemon_last_status().into()));
    failure.push_text(step);
    failure.value()
}
