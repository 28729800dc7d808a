//! pcntl_exec: becoming another program.

use core::ffi::{CStr, c_char};
use core::ptr::{null, null_mut};

use crate::abi::value::{Key, Table, Text, Value};
use crate::call::{Call, Given, GivenText, place};
use crate::libdaemon::{self, c_api};

pub fn pcntl_exec(call: &Call) -> Given {
    let mut path = GivenText::NONE;
    let (mut arguments, mut environment) = (null_mut::<Table>(), null_mut::<Table>());
    let places = [place(&mut path.start), place(&mut path.length), place(&mut arguments), place(&mut environment)];
    call.parse(c"p|hh", &places)?;
    let mut words = Words::new(call);
    words.start(arguments)?;
    if !arguments.is_null() {
        // SAFETY: an argument, which lives through the call.
        for (_, value) in unsafe { call.elements(arguments) } {
            words.add(None, value, 2, c"individual argument must not contain null bytes")?;
        }
    }
    let mut pairs = Words::new(call);
    if !environment.is_null() {
        pairs.start(environment)?;
        // SAFETY: an argument, which lives through the call.
        for (key, value) in unsafe { call.elements(environment) } {
            pairs.add(Some(key), value, 3, c"value for environment variable must not contain null bytes")?;
        }
    }
    let pairs = if environment.is_null() { null() } else { pairs.texts };
    // SAFETY: texts that end in NULL, all of which live through the call.
    unsafe { c_api::pcntl::pcntl_exec(path.start, words.texts.cast(), pairs.cast()) };
    let errno = libdaemon::pcntl_errno();
    call.warn_number_text(c"Error has occurred: (errno %d) %s", errno, libdaemon::error_text(errno));
    Some(Value::FALSE)
}

/// An array of C strings that ends in NULL.
pub struct Words<'a> {
    call: &'a Call,
    pub texts: *mut *mut c_char,
    count: usize,
}

impl<'a> Words<'a> {
    pub fn new(call: &'a Call) -> Words<'a> {
        Words { call, texts: null_mut(), count: 0 }
    }

    /// With room for the elements of `list`, which may be NULL.
    pub fn start(&mut self, list: *const Table) -> Option<()> {
        // SAFETY: NULL, or an argument, which lives through the call.
        let room = unsafe { list.as_ref() }.map_or(0, Table::count) + 1;
        // SAFETY: zeroed memory; freed when this ends.
        self.texts = unsafe { libc::calloc(room, size_of::<*mut c_char>()) }.cast();
        if self.texts.is_null() { self.no_memory() } else { Some(()) }
    }

    fn no_memory(&self) -> Option<()> {
        self.call.plain_value_error(c"pcntl_exec(): Not enough memory");
        None
    }

    /// Adds "key=value", or, without a key, the value. Before PHP 8.5, what follows a NUL is left out in silence.
    pub fn add(&mut self, key: Option<Key>, value: *mut Value, argument: u32, message: &CStr) -> Option<()> {
        let symbols = &self.call.engine.symbols;
        // SAFETY: an element of a living array; a string that is ours to release.
        unsafe {
            let text = (symbols.zval_try_get_string_func)(value);
            if text.is_null() {
                return None;
            }
            let key_text = match key {
                Some(Key::Number(number)) => (symbols.zend_long_to_str)(number),
                Some(Key::Text(key)) => Value::text(key.cast_mut()).shared().address(),
                None => null_mut(),
            };
            let added = self.add_texts(key_text, text, argument, message);
            (symbols.zval_ptr_dtor)(&mut Value::text(text));
            if !key_text.is_null() {
                (symbols.zval_ptr_dtor)(&mut Value::text(key_text));
            }
            added
        }
    }

    /// # Safety
    /// `text` must be alive, and so must `key`, unless it is NULL.
    unsafe fn add_texts(&mut self, key: *mut Text, text: *mut Text, argument: u32, message: &CStr) -> Option<()> {
        // SAFETY: the caller keeps the strings alive; there is a NUL behind each.
        let before_nul = |text: *mut Text| unsafe { CStr::from_ptr(Text::start(text)) }.to_bytes();
        // SAFETY: the caller keeps the strings alive.
        let holds_nul = |text: *mut Text| unsafe { Text::bytes(text) }.len() != before_nul(text).len();
        if self.call.engine.version >= 80500 {
            let of_name = c"name for environment variable must not contain null bytes";
            for (text, message) in [(text, message), (key, of_name)] {
                if !text.is_null() && holds_nul(text) {
                    self.call.value_error(argument, message);
                    return None;
                }
            }
        }
        let (name, sign): (&[u8], &[u8]) = if key.is_null() { (b"", b"") } else { (before_nul(key), b"=") };
        let parts = [name, sign, before_nul(text)];
        let length: usize = parts.iter().map(|part| part.len()).sum();
        // SAFETY: room for all the parts and the NUL, and a place for it: `start` has made one for every element.
        unsafe {
            let start = libc::malloc(length + 1).cast::<u8>();
            if start.is_null() {
                return self.no_memory();
            }
            let mut end = start;
            for part in parts {
                end.copy_from_nonoverlapping(part.as_ptr(), part.len());
                end = end.add(part.len());
            }
            end.write(0);
            self.texts.add(self.count).write(start.cast());
        }
        self.count += 1;
        Some(())
    }
}

impl Drop for Words<'_> {
    fn drop(&mut self) {
        // SAFETY: all of it is ours, and ends here.
        unsafe {
            for place in 0..self.count {
                libc::free(self.texts.add(place).read().cast());
            }
            libc::free(self.texts.cast());
        }
    }
}
