//! What is done as modules and requests begin and end.

use core::cell::Cell;
use core::ffi::{CStr, c_int, c_void};
use core::ptr::null_mut;

use super::entry::SUCCESS;
use super::{forced, qos_class, register};
use crate::abi::module::ModuleEntry;
use crate::engine::{self, OfPhp};
use crate::signals::{dispatch, handlers, interrupt};
use crate::{daemon, libdaemon, pcntl, posix};

/// Are there functions of ours that have to do with signals?
#[unsafe(link_section = ".data")]
static HANDLES_SIGNALS: OfPhp<Cell<bool>> = OfPhp(Cell::new(false));
/// Has a request ended in this process? Before that no errno is kept.
#[unsafe(link_section = ".data")]
static HAS_ENDED: OfPhp<Cell<bool>> = OfPhp(Cell::new(false));

/// From now on handlers of ours are run: as modules start, or as a request begins.
pub fn handle_signals() {
    if !HANDLES_SIGNALS.0.replace(true) {
        interrupt::install(engine::engine());
    }
}

/// PHP starts, maybe again in this process.
pub fn begin() {
    HANDLES_SIGNALS.0.set(false);
    interrupt::forget();
}

pub unsafe extern "C" fn begin_request(_kind: c_int, _number: c_int) -> c_int {
    begin_request_now();
    SUCCESS
}

/// A request begins, or is under way when everything is registered.
pub fn begin_request_now() {
    let engine = engine::engine();
    if forced::register(engine) {
        handle_signals();
    }
    if HANDLES_SIGNALS.0.get() {
        // SAFETY: the engine's own; `tick` lives as long as the process.
        unsafe { (engine.symbols.php_add_tick_function)(tick, null_mut()) };
        if HAS_ENDED.0.get() {
            libdaemon::set_pcntl_errno(0);
        }
        interrupt::prove(engine);
    }
}

pub unsafe extern "C" fn end_request(_kind: c_int, _number: c_int) -> c_int {
    if HANDLES_SIGNALS.0.get() {
        handlers::end(engine::engine());
        interrupt::end();
        HAS_ENDED.0.set(true);
    }
    daemon::signals::put_back_handlers_of_engine(engine::engine());
    SUCCESS
}

unsafe extern "C" fn tick(_: c_int, _: *mut c_void) {
    dispatch::run_if_waiting(engine::engine());
}

pub fn fill_pcntl(entry: &mut ModuleEntry) {
    unsafe extern "C" fn start(kind: c_int, number: c_int) -> c_int {
        let engine = engine::engine();
        register::constants(engine, &pcntl::constants::CONSTANTS, kind, number);
        qos_class::register(engine);
        SUCCESS
    }
    unsafe extern "C" fn stop(_kind: c_int, _number: c_int) -> c_int {
        interrupt::remove(engine::engine());
        SUCCESS
    }
    entry.module_startup = Some(start);
    entry.module_shutdown = Some(stop);
    entry.information = Some(tell_of_pcntl);
}

pub fn fill_posix(entry: &mut ModuleEntry) {
    unsafe extern "C" fn start(kind: c_int, number: c_int) -> c_int {
        register::constants(engine::engine(), &posix::constants::CONSTANTS, kind, number);
        SUCCESS
    }
    entry.module_startup = Some(start);
    entry.information = Some(tell_of_posix);
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

pub unsafe extern "C" fn tell_of_libdaemon(_: *mut ModuleEntry) {
    tell(c"libdaemon", false);
}

unsafe extern "C" fn tell_of_pcntl(_: *mut ModuleEntry) {
    tell(c"pcntl support", engine::engine().version < 80300);
}

unsafe extern "C" fn tell_of_posix(_: *mut ModuleEntry) {
    tell(c"POSIX support", false);
}
