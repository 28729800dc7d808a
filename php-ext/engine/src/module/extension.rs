//! The three modules: libdaemon, and pcntl and posix, which it brings along where PHP has none of its own.

use core::ffi::{CStr, c_char, c_int, c_void};

use super::entry::{Module, SUCCESS};
use super::table::{Declared, Functions};
use super::{forced, hooks, register};
use crate::abi::module::{ModuleEntry, PERSISTENT, TEMPORARY};
use crate::daemon::{self, descriptors};
use crate::engine::{self, Engine};
use crate::signals::interrupt;
use crate::{libdaemon, pcntl, posix};

pub static LIBDAEMON: Module = Module::new();
static PCNTL: Module = Module::new();
static POSIX: Module = Module::new();

/// The table of our pcntl's functions, NULL while it is not registered.
pub fn our_pcntl() -> *const c_void {
    // SAFETY: our entry, which changes only as modules are loaded.
    unsafe { (*PCNTL.entry()).functions }
}

/// The module libdaemon, to be registered by PHP.
pub fn libdaemon(engine: &Engine) -> *mut ModuleEntry {
    let is_command_line = is_command_line(engine);
    let functions = register::function_table(engine, &[&daemon::functions::FUNCTIONS], &|_| is_command_line);
    LIBDAEMON.fill(engine, c"libdaemon", libdaemon::c_api::library::libdaemon_version(), functions);
    // SAFETY: our entry, which the engine does not know yet: written by the one thread that loads modules.
    let entry = unsafe { &mut *LIBDAEMON.entry() };
    entry.module_startup = Some(start);
    entry.information = Some(hooks::tell_of_libdaemon);
    if is_command_line {
        entry.request_startup = Some(hooks::begin_request);
        entry.request_shutdown = Some(hooks::end_request);
    }
    entry
}

/// Registers and starts everything in the middle of a request: for PHP code that has opened the library by FFI. Null, or why
/// the engine is left alone.
pub fn load_now(engine: &'static Engine) -> Option<&'static CStr> {
    if engine.module(c"libdaemon").is_some() {
        return None;
    }
    if !is_command_line(engine) {
        return Some(c"a web server's process is not one to fork or to make a daemon of");
    }
    if !engine.may_register_now() {
        return Some(c"its state is of an unknown kind: load libdaemon-php.so by extension=");
    }
    libdaemon(engine);
    LIBDAEMON.register_and_start(engine, TEMPORARY.into());
    descriptors::exempt_script(engine);
    hooks::begin_request_now();
    None
}

/// Brings the others along: not before all modules of php.ini are registered, since PHP may have them there.
unsafe extern "C" fn start(kind: c_int, _number: c_int) -> c_int {
    let engine = engine::engine();
    if kind == c_int::from(PERSISTENT) {
        hooks::begin();
    }
    descriptors::note();
    if is_command_line(engine) {
        if bring_along(engine, kind, c"pcntl", &PCNTL, &pcntl::functions::FUNCTIONS, hooks::fill_pcntl) {
            hooks::handle_signals();
        }
        // Those that are forced are registered later. JIT, which starts next, knows only the function that is there now.
        if forced::is_forced() {
            interrupt::install(engine);
        }
        bring_along(engine, kind, c"posix", &POSIX, &posix::functions::FUNCTIONS, hooks::fill_posix);
    }
    SUCCESS
}

/// The command line, in its several forms: a process that may fork, and end, as the script likes.
fn is_command_line(engine: &Engine) -> bool {
    const NAMES: [&CStr; 4] = [c"cli", c"phpdbg", c"embed", c"micro"];
    // SAFETY: the engine's description of the program that it is in, which begins with its name.
    unsafe {
        let name: *const c_char = *engine.symbols.sapi_module;
        !name.is_null() && NAMES.contains(&CStr::from_ptr(name))
    }
}

/// Registers a module where there is none of that name, and starts it. What is disabled PHP takes out itself as it starts; later
/// it is not registered.
fn bring_along(
    engine: &Engine,
    kind: c_int,
    name: &'static CStr,
    module: &'static Module,
    functions: &Functions,
    fill: fn(&mut ModuleEntry),
) -> bool {
    if engine.module(name).is_some() {
        return false;
    }
    let is_late = kind == c_int::from(TEMPORARY);
    let is_forced = is_late && forced::is_forced();
    let wanted = |function: &Declared| !is_late || forced::is_wanted(engine, function.name(), is_forced);
    let table = register::function_table(engine, &[functions], &wanted);
    if table.is_null() {
        return false;
    }
    module.fill(engine, name, engine.php_version, table);
    // SAFETY: our entry, which the engine does not know yet.
    fill(unsafe { &mut *module.entry() });
    module.register_and_start(engine, kind)
}
