//! The streams that PHP's command line has on the descriptors 0, 1 and 2: STDIN, STDOUT and STDERR.

use core::ffi::c_int;
use core::ptr::{null, null_mut};

use crate::abi::value::{Value, types};
use crate::call::{Call, Given, GivenText, place};

/// Libdaemon\Native\open_stream(int $descriptor, string $mode): void: the newest of get_resources('stream') is one on it.
pub fn open_stream(call: &Call) -> Given {
    let (mut descriptor, mut mode) = (0i64, GivenText::NONE);
    call.parse(c"ls", &[place(&mut descriptor), place(&mut mode.start), place(&mut mode.length)])?;
    // SAFETY: the engine's own; PHP 8.1 does not look at the last argument.
    unsafe { (call.engine.symbols._php_stream_fopen_from_fd)(descriptor as c_int, mode.start, null(), false) };
    Some(Value::NULL)
}

/// Libdaemon\Native\replace_constant(string $name, $stream): void: puts another stream into a constant that holds one.
pub fn replace_constant(call: &Call) -> Given {
    let (mut name, mut stream) = (GivenText::NONE, null_mut::<Value>());
    call.parse(c"sz", &[place(&mut name.start), place(&mut name.length), place(&mut stream)])?;
    // SAFETY: arguments, which live through the call. The constant has a user of the stream; the closed one that it held
    // goes with the script.
    unsafe {
        let constant = (call.engine.symbols.zend_get_constant_str)(name.start, name.length);
        let stream = Value::behind_reference(stream);
        if !constant.is_null() && (*constant).kind() == types::RESOURCE && (*stream).kind() == types::RESOURCE {
            (*stream).shared().store(constant);
        }
    }
    Some(Value::NULL)
}

/// Sends on what the output buffers of all levels hold, and leaves the buffers in place. False when one of them threw.
pub fn flush_output(call: &Call) -> bool {
    // SAFETY: the engine's own, on PHP's thread.
    unsafe {
        (call.engine.symbols.php_output_flush_all)();
        call.engine.executor().is_none_or(|executor| (*executor.exception).is_null())
    }
}

/// Libdaemon\Native\flush(): void
pub fn flush(call: &Call) -> Given {
    call.no_arguments()?;
    flush_output(call).then_some(Value::NULL)
}
