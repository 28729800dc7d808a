//! Warnings and errors in the engine's words, at the line of the caller.

use core::ffi::{CStr, c_char, c_int};

use super::{Call, Given};
use crate::abi::value::Value;
use crate::libdaemon::{self as system, Errno};

const WARNING: c_int = 2;
/// For an error that ends the script.
pub const FATAL: c_int = 1;

impl Call {
    /// A warning that begins with the function's name; `format` has no place to fill in.
    pub fn warn(&self, format: &CStr) {
        // SAFETY: the engine's; a format without places.
        unsafe { (self.engine.symbols.php_error_docref)(core::ptr::null(), WARNING, format.as_ptr()) };
    }

    /// The same with a number for its %d.
    pub fn warn_number(&self, format: &CStr, number: c_int) {
        // SAFETY: the engine's; a format with one place for an int.
        unsafe { (self.engine.symbols.php_error_docref)(core::ptr::null(), WARNING, format.as_ptr(), number) };
    }

    /// The same with a text for its %s.
    pub fn warn_text(&self, format: &CStr, text: *const c_char) {
        // SAFETY: the engine's; a format with one place for a text.
        unsafe { (self.engine.symbols.php_error_docref)(core::ptr::null(), WARNING, format.as_ptr(), text) };
    }

    /// The same with a number for its %d and a text for its %s.
    pub fn warn_number_text(&self, format: &CStr, number: c_int, text: *const c_char) {
        // SAFETY: the engine's; a format with a place for an int and one for a text.
        unsafe { (self.engine.symbols.php_error_docref)(core::ptr::null(), WARNING, format.as_ptr(), number, text) };
    }

    /// Throws a ValueError about the argument at `place`, counted from 1; `format` has no place to fill in.
    pub fn value_error(&self, place: u32, format: &CStr) -> Given {
        // SAFETY: the engine's; a format without places.
        unsafe { (self.engine.symbols.zend_argument_value_error)(place, format.as_ptr()) };
        None
    }

    /// The same with a number for its %d.
    pub fn value_error_number(&self, place: u32, format: &CStr, number: c_int) -> Given {
        // SAFETY: the engine's; a format with one place for an int.
        unsafe { (self.engine.symbols.zend_argument_value_error)(place, format.as_ptr(), number) };
        None
    }

    /// The same with a number for its %ld.
    pub fn value_error_long(&self, place: u32, format: &CStr, number: i64) -> Given {
        // SAFETY: the engine's; a format with one place for a long.
        unsafe { (self.engine.symbols.zend_argument_value_error)(place, format.as_ptr(), number) };
        None
    }

    /// The same with a text for its %s.
    pub fn value_error_text(&self, place: u32, format: &CStr, text: *const c_char) -> Given {
        // SAFETY: the engine's; a format with one place for a text.
        unsafe { (self.engine.symbols.zend_argument_value_error)(place, format.as_ptr(), text) };
        None
    }

    /// Throws a ValueError with this message.
    pub fn plain_value_error(&self, message: &CStr) -> Given {
        // SAFETY: the engine's; a format without places.
        unsafe { (self.engine.symbols.zend_value_error)(message.as_ptr()) };
        None
    }

    /// Throws a TypeError about the argument at `place`, with the type of `value` for the format's %s.
    pub fn type_error(&self, place: u32, format: &CStr, value: *const Value) -> Given {
        // SAFETY: the engine's, with one place for a text.
        unsafe { (self.engine.symbols.zend_argument_type_error)(place, format.as_ptr(), self.type_of(value)) };
        None
    }

    /// A value's type as messages name it: from PHP 8.3 on true and false are types.
    pub fn type_of(&self, value: *const Value) -> *const c_char {
        let symbols = &self.engine.symbols;
        // SAFETY: a living value; gives a static text, or the name of a class.
        unsafe { symbols.zend_zval_value_name.unwrap_or(symbols.zend_zval_type_name)(value) }
    }

    /// A warning that is the description of an errno, and false.
    pub fn warn_errno(&self, errno: Errno) -> Given {
        self.warn_text(c"%s", system::error_text(errno));
        Some(Value::FALSE)
    }
}
