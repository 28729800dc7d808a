//! The options of a daemon: where it runs, what it writes to, which files it holds, who it is.

use core::ffi::{c_char, c_int};
use core::mem::MaybeUninit;

use libc::mode_t;

use super::options_object::{change, daemonize_options, set_text, set_value};
use super::{name, truth};
use crate::error::Step;
use crate::launch::options::Options;

/// The working directory; default "/". With daemonize_options_chroot() it is a path inside the new root directory. The
/// daemon's user must be allowed to enter it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_directory(options: *mut daemonize_options, path: *const c_char) -> c_int {
    // SAFETY: rules 1 and 2.
    unsafe { set_text(options, path, Step::Directory) }
}

/// The root directory; default: the launcher's. The log, the pid file and the lock file are opened before the change,
/// so their paths are those outside; so is that of NOTIFY_SOCKET, but for a program that daemonize_exec() starts. Needs
/// CAP_SYS_CHROOT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_chroot(options: *mut daemonize_options, path: *const c_char) -> c_int {
    // SAFETY: rules 1 and 2.
    unsafe { set_text(options, path, Step::Chroot) }
}

/// The umask, at most 0777; default 0. Files that the library itself makes are never writable by group or others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_umask(options: *mut daemonize_options, mask: mode_t) -> c_int {
    // SAFETY: rule 2.
    unsafe { set_value(options, mask, Options::set_umask) }
}

/// The file that standard input reads; default /dev/null. If it is a FIFO, the start waits until a process has opened
/// it for writing, for as long as daemonize_options_setup_timeout() and daemonize_options_wait_ready() allow. A
/// symbolic link in the path is followed only if it belongs to root or to the caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_stdin(options: *mut daemonize_options, path: *const c_char) -> c_int {
    // SAFETY: rules 1 and 2.
    unsafe { set_text(options, path, Step::StandardInput) }
}

/// The file that standard output is appended to; default /dev/null (in the foreground: no change). A new file gets mode
/// 0644 less the launcher's umask. C's stdout then writes each line when it is complete, unless the program has made it
/// unbuffered.
///
/// The start fails with EPERM if the file or FIFO belongs to neither root nor the caller nor the daemon's user, or if a
/// symbolic link in the path belongs to neither root nor the caller. It fails with EMLINK if the file has another hard
/// link and others may create files in its directory.
///
/// If it is a FIFO, the start waits until a process has opened it for reading, for as long as
/// daemonize_options_setup_timeout() and daemonize_options_wait_ready() allow. Then it fails with ETIMEDOUT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_stdout(options: *mut daemonize_options, path: *const c_char) -> c_int {
    // SAFETY: rules 1 and 2.
    unsafe { set_text(options, path, Step::StandardOutput) }
}

/// The file that standard error is appended to, as with daemonize_options_stdout().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_stderr(options: *mut daemonize_options, path: *const c_char) -> c_int {
    // SAFETY: rules 1 and 2.
    unsafe { set_text(options, path, Step::StandardError) }
}

/// One file for standard output and standard error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_log(options: *mut daemonize_options, path: *const c_char) -> c_int {
    // SAFETY: rules 1 and 2.
    unsafe { set_text(options, path, Step::Log) }
}

/// Whether the files of standard output and standard error are emptied; default false. That happens when nothing else
/// can fail any more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_truncate(
    options: *mut daemonize_options,
    truncate: MaybeUninit<bool>,
) -> c_int {
    let set = |options: &mut Options, truncate| {
        options.truncate = truncate;
        Ok(())
    };
    // SAFETY: rule 2.
    unsafe { set_value(options, truth(truncate), set) }
}

/// The signal on which the daemon opens its log files again; 0, the default, is none. The signal handler itself does
/// it: when a rotation has renamed a log, no line is lost, and the program has nothing to do.
///
/// The daemon's user must be allowed to open or create the file, and its path must exist inside the new root directory.
/// If a file cannot be opened, would be refused at a start, or is a FIFO without a reader, then the daemon goes on with
/// the old one and writes the reason to it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_reopen_on(options: *mut daemonize_options, signal: c_int) -> c_int {
    // SAFETY: rule 2.
    unsafe { set_value(options, signal, Options::set_reopen_on) }
}

/// The pid file; default none. It holds the daemon's pid before the launcher ends, and it is locked as long as the
/// daemon lives. A path that is itself a symbolic link is refused.
///
/// At a clean end of the daemon the file is emptied and removed. A clean end is exit(3), or one of SIGTERM, SIGINT and
/// SIGQUIT (in the foreground SIGHUP, too) that the program has left at its default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_pidfile(options: *mut daemonize_options, path: *const c_char) -> c_int {
    // SAFETY: rules 1 and 2.
    unsafe { set_text(options, path, Step::PidFile) }
}

/// A file that is locked as long as the daemon lives; default none. Nothing is written to it, and it stays at the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_lockfile(options: *mut daemonize_options, path: *const c_char) -> c_int {
    // SAFETY: rules 1 and 2.
    unsafe { set_text(options, path, Step::LockFile) }
}

/// The pid file's mode, whatever the umask; default 0644. EINVAL for more than 0777, and where group or others could
/// write to it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_pidfile_mode(options: *mut daemonize_options, mode: mode_t) -> c_int {
    // SAFETY: rule 2.
    unsafe { set_value(options, mode, Options::set_pidfile_mode) }
}

/// Whether the pid file and the lock file stay open, and locked, over an exec; default false: then an exec closes them
/// and ends their locks. With true, the programs that the daemon starts hold the locks, too, until all of them have
/// ended.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_keep_lock(
    options: *mut daemonize_options,
    over_exec: MaybeUninit<bool>,
) -> c_int {
    let set = |options: &mut Options, over_exec| {
        options.keep_lock = over_exec;
        Ok(())
    };
    // SAFETY: rule 2.
    unsafe { set_value(options, truth(over_exec), set) }
}

/// A directory that the start creates where it is missing, such as one in /run after a reboot. It belongs to the
/// daemon's user and group and has exactly `mode` (EINVAL for more than 07777). It is created before the log, the pid
/// file and the lock file are opened, and removed again if the start fails. A directory that is there already is not
/// changed. Can be called for several directories: the outer ones first.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_runtime_directory(
    options: *mut daemonize_options,
    path: *const c_char,
    mode: mode_t,
) -> c_int {
    let set = |options: &mut Options| {
        // SAFETY: rule 1.
        let path = unsafe { name(path, Step::RuntimeDirectory) }?;
        options.add_runtime_directory(path, mode)
    };
    // SAFETY: rule 2.
    unsafe { change(options, set) }
}

/// The user that the daemon becomes, by name or number, with all of the user's groups; default: no change. The change
/// cannot be taken back. HOME, USER, LOGNAME and SHELL become the user's, unless daemonize_options_setenv() sets them.
/// For a number that the user database does not have, they are unset.
///
/// The process must have the right to become that user, or be it already. Ids that are right already are not set again.
/// If the process may not set its supplementary groups, all those that it has must be the user's, else the start fails
/// with EPERM.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_user(options: *mut daemonize_options, name: *const c_char) -> c_int {
    // SAFETY: rules 1 and 2.
    unsafe { set_text(options, name, Step::User) }
}

/// The group, by name or number; default: the user's own.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_group(options: *mut daemonize_options, name: *const c_char) -> c_int {
    // SAFETY: rules 1 and 2.
    unsafe { set_text(options, name, Step::Group) }
}

/// Keeps a capability when the daemon changes its user, such as CAP_NET_BIND_SERVICE of linux/capability.h, to bind to
/// ports below 1024. Can be called for several. The daemon has it permitted, effective, inheritable and ambient, so the
/// programs that it executes have it, too. EINVAL for a number that the kernel does not know. The start fails with
/// EPERM if the process does not have it. It has no effect unless the daemon becomes a user other than root.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_keep_capability(
    options: *mut daemonize_options,
    capability: c_int,
) -> c_int {
    // SAFETY: rule 2.
    unsafe { set_value(options, capability, Options::keep_capability) }
}

/// Allows core dumps, and tracing by the same user; default false. The kernel forbids both to a process that has
/// changed its user. RLIMIT_CORE is not changed: that is up to the program.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_core_dumps(
    options: *mut daemonize_options,
    allow: MaybeUninit<bool>,
) -> c_int {
    let set = |options: &mut Options, allow| {
        options.core_dumps = allow;
        Ok(())
    };
    // SAFETY: rule 2.
    unsafe { set_value(options, truth(allow), set) }
}
