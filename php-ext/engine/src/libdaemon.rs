//! What this crate uses of the core: the only place that names it.

use core::ffi::{CStr, c_char, c_int, c_void};

pub use libdaemon_core::c_api;
pub use libdaemon_core::runtime_host::*;

/// An errno value.
pub type Errno = c_int;

/// What the program exports under this name, NULL if nothing.
pub fn symbol(name: &CStr) -> *mut c_void {
    program_symbol(name)
}

/// LIBDAEMON_PHP_VERSION stands in for PHP_VERSION_ID where it is about the engine's state, to see what happens with one
/// that is not known.
pub fn version_of_environment() -> Option<u32> {
    let text = environment_variable(c"LIBDAEMON_PHP_VERSION")?.to_bytes();
    (!text.is_empty()).then(|| {
        text.iter()
            .take_while(|byte| byte.is_ascii_digit())
            .fold(0u32, |number, digit| number.saturating_mul(10).saturating_add(u32::from(digit - b'0')))
    })
}

/// The description of an errno, in the program's language.
pub fn error_text(errno: Errno) -> *const c_char {
    c_api::pcntl::pcntl_strerror(errno)
}
