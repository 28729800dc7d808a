//! Writes the tables of functions as this engine wants them, and registers constants.

use core::ffi::{c_int, c_void};
use core::ptr::null;

use super::describe::Constants;
use super::table::{Declared, Functions};
use crate::abi::module::{ArgumentInfo, FunctionEntry, PERSISTENT};
use crate::engine::Engine;

/// A table for zend_module_entry, of those functions that this version has and `wanted` does not refuse. It is one block of
/// memory, to be kept as long as the functions are known to the engine. NULL without memory.
pub fn function_table(engine: &Engine, tables: &[&Functions], wanted: &dyn Fn(&Declared) -> bool) -> *const c_void {
    let stride = engine.layout.function_stride;
    let count = |of: fn(&Functions) -> usize| tables.iter().map(|table| of(table)).sum::<usize>();
    let (rows, parameters) = (count(|table| table.rows.len()), count(|table| table.parameters.len()));
    let table_size = (rows + 1) * stride;
    // SAFETY: zeroed memory, for one entry more than there are functions, the one that ends the table, and, behind it, what is
    // said of results and arguments.
    let table = unsafe { libc::calloc(1, table_size + (rows + parameters) * size_of::<ArgumentInfo>()) }.cast::<u8>();
    if table.is_null() {
        return null();
    }
    let mut info = table.wrapping_add(table_size).cast::<ArgumentInfo>();
    let mut entry = table;
    let functions = tables.iter().flat_map(|table| table.all());
    for function in functions.filter(|function| function.is_of(engine.version) && wanted(function)) {
        // SAFETY: there is room for each entry, and for each parameter's description and that of the function.
        unsafe {
            entry.cast::<FunctionEntry>().write(FunctionEntry {
                name: function.name().as_ptr(),
                handler: function.row.handler as *const c_void,
                arguments: info,
                argument_count: function.parameters.len() as u32,
                flags: 0,
            });
            info = describe(engine, &function, info);
            entry = entry.add(stride);
        }
    }
    table.cast()
}

/// Writes what is to be said of a function's result and arguments; gives the place behind it.
///
/// # Safety
/// There must be room for it.
unsafe fn describe(engine: &Engine, function: &Declared, mut info: *mut ArgumentInfo) -> *mut ArgumentInfo {
    // SAFETY: the caller has room for the result and for each parameter.
    unsafe {
        info.write(ArgumentInfo {
            name: core::ptr::without_provenance(function.row.required_count.into()),
            class: null(),
            types: function.row.returns,
            default: null(),
        });
        info = info.add(1);
        for parameter in function.parameters {
            info.write(ArgumentInfo {
                name: function.name_of(parameter),
                class: null(),
                types: parameter.types | if parameter.by_reference { engine.layout.by_reference } else { 0 },
                default: function.default_of(parameter),
            });
            info = info.add(1);
        }
    }
    info
}

/// Registers those that this version has. `kind` and `number` are the module's: what is loaded in the middle of a request must
/// not stay behind it.
pub fn constants(engine: &Engine, constants: &Constants, kind: c_int, number: c_int) {
    /// CONST_PERSISTENT.
    const STAYS: c_int = 1;
    let flags = if kind == c_int::from(PERSISTENT) { STAYS } else { 0 };
    for (name, value) in constants.of(engine.version) {
        // SAFETY: the engine's own, for a name that stays.
        unsafe {
            (engine.symbols.zend_register_long_constant)(name.as_ptr().cast(), name.len(), value, flags, number);
        }
    }
}
