//! PHP's posix: processes and terminals.

use core::ffi::{c_char, c_int};

use libc::pid_t;

use crate::error::{Failed, failed_at, failed_number};
use crate::sys::{self, Errno, process, terminal};

/// Remembers a failure for posix_get_last_error(), too.
fn note(failed: Failed) -> Failed {
    sys::thread_state().posix_errno.set(failed.errno.0);
    failed
}

fn on_number(step: &str, number: c_int, errno: Errno) -> Failed {
    note(failed_number(step, number.into(), errno))
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
    match process::kill(process_id, signal) {
        Ok(()) => 0,
        Err(errno) => {
            on_number("signal to process", process_id, errno);
            -1
        }
    }
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
    pid_or(process::group(process_id), |errno| on_number("process group of process", process_id, errno))
}

/// Moves a process (0: the own) to a process group (0: one with its own pid). 0, or -1.
#[unsafe(no_mangle)]
pub extern "C" fn posix_setpgid(process_id: pid_t, process_group_id: pid_t) -> c_int {
    match process::set_group(process_id, process_group_id) {
        Ok(()) => 0,
        Err(errno) => {
            on_number("process group for process", process_id, errno);
            -1
        }
    }
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
    match terminal::name(file_descriptor, &sys::thread_state().terminal_name) {
        Ok(()) => sys::thread_state().terminal_name.as_ptr().cast(),
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
