//! The three modules: libdaemon, and pcntl and posix, which it brings along where PHP has none of its own.

use core::cell::UnsafeCell;
use core::ffi::{CStr, c_char, c_int, c_void};
use core::ptr::{null, null_mut};

use super::describe::Function;
use super::{qos_class, register};
use crate::abi::module::{Hook, ModuleEntry};
use crate::engine::{self, Engine, OfPhp};
use crate::signals::{dispatch, handlers, interrupt};
use crate::{libdaemon, pcntl, posix};

/// A module's entry, which the engine keeps and writes to.
pub struct Module(OfPhp<UnsafeCell<ModuleEntry>>);

pub static LIBDAEMON: Module = Module::new();
static PCNTL: Module = Module::new();
static POSIX: Module = Module::new();

/// 0 for success.
const SUCCESS: c_int = 0;

impl Module {
    const fn new() -> Module {
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

    /// What every module says of itself.
    fn fill(&self, engine: &Engine, name: &'static CStr, version: *const c_char, functions: *const c_void) {
        // SAFETY: our entry, which the engine does not know yet: written by the one thread that loads modules.
        let entry = unsafe { &mut *self.entry() };
        entry.zend_api = engine.zend_api;
        entry.zts = u8::from(engine.thread_safe);
        entry.build_id = engine.build_id;
        entry.name = name.as_ptr();
        entry.version = version;
        entry.functions = functions;
    }
}

/// The module libdaemon, to be registered by PHP.
pub fn libdaemon(engine: &Engine) -> *mut ModuleEntry {
    let functions = register::function_table(engine, &[], |_| true);
    LIBDAEMON.fill(engine, c"libdaemon", libdaemon::c_api::library::libdaemon_version(), functions);
    // SAFETY: as in `fill`.
    let entry = unsafe { &mut *LIBDAEMON.entry() };
    entry.module_startup = Some(start_libdaemon);
    entry.information = Some(tell_of_libdaemon);
    entry
}

/// Brings the others along: not before all modules of php.ini are registered, since PHP may have them there.
unsafe extern "C" fn start_libdaemon(kind: c_int, _number: c_int) -> c_int {
    let engine = engine::engine();
    if is_command_line(engine) {
        bring_along(engine, kind, c"pcntl", &PCNTL, pcntl::functions::FUNCTIONS, fill_pcntl);
        bring_along(engine, kind, c"posix", &POSIX, posix::functions::FUNCTIONS, fill_posix);
    }
    SUCCESS
}

/// The command line, in its several forms: a process that may fork, and end, as the script likes.
fn is_command_line(engine: &Engine) -> bool {
    const NAMES: [&CStr; 4] = [c"cli", c"phpdbg", c"embed", c"micro"];
    // SAFETY: the engine's description of the program that it is in, which begins with its name.
    unsafe {
        let name = *engine.symbols.sapi_module;
        !name.is_null() && NAMES.contains(&CStr::from_ptr(name))
    }
}

/// Registers a module where there is none of that name, and starts it.
fn bring_along(
    engine: &Engine,
    kind: c_int,
    name: &'static CStr,
    module: &'static Module,
    functions: &[Function],
    fill: fn(&mut ModuleEntry),
) {
    if engine.module(name).is_some() {
        return;
    }
    let table = register::function_table(engine, functions, |_| true);
    if table.is_null() {
        return;
    }
    module.fill(engine, name, engine.php_version, table);
    let entry = module.entry();
    // SAFETY: our entry, as above; the engine's own ways, as it loads modules.
    unsafe {
        fill(&mut *entry);
        (*entry).kind = kind as u8;
        (*entry).module_number = (engine.symbols.zend_next_free_module)();
        if !(engine.symbols.zend_register_module_ex)(entry, kind).is_null() {
            (engine.symbols.zend_startup_module_ex)(entry);
        }
    }
}

fn fill_pcntl(entry: &mut ModuleEntry) {
    unsafe extern "C" fn start(kind: c_int, number: c_int) -> c_int {
        let engine = engine::engine();
        register::constants(engine, pcntl::constants::CONSTANTS, kind, number);
        qos_class::register(engine);
        interrupt::install(engine);
        SUCCESS
    }
    unsafe extern "C" fn stop(_kind: c_int, _number: c_int) -> c_int {
        interrupt::remove(engine::engine());
        SUCCESS
    }
    unsafe extern "C" fn begin_request(_kind: c_int, _number: c_int) -> c_int {
        let engine = engine::engine();
        // SAFETY: the engine's own; `tick` lives as long as the process.
        unsafe { (engine.symbols.php_add_tick_function)(tick, null_mut()) };
        libdaemon::set_pcntl_errno(0);
        interrupt::prove(engine);
        SUCCESS
    }
    unsafe extern "C" fn end_request(_kind: c_int, _number: c_int) -> c_int {
        handlers::end(engine::engine());
        interrupt::end();
        SUCCESS
    }
    let hook = |hook: Hook| Some(hook);
    entry.module_startup = hook(start);
    entry.module_shutdown = hook(stop);
    entry.request_startup = hook(begin_request);
    entry.request_shutdown = hook(end_request);
    entry.information = Some(tell_of_pcntl);
}

fn fill_posix(entry: &mut ModuleEntry) {
    unsafe extern "C" fn start(kind: c_int, number: c_int) -> c_int {
        register::constants(engine::engine(), posix::constants::CONSTANTS, kind, number);
        SUCCESS
    }
    entry.module_startup = Some(start);
    entry.information = Some(tell_of_posix);
}

unsafe extern "C" fn tick(_: c_int, _: *mut c_void) {
    dispatch::run_if_waiting(engine::engine());
}

/// A row of phpinfo().
fn tell(label: &CStr, is_header: bool) {
    let symbols = &engine::engine().symbols;
    // SAFETY: the engine's own, for two texts.
    unsafe {
        (symbols.php_info_print_table_start)();
        if is_header {
            (symbols.php_info_print_table_header)(2, label.as_ptr(), c"enabled".as_ptr());
        } else {
            (symbols.php_info_print_table_row)(2, label.as_ptr(), c"enabled".as_ptr());
        }
        (symbols.php_info_print_table_end)();
    }
}

unsafe extern "C" fn tell_of_libdaemon(_: *mut ModuleEntry) {
    tell(c"libdaemon", false);
}

unsafe extern "C" fn tell_of_pcntl(_: *mut ModuleEntry) {
    tell(c"pcntl support", engine::engine().version < 80300);
}

unsafe extern "C" fn tell_of_posix(_: *mut ModuleEntry) {
    tell(c"POSIX support", false);
}
