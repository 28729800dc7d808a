//! The library itself.

use core::ffi::{c_char, c_int};

use super::{Family, enter_for_status, name};
use crate::error::{self, Step};
use crate::process::title;
use crate::sys::thread_state;

/// The library's version, such as "0.1.0". Never NULL, never freed.
#[unsafe(no_mangle)]
pub extern "C" fn libdaemon_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}

/// One line about the calling thread's last failure in this library: what was being done, on what, and why, such as
/// "pid file /run/app.pid: held by process 4711". The empty string if there was none. A call that succeeds does not
/// change it. Valid until the thread's next call.
#[unsafe(no_mangle)]
pub extern "C" fn libdaemon_last_error() -> *const c_char {
    thread_state::get().line.as_ptr().cast()
}

/// The errno of the calling thread's last failure in this library, 0 if there was none. It is for callers whose errno
/// may change before they can read it.
#[unsafe(no_mangle)]
pub extern "C" fn libdaemon_last_errno() -> c_int {
    thread_state::get().last_errno.get()
}

/// The status that a launcher should exit with after its last failure: what the daemon gave to daemonize_fail(), or
/// exited with, else 1.
#[unsafe(no_mangle)]
pub extern "C" fn libdaemon_last_status() -> c_int {
    error::last_status()
}

/// What was being done when the calling thread's last failure happened: one of the texts that libdaemon(3) lists, such
/// as "pid file" or "log". Programs can tell failures apart by it. libdaemon_last_error() begins with this text; only
/// after "waiting for the daemon" that line says what became of the daemon. The empty string if there was no failure.
/// Never freed.
#[unsafe(no_mangle)]
pub extern "C" fn libdaemon_last_step() -> *const c_char {
    error::last_step().c_text().as_ptr()
}

/// Sets the title of the process. ps and top show up to 4095 bytes of it, /proc/PID/comm the first 15. The program's
/// arguments and environment stay as they are. There is one exception: if the kernel or a sandbox does not know
/// PR_SET_MM_MAP, the title is written over the arguments, as much of it as fits. EINVAL for NULL and an empty title,
/// or the errno of what /proc refuses.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn libdaemon_set_title(title: *const c_char) -> c_int {
    enter_for_status(Family::Daemonize, || {
        // SAFETY: rule 1.
        let title = unsafe { name(title, Step::Title) }?;
        title::apply(&title::prepare()?, title)
    })
}
