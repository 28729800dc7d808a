//! pcntl_sigprocmask, pcntl_sigwaitinfo, pcntl_sigtimedwait: sets of signals.

use core::ffi::{CStr, c_int};
use core::ptr::null_mut;

use super::signal::{COUNT, LAST};
use super::signal_info;
use crate::abi::value::{Table, Value, types};
use crate::call::arrays::Array;
use crate::call::{Call, Given, place};
use crate::libdaemon::c_api::pcntl_signals;
use crate::libdaemon::{change_mask, pcntl_errno, pcntl_siginfo, set_pcntl_errno};

pub fn pcntl_sigprocmask(call: &Call) -> Given {
    let (mut mode, mut signals, mut former) = (0i64, null_mut::<Table>(), null_mut::<Value>());
    // SAFETY: arguments live through the call.
    match unsafe { (call.count(), call.argument(0).as_ref(), call.argument(1).as_ref()) } {
        // The way of nearly every call.
        (2 | 3, Some(how), Some(list)) if how.kind() == types::INT && list.kind() == types::ARRAY => {
            (mode, signals, former) = (how.as_int().unwrap_or(0), list.address(), call.argument(2));
        }
        _ => call.parse(c"lh|z", &[place(&mut mode), place(&mut signals), place(&mut former)])?,
    }
    if call.engine.version >= 80400 {
        let modes = [libc::SIG_BLOCK, libc::SIG_UNBLOCK, libc::SIG_SETMASK];
        if !modes.into_iter().any(|known| i64::from(known) == mode) {
            return call.value_error(1, c"must be one of SIG_BLOCK, SIG_UNBLOCK, or SIG_SETMASK");
        }
        // SAFETY: an argument, which lives through the call.
        if unsafe { (*signals).count() } == 0 && mode != i64::from(libc::SIG_SETMASK) {
            return empty(call, 2);
        }
    }
    let set = match read(call, signals, 2)? {
        Some(set) => set,
        None => return Some(Value::FALSE),
    };
    let old = match change_mask(mode as c_int, set) {
        Ok(old) => old,
        Err(errno) => {
            set_pcntl_errno(errno);
            return call.warn_errno(errno);
        }
    };
    if !former.is_null() {
        let list = call.assign_array(former)?;
        // SAFETY: the variable's array, just made.
        let mut list = unsafe { Array::of(call.engine, list) };
        (1..=LAST)
            .filter(|signal| old >> (signal - 1) & 1 != 0)
            .for_each(|signal| list.push(Value::int(signal.into())));
    }
    Some(Value::bool(true))
}

pub fn pcntl_sigwaitinfo(call: &Call) -> Given {
    let (mut signals, mut info) = (null_mut::<Table>(), null_mut::<Value>());
    call.parse(c"h|z", &[place(&mut signals), place(&mut info)])?;
    let set = match set_to_wait_for(call, signals)? {
        Some(set) => set,
        None => return Some(Value::FALSE),
    };
    let mut told = pcntl_siginfo::default();
    // SAFETY: valid for writing.
    let signal = unsafe { pcntl_signals::pcntl_sigwaitinfo(set, &mut told) };
    waited(call, signal, info, &told)
}

pub fn pcntl_sigtimedwait(call: &Call) -> Given {
    let (mut signals, mut info, mut seconds, mut nanoseconds) = (null_mut::<Table>(), null_mut::<Value>(), 0i64, 0i64);
    let places = [place(&mut signals), place(&mut info), place(&mut seconds), place(&mut nanoseconds)];
    call.parse(c"h|zll", &places)?;
    let set = match set_to_wait_for(call, signals)? {
        Some(set) => set,
        None => return Some(Value::FALSE),
    };
    if call.engine.version >= 80400 {
        if seconds < 0 {
            return call.value_error(3, c"must be greater than or equal to 0");
        }
        if !(0..1_000_000_000).contains(&nanoseconds) {
            return call.value_error(4, c"must be between 0 and 1e9");
        }
        if seconds == 0 && nanoseconds == 0 {
            return call.plain_value_error(
                c"pcntl_sigtimedwait(): At least one of argument #3 ($seconds) or argument #4 ($nanoseconds) must be greater than 0",
            );
        }
    }
    let mut told = pcntl_siginfo::default();
    let noted = pcntl_errno();
    // SAFETY: valid for writing.
    let signal = unsafe { pcntl_signals::pcntl_sigtimedwait(set, &mut told, seconds, nanoseconds) };
    if signal == -1 && pcntl_errno() == libc::EAGAIN {
        // As natively, that the time is over is no failure.
        set_pcntl_errno(noted);
        return Some(nothing(call));
    }
    waited(call, signal, info, &told)
}

fn waited(call: &Call, signal: c_int, info: *mut Value, told: &pcntl_siginfo) -> Given {
    if signal == -1 {
        call.warn_errno(pcntl_errno());
        return Some(nothing(call));
    }
    if !info.is_null() {
        signal_info::assign(call, info, signal, told)?;
    }
    Some(Value::int(signal.into()))
}

/// What the waiting functions give when there is no signal.
fn nothing(call: &Call) -> Value {
    if call.engine.version >= 80400 { Value::FALSE } else { Value::int(-1) }
}

fn set_to_wait_for(call: &Call, signals: *const Table) -> Option<Option<u64>> {
    // SAFETY: an argument, which lives through the call.
    if call.engine.version >= 80400 && unsafe { (*signals).count() } == 0 {
        empty(call, 1)?;
    }
    read(call, signals, 1)
}

fn empty(call: &Call, argument: u32) -> Given {
    call.value_error(argument, c"must not be empty")
}

/// The set as a number: bit 0 for signal 1. Some(None), after a warning, where one of them cannot be in it; None when that
/// has thrown.
fn read(call: &Call, signals: *const Table, argument: u32) -> Option<Option<u64>> {
    /// libc keeps these for itself and refuses them to everybody.
    const OF_LIBC: [c_int; 2] = [32, 33];
    let mut set = 0;
    // SAFETY: an argument, which lives through the call.
    for (_, value) in unsafe { call.elements(signals) } {
        let signal = match call.engine.symbols.zval_try_get_long {
            Some(convert) if call.engine.version >= 80400 => checked(call, convert, value, argument)?,
            _ => call.to_int(value) as c_int,
        };
        if !(1..COUNT).contains(&signal) || OF_LIBC.contains(&signal) {
            set_pcntl_errno(libc::EINVAL);
            call.warn_errno(libc::EINVAL);
            return Some(None);
        }
        set |= 1 << (signal - 1);
    }
    Some(Some(set))
}

type Convert = unsafe extern "C" fn(*const Value, *mut bool) -> i64;

/// A signal as PHP 8.4 and later accept it.
fn checked(call: &Call, convert: Convert, value: *mut Value, argument: u32) -> Option<c_int> {
    const WRONG_TYPE: &CStr = c"signals must be of type int, %s given";
    let mut failed = false;
    // SAFETY: an element of a living array.
    let number = unsafe { (*value).as_int().unwrap_or_else(|| convert(value, &mut failed)) };
    if failed {
        call.type_error(argument, WRONG_TYPE, value);
        return None;
    }
    if !(1..i64::from(COUNT)).contains(&number) {
        call.value_error_number(argument, c"signals must be between 1 and %d", LAST);
        return None;
    }
    Some(number as c_int)
}
