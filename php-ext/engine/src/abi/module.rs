//! A module as the engine knows it, and the descriptions of functions: zend_module_entry, zend_function_entry,
//! zend_internal_arg_info.

use core::ffi::{c_char, c_int, c_void};

use super::frame::Frame;
use super::value::Value;

/// A function of a module: the call, and where its result goes, which holds null.
pub type Handler = unsafe extern "C" fn(frame: *mut Frame, result: *mut Value);
/// Called when the module, or a request, begins or ends: the module's type and number. 0 for success.
pub type Hook = unsafe extern "C" fn(kind: c_int, number: c_int) -> c_int;

/// A zend_module_entry, the same from PHP 7.0 on. Its `size` says how large it is.
#[repr(C)]
pub struct ModuleEntry {
    pub size: u16,
    pub zend_api: u32,
    pub zend_debug: u8,
    pub zts: u8,
    pub ini_entries: *const c_void,
    pub dependencies: *const c_void,
    pub name: *const c_char,
    pub functions: *const c_void,
    pub module_startup: Option<Hook>,
    pub module_shutdown: Option<Hook>,
    pub request_startup: Option<Hook>,
    pub request_shutdown: Option<Hook>,
    pub information: Option<unsafe extern "C" fn(module: *mut ModuleEntry)>,
    pub version: *const c_char,
    pub globals_size: usize,
    pub globals: *mut c_void,
    pub globals_constructor: *const c_void,
    pub globals_destructor: *const c_void,
    pub post_deactivate: *const c_void,
    pub module_started: c_int,
    pub kind: u8,
    pub handle: *mut c_void,
    pub module_number: c_int,
    pub build_id: *const c_char,
}

/// MODULE_PERSISTENT: loaded as PHP starts.
pub const PERSISTENT: u8 = 1;
/// MODULE_TEMPORARY: loaded in the middle of a request, and gone at its end.
pub const TEMPORARY: u8 = 2;

/// What every version has at the beginning of a zend_function_entry; what follows is zero here.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FunctionEntry {
    pub name: *const c_char,
    pub handler: *const c_void,
    pub arguments: *const ArgumentInfo,
    pub argument_count: u32,
    pub flags: u32,
}

/// A zend_internal_arg_info. The first one of a function is about the function: how many arguments it requires, in place of
/// a name, and what it returns.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ArgumentInfo {
    pub name: *const c_char,
    pub class: *const c_void,
    /// A bit for each type, and flags above them.
    pub types: u32,
    pub default: *const c_char,
}

const _: () =
    assert!(size_of::<ModuleEntry>() == 168 && size_of::<FunctionEntry>() == 32 && size_of::<ArgumentInfo>() == 32);
