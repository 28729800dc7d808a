//! PHP's posix: processes and terminals.

use core::ffi::{CStr, c_char, c_int};

use libc::pid_t;

use super::result;
use crate::error::{Failed, failed_at, failed_number, failed_on};
use crate::sys::{self, Errno, limits, process, terminal};

/// The clock ticks that the process has used: the struct tms of times(2), with plain numbers in it.
#[repr(C)]
#[allow(non_camel_case_types)]
pub struct posix_tms {
    /// In user mode.
    pub utime: i64,
    /// In the kernel.
    pub stime: i64,
    /// In user mode, by children that have been waited for.
    pub cutime: i64,
    /// In the kernel, by children that have been waited for.
    pub cstime: i64,
}

/// What the system is called: the struct utsname of uname(2).
#[repr(C)]
#[allow(non_camel_case_types)]
pub struct posix_utsname {
    /// The operating system: "Linux".
    pub sysname: [c_char; 65],
    /// The host.
    pub nodename: [c_char; 65],
    /// The kernel's release.
    pub release: [c_char; 65],
    /// The kernel's version.
    pub version: [c_char; 65],
    /// The hardware.
    pub machine: [c_char; 65],
    /// The NIS domain.
    pub domainname: [c_char; 65],
}

const _: () = assert!(size_of::<posix_tms>() == size_of::<limits::Times>());
const _: () = assert!(size_of::<posix_utsname>() == size_of::<limits::Names>());

/// Remembers a failure for posix_get_last_error(), too.
#[inline(never)]
pub(super) fn note(failed: Failed) -> Failed {
    sys::thread_state().posix_errno.set(failed.errno.0);
    failed
}

fn on_number(step: &str, number: c_int, errno: Errno) -> Failed {
    note(failed_number(step, number.into(), errno))
}

/// 0, or -1 with a line about `step` and `number`.
#[inline(never)]
pub(super) fn done(result: Result<(), Errno>, step: &str, number: i64) -> c_int {
    match result {
        Ok(()) => 0,
        Err(errno) => {
            note(failed_number(step, number, errno));
            -1
        }
    }
}

/// 0, or -1 with a line about `step` and `name`.
#[inline(never)]
pub(super) fn done_on(result: Result<(), Errno>, step: &str, name: &CStr) -> c_int {
    match result {
        Ok(()) => 0,
        Err(errno) => {
            note(failed_on(step, name, errno));
            -1
        }
    }
}

/// The C string at `text`, called `what` in the refusal.
///
/// # Safety
/// `text` must be NULL, inside the first page, or a C string that lives through the call.
pub(super) unsafe fn text<'a>(text: *const c_char, what: &str) -> Option<&'a CStr> {
    // SAFETY: passed on.
    unsafe { super::text(text, what) }.map_err(note).ok()
}

/// An address to write to, if it is one at all; `what` is for the refusal.
pub(super) fn writable<T>(address: *mut T, what: &str) -> Option<*mut T> {
    is_address(address.addr(), what).then_some(address)
}

#[inline(never)]
fn is_address(address: usize, what: &str) -> bool {
    if address < super::NONSENSE_BELOW {
        note(super::null(what));
        return false;
    }
    true
}

fn pid_or(result: Result<pid_t, Errno>, why: impl FnOnce(Errno) -> Failed) -> pid_t {
    result.unwrap_or_else(|errno| {
        why(errno);
        -1
    })
}

/// Makes the process the leader of a new session: the session's id, or -1 with EPERM for the leader of a process group.
#[unsafe(no_mangle)]
pub extern "C" fn posix_setsid() -> pid_t {
    pid_or(process::new_session(), |errno| note(failed_at("new session", errno)))
}

/// Sends a signal as kill(2) does; 0 only asks whether that would be allowed. 0, or -1.
#[unsafe(no_mangle)]
pub extern "C" fn posix_kill(process_id: pid_t, signal: c_int) -> c_int {
    kill(process_id, signal)
}

#[inline(never)]
pub(super) fn kill(process_id: pid_t, signal: c_int) -> c_int {
    done(process::kill(process_id, signal), "signal to process", process_id.into())
}

/// The process's pid.
#[unsafe(no_mangle)]
pub extern "C" fn posix_getpid() -> pid_t {
    process::id()
}

/// The pid of its parent.
#[unsafe(no_mangle)]
pub extern "C" fn posix_getppid() -> pid_t {
    process::parent_id()
}

/// The session of a process, 0 for the own; -1 on failure.
#[unsafe(no_mangle)]
pub extern "C" fn posix_getsid(process_id: pid_t) -> pid_t {
    pid_or(process::session(process_id), |errno| on_number("session of process", process_id, errno))
}

/// The process group of a process, 0 for the own; -1 on failure.
#[unsafe(no_mangle)]
pub extern "C" fn posix_getpgid(process_id: pid_t) -> pid_t {
    group(process_id)
}

#[inline(never)]
fn group(process_id: pid_t) -> pid_t {
    pid_or(process::group(process_id), |errno| on_number("process group of process", process_id, errno))
}

/// Moves a process (0: the own) to a process group (0: one with its own pid). 0, or -1.
#[unsafe(no_mangle)]
pub extern "C" fn posix_setpgid(process_id: pid_t, process_group_id: pid_t) -> c_int {
    done(process::set_group(process_id, process_group_id), "process group for process", process_id.into())
}

/// The process group of the calling process.
#[unsafe(no_mangle)]
pub extern "C" fn posix_getpgrp() -> pid_t {
    group(0)
}

/// The clock ticks since a moment in the past, and in `times`, which may be NULL, those that the process has used. There are
/// posix_sysconf(2) in a second. -1 on failure.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn posix_times(times: *mut posix_tms) -> i64 {
    // SAFETY: the conventions of the header: NULL or valid for writing; the layout is that of struct tms.
    let times = unsafe { super::out(times.cast::<limits::Times>()) };
    result(times.map_err(note).map(limits::times), -1)
}

/// What the system is called. 0, or -1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn posix_uname(names: *mut posix_utsname) -> c_int {
    let Some(names) = writable(names, "uname") else { return -1 };
    // SAFETY: the conventions of the header: valid for writing; the layout is that of struct utsname.
    limits::names(unsafe { &mut *names.cast::<limits::Names>() });
    0
}

/// The path that stands for the controlling terminal of any process: /dev/tty.
#[unsafe(no_mangle)]
pub extern "C" fn posix_ctermid() -> *const c_char {
    c"/dev/tty".as_ptr()
}

/// Is the descriptor a terminal? If not, posix_get_last_error() says why: ENOTTY, EBADF.
#[unsafe(no_mangle)]
pub extern "C" fn posix_isatty(file_descriptor: c_int) -> bool {
    match terminal::is_terminal(file_descriptor) {
        Ok(()) => true,
        Err(errno) => {
            on_number("terminal at descriptor", file_descriptor, errno);
            false
        }
    }
}

/// The name of the terminal at a descriptor, valid until the thread's next call; NULL on failure.
#[unsafe(no_mangle)]
pub extern "C" fn posix_ttyname(file_descriptor: c_int) -> *const c_char {
    match terminal::name(file_descriptor, &sys::thread_state().name) {
        Ok(()) => sys::thread_state().name.as_ptr().cast(),
        Err(errno) => {
            on_number("terminal at descriptor", file_descriptor, errno);
            core::ptr::null()
        }
    }
}

/// The errno of this thread's last failure in a posix function, 0 if there was none.
#[unsafe(no_mangle)]
pub extern "C" fn posix_get_last_error() -> c_int {
    sys::thread_state().posix_errno.get()
}

/// The description of an errno, as strerror(3) gives it. Never NULL; for unknown numbers valid until the next call.
#[unsafe(no_mangle)]
pub extern "C" fn posix_strerror(error_code: c_int) -> *const c_char {
    terminal::error_text_in_locale(error_code)
}
