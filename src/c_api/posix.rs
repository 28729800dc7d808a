//! PHP's posix: processes and terminals.

use core::ffi::{c_char, c_int};

use libc::pid_t;

use super::{Family, enter, enter_for_status, optional_out, out};
use crate::error::{Error, Result, Step};
use crate::sys::{self, Errno, limits, process, terminal, thread_state};

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

/// A failure of `step` on `number`.
pub(super) fn on_number<T>(result: Result<T, Errno>, step: Step, number: i64) -> Result<T> {
    result.map_err(|errno| Error::on_number(step, number, errno))
}

/// Makes the process the leader of a new session: the session's id, or -1 with EPERM for the leader of a process group.
#[unsafe(no_mangle)]
pub extern "C" fn posix_setsid() -> pid_t {
    enter(Family::Posix, -1, || process::new_session().map_err(|errno| Error::at(Step::Session, errno)))
}

/// Sends a signal as kill(2) does; 0 only asks whether that would be allowed. 0, or -1.
#[unsafe(no_mangle)]
pub extern "C" fn posix_kill(process_id: pid_t, signal: c_int) -> c_int {
    enter_for_status(Family::Posix, || {
        on_number(process::kill(process_id, signal), Step::SignalProcess, process_id.into())
    })
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

/// The session of a process (0: the calling one); -1 on failure.
#[unsafe(no_mangle)]
pub extern "C" fn posix_getsid(process_id: pid_t) -> pid_t {
    enter(Family::Posix, -1, || on_number(process::session(process_id), Step::SessionOf, process_id.into()))
}

/// The process group of a process (0: the calling one); -1 on failure.
#[unsafe(no_mangle)]
pub extern "C" fn posix_getpgid(process_id: pid_t) -> pid_t {
    enter(Family::Posix, -1, || on_number(process::group(process_id), Step::ProcessGroup, process_id.into()))
}

/// Moves a process (0: the calling one) to a process group (0: the one with the process's pid). 0, or -1.
#[unsafe(no_mangle)]
pub extern "C" fn posix_setpgid(process_id: pid_t, process_group_id: pid_t) -> c_int {
    enter_for_status(Family::Posix, || {
        on_number(process::set_group(process_id, process_group_id), Step::SetProcessGroup, process_id.into())
    })
}

/// The process group of the calling process.
#[unsafe(no_mangle)]
pub extern "C" fn posix_getpgrp() -> pid_t {
    posix_getpgid(0)
}

/// The clock ticks since a moment in the past, and in `times`, which may be NULL, those that the process has used.
/// posix_sysconf(_SC_CLK_TCK) tells how many a second has. -1 on failure.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn posix_times(times: *mut posix_tms) -> i64 {
    enter(Family::Posix, -1, || {
        // SAFETY: rule 3, and the layout is that of struct tms.
        let times = unsafe { optional_out(times.cast::<limits::Times>()) }?;
        let (now, used) = limits::times();
        times.put(used);
        Ok(now)
    })
}

/// What the system is called. 0, or -1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn posix_uname(names: *mut posix_utsname) -> c_int {
    enter_for_status(Family::Posix, || {
        // SAFETY: rule 3, and the layout is that of struct utsname.
        let names = unsafe { out(names.cast::<limits::Names>(), Step::SystemName) }?;
        names.put(limits::names());
        Ok(())
    })
}

/// The path that stands for the controlling terminal of any process: /dev/tty.
#[unsafe(no_mangle)]
pub extern "C" fn posix_ctermid() -> *const c_char {
    c"/dev/tty".as_ptr()
}

/// Is the descriptor a terminal? If not, posix_get_last_error() says why: ENOTTY, EBADF.
#[unsafe(no_mangle)]
pub extern "C" fn posix_isatty(file_descriptor: c_int) -> bool {
    enter(Family::Posix, false, || {
        on_number(terminal::is_terminal(file_descriptor), Step::Terminal, file_descriptor.into())?;
        Ok(true)
    })
}

/// The name of the terminal at a descriptor, valid until the thread's next call; NULL on failure.
#[unsafe(no_mangle)]
pub extern "C" fn posix_ttyname(file_descriptor: c_int) -> *const c_char {
    enter(Family::Posix, core::ptr::null(), || {
        let name = &thread_state::get().name;
        on_number(terminal::name(file_descriptor, name), Step::Terminal, file_descriptor.into())?;
        Ok(name.as_ptr().cast())
    })
}

/// The errno of this thread's last failure in a posix function, 0 if there was none.
#[unsafe(no_mangle)]
pub extern "C" fn posix_get_last_error() -> c_int {
    thread_state::get().posix_errno.get()
}

/// The description of an errno, as strerror(3) gives it. Never NULL; for unknown numbers valid until the next call.
#[unsafe(no_mangle)]
pub extern "C" fn posix_strerror(error_code: c_int) -> *const c_char {
    sys::error_text_in_locale(error_code)
}
