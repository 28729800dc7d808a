//! Functions that an administrator has disabled, and LIBDAEMON_POLYFILL=force, with which they are there all the same.

use core::ffi::CStr;

use super::entry::Module;
use super::register;
use super::table::Declared;
use crate::abi::module::TEMPORARY;
use crate::engine::Engine;
use crate::{libdaemon, pcntl, posix};

/// These are of no use without each other.
const TOGETHER: [&CStr; 4] =
    [c"pcntl_signal", c"pcntl_signal_get_handler", c"pcntl_signal_dispatch", c"pcntl_async_signals"];

/// Are disabled functions to be there all the same?
pub fn is_forced() -> bool {
    libdaemon::environment_variable(c"LIBDAEMON_POLYFILL") == Some(c"force")
}

/// Is a function to be registered when PHP has looked at disable_functions already? One that the program has defined itself
/// stays the program's.
pub fn is_wanted(engine: &Engine, name: &CStr, is_forced: bool) -> bool {
    !is_there(engine, name) && (is_forced || !is_disabled(engine, name))
}

fn is_there(engine: &Engine, name: &CStr) -> bool {
    // SAFETY: the engine's own; functions have no capitals in their names.
    unsafe { !(engine.symbols.zend_fetch_function_str)(name.as_ptr(), name.count_bytes()).is_null() }
}

/// Is it in disable_functions?
fn is_disabled(engine: &Engine, name: &CStr) -> bool {
    let disabled = engine.setting(c"disable_functions").to_bytes();
    disabled.split(|byte| matches!(byte, b',' | b' ')).any(|word| word == name.to_bytes())
}

/// A module for those that are missing although there is a module with them: every function has one.
static FORCED: Module = Module::new();

/// Registers them, for the request that begins. True when those for signals are among them.
pub fn register(engine: &Engine) -> bool {
    let has = |name: &CStr| engine.module(name).is_some();
    if !is_forced() || has(c"libdaemon_forced") || !has(c"pcntl") && !has(c"posix") {
        return false;
    }
    let is_there = |name: &CStr| is_there(engine, name);
    let signals = has(c"pcntl") && !TOGETHER.iter().any(|name| is_there(name));
    let is_missing = |function: &Declared| {
        let name = function.name();
        !is_there(name) && (signals || !TOGETHER.contains(&name)) && is_disabled(engine, name)
    };
    let tables = [&pcntl::functions::FUNCTIONS, &posix::functions::FUNCTIONS];
    let mut all = tables.iter().flat_map(|table| table.all());
    if !all.any(|function| function.is_of(engine.version) && is_missing(&function)) || !engine.may_register_now() {
        return false;
    }
    let table = register::function_table(engine, &tables, &is_missing);
    if table.is_null() {
        return false;
    }
    FORCED.fill(engine, c"libdaemon_forced", libdaemon::c_api::library::libdaemon_version(), table);
    FORCED.register_and_start(engine, TEMPORARY.into()) && signals
}
