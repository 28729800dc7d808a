//! The enumeration Pcntl\QosClass: for functions that only macOS has, but PHP 8.4 and later have it everywhere.

use core::ffi::CStr;
use core::ptr::{null, null_mut};

use crate::engine::Engine;

const CASES: [&CStr; 5] = [c"UserInteractive", c"UserInitiated", c"Default", c"Utility", c"Background"];

pub fn register(engine: &Engine) {
    let (Some(register), Some(add_case)) =
        (engine.symbols.zend_register_internal_enum, engine.symbols.zend_enum_add_case_cstr)
    else {
        return;
    };
    if engine.version < 80400 {
        return;
    }
    // SAFETY: the engine's own, as a module starts; 0: the cases have no values.
    unsafe {
        let class = register(c"Pcntl\\QosClass".as_ptr(), 0, null());
        for case in CASES {
            add_case(class, case.as_ptr(), null_mut());
        }
    }
}
