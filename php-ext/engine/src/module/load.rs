//! How PHP loads this library as an extension.

use core::cell::Cell;
use core::ffi::{CStr, c_char, c_int};

use super::extension::{self, LIBDAEMON};
use crate::abi::module::ModuleEntry;
use crate::abi::value::Value;
use crate::engine::layout::Unknown;
use crate::engine::{self, OfPhp};
use crate::libdaemon;

/// What PHP calls for the module that an extension has. For an engine that is left alone it is one without functions, that
/// says so.
#[unsafe(no_mangle)]
pub extern "C" fn get_module() -> *mut ModuleEntry {
    match engine::find() {
        Ok(engine) => extension::libdaemon(engine),
        Err(why) => left_alone(why),
    }
}

/// For PHP code that has opened the library by FFI, on PHP's thread: registers everything in the middle of a request, as dl()
/// does it. NULL once that is done, or why the engine is left alone. Its name has the version that the package has to fit.
#[unsafe(export_name = concat!(
    "libdaemon_php_load_",
    env!("CARGO_PKG_VERSION_MAJOR"),
    "_",
    env!("CARGO_PKG_VERSION_MINOR")
))]
pub extern "C" fn load_by_ffi() -> *const c_char {
    match engine::find().map_or_else(Some, extension::load_now) {
        None => core::ptr::null(),
        Some(why) => why.as_ptr(),
    }
}

static WHY: OfPhp<Cell<Unknown>> = OfPhp(Cell::new(c""));

/// Says once, as PHP starts, that nothing is done, and why.
unsafe extern "C" fn warn_at_start(_kind: c_int, _number: c_int) -> c_int {
    /// E_CORE_WARNING.
    const AT_START: c_int = 32;
    type Report = unsafe extern "C" fn(c_int, *const c_char, ...);
    let zend_error = libdaemon::symbol(c"zend_error");
    if !zend_error.is_null() {
        // SAFETY: the engine's own, the same in every version, with one place for a text.
        unsafe {
            core::mem::transmute::<*mut core::ffi::c_void, Report>(zend_error)(
                AT_START,
                c"libdaemon: this PHP is left alone: %s".as_ptr(),
                WHY.0.get().as_ptr(),
            );
        }
    }
    0
}

fn left_alone(why: Unknown) -> *mut ModuleEntry {
    WHY.0.set(why);
    // SAFETY: our entry, which the engine does not know yet.
    let entry = unsafe { &mut *LIBDAEMON.entry() };
    entry.name = c"libdaemon".as_ptr();
    entry.version = libdaemon::c_api::library::libdaemon_version();
    entry.module_startup = Some(warn_at_start);
    match core_module() {
        Some(core) if usize::from(core.size) == size_of::<ModuleEntry>() => {
            entry.zend_api = core.zend_api;
            entry.zend_debug = core.zend_debug;
            entry.zts = core.zts;
            entry.build_id = core.build_id;
        }
        // Nothing is known of how it takes modules: it will say itself that it does not take this one.
        _ => entry.build_id = c"unknown".as_ptr(),
    }
    entry
}

/// The engine's own first module, of whatever size.
fn core_module() -> Option<&'static ModuleEntry> {
    type Find = unsafe extern "C" fn(*mut core::ffi::c_void, *const c_char, usize) -> *mut Value;
    let (registry, find) = (libdaemon::symbol(c"module_registry"), libdaemon::symbol(c"zend_hash_str_find"));
    if registry.is_null() || find.is_null() {
        return None;
    }
    let name: &CStr = c"core";
    // SAFETY: the engine's own, the same in every version from 7.0 on; an entry's size is the first that it says.
    unsafe {
        let find = core::mem::transmute::<*mut core::ffi::c_void, Find>(find);
        let found = find(registry, name.as_ptr(), name.count_bytes());
        found.as_ref().and_then(|value| value.address::<ModuleEntry>().as_ref())
    }
}
