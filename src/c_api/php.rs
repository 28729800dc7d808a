//! For the PHP package: PHP's engine, and C functions that it calls directly.
#![allow(clippy::multiple_unsafe_ops_per_block)]

use core::ffi::{CStr, c_char, c_int, c_void};
use core::mem::MaybeUninit;

use super::{Family, c_string, enter_for_status, invalid_pointer, pcntl, pcntl_signals, posix, truth};
use crate::error::{Error, Result, Step};
use crate::php::engine::Internal;
use crate::php::values::{Frame, Reference, Value};
use crate::php::{attachment, direct, round};
use crate::sys::process;
use crate::sys::signal::{SET, Set, bit};

/// A function of PHP's own for each, `name(how many numbers, |them| result)`.
macro_rules! functions {
    ($($name:ident($count:literal, $function:expr);)*) => {
        $(
            unsafe extern "C" fn $name(frame: *mut Frame, result: *mut Value) {
                let function: fn(i64, i64) -> i64 = $function;
                // SAFETY: the engine's call of a function of its own.
                unsafe { direct::answer(frame, result, $count, function) }
            }
        )*
        const NAMES: &[&str] = &[$(stringify!($name),)* "pcntl_sigprocmask", "keep"];
        static FUNCTIONS: &[Internal] = &[$($name,)* pcntl_sigprocmask, keep];
    };
}

functions! {
    posix_getpid(0, |_, _| process::id().into());
    posix_getppid(0, |_, _| process::parent_id().into());
    pcntl_fork(0, |_, _| pcntl::pcntl_fork().into());
    posix_kill(2, |process, signal| posix::posix_kill(process as c_int, signal as c_int).into());
    pcntl_waitpid(2, |process, flags| {
        // SAFETY: NULL: no resource usage.
        unsafe { pcntl::pcntl_waitpid_packed(process as c_int, flags as c_int, core::ptr::null_mut()) }
    });
    dispatch(0, |_, _| match attachment::engine() {
        Some(engine) => round::run(engine, !attachment::is_asynchronous()),
        None => -1,
    });
    attached(1, |wanted, _| attachment::change(wanted).into());
}

/// pcntl_sigprocmask(mode, list of signals): the former mask. -1 also for what is not plainly a mask, and for an empty one that
/// changes nothing: PHP's versions differ about these.
unsafe extern "C" fn pcntl_sigprocmask(frame: *mut Frame, result: *mut Value) {
    // SAFETY: the engine's call of a function of its own; an array among the arguments lives through it.
    unsafe {
        let mode = Frame::argument(frame, 0).and_then(|mode| c_int::try_from(mode.as_long()?).ok()).unwrap_or(-1);
        let list = Frame::argument(frame, 1).and_then(|list| list.as_table());
        let mut signals = 0;
        let plain = attachment::engine().zip(list).is_some_and(|(engine, list)| {
            (*list).all_numbers(engine.narrow_lists, |signal| {
                let new = c_int::try_from(signal).map_or(0, bit) & Set::full().bits();
                signals |= new;
                new != 0
            })
        });
        let former = match plain && (signals != 0 || mode == SET) {
            true => pcntl_signals::pcntl_sigprocmask_packed(mode, signals),
            false => -1,
        };
        *result = Value::long(former);
    }
}

/// keep(signal, closure or null): what handles the signal.
unsafe extern "C" fn keep(frame: *mut Frame, result: *mut Value) {
    // SAFETY: the engine's call of a function of its own; an object among the arguments lives through it.
    unsafe {
        let signal = Frame::argument(frame, 0).and_then(|signal| signal.as_long());
        let closure = Frame::argument(frame, 1).and_then(|closure| closure.as_object());
        if let (Some(engine), Some(signal)) = (attachment::engine(), signal) {
            attachment::keep(engine, signal as c_int, closure.unwrap_or(core::ptr::null_mut()));
        }
        *result = Value::long(0);
    }
}

/// For php-ext alone, from PHP 8.1 to 8.5 on the thread that runs PHP: has the handlers of signals run by PHP's engine until
/// the script ends. `version_id` is PHP_VERSION_ID, `thread_safe` PHP_ZTS, and `waiting` the zend_reference of a variable that
/// is a number: 1 from now on while signals wait. -1 with ENOSYS for an engine that is not known. Whether the engine
/// takes notice is known a few instructions later: the direct function attached(2) says it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libdaemon_php_attach(
    version_id: c_int,
    thread_safe: MaybeUninit<bool>,
    waiting: *mut c_void,
) -> c_int {
    enter_for_status(Family::Daemonize, || {
        let waiting = reference(waiting)?;
        // SAFETY: a living zend_reference, on PHP's thread.
        unsafe { attachment::attach(version_id, truth(thread_safe), waiting) }
    })
}

/// For php-ext alone, once attached: gives the variable whose zend_reference `place` is, and which must be null, a closure
/// that calls the C function of that name with numbers. -1 with EINVAL when there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libdaemon_php_function(name: *const c_char, place: *mut c_void) -> c_int {
    enter_for_status(Family::Daemonize, || {
        // SAFETY: rule 1.
        let name = unsafe { c_string(name, Step::DirectFunction) }?;
        // SAFETY: a living zend_reference, on PHP's thread.
        unsafe { make(name, reference(place)?) }
    })
}

/// # Safety
/// On PHP's thread, with a living reference.
unsafe fn make(name: &CStr, place: *mut Reference) -> Result<()> {
    if let (Some((_, function)), Some(engine)) =
        (NAMES.iter().zip(FUNCTIONS).find(|(known, _)| known.as_bytes() == name.to_bytes()), attachment::engine())
    {
        // SAFETY: the caller's.
        if unsafe { direct::make(engine, name, *function, &raw mut (*place).value) } {
            return Ok(());
        }
    }
    Err(Error::refused(Step::DirectFunction, "unknown"))
}

/// The engine's zend_reference at this address.
fn reference(address: *mut c_void) -> Result<*mut Reference> {
    if address.addr() < super::FIRST_PAGE_END {
        return Err(invalid_pointer(Step::PhpEngine));
    }
    Ok(address.cast())
}
