//! What a handler written in PHP gets as its second argument.

use super::engine::Engine;
use super::values::Value;
use crate::signals::info::pcntl_siginfo;
use crate::sys::signal;

/// In the native order.
const KEYS: [&core::ffi::CStr; 11] =
    [c"signo", c"errno", c"code", c"status", c"utime", c"stime", c"pid", c"uid", c"addr", c"band", c"fd"];

/// Sets of keys, the lowest bit for the first: those of every signal, and of some.
const ALWAYS: u32 = 0b111;
const CHILD: u32 = 0b11111 << 3;
const PROCESS: u32 = 0b11 << 6;
const FAULT: u32 = 1 << 8;
const POLL: u32 = 0b11 << 9;
/// Those that are floats, as natively.
const FLOATS: u32 = 0b11 << 4 | FAULT;

/// An array with the native keys in the native order. On PHP's thread.
#[inline(never)]
pub fn details(engine: &Engine, info: &pcntl_siginfo) -> Value {
    // What native reads as an address or events where a process has sent the signal: its pid and uid lie in that place.
    let sender = (i64::from(info.uid) << 32) | i64::from(info.pid as u32);
    let values = [
        info.signo.into(),
        info.errno_value.into(),
        info.code.into(),
        info.status.into(),
        info.utime,
        info.stime,
        info.pid.into(),
        info.uid.into(),
        info.addr | sender,
        info.band | sender,
        info.fd.into(),
    ];
    let mut wanted = ALWAYS
        | match info.signo {
            libc::SIGCHLD => CHILD,
            libc::SIGUSR1 | libc::SIGUSR2 | signal::FIRST_REAL_TIME.. => PROCESS,
            libc::SIGILL | libc::SIGFPE | libc::SIGSEGV | libc::SIGBUS => FAULT,
            libc::SIGPOLL => POLL,
            _ => 0,
        };
    let mut floats = FLOATS;
    // SAFETY: PHP's thread; an array of ours alone, and keys of that length.
    unsafe {
        let array = (engine.functions.new_array)(8);
        for (key, value) in KEYS.iter().zip(&values) {
            if wanted & 1 != 0 {
                let mut value = if floats & 1 != 0 { Value::float(*value as f64) } else { Value::long(*value) };
                (engine.functions.set)(array, key.as_ptr(), key.count_bytes(), &mut value);
            }
            wanted >>= 1;
            floats >>= 1;
        }
        Value::array(array)
    }
}
