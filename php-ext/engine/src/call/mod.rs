//! A call of one of our functions by PHP: its arguments, its result, its warnings and errors.

pub mod arrays;
pub mod errors;

use core::ffi::{CStr, c_char, c_void};

use crate::abi::frame::Frame;
use crate::abi::module::Handler;
use crate::abi::value::{Key, Reference, Table, Value, types};
use crate::engine::{Engine, engine};

/// A call under way.
pub struct Call {
    pub engine: &'static Engine,
    frame: *mut Frame,
}

/// What a function gives; None: it has thrown.
pub type Given = Option<Value>;

/// The function that PHP calls for `function`, which has no state of its own.
pub const fn handler<F: Fn(&Call) -> Given + Copy>(_function: F) -> Handler {
    const { assert!(size_of::<F>() == 0) };
    called::<F>
}

unsafe extern "C" fn called<F: Fn(&Call) -> Given + Copy>(frame: *mut Frame, result: *mut Value) {
    // SAFETY: a value without bytes, of which there has been one: the function that `handler` was given.
    let function = unsafe { core::ptr::NonNull::<F>::dangling().as_ref() };
    if let Some(value) = function(&Call { engine: engine(), frame }) {
        // SAFETY: PHP's place for the result, which holds null.
        unsafe { value.store(result) };
    }
}

/// What a parameter may be left out for, or null: a number and whether it is null.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Nullable<T> {
    pub value: T,
    pub is_null: bool,
}

impl<T: Copy> Nullable<T> {
    /// Null, with a value that is not looked at.
    pub const fn null(value: T) -> Nullable<T> {
        Nullable { value, is_null: true }
    }

    pub fn get(&self) -> Option<T> {
        (!self.is_null).then_some(self.value)
    }
}

impl Call {
    /// How many arguments were passed.
    pub fn count(&self) -> u32 {
        // SAFETY: the frame lives through the call.
        unsafe { (*self.frame).argument_count() }
    }

    /// The argument at `place`, counted from 0, NULL where there are not so many.
    pub fn argument(&self, place: u32) -> *mut Value {
        if place >= self.count() {
            return core::ptr::null_mut();
        }
        // SAFETY: the frame lives through the call, and has so many arguments.
        unsafe { Frame::argument(self.frame, place) }
    }

    /// The argument at `place` if it is a number, or `default` where there are not so many.
    pub fn int_or(&self, place: u32, default: i64) -> Option<i64> {
        // SAFETY: an argument lives through the call.
        unsafe { self.argument(place).as_ref() }.map_or(Some(default), Value::as_int)
    }

    /// For a function that takes no arguments.
    pub fn no_arguments(&self) -> Option<()> {
        if self.count() == 0 { Some(()) } else { self.parse(c"", &[]) }
    }

    /// For one that takes `N` numbers.
    pub fn ints<const N: usize>(&self) -> Option<[i64; N]> {
        let mut numbers = [0; N];
        if self.count() as usize == N {
            // The way of nearly every call: numbers they are.
            let mut all = true;
            for (place, number) in (0..).zip(&mut numbers) {
                // SAFETY: that many arguments are there.
                match unsafe { (*Frame::argument(self.frame, place)).as_int() } {
                    Some(given) => *number = given,
                    None => all = false,
                }
            }
            if all {
                return Some(numbers);
            }
        }
        match numbers.as_mut_slice() {
            [first] => self.parse(c"l", &[place(first)])?,
            [first, second] => self.parse(c"ll", &[place(first), place(second)])?,
            [first, second, third] => self.parse(c"lll", &[place(first), place(second), place(third)])?,
            _ => return None,
        }
        Some(numbers)
    }

    /// Has the engine check and convert the arguments, as `specification` says in zend_parse_parameters' letters, to the
    /// places, which come from `place`: l a number, b a bool (and after l! and b! whether it is null), h an array's table,
    /// z an argument itself, p and s a text and its length. None when it has thrown.
    #[inline(never)]
    pub fn parse(&self, specification: &CStr, places: &[*mut c_void]) -> Option<()> {
        let parse = self.engine.symbols.zend_parse_parameters;
        let (count, letters) = (self.count(), specification.as_ptr());
        // SAFETY: the places are those of variables of the types that the letters stand for: each caller's is checked
        // against the table of its function by the tests. They live through the call.
        let code = unsafe {
            match *places {
                [] => parse(count, letters),
                [a] => parse(count, letters, a),
                [a, b] => parse(count, letters, a, b),
                [a, b, c] => parse(count, letters, a, b, c),
                [a, b, c, d] => parse(count, letters, a, b, c, d),
                [a, b, c, d, e] => parse(count, letters, a, b, c, d, e),
                [a, b, c, d, e, f] => parse(count, letters, a, b, c, d, e, f),
                _ => return None,
            }
        };
        (code == 0).then_some(())
    }

    /// Any value as a number, as `(int)` makes it one.
    pub fn to_int(&self, value: *mut Value) -> i64 {
        // SAFETY: a living value; it is a user of it that is converted, if it is no number already.
        unsafe {
            if let Some(number) = (*value).as_int() {
                return number;
            }
            let mut copy = (*Value::behind_reference(value)).shared();
            (self.engine.symbols.convert_to_long)(&mut copy);
            copy.as_int().unwrap_or(0)
        }
    }

    /// Assigns a number to a variable that was passed by reference; a typed property takes it as its type wants it.
    pub fn assign_int(&self, argument: *mut Value, number: i64) {
        // SAFETY: a living argument; what the variable held loses a user.
        unsafe {
            if (*argument).kind() != types::REFERENCE {
                return;
            }
            let reference = (*argument).address::<Reference>();
            if !(*reference).typed_properties.is_null() {
                (self.engine.symbols.zend_try_assign_typed_ref_long)(reference, number);
                return;
            }
            let held = &raw mut (*reference).value;
            if (*held).as_int().is_none() {
                (self.engine.symbols.zval_ptr_dtor)(held);
            }
            Value::int(number).store(held);
        }
    }

    /// Makes a variable that was passed by reference an empty array, and gives that. None when its type forbids it: that has
    /// thrown.
    pub fn assign_array(&self, argument: *mut Value) -> Option<*mut Value> {
        let symbols = &self.engine.symbols;
        // SAFETY: a living argument; what the variable held loses a user, and the array goes over to the variable.
        unsafe {
            let array = (symbols._zend_new_array)(8);
            let mut held = argument;
            if (*argument).kind() == types::REFERENCE {
                let reference = (*argument).address::<Reference>();
                held = &raw mut (*reference).value;
                if !(*reference).typed_properties.is_null() {
                    return ((symbols.zend_try_assign_typed_ref_arr)(reference, array) == 0).then_some(held);
                }
            }
            (symbols.zval_ptr_dtor)(held);
            Value::array(array).store(held);
            Some(held)
        }
    }

    /// A string of PHP's own.
    pub fn text(&self, text: &CStr) -> Value {
        arrays::text(self.engine, text)
    }

    /// The elements of an array that `parse` gave.
    ///
    /// # Safety
    /// As for `Table::elements`.
    pub unsafe fn elements(&self, table: *const Table) -> impl Iterator<Item = (Key, *mut Value)> {
        // SAFETY: the caller keeps the array alive and unchanged.
        unsafe { Table::elements(table, self.engine.layout.narrow_lists) }
    }
}

/// Calls a function of PHP's by its name. None when there is none, or when it has thrown.
pub fn call_function(engine: &'static Engine, name: &CStr, arguments: &mut [Value]) -> Option<Value> {
    let symbols = &engine.symbols;
    let (mut function, mut result) = (arrays::text(engine, name), Value::UNDEFINED);
    // SAFETY: PHP's thread; the values live through the call.
    unsafe {
        let known = !(symbols.zend_fetch_function_str)(name.as_ptr(), name.count_bytes()).is_null();
        if known {
            (symbols._call_user_function_impl)(
                core::ptr::null_mut(),
                &mut function,
                &mut result,
                arguments.len() as u32,
                arguments.as_mut_ptr(),
                core::ptr::null_mut(),
            );
        }
        (symbols.zval_ptr_dtor)(&mut function);
        (!result.is_undefined()).then_some(result)
    }
}

/// What the engine puts into variables: for l an i64, after l! and for b a bool, for h a table, for z a value's address, for s
/// and p an address and a usize.
pub trait Parsed {}

impl Parsed for i64 {}
impl Parsed for bool {}
impl Parsed for usize {}
impl Parsed for *mut Value {}
impl Parsed for *mut Table {}
impl Parsed for *const c_char {}

/// Where `parse` is to put something.
pub fn place<T: Parsed>(variable: &mut T) -> *mut c_void {
    (variable as *mut T).cast()
}

/// Where `parse` is to put a text.
#[derive(Clone, Copy)]
pub struct GivenText {
    pub start: *const c_char,
    pub length: usize,
}

impl GivenText {
    pub const NONE: GivenText = GivenText { start: core::ptr::null(), length: 0 };
}
