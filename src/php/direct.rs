//! C functions as functions of PHP's own: a call costs a fifth of one through FFI.

use core::ffi::{CStr, c_void};
use core::ptr::null_mut;

use super::engine::{Engine, Internal};
use super::values::{Frame, Value};
use crate::sys::Errno;

/// Puts a closure of `function` at `place`; false when the engine refuses.
///
/// # Safety
/// On PHP's thread; `place` must be a variable of PHP's that holds nothing counted.
pub unsafe fn make(engine: &Engine, name: &CStr, function: Internal, place: *mut Value) -> bool {
    /// zend_internal_arg_info, of the result: nothing is said of it, nor of the arguments, which `function` looks at.
    static RESULT: [usize; 4] = [0; 4];
    /// MODULE_TEMPORARY.
    const TEMPORARY: i32 = 2;

    // A zend_function_entry and the zeroes behind the last one: of 32 bytes up to PHP 8.3, later of 48, with more zeroes.
    let mut entries = [core::ptr::null::<c_void>(); 12];
    let [first, second, third, ..] = &mut entries;
    (*first, *second, *third) = (name.as_ptr().cast(), function as *const c_void, RESULT.as_ptr().cast());
    let functions = &engine.functions;
    // SAFETY: PHP's thread; a table of our own in place of the global one, released once the closure has its copy. The
    // name, the function and RESULT live as long as the process.
    unsafe {
        let table = (functions.new_array)(1);
        let registered = (functions.new_functions)(null_mut(), entries.as_ptr().cast(), table.cast(), TEMPORARY) == 0;
        if registered {
            (functions.new_closure)(place, (*(*table).first).address(), null_mut(), null_mut(), null_mut());
        }
        (functions.release)(&mut Value::array(table));
        registered
    }
}

/// What a function that takes numbers does when it is called: `COUNT` numbers, or -1 and EINVAL.
///
/// # Safety
/// `frame` must be the call of a function of PHP's own, under way, and `result` where it wants the result.
#[inline(never)]
pub unsafe fn answer(frame: *mut Frame, result: *mut Value, count: u32, function: fn(i64, i64) -> i64) {
    // SAFETY: the caller's.
    unsafe {
        let number = |place| match place < count {
            true => Frame::argument(frame, place)?.as_long(),
            false => Some(0),
        };
        let answer = match number(0).zip(number(1)) {
            Some((first, second)) => function(first, second),
            None => {
                Errno::EINVAL.set();
                -1
            }
        };
        *result = Value::long(answer);
    }
}
