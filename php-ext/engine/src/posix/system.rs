//! The system and the times of the process.

use core::ffi::{CStr, c_char};
use core::mem::MaybeUninit;

use crate::abi::value::Value;
use crate::call::arrays::Array;
use crate::call::{Call, Given};
use crate::libdaemon::c_api::posix::{self, posix_tms, posix_utsname};

pub fn posix_uname(call: &Call) -> Given {
    call.no_arguments()?;
    let mut names = MaybeUninit::<posix_utsname>::zeroed();
    // SAFETY: valid for writing.
    if unsafe { posix::posix_uname(names.as_mut_ptr()) } != 0 {
        return Some(Value::FALSE);
    }
    // SAFETY: texts, filled in.
    let names = unsafe { names.assume_init_ref() };
    let mut array = Array::new(call.engine);
    let texts: [(&CStr, &[c_char; 65]); 6] = [
        (c"sysname", &names.sysname),
        (c"nodename", &names.nodename),
        (c"release", &names.release),
        (c"version", &names.version),
        (c"machine", &names.machine),
        (c"domainname", &names.domainname),
    ];
    for (key, text) in texts {
        // SAFETY: a text that ends inside its array.
        array.set_text(key, unsafe { CStr::from_ptr(text.as_ptr()) });
    }
    Some(array.value())
}

pub fn posix_times(call: &Call) -> Given {
    call.no_arguments()?;
    let mut times = MaybeUninit::<posix_tms>::zeroed();
    // SAFETY: valid for writing; plain numbers.
    let (ticks, times) = unsafe { (posix::posix_times(times.as_mut_ptr()), times.assume_init_ref()) };
    if ticks == -1 {
        return Some(Value::FALSE);
    }
    let mut array = Array::new(call.engine);
    array.set_int(c"ticks", ticks);
    array.set_int(c"utime", times.utime);
    array.set_int(c"stime", times.stime);
    array.set_int(c"cutime", times.cutime);
    array.set_int(c"cstime", times.cstime);
    Some(array.value())
}
