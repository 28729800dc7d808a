//! pcntl_signal, pcntl_signal_get_handler, pcntl_signal_dispatch, pcntl_async_signals.

use core::ffi::c_int;
use core::mem::MaybeUninit;
use core::ptr::null_mut;

use crate::abi::value::{Value, types};
use crate::call::{Call, Given, Nullable, place};
use crate::libdaemon::{c_api, pcntl_errno, set_pcntl_errno};
use crate::signals::{dispatch, handlers, interrupt};

/// The largest signal, and how many numbers there are with 0.
pub const LAST: c_int = 64;
pub const COUNT: c_int = LAST + 1;
/// Those before it are libc's own.
pub const FIRST_REAL_TIME: c_int = 34;

const DEFAULT: i64 = 0;
const IGNORE: i64 = 1;
/// For the library: to be queued.
const QUEUE: c_int = 2;

pub fn pcntl_signal(call: &Call) -> Given {
    let (mut signal, mut handler, mut restart) = (0i64, null_mut::<Value>(), Nullable::null(true));
    let places = [place(&mut signal), place(&mut handler), place(&mut restart.value), place(&mut restart.is_null)];
    call.parse(c"lz|b!", &places)?;
    if signal < 1 {
        return call.value_error(1, c"must be greater than or equal to 1");
    }
    if signal >= COUNT.into() {
        return call.value_error_number(1, c"must be less than %d", COUNT);
    }
    let signal = signal as c_int;
    // As natively: SIGALRM interrupts a blocking call unless told otherwise.
    let restart = restart.get().unwrap_or(signal != libc::SIGALRM);
    // SAFETY: an argument, which lives through the call.
    let number = unsafe {
        handler = Value::behind_reference(handler);
        (*handler).as_int()
    };
    let disposition = match number {
        Some(number @ (DEFAULT | IGNORE)) => number as c_int,
        Some(_) => {
            return call.value_error(2, c"must be either SIG_DFL or SIG_IGN when an integer value is given");
        }
        None => {
            // SAFETY: an argument, or what it refers to, which lives through the call.
            if !unsafe { (call.engine.symbols.zend_is_callable)(handler, 0, null_mut()) } {
                set_pcntl_errno(libc::EINVAL);
                return call.type_error(2, c"must be of type callable|int, %s given", handler);
            }
            QUEUE
        }
    };
    handlers::begin(call.engine, signal);
    let former = handlers::replace(signal, handler);
    if c_api::pcntl_signals::pcntl_signal_disposition(signal, disposition, MaybeUninit::new(restart)) != 0 {
        handlers::put_back(call.engine, signal, former);
        return refused(call, pcntl_errno(), signal);
    }
    handlers::release(call.engine, former);
    Some(Value::bool(true))
}

/// What cannot be handled: natively the engine ends the script, where it looks after signals itself.
fn refused(call: &Call, errno: c_int, signal: c_int) -> Given {
    set_pcntl_errno(errno);
    if call.engine.symbols.zend_sigaction.is_none() {
        call.warn(c"Error assigning signal");
        return Some(Value::FALSE);
    }
    // SAFETY: the engine's, with one place for an int. An E_ERROR does not come back.
    unsafe {
        (call.engine.symbols.zend_error)(
            crate::call::errors::FATAL,
            c"Error installing signal handler for %d".as_ptr(),
            signal,
        );
    }
    Some(Value::FALSE)
}

pub fn pcntl_signal_get_handler(call: &Call) -> Given {
    let [signal] = call.ints()?;
    // Natively it knows only the first 32 before PHP 8.4.
    let (last, wrong) = match call.engine.version {
        ..80400 => (32, c"must be between 1 and 32"),
        _ => (i64::from(LAST), c"must be between 1 and 64"),
    };
    if !(1..=last).contains(&signal) {
        return call.value_error(1, wrong);
    }
    let handler = handlers::of(signal as c_int);
    Some(match handler.kind() {
        types::UNDEFINED => Value::int(DEFAULT),
        // SAFETY: a handler that is kept is alive.
        _ => unsafe { handler.shared() },
    })
}

pub fn pcntl_signal_dispatch(call: &Call) -> Given {
    call.no_arguments()?;
    dispatch::run_if_waiting(call.engine);
    Some(Value::bool(true))
}

pub fn pcntl_async_signals(call: &Call) -> Given {
    let mut enable = Nullable::null(false);
    call.parse(c"|b!", &[place(&mut enable.value), place(&mut enable.is_null)])?;
    let former = interrupt::is_asynchronous();
    let fails = |enable| enable != former && !interrupt::set_asynchronous(call.engine, enable);
    if enable.get().is_some_and(fails) {
        call.warn(
            c"libdaemon does not know this engine, signals are handled by pcntl_signal_dispatch() and ticks only",
        );
    }
    Some(Value::bool(former))
}
