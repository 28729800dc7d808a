//! Arrays and texts for PHP.

use core::ffi::CStr;

use crate::abi::value::{Table, Value};
use crate::engine::Engine;

/// An array that is being filled: of our own until it is given away, or one that a variable has.
pub struct Array {
    engine: &'static Engine,
    value: Value,
}

impl Array {
    pub fn new(engine: &'static Engine) -> Array {
        // SAFETY: PHP's thread.
        Array { engine, value: Value::array(unsafe { (engine.symbols._zend_new_array)(8) }) }
    }

    /// The array that is at `value`.
    ///
    /// # Safety
    /// It must be an array that nobody else changes.
    pub unsafe fn of(engine: &'static Engine, value: *mut Value) -> Array {
        // SAFETY: an array, which the caller keeps alive.
        Array { engine, value: unsafe { *value } }
    }

    pub fn engine(&self) -> &'static Engine {
        self.engine
    }

    fn table(&self) -> *mut Table {
        self.value.address()
    }

    /// Gives the array away.
    pub fn value(self) -> Value {
        self.value
    }

    pub fn set(&mut self, key: &CStr, value: Value) {
        // SAFETY: PHP's thread, an array of ours, a key of that length; the value goes over to the array.
        unsafe {
            (self.engine.symbols.zend_hash_str_update)(self.table(), key.as_ptr(), key.count_bytes(), &mut { value });
        }
    }

    pub fn set_int(&mut self, key: &CStr, number: i64) {
        self.set(key, Value::int(number));
    }

    pub fn set_text(&mut self, key: &CStr, text: &CStr) {
        // SAFETY: PHP's thread, an array of ours, two texts.
        unsafe {
            (self.engine.symbols.add_assoc_stringl_ex)(
                &mut self.value,
                key.as_ptr(),
                key.count_bytes(),
                text.as_ptr(),
                text.count_bytes(),
            );
        }
    }

    pub fn push(&mut self, value: Value) {
        // SAFETY: PHP's thread, an array of ours; the value goes over to the array.
        unsafe { (self.engine.symbols.zend_hash_next_index_insert)(self.table(), &mut { value }) };
    }

    pub fn push_text(&mut self, text: &CStr) {
        // SAFETY: PHP's thread, an array of ours, a text.
        unsafe { (self.engine.symbols.add_next_index_stringl)(&mut self.value, text.as_ptr(), text.count_bytes()) };
    }

    /// Its first element, of a list; the array ends.
    pub fn take_first(mut self) -> Value {
        // SAFETY: PHP's thread; the element has a user more when the array ends.
        unsafe {
            let first = (self.engine.symbols.zend_hash_index_find)(self.table(), 0);
            let taken = first.as_ref().map_or(Value::NULL, |first| first.shared());
            (self.engine.symbols.zval_ptr_dtor)(&mut self.value);
            taken
        }
    }
}

/// A string of PHP's own.
pub fn text(engine: &'static Engine, text: &CStr) -> Value {
    let mut list = Array::new(engine);
    list.push_text(text);
    list.take_first()
}
