//! The options of a daemon: what it takes along from its launcher, and how the launcher goes about it.

use core::ffi::{c_char, c_int};
use core::mem::MaybeUninit;

use super::options::{change, daemonize_options};
use super::{c_string, number, truth};
use crate::error::{Error, Step};
use crate::launch::options::{Close, Foreground, Options};

/// Which descriptors from 3 up are closed, but for those of daemonize_options_keep_fd() and the pid and lock file.
#[repr(C)]
#[allow(non_camel_case_types, dead_code)]
pub enum daemonize_close {
    /// Every one.
    DAEMONIZE_CLOSE_ALL,
    /// Those without close-on-exec: what came in from the launching shell.
    DAEMONIZE_CLOSE_INHERITED,
    /// None.
    DAEMONIZE_CLOSE_NONE,
}

/// What becomes of the launcher's signal dispositions and mask.
#[repr(C)]
#[allow(non_camel_case_types, dead_code)]
pub enum daemonize_signals {
    /// All at their default, none blocked.
    DAEMONIZE_SIGNALS_RESET,
    /// They stay.
    DAEMONIZE_SIGNALS_KEEP,
}

/// When the process stays in the foreground: everything but the forks and the session.
#[repr(C)]
#[allow(non_camel_case_types, dead_code)]
pub enum daemonize_foreground {
    /// As process 1, and as a systemd notify service. Comes with a later version; until then such a process is refused.
    DAEMONIZE_FOREGROUND_AUTO,
    /// Never.
    DAEMONIZE_FOREGROUND_NEVER,
    /// Always.
    DAEMONIZE_FOREGROUND_ALWAYS,
}

/// Keeps a descriptor open in the daemon; can be called for several. 0, 1 or 2 then stays what it is, unless a path is
/// set for it. EBADF when it is not open.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_keep_fd(options: *mut daemonize_options, fd: c_int) -> c_int {
    // SAFETY: rule 2.
    unsafe { change(options, |options| options.keep_descriptor(fd)) }
}

/// Which descriptors are closed; default DAEMONIZE_CLOSE_ALL. That leaves open what libc has connected to syslog(3). A program whose
/// libraries keep descriptors of their own (the resolver, NSS, PAM, GLib) and are used before the start had better choose
/// DAEMONIZE_CLOSE_INHERITED: they would close another file that has the number later.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_close_fds(
    options: *mut daemonize_options,
    which: MaybeUninit<daemonize_close>,
) -> c_int {
    let set = |options: &mut Options| {
        // SAFETY: the enumeration has C's layout.
        options.close = match unsafe { number(which) } {
            0 => Close::All,
            1 => Close::Inherited,
            2 => Close::None,
            _ => return Err(no_such_choice(Step::CloseDescriptors)),
        };
        Ok(())
    };
    // SAFETY: rule 2.
    unsafe { change(options, set) }
}

/// What becomes of signals; default DAEMONIZE_SIGNALS_RESET.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_signals(
    options: *mut daemonize_options,
    how: MaybeUninit<daemonize_signals>,
) -> c_int {
    let set = |options: &mut Options| {
        // SAFETY: the enumeration has C's layout.
        options.keep_signals = match unsafe { number(how) } {
            0 => false,
            1 => true,
            _ => return Err(no_such_choice(Step::Signals)),
        };
        Ok(())
    };
    // SAFETY: rule 2.
    unsafe { change(options, set) }
}

/// Leaves the disposition of one signal as it is, ignored or handled, where the others go back to their defaults; can be
/// called for several. What is queued of it by then is not handed on. EINVAL for a signal that no program can set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_keep_signal(options: *mut daemonize_options, signal: c_int) -> c_int {
    // SAFETY: rule 2.
    unsafe { change(options, |options| options.keep_signal(signal)) }
}

/// Sets an environment variable of the daemon, after any daemonize_options_clearenv(). EINVAL for a name that is empty or
/// has a "=" in it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_setenv(
    options: *mut daemonize_options,
    name: *const c_char,
    value: *const c_char,
) -> c_int {
    let set = |options: &mut Options| {
        // SAFETY: rule 1.
        let name = unsafe { c_string(name, Step::EnvironmentVariable) }?;
        // SAFETY: rule 1.
        let value = unsafe { c_string(value, Step::EnvironmentVariable) }?;
        options.set_environment_variable(name, value)
    };
    // SAFETY: rule 2.
    unsafe { change(options, set) }
}

/// Has the daemon start without the launcher's environment variables; those of daemonize_options_setenv() are set all the
/// same.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_clearenv(options: *mut daemonize_options) -> c_int {
    let set = |options: &mut Options| {
        options.clear_environment = true;
        Ok(())
    };
    // SAFETY: rule 2.
    unsafe { change(options, set) }
}

/// Has the launcher wait for daemonize_ready(), up to `timeout_ms` milliseconds; -1 is for ever, EINVAL for 0 and below -1.
/// Default: it waits only for the set-up.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_wait_ready(options: *mut daemonize_options, timeout_ms: c_int) -> c_int {
    // SAFETY: rule 2.
    unsafe { change(options, |options| options.set_wait_ready(timeout_ms)) }
}

/// How long the launcher waits for what the library itself does, from the fork until the daemon is set up, in milliseconds;
/// default 30000. -1 is for ever, EINVAL for 0 and below -1. As long, and before the fork, it waits for the other side of a FIFO
/// that is a log or standard input.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_setup_timeout(options: *mut daemonize_options, timeout_ms: c_int) -> c_int {
    // SAFETY: rule 2.
    unsafe { change(options, |options| options.set_setup_timeout(timeout_ms)) }
}

/// A descriptor, 3 or above, on which a supervisor such as s6 waits: daemonize_ready() writes a newline there and closes it. It stays
/// open until then, and has to be open when the daemon starts: EBADF. EINVAL below 3.
///
/// With daemonize_exec() and daemonize_options_wait_ready() it is a descriptor of the program's: the launcher reads its newline.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_notify_fd(options: *mut daemonize_options, fd: c_int) -> c_int {
    // SAFETY: rule 2.
    unsafe { change(options, |options| options.set_notify_descriptor(fd)) }
}

/// Whether the process forks at all. ENOSYS for DAEMONIZE_FOREGROUND_AUTO, which comes with a later version.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_foreground(
    options: *mut daemonize_options,
    when: MaybeUninit<daemonize_foreground>,
) -> c_int {
    let set = |options: &mut Options| {
        // SAFETY: the enumeration has C's layout.
        let when = match unsafe { number(when) } {
            0 => Foreground::Auto,
            1 => Foreground::Never,
            2 => Foreground::Always,
            _ => return Err(no_such_choice(Step::Foreground)),
        };
        options.set_foreground(when)
    };
    // SAFETY: rule 2.
    unsafe { change(options, set) }
}

/// Whether a process with other threads may become a daemon, which loses them; default false: EDEADLK.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_threads(options: *mut daemonize_options, allow: MaybeUninit<bool>) -> c_int {
    let set = |options: &mut Options| {
        options.threads = truth(allow);
        Ok(())
    };
    // SAFETY: rule 2.
    unsafe { change(options, set) }
}

fn no_such_choice(step: Step) -> Error {
    Error::refused(step, "no such choice")
}
