//! Descriptors, given as a stream or as a number: posix_ttyname, posix_isatty, posix_ctermid.

use core::ffi::{CStr, c_int};
use core::ptr::null_mut;

use super::{text_or_false, without_noting};
use crate::abi::stream::Stream;
use crate::abi::value::{Value, types};
use crate::call::{Call, Given, place};
use crate::libdaemon::c_api::posix;
use crate::libdaemon::set_posix_errno;

const WRONG_TYPE: &CStr = c"Argument #1 ($file_descriptor) must be of type int|resource, %s given";
const OUT_OF_RANGE: &CStr = c"Argument #1 ($file_descriptor) must be between 0 and %d";

pub fn posix_ctermid(call: &Call) -> Given {
    call.no_arguments()?;
    // SAFETY: a text of the library's.
    unsafe { text_or_false(call, posix::posix_ctermid()) }
}

pub fn posix_ttyname(call: &Call) -> Given {
    let stream = argument(call)?;
    let descriptor = if is_resource(stream) { of_stream(call, stream) } else { number_to_name(call, stream) };
    match descriptor {
        // SAFETY: NULL, or a text that lives until the thread's next call.
        Some(descriptor) => unsafe { text_or_false(call, posix::posix_ttyname(descriptor)) },
        None => Some(Value::FALSE),
    }
}

/// As natively, "no" is noted for posix_get_last_error() from PHP 8.4 on.
pub fn posix_isatty(call: &Call) -> Given {
    let stream = argument(call)?;
    let descriptor = if is_resource(stream) { of_stream(call, stream) } else { number_to_ask(call, stream) };
    let Some(descriptor) = descriptor else { return Some(Value::FALSE) };
    Some(Value::bool(match call.engine.version {
        ..80400 => without_noting(|| posix::posix_isatty(descriptor)),
        _ => posix::posix_isatty(descriptor),
    }))
}

/// For posix_fpathconf. Some(None), after a warning, where there is no descriptor; None when that has thrown.
pub fn to_ask_for_limits(call: &Call, stream: *mut Value) -> Option<Option<c_int>> {
    // SAFETY: an argument, which lives through the call.
    let stream = unsafe { Value::behind_reference(stream) };
    if is_resource(stream) {
        return Some(of_stream(call, stream));
    }
    let Some(number) = number(call, stream) else {
        call.type_error(1, c"must be of type int|resource, %s given", stream);
        return None;
    };
    if call.engine.version >= 80500 && !is_descriptor(number) {
        call.warn_number(OUT_OF_RANGE, c_int::MAX);
        set_posix_errno(libc::EBADF);
        return Some(None);
    }
    Some(Some(number as c_int))
}

fn argument(call: &Call) -> Option<*mut Value> {
    let mut stream = null_mut::<Value>();
    call.parse(c"z", &[place(&mut stream)])?;
    // SAFETY: an argument, which lives through the call.
    Some(unsafe { Value::behind_reference(stream) })
}

fn is_resource(value: *const Value) -> bool {
    // SAFETY: an argument, which lives through the call.
    unsafe { (*value).kind() == types::RESOURCE }
}

/// PHP 8.2 takes anything for a number in silence; later ones say what is wrong, and go on where it can be a number.
fn number_to_name(call: &Call, value: *mut Value) -> Option<c_int> {
    if call.engine.version < 80300 {
        return Some(call.to_int(value) as c_int);
    }
    let number = number(call, value).unwrap_or_else(|| {
        call.warn_text(WRONG_TYPE, call.type_of(value));
        call.to_int(value)
    });
    if is_descriptor(number) {
        return Some(number as c_int);
    }
    call.warn_number(OUT_OF_RANGE, c_int::MAX);
    if call.engine.version >= 80500 {
        set_posix_errno(libc::EBADF);
    }
    None
}

/// As above, but what is no number is no terminal.
fn number_to_ask(call: &Call, value: *mut Value) -> Option<c_int> {
    if call.engine.version < 80300 {
        return Some(call.to_int(value) as c_int);
    }
    let Some(number) = number(call, value) else {
        call.warn_text(WRONG_TYPE, call.type_of(value));
        return None;
    };
    if is_descriptor(number) {
        return Some(number as c_int);
    }
    if call.engine.version >= 80500 {
        call.warn_number(OUT_OF_RANGE, c_int::MAX);
    }
    if call.engine.version >= 80400 {
        set_posix_errno(libc::EBADF);
    }
    None
}

fn is_descriptor(number: i64) -> bool {
    (0..=i64::from(c_int::MAX)).contains(&number)
}

/// A number as a parameter of type int takes it, strictly where the caller wants that; None where it takes none.
fn number(call: &Call, value: *mut Value) -> Option<i64> {
    // SAFETY: an argument, which lives through the call.
    unsafe {
        if let Some(number) = (*value).as_int() {
            return Some(number);
        }
        let mut number = 0;
        let convert = call.engine.symbols.zend_parse_arg_long_slow?;
        convert(value, &mut number, 1).then_some(number)
    }
}

/// The descriptor that a stream has. None for one that has none, after a warning, and for what is no stream: that has thrown.
pub fn of_stream(call: &Call, value: *mut Value) -> Option<c_int> {
    const AS_DESCRIPTOR: c_int = 1;
    const TO_SELECT: c_int = 3;
    /// Says nothing of what is in the stream's buffer.
    const INTERNAL: c_int = 0x2000_0000;
    let symbols = &call.engine.symbols;
    let silently = if call.engine.version < 80300 { 0 } else { INTERNAL };
    // SAFETY: the engine's own ways from a resource to a stream, and from there to its descriptor, an int.
    unsafe {
        let (kind, persistent) = ((symbols.php_file_le_stream)(), (symbols.php_file_le_pstream)());
        let stream = (symbols.zend_fetch_resource2_ex)(value, c"stream".as_ptr(), kind, persistent);
        if stream.is_null() {
            return None;
        }
        for way in [TO_SELECT | silently, AS_DESCRIPTOR | silently] {
            if (symbols._php_stream_cast)(stream, way, null_mut(), 0) == 0 {
                let mut descriptor: c_int = -1;
                (symbols._php_stream_cast)(stream, way, (&raw mut descriptor).cast(), 0);
                return Some(descriptor);
            }
        }
        call.warn_text(c"Could not use stream of type '%s'", Stream::label(stream.cast()).as_ptr());
        None
    }
}
