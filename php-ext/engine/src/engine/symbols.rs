//! What the engine exports, by its own names: what any compiled extension is linked to.

use core::ffi::{c_char, c_int, c_void};
use core::ptr::NonNull;

use crate::abi::frame::Frame;
use crate::abi::module::ModuleEntry;
use crate::abi::value::{Counted, Reference, Table, Text, Value};
use crate::engine::OfPhp;

/// What zend_interrupt_function is: called with the call that is under way.
pub type Interrupt = Option<unsafe extern "C" fn(*mut Frame)>;
/// A function that PHP calls at every tick of declare(ticks=1).
pub type Tick = unsafe extern "C" fn(c_int, *mut c_void);

/// One structure with a field for each symbol. Those of `optional` are not there in every version or build.
///
/// The loader finds them all while it loads the library: they are weak, so that what is missing is NULL. To ask for each by
/// dlsym would take longer than all that is registered.
macro_rules! symbols {
    (required { $($name:ident: $type:ty;)* } optional { $($maybe:ident: $maybe_type:ty;)* }) => {
        #[derive(Clone, Copy)]
        #[repr(C)]
        pub struct Symbols {
            $(pub $name: $type,)*
            $(pub $maybe: Option<$maybe_type>,)*
        }

        mod weak {
            unsafe extern "C" {
                $(pub static $name: u8;)*
                $(pub static $maybe: u8;)*
            }
        }
        core::arch::global_asm!($(concat!(".weak ", stringify!($name)),)* $(concat!(".weak ", stringify!($maybe)),)*);

        /// How many there are, and how many of them are required.
        const COUNT: usize = [$(stringify!($name),)* $(stringify!($maybe),)*].len();
        const REQUIRED: usize = [$(stringify!($name),)*].len();

        /// In the order of the fields of `Symbols`.
        static ADDRESSES: OfPhp<[*const u8; COUNT]> =
            OfPhp([$(&raw const weak::$name,)* $(&raw const weak::$maybe,)*]);
    };
}

impl Symbols {
    /// All of them; None where one is missing that is required.
    pub fn find() -> Option<Symbols> {
        let mut addresses = [core::ptr::null(); COUNT];
        for (address, found) in addresses.iter_mut().zip(&ADDRESSES.0) {
            // SAFETY: a reference. The loader has written the addresses: the compiler believes that there is no symbol without one.
            *address = unsafe { core::ptr::from_ref(found).read_volatile() };
        }
        if addresses.iter().take(REQUIRED).any(|address| address.is_null()) {
            return None;
        }
        // SAFETY: each is the engine's symbol of its name, which has the field's type in every version that has it. A field is a
        // pointer in size: a required one is not NULL, and NULL in an optional one is None.
        Some(unsafe { core::mem::transmute::<[*const u8; COUNT], Symbols>(addresses) })
    }
}

symbols! {
    required {
        // Modules, functions, constants.
        module_registry: *mut Table;
        sapi_module: *const *const c_char;
        zend_hash_str_find: unsafe extern "C" fn(*mut Table, *const c_char, usize) -> *mut Value;
        zend_next_free_module: unsafe extern "C" fn() -> c_int;
        zend_register_module_ex: unsafe extern "C" fn(*mut ModuleEntry, c_int) -> *mut ModuleEntry;
        zend_startup_module_ex: unsafe extern "C" fn(*mut ModuleEntry) -> c_int;
        zend_fetch_function_str: unsafe extern "C" fn(*const c_char, usize) -> *mut c_void;
        zend_get_constant_str: unsafe extern "C" fn(*const c_char, usize) -> *mut Value;
        zend_ini_string: unsafe extern "C" fn(*const c_char, usize, c_int) -> *const c_char;
        zend_register_long_constant: unsafe extern "C" fn(*const c_char, usize, i64, c_int, c_int);
        php_info_print_table_start: unsafe extern "C" fn();
        php_info_print_table_end: unsafe extern "C" fn();
        php_info_print_table_row: unsafe extern "C" fn(c_int, ...);
        php_info_print_table_header: unsafe extern "C" fn(c_int, ...);

        // Arguments, results, warnings and errors.
        zend_parse_parameters: unsafe extern "C" fn(u32, *const c_char, ...) -> c_int;
        zend_argument_value_error: unsafe extern "C" fn(u32, *const c_char, ...);
        zend_argument_type_error: unsafe extern "C" fn(u32, *const c_char, ...);
        zend_value_error: unsafe extern "C" fn(*const c_char, ...);
        php_error_docref: unsafe extern "C" fn(*const c_char, c_int, *const c_char, ...);
        convert_to_long: unsafe extern "C" fn(*mut Value);
        zval_try_get_string_func: unsafe extern "C" fn(*mut Value) -> *mut Text;
        zend_long_to_str: unsafe extern "C" fn(i64) -> *mut Text;
        zend_try_assign_typed_ref_arr: unsafe extern "C" fn(*mut Reference, *mut Table) -> c_int;
        zend_try_assign_typed_ref_long: unsafe extern "C" fn(*mut Reference, i64) -> c_int;
        _zend_new_array: unsafe extern "C" fn(u32) -> *mut Table;
        zend_hash_next_index_insert: unsafe extern "C" fn(*mut Table, *mut Value) -> *mut Value;
        zend_hash_index_find: unsafe extern "C" fn(*const Table, u64) -> *mut Value;
        zend_hash_str_update: unsafe extern "C" fn(*mut Table, *const c_char, usize, *mut Value) -> *mut Value;
        add_assoc_stringl_ex: unsafe extern "C" fn(*mut Value, *const c_char, usize, *const c_char, usize);
        add_next_index_stringl: unsafe extern "C" fn(*mut Value, *const c_char, usize) -> c_int;
        zval_ptr_dtor: unsafe extern "C" fn(*mut Value);
        zend_zval_type_name: unsafe extern "C" fn(*const Value) -> *const c_char;
        zend_is_callable: unsafe extern "C" fn(*mut Value, u32, *mut *mut Text) -> bool;

        zend_error: unsafe extern "C" fn(c_int, *const c_char, ...);

        // Streams and paths.
        zend_fetch_resource2_ex: unsafe extern "C" fn(*mut Value, *const c_char, c_int, c_int) -> *mut c_void;
        php_file_le_stream: unsafe extern "C" fn() -> c_int;
        php_file_le_pstream: unsafe extern "C" fn() -> c_int;
        _php_stream_cast: unsafe extern "C" fn(*mut c_void, c_int, *mut *mut c_void, c_int) -> c_int;
        php_check_open_basedir: unsafe extern "C" fn(*const c_char) -> c_int;
        php_check_open_basedir_ex: unsafe extern "C" fn(*const c_char, c_int) -> c_int;
        expand_filepath: unsafe extern "C" fn(*const c_char, *mut c_char) -> *mut c_char;

        _php_stream_fopen_from_fd: unsafe extern "C" fn(c_int, *const c_char, *const c_char, bool) -> *mut c_void;
        php_output_flush_all: unsafe extern "C" fn();

        // Calls and exceptions.
        zend_interrupt_function: *mut Interrupt;
        php_add_tick_function: unsafe extern "C" fn(Tick, *mut c_void);
        _call_user_function_impl: unsafe extern "C" fn(*mut Value, *mut Value, *mut Value, u32, *mut Value, *mut c_void) -> c_int;
        zend_fiber_switch_block: unsafe extern "C" fn();
        zend_fiber_switch_unblock: unsafe extern "C" fn();
        zend_exception_set_previous: unsafe extern "C" fn(*mut Counted, *mut Counted);
        zend_is_unwind_exit: unsafe extern "C" fn(*const Counted) -> bool;
    }
    optional {
        // A build with threads has the second and third, another one the first.
        executor_globals: NonNull<u8>;
        executor_globals_offset: NonNull<usize>;
        tsrm_get_ls_cache: unsafe extern "C" fn() -> *mut u8;
        virtual_getcwd: unsafe extern "C" fn(*mut c_char, usize) -> *mut c_char;
        zend_sigaction: NonNull<c_void>;
        zend_parse_arg_long_slow: unsafe extern "C" fn(*mut Value, *mut i64, u32) -> bool;
        is_zend_mm: unsafe extern "C" fn() -> bool;
        // From PHP 8.3 on.
        zend_zval_value_name: unsafe extern "C" fn(*const Value) -> *const c_char;
        zval_try_get_long: unsafe extern "C" fn(*const Value, *mut bool) -> i64;
        zend_register_internal_enum: unsafe extern "C" fn(*const c_char, u8, *const c_void) -> *mut c_void;
        zend_enum_add_case_cstr: unsafe extern "C" fn(*mut c_void, *const c_char, *mut Value);
        // What is done in a forked child: from PHP 8.5 on, and before.
        php_child_init: unsafe extern "C" fn();
        zend_max_execution_timer_init: unsafe extern "C" fn();
        php_clear_stat_cache: unsafe extern "C" fn(bool, *const c_char, usize);
    }
}
