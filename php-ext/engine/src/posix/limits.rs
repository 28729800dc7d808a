//! Limits of the process, of the system and of files.

use core::ffi::{CStr, c_int};

use super::files::empty;
use super::{descriptors, succeeded, without_noting};
use crate::abi::value::Value;
use crate::call::arrays::Array;
use crate::call::{Call, Given, GivenText, Nullable, place};
use crate::libdaemon::c_api::posix_limits;
use crate::libdaemon::{posix_errno, set_posix_errno};

/// Each resource with its keys, in the native order.
const RESOURCES: [(c_int, &CStr, &CStr); 10] = [
    (libc::RLIMIT_CORE as c_int, c"soft core", c"hard core"),
    (libc::RLIMIT_DATA as c_int, c"soft data", c"hard data"),
    (libc::RLIMIT_STACK as c_int, c"soft stack", c"hard stack"),
    (libc::RLIMIT_AS as c_int, c"soft totalmem", c"hard totalmem"),
    (libc::RLIMIT_RSS as c_int, c"soft rss", c"hard rss"),
    (libc::RLIMIT_NPROC as c_int, c"soft maxproc", c"hard maxproc"),
    (libc::RLIMIT_MEMLOCK as c_int, c"soft memlock", c"hard memlock"),
    (libc::RLIMIT_CPU as c_int, c"soft cpu", c"hard cpu"),
    (libc::RLIMIT_FSIZE as c_int, c"soft filesize", c"hard filesize"),
    (libc::RLIMIT_NOFILE as c_int, c"soft openfiles", c"hard openfiles"),
];

const UNLIMITED: i64 = -1;

/// All that there are by name; from PHP 8.3 on also the two of one resource.
pub fn posix_getrlimit(call: &Call) -> Given {
    let mut resource = Nullable::null(0i64);
    if call.engine.version < 80300 {
        call.no_arguments()?;
    } else {
        call.parse(c"|l!", &[place(&mut resource.value), place(&mut resource.is_null)])?;
    }
    let mut array = Array::new(call.engine);
    let complete = match resource.get() {
        Some(resource) => of(resource as c_int).map(|(soft, hard)| {
            [soft, hard].into_iter().for_each(|limit| match limit {
                UNLIMITED => array.push_text(c"unlimited"),
                limit => array.push(Value::int(limit)),
            });
        }),
        None => RESOURCES.iter().try_for_each(|&(resource, soft_key, hard_key)| {
            let (soft, hard) = of(resource)?;
            [(soft_key, soft), (hard_key, hard)].into_iter().for_each(|(key, limit)| match limit {
                UNLIMITED => array.set_text(key, c"unlimited"),
                limit => array.set_int(key, limit),
            });
            Some(())
        }),
    };
    let array = array.value();
    if complete.is_none() {
        // SAFETY: an array of our own.
        unsafe { (call.engine.symbols.zval_ptr_dtor)(&mut { array }) };
        return Some(Value::FALSE);
    }
    Some(array)
}

fn of(resource: c_int) -> Option<(i64, i64)> {
    let (mut soft, mut hard) = (0, 0);
    // SAFETY: valid for writing.
    let code = unsafe { posix_limits::posix_getrlimit(resource, &mut soft, &mut hard) };
    (code == 0).then_some((soft as i64, hard as i64))
}

pub fn posix_setrlimit(call: &Call) -> Given {
    let [resource, soft, hard] = call.ints()?;
    if call.engine.version >= 80500 {
        for (place, limit) in [(2, soft), (3, hard)] {
            if limit < UNLIMITED {
                return call.value_error(place, c"must be greater or equal to -1");
            }
        }
        if hard != UNLIMITED && soft > hard {
            return call.value_error_long(2, c"must be lower or equal to %ld", hard);
        }
    }
    succeeded(posix_limits::posix_setrlimit(resource as c_int, soft as u64, hard as u64))
}

/// From PHP 8.3 on, as the two that follow.
pub fn posix_sysconf(call: &Call) -> Given {
    let [name] = call.ints()?;
    Some(Value::int(without_noting(|| posix_limits::posix_sysconf(name as c_int))))
}

pub fn posix_pathconf(call: &Call) -> Given {
    let (mut path, mut name) = (GivenText::NONE, 0i64);
    call.parse(c"pl", &[place(&mut path.start), place(&mut path.length), place(&mut name)])?;
    if path.length == 0 {
        return call.value_error(1, empty(call));
    }
    // SAFETY: a text that lives through the call.
    unsafe {
        if (call.engine.symbols.php_check_open_basedir)(path.start) != 0 {
            call.warn_text(c"Invalid path supplied: %s", path.start);
            return Some(Value::FALSE);
        }
        of_file(|| posix_limits::posix_pathconf(path.start, name as c_int))
    }
}

pub fn posix_fpathconf(call: &Call) -> Given {
    let (mut stream, mut name) = (core::ptr::null_mut::<Value>(), 0i64);
    call.parse(c"zl", &[place(&mut stream), place(&mut name)])?;
    match descriptors::to_ask_for_limits(call, stream)? {
        Some(descriptor) => of_file(|| posix_limits::posix_fpathconf(descriptor, name as c_int)),
        None => Some(Value::FALSE),
    }
}

/// -1 where there is no limit. (The native ones give false for that, and somebody else's error, whenever any system call has
/// failed before.)
fn of_file(ask: impl FnOnce() -> i64) -> Given {
    let noted = posix_errno();
    let limit = ask();
    if limit == -1 && posix_errno() != 0 {
        return Some(Value::FALSE);
    }
    set_posix_errno(noted);
    Some(Value::int(limit))
}
