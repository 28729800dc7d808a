//! A module's entry, which the engine keeps and writes to.

use core::cell::UnsafeCell;
use core::ffi::{CStr, c_char, c_int, c_void};
use core::ptr::{null, null_mut};

use crate::abi::module::ModuleEntry;
use crate::engine::{Engine, OfPhp};

/// What a hook gives for success.
pub const SUCCESS: c_int = 0;

pub struct Module(OfPhp<UnsafeCell<ModuleEntry>>);

impl Module {
    pub const fn new() -> Module {
        Module(OfPhp(UnsafeCell::new(ModuleEntry {
            size: size_of::<ModuleEntry>() as u16,
            zend_api: 0,
            zend_debug: 0,
            zts: 0,
            ini_entries: null(),
            dependencies: null(),
            name: null(),
            functions: null(),
            module_startup: None,
            module_shutdown: None,
            request_startup: None,
            request_shutdown: None,
            information: None,
            version: null(),
            globals_size: 0,
            globals: null_mut(),
            globals_constructor: null(),
            globals_destructor: null(),
            post_deactivate: null(),
            module_started: 0,
            kind: 0,
            handle: null_mut(),
            module_number: 0,
            build_id: null(),
        })))
    }

    pub fn entry(&self) -> *mut ModuleEntry {
        self.0.0.get()
    }

    /// What every module says of itself. The table is its own from now on.
    pub fn fill(&self, engine: &Engine, name: &'static CStr, version: *const c_char, functions: *const c_void) {
        // SAFETY: our entry, which the engine does not know yet: written by the one thread that loads modules.
        let entry = unsafe { &mut *self.entry() };
        entry.zend_api = engine.zend_api;
        entry.zts = u8::from(engine.thread_safe);
        entry.build_id = engine.build_id;
        entry.name = name.as_ptr();
        entry.version = version;
        // SAFETY: our own table of an earlier request, whose functions have gone with it.
        unsafe { libc::free(entry.functions.cast_mut()) };
        entry.functions = functions;
    }

    /// Has the engine know the module from now on, and starts it. False when it refuses.
    pub fn register_and_start(&self, engine: &Engine, kind: c_int) -> bool {
        let entry = self.entry();
        // SAFETY: our entry; the engine's own ways, as it loads modules.
        unsafe {
            (*entry).kind = kind as u8;
            (*entry).module_number = (engine.symbols.zend_next_free_module)();
            (*entry).handle = null_mut();
            // PHP 8.1 keeps a copy, which is the module from now on.
            let module = (engine.symbols.zend_register_module_ex)(entry, kind);
            !module.is_null() && (engine.symbols.zend_startup_module_ex)(module) == SUCCESS
        }
    }
}
