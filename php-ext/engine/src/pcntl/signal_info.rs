//! What is known of a signal, as PHP gives it to handlers and to those who wait for signals and children.

use core::ffi::{CStr, c_int};

use crate::abi::value::Value;
use crate::call::Call;
use crate::call::arrays::Array;
use crate::engine::Engine;
use crate::libdaemon::pcntl_siginfo;

/// An array of it.
pub fn array(engine: &'static Engine, signal: c_int, info: &pcntl_siginfo) -> Value {
    let mut array = Array::new(engine);
    fill(&mut array, signal, info);
    array.value()
}

/// Puts an array of it into a variable that was passed by reference. None when that has thrown.
pub fn assign(call: &Call, variable: *mut Value, signal: c_int, info: &pcntl_siginfo) -> Option<()> {
    let array = call.assign_array(variable)?;
    // SAFETY: the variable's array, just made.
    fill(&mut unsafe { Array::of(call.engine, array) }, signal, info);
    Some(())
}

/// The native keys in the native order, floats where native has them.
fn fill(array: &mut Array, signal: c_int, info: &pcntl_siginfo) {
    // What native reads as an address or events where a process has sent the signal: its pid and uid lie in that place.
    let sender = (i64::from(info.uid) << 32) | i64::from(info.pid as u32);
    let mut set = |fields: &[(&CStr, i64)]| fields.iter().for_each(|(key, number)| array.set_int(key, *number));
    set(&[(c"signo", info.signo.into()), (c"errno", info.errno_value.into()), (c"code", info.code.into())]);
    let process: [(&CStr, i64); 2] = [(c"pid", info.pid.into()), (c"uid", info.uid.into())];
    match signal {
        libc::SIGCHLD => {
            set(&[(c"status", info.status.into())]);
            array.set(c"utime", Value::float(info.utime as f64));
            array.set(c"stime", Value::float(info.stime as f64));
            process.iter().for_each(|(key, number)| array.set_int(key, *number));
        }
        libc::SIGUSR1 | libc::SIGUSR2 | super::signal::FIRST_REAL_TIME..=super::signal::LAST => set(&process),
        libc::SIGILL | libc::SIGFPE | libc::SIGSEGV | libc::SIGBUS => {
            array.set(c"addr", Value::float((info.addr | sender) as f64));
        }
        libc::SIGPOLL => set(&[(c"band", info.band | sender), (c"fd", info.fd.into())]),
        _ => {}
    }
}
