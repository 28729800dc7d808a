//! Sizes and strides of the engine's tables, read off those that it has filled in itself: nothing is taken on trust.

use core::ffi::{CStr, c_char};

use super::symbols::Symbols;
use crate::abi::module::{ArgumentInfo, FunctionEntry, ModuleEntry};
use crate::abi::value::{Table, Value, types};

/// What differs between versions, as this engine's own tables show it.
#[derive(Clone, Copy)]
pub struct Layout {
    /// From one zend_function_entry to the next: 32 bytes up to PHP 8.3, 48 from 8.4 on.
    pub function_stride: usize,
    /// In an argument's types: it is passed by reference.
    pub by_reference: u32,
    /// Are lists values and nothing else? From PHP 8.2 on.
    pub narrow_lists: bool,
}

/// Why an engine is left alone.
pub type Unknown = &'static CStr;

/// The module of that name, as the engine has registered it.
pub fn module(symbols: &Symbols, name: &CStr) -> Option<&'static ModuleEntry> {
    // SAFETY: the registry lives as long as the engine, and so do the entries of modules.
    unsafe {
        let found = (symbols.zend_hash_str_find)(symbols.module_registry, name.as_ptr(), name.count_bytes());
        found.as_ref().and_then(|value| value.address::<ModuleEntry>().as_ref())
    }
}

impl Layout {
    /// Looks at the engine's own modules, arrays included.
    pub fn read(symbols: &Symbols) -> Result<Layout, Unknown> {
        let core = module(symbols, c"core").ok_or(c"it has no module core")?;
        let standard = module(symbols, c"standard").ok_or(c"it has no module standard")?;
        if usize::from(core.size) != size_of::<ModuleEntry>() {
            return Err(c"its modules are of another size");
        }
        if core.zend_debug != 0 {
            return Err(c"it is a debug build");
        }
        let function_stride = function_stride(core).ok_or(c"its tables of functions are of an unknown kind")?;
        let strings = arguments_of(core, function_stride, c"strcmp").ok_or(c"it has no strcmp()")?;
        // SAFETY: strcmp() has two arguments in every version, so three descriptions are there.
        let (about, first, second) = unsafe { (&*strings, &*strings.add(1), &*strings.add(2)) };
        let described = about.name.addr() == 2
            && is_text(first.name, c"string1")
            && is_text(second.name, c"string2")
            && first.types == 1 << types::STRING;
        if !described {
            return Err(c"its descriptions of arguments are of an unknown kind");
        }
        let sorted = arguments_of(standard, function_stride, c"sort").ok_or(c"it has no sort()")?;
        // SAFETY: sort() has an argument, an array by reference.
        let by_reference = unsafe { (*sorted.add(1)).types } & !(1 << types::ARRAY);
        if by_reference.count_ones() != 1 || by_reference < 1 << 20 {
            return Err(c"its arguments by reference are of an unknown kind");
        }
        let narrow_lists = narrow_lists(symbols).ok_or(c"its arrays are of an unknown kind")?;
        Ok(Layout { function_stride, by_reference, narrow_lists })
    }
}

/// The distance at which the whole table, up to its end, is functions.
fn function_stride(module: &ModuleEntry) -> Option<usize> {
    /// No module has more functions, and none of them more arguments.
    const MOST: usize = 1024;
    const MOST_ARGUMENTS: u32 = 64;
    let is_function = |entry: &FunctionEntry| {
        // SAFETY: what is no name here is another address of the engine's, which can be read as well.
        let named = unsafe { is_identifier(entry.name.cast()) };
        named && !entry.handler.is_null() && !entry.arguments.is_null() && entry.argument_count < MOST_ARGUMENTS
    };
    [32, 40, 48, 56, 64].into_iter().find(|&stride| {
        let entries = entries(module, stride).take(MOST);
        let (mut count, mut good) = (0, true);
        for entry in entries {
            count += 1;
            good = is_function(entry);
            if !good {
                break;
            }
        }
        good && (10..MOST).contains(&count)
    })
}

/// The functions of a module, if they are that far apart.
fn entries(module: &ModuleEntry, stride: usize) -> impl Iterator<Item = &FunctionEntry> {
    let mut next = module.functions.cast::<FunctionEntry>();
    core::iter::from_fn(move || {
        // SAFETY: a module's table ends in an entry without a name, which is not passed: for a wrong distance the caller
        // stops at the first one that is none.
        let entry = unsafe { next.as_ref()? };
        next = next.wrapping_byte_add(stride);
        (!entry.name.is_null()).then_some(entry)
    })
}

/// What is said of the arguments of a module's function.
fn arguments_of(module: &ModuleEntry, stride: usize, name: &CStr) -> Option<*const ArgumentInfo> {
    entries(module, stride).find(|entry| is_text(entry.name, name)).map(|entry| entry.arguments)
}

fn is_text(text: *const c_char, expected: &CStr) -> bool {
    // SAFETY: where a description of a known function has its name.
    text.addr() > 4096 && unsafe { CStr::from_ptr(text) } == expected
}

/// A name such as functions have, of at least two characters.
///
/// # Safety
/// `text` must be NULL, inside the first page, or readable up to a byte that no name has.
unsafe fn is_identifier(text: *const u8) -> bool {
    if text.addr() < 4096 {
        return false;
    }
    let mut length = 0;
    loop {
        // SAFETY: no byte before has ended the name, so the caller vouches for this one, too.
        match unsafe { text.add(length).read() } {
            b'a'..=b'z' | b'0'..=b'9' | b'_' if length < 80 => length += 1,
            end => return end == 0 && length > 1,
        }
    }
}

/// Makes a list of two and looks.
fn narrow_lists(symbols: &Symbols) -> Option<bool> {
    const NUMBERS: [i64; 2] = [0x5eed, 0xcafe];
    // SAFETY: the engine is up when it loads modules; a list of our own, released at the end.
    unsafe {
        let list = (symbols._zend_new_array)(8);
        for number in NUMBERS {
            (symbols.zend_hash_next_index_insert)(list, &mut Value::int(number));
        }
        let [first, second] = NUMBERS;
        let stride = Table::stride_of_list(list, first, second);
        (symbols.zval_ptr_dtor)(&mut Value::array(list));
        stride.map(|stride| stride == 1)
    }
}
