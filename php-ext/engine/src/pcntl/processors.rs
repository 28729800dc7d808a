//! pcntl_getcpuaffinity, pcntl_setcpuaffinity, pcntl_getcpu: from PHP 8.4 on.

use core::ffi::{CStr, c_int};
use core::ptr::null_mut;

use crate::abi::value::{Table, Value, types};
use crate::call::arrays::Array;
use crate::call::{Call, Given, Nullable, place};
use crate::libdaemon::c_api::{pcntl_scheduling, posix_limits};
use crate::libdaemon::pcntl_errno;

/// Linux cannot be built for more.
const MOST: usize = 8192;

pub fn pcntl_getcpu(call: &Call) -> Given {
    call.no_arguments()?;
    Some(Value::int(pcntl_scheduling::pcntl_getcpu().into()))
}

/// The processors that this system is made for.
fn limit() -> i64 {
    posix_limits::posix_sysconf(libc::_SC_NPROCESSORS_CONF)
}

pub fn pcntl_getcpuaffinity(call: &Call) -> Given {
    let mut process = Nullable::null(0i64);
    call.parse(c"|l!", &[place(&mut process.value), place(&mut process.is_null)])?;
    let process = process.get().unwrap_or(0);
    let mut numbers = [0; MOST];
    // SAFETY: room for so many numbers.
    let count = unsafe {
        pcntl_scheduling::pcntl_getcpuaffinity(process as c_int, numbers.as_mut_ptr(), numbers.len() as c_int)
    };
    let Ok(count) = usize::try_from(count) else {
        return fail(call, process, c"invalid cpu affinity mask size");
    };
    let mut list = Array::new(call.engine);
    let limit = limit();
    for &number in numbers.iter().take(count).take_while(|&&number| i64::from(number) < limit) {
        list.push(Value::int(number.into()));
    }
    Some(list.value())
}

pub fn pcntl_setcpuaffinity(call: &Call) -> Given {
    let (mut process, mut list) = (Nullable::null(0i64), null_mut::<Table>());
    call.parse(c"|l!h", &[place(&mut process.value), place(&mut process.is_null), place(&mut list)])?;
    let process = process.get().unwrap_or(0);
    // SAFETY: an argument, which lives through the call.
    if list.is_null() || unsafe { (*list).count() } == 0 {
        return call.value_error(2, c"must not be empty");
    }
    let limit = limit();
    let mut chosen = [0; MOST];
    let mut count = 0;
    // SAFETY: an argument, which lives through the call.
    for (_, value) in unsafe { call.elements(list) } {
        let number = processor(call, value)?;
        if !(0..limit).contains(&number) {
            let wrong = c"cpu id must be between 0 and %ld (%ld)";
            let last = if names_last(call.engine.version) { limit - 1 } else { limit };
            // SAFETY: the engine's, with two places for longs.
            unsafe { (call.engine.symbols.zend_argument_value_error)(2, wrong.as_ptr(), last, number) };
            return None;
        }
        let number = number as c_int;
        if chosen.iter().take(count).any(|&known| known == number) {
            continue;
        }
        if let Some(free) = chosen.get_mut(count) {
            *free = number;
            count += 1;
        }
    }
    // SAFETY: so many numbers are there.
    let code = unsafe { pcntl_scheduling::pcntl_setcpuaffinity(process as c_int, chosen.as_ptr(), count as c_int) };
    if code == 0 {
        return Some(Value::bool(true));
    }
    fail(
        call,
        process,
        c"pcntl_setcpuaffinity(): Argument #2 ($cpu_ids) invalid cpu affinity mask size or unmapped cpu id(s)",
    )
}

/// Releases up to a certain one name, in place of the last processor, the one behind it.
fn names_last(version: u32) -> bool {
    matches!(version, 80428..80500 | 80513..)
}

/// A number, or a text that is one in its plainest form.
fn processor(call: &Call, value: *mut Value) -> Option<i64> {
    // SAFETY: an element of a living array.
    unsafe {
        if let Some(number) = (*value).as_int() {
            return Some(number);
        }
        if (*value).kind() != types::STRING {
            wrong_kind(call, value);
            return None;
        }
        let text = (*value).as_text().unwrap_or(&[]);
        let number = plain_number(text);
        if number.is_none() {
            call.value_error_text(2, c"cpu id invalid value (%s)", text.as_ptr().cast());
        }
        number
    }
}

/// # Safety
/// A living value.
unsafe fn wrong_kind(call: &Call, value: *mut Value) {
    if call.engine.version >= 80404 {
        call.type_error(2, c"value must be of type int|string, %s given", value);
        return;
    }
    // SAFETY: the caller's living value; a string that is ours to release.
    unsafe {
        let text = (call.engine.symbols.zval_try_get_string_func)(value);
        if !text.is_null() {
            let mut text = Value::text(text);
            call.value_error_text(2, c"cpu id invalid type (%s)", text.as_text().unwrap_or(&[]).as_ptr().cast());
            (call.engine.symbols.zval_ptr_dtor)(&mut text);
        }
    }
}

/// As PHP takes a text for a number where it is a key: no sign but a minus, no zero in front.
fn plain_number(text: &[u8]) -> Option<i64> {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    let is_plain = match digits {
        [b'0'] => text.len() == 1,
        [b'1'..=b'9', rest @ ..] => rest.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    if !is_plain {
        return None;
    }
    let size =
        digits.iter().try_fold(0i64, |number, digit| number.checked_mul(10)?.checked_add(i64::from(digit - b'0')))?;
    Some(if digits.len() < text.len() { -size } else { size })
}

fn fail(call: &Call, process: i64, invalid: &CStr) -> Given {
    let errno = pcntl_errno();
    match errno {
        libc::ESRCH => return call.value_error_long(1, c"invalid process (%ld)", process),
        libc::EINVAL => return call.plain_value_error(invalid),
        libc::EPERM => call.warn(c"Calling process not having the proper privileges"),
        _ => call.warn_number(c"Error %d", errno),
    }
    Some(Value::FALSE)
}
