//! The options of a daemon: what it takes along from its launcher, and how the launcher goes about it.

use core::ffi::{c_char, c_int};
use core::mem::MaybeUninit;

use super::options_object::{change, daemonize_options, set_text, set_value};
use super::{c_string, number, truth};
use crate::error::{Error, Step};
use crate::launch::options::{Close, Foreground, Options};

/// Which descriptors from 3 up are closed. Those of daemonize_options_keep_fd(), the pid file and the lock file always
/// stay open.
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
    /// In two cases. As process 1, such as in a container: it stays as an init, and the program goes on in its child.
    /// And as the process that systemd has started for a service which says when it is ready: NOTIFY_SOCKET is set, and
    /// SYSTEMD_EXEC_PID is its pid.
    DAEMONIZE_FOREGROUND_AUTO,
    /// Never.
    DAEMONIZE_FOREGROUND_NEVER,
    /// Always.
    DAEMONIZE_FOREGROUND_ALWAYS,
}

/// Keeps a descriptor open in the daemon. Can be called for several. 0, 1 or 2 stays what it is, unless a path is set
/// for it. EBADF if it is not open.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_keep_fd(options: *mut daemonize_options, fd: c_int) -> c_int {
    // SAFETY: rule 2.
    unsafe { set_value(options, fd, Options::keep_descriptor) }
}

/// Which descriptors are closed; default DAEMONIZE_CLOSE_ALL. The connection of syslog(3) always stays open.
///
/// Some libraries (resolvers, NSS, PAM, GLib) keep descriptors of their own, and close them later by number. That
/// number could by then be another file of the daemon's. A program that uses such a library before the start should
/// choose DAEMONIZE_CLOSE_INHERITED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_close_fds(
    options: *mut daemonize_options,
    which: MaybeUninit<daemonize_close>,
) -> c_int {
    let set = |options: &mut Options, which| {
        options.close = match which {
            0 => Close::All,
            1 => Close::Inherited,
            2 => Close::None,
            _ => return Err(no_such_choice(Step::CloseDescriptors)),
        };
        Ok(())
    };
    // SAFETY: the enumeration has C's layout.
    let which = unsafe { number(which) };
    // SAFETY: rule 2.
    unsafe { set_value(options, which, set) }
}

/// What becomes of signals; default DAEMONIZE_SIGNALS_RESET.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_signals(
    options: *mut daemonize_options,
    how: MaybeUninit<daemonize_signals>,
) -> c_int {
    let set = |options: &mut Options, how| {
        options.keep_signals = match how {
            0 => false,
            1 => true,
            _ => return Err(no_such_choice(Step::Signals)),
        };
        Ok(())
    };
    // SAFETY: the enumeration has C's layout.
    let how = unsafe { number(how) };
    // SAFETY: rule 2.
    unsafe { set_value(options, how, set) }
}

/// Leaves the disposition of one signal as it is, ignored or handled, while the others become the default. Can be
/// called for several. Signals that were queued before the start do not reach the daemon. EINVAL for a signal whose
/// disposition cannot be set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_keep_signal(options: *mut daemonize_options, signal: c_int) -> c_int {
    // SAFETY: rule 2.
    unsafe { set_value(options, signal, Options::keep_signal) }
}

/// Sets an environment variable of the daemon, also with daemonize_options_clearenv(). EINVAL for a name that is empty
/// or has a "=" in it.
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

/// The daemon does not inherit the launcher's environment variables. Those of daemonize_options_setenv() are set all
/// the same.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_clearenv(options: *mut daemonize_options) -> c_int {
    let set = |options: &mut Options| {
        options.clear_environment = true;
        Ok(())
    };
    // SAFETY: rule 2.
    unsafe { change(options, set) }
}

/// Has the launcher wait for daemonize_ready(), up to `timeout_ms` milliseconds; -1 is for ever, EINVAL for 0 and below
/// -1. Default: it waits only until the daemon is set up.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_wait_ready(options: *mut daemonize_options, timeout_ms: c_int) -> c_int {
    // SAFETY: rule 2.
    unsafe { set_value(options, timeout_ms, Options::set_wait_ready) }
}

/// How long the launcher waits for the library's own work, from the fork until the daemon is set up, in milliseconds;
/// default 30000. -1 is for ever, EINVAL for 0 and below -1. Before the fork, it waits as long for the other side of a
/// FIFO that is a log or standard input.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_setup_timeout(options: *mut daemonize_options, timeout_ms: c_int) -> c_int {
    // SAFETY: rule 2.
    unsafe { set_value(options, timeout_ms, Options::set_setup_timeout) }
}

/// A descriptor, 3 or above, on which a supervisor such as s6 waits: daemonize_ready() writes a newline to it and
/// closes it. It stays open until then. The start fails with EBADF if it is not open. EINVAL below 3.
///
/// With daemonize_exec() and daemonize_options_wait_ready(), the descriptor is one of the program: the launcher reads
/// the newline that the program writes to it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_notify_fd(options: *mut daemonize_options, fd: c_int) -> c_int {
    // SAFETY: rule 2.
    unsafe { set_value(options, fd, Options::set_notify_descriptor) }
}

/// Whether the process forks at all; default DAEMONIZE_FOREGROUND_AUTO.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_foreground(
    options: *mut daemonize_options,
    when: MaybeUninit<daemonize_foreground>,
) -> c_int {
    let set = |options: &mut Options, when| {
        options.foreground = match when {
            0 => Foreground::Auto,
            1 => Foreground::Never,
            2 => Foreground::Always,
            _ => return Err(no_such_choice(Step::Foreground)),
        };
        Ok(())
    };
    // SAFETY: the enumeration has C's layout.
    let when = unsafe { number(when) };
    // SAFETY: rule 2.
    unsafe { set_value(options, when, set) }
}

/// Whether a process with other threads may become a daemon; default false: EDEADLK. The daemon does not have these
/// threads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_threads(options: *mut daemonize_options, allow: MaybeUninit<bool>) -> c_int {
    let set = |options: &mut Options, allow| {
        options.threads = allow;
        Ok(())
    };
    // SAFETY: rule 2.
    unsafe { set_value(options, truth(allow), set) }
}

/// The daemon's title, as libdaemon_set_title() sets it. Default: the launcher's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_title(options: *mut daemonize_options, title: *const c_char) -> c_int {
    // SAFETY: rules 1 and 2.
    unsafe { set_text(options, title, Step::Title) }
}

fn no_such_choice(step: Step) -> Error {
    Error::refused(step, "no such choice")
}
