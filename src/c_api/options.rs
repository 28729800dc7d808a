//! The options of a daemon: where it runs, what it writes to, which files it holds, who it is.

use core::ffi::{c_char, c_int};
use core::mem::MaybeUninit;
use core::ptr::NonNull;

use libc::mode_t;

use super::{FIRST_PAGE_END, Family, enter, enter_for_status, invalid_pointer, name, truth};
use crate::error::{Error, Result, Step};
use crate::launch::options::{self, Options, Text};
use crate::sys::{Errno, heap};

/// What a daemon should be. Made by daemonize_options_new(), set by the functions below, each of which copies what it is
/// given and returns 0, or -1 and changes nothing: EINVAL for NULL and nonsense, ENOMEM.
#[allow(non_camel_case_types)]
pub struct daemonize_options(pub(crate) Options);

/// The options behind a caller's pointer, for reading.
///
/// # Safety
/// Rule 2.
pub(super) unsafe fn options_at<'a>(options: *const daemonize_options) -> Result<&'a Options> {
    if options.addr() < FIRST_PAGE_END {
        return Err(invalid_pointer(Step::Options));
    }
    // SAFETY: rule 2 for every other address.
    Ok(unsafe { &(*options).0 })
}

/// Has `set` change the options: 0, or -1.
///
/// # Safety
/// Rule 2.
pub(super) unsafe fn change(options: *mut daemonize_options, set: impl FnOnce(&mut Options) -> Result<()>) -> c_int {
    enter_for_status(Family::Daemonize, || {
        if options.addr() < FIRST_PAGE_END {
            return Err(invalid_pointer(Step::Options));
        }
        // SAFETY: rule 2 for every other address: nobody else uses the options meanwhile.
        set(unsafe { &mut (*options).0 })
    })
}

/// Sets the option that `place` finds to a copy of `value`: 0, or -1.
///
/// # Safety
/// Rules 1 and 2.
unsafe fn set_text(
    options: *mut daemonize_options,
    value: *const c_char,
    step: Step,
    place: fn(&mut Options) -> &mut Text,
) -> c_int {
    let set = |options: &mut Options| {
        // SAFETY: rule 1.
        let value = unsafe { name(value, step) }?;
        *place(options) = Some(options::copy(value)?);
        Ok(())
    };
    // SAFETY: rule 2.
    unsafe { change(options, set) }
}

/// New options, all at their defaults; NULL with ENOMEM. To be given to daemonize_options_free().
#[unsafe(no_mangle)]
pub extern "C" fn daemonize_options_new() -> *mut daemonize_options {
    enter(Family::Daemonize, core::ptr::null_mut(), || match heap::place(daemonize_options(Options::new())) {
        Some(options) => Ok(options.as_ptr()),
        None => Err(Error::at(Step::Options, Errno::ENOMEM)),
    })
}

/// Frees options; NULL is nothing. A daemon made with them does not need them any more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_free(options: *mut daemonize_options) {
    if let Some(options) = NonNull::new(options) {
        // SAFETY: rule 2: it came from daemonize_options_new() and is freed once.
        unsafe { options.drop_in_place() };
        // SAFETY: it came from the heap, and nothing is left in it.
        unsafe { heap::release(options) };
    }
}

/// The working directory; default "/". With a chroot it is a path inside of it. It is entered as the daemon's user.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_directory(options: *mut daemonize_options, path: *const c_char) -> c_int {
    // SAFETY: rules 1 and 2.
    unsafe { set_text(options, path, Step::Directory, |options| &mut options.directory) }
}

/// The root directory; default: that of the launcher. Log, pid and lock file are opened before, so their paths are those
/// outside. Needs CAP_SYS_CHROOT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_chroot(options: *mut daemonize_options, path: *const c_char) -> c_int {
    // SAFETY: rules 1 and 2.
    unsafe { set_text(options, path, Step::Chroot, |options| &mut options.chroot) }
}

/// The umask, at most 0777; default 0. Files that the library itself makes are never writable by group or others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_umask(options: *mut daemonize_options, mask: mode_t) -> c_int {
    // SAFETY: rule 2.
    unsafe { change(options, |options| options.set_umask(mask)) }
}

/// The file that standard input reads; default /dev/null. A FIFO is waited for until a process has opened it for writing, as
/// long as daemonize_options_setup_timeout() and daemonize_options_wait_ready() say. A symbolic link on the way that belongs to neither
/// root nor the caller is not followed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_stdin(options: *mut daemonize_options, path: *const c_char) -> c_int {
    // SAFETY: rules 1 and 2.
    unsafe { set_text(options, path, Step::StandardInput, |options| &mut options.stdin) }
}

/// The file that standard output is appended to, made with mode 0644 less the launcher's umask; default /dev/null (in the
/// foreground: what it was). C's stdout then writes each line when it is complete, unless the program has it unbuffered.
///
/// Refused with EPERM: a file or FIFO that belongs to neither root nor the caller nor the daemon's user, and a path with a
/// symbolic link on it that belongs to neither root nor the caller; with EMLINK: a file with another hard link in a directory where others may
/// make some. A FIFO is waited for until a process has opened it for reading, as long as
/// daemonize_options_setup_timeout() and daemonize_options_wait_ready() say: then ETIMEDOUT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_stdout(options: *mut daemonize_options, path: *const c_char) -> c_int {
    // SAFETY: rules 1 and 2.
    unsafe { set_text(options, path, Step::StandardOutput, |options| &mut options.stdout) }
}

/// The same for standard error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_stderr(options: *mut daemonize_options, path: *const c_char) -> c_int {
    // SAFETY: rules 1 and 2.
    unsafe { set_text(options, path, Step::StandardError, |options| &mut options.stderr) }
}

/// One file for standard output and standard error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_log(options: *mut daemonize_options, path: *const c_char) -> c_int {
    let set = |options: &mut Options| {
        // SAFETY: rule 1.
        let path = unsafe { name(path, Step::Log) }?;
        options.set_log(path)
    };
    // SAFETY: rule 2.
    unsafe { change(options, set) }
}

/// Whether the files of standard output and error are emptied, once nothing else can fail; default false.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_truncate(
    options: *mut daemonize_options,
    truncate: MaybeUninit<bool>,
) -> c_int {
    let set = |options: &mut Options| {
        options.truncate = truth(truncate);
        Ok(())
    };
    // SAFETY: rule 2.
    unsafe { change(options, set) }
}

/// The signal on which the daemon opens its log files again, inside the signal handler: after a rotation by renaming no
/// line is lost and the program has nothing to do. 0, the default: none.
///
/// The daemon's user has to be allowed to open or make the file, and its path has to exist inside the new root directory. A file
/// that cannot be opened, or would be refused at a start, or is a FIFO without a reader leaves things as they are, and a line in
/// the old log says so.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_reopen_on(options: *mut daemonize_options, signal: c_int) -> c_int {
    // SAFETY: rule 2.
    unsafe { change(options, |options| options.set_reopen_on(signal)) }
}

/// The pid file; default none. It is locked as long as the daemon lives, holds its pid before the launcher leaves, is not
/// followed through a symbolic link, and is emptied and removed at a clean end: exit(3), or one of
/// SIGTERM, SIGINT and SIGQUIT that is at its default, in the foreground SIGHUP, too.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_pidfile(options: *mut daemonize_options, path: *const c_char) -> c_int {
    // SAFETY: rules 1 and 2.
    unsafe { set_text(options, path, Step::PidFile, |options| &mut options.pidfile) }
}

/// A file that is locked as long as the daemon lives, without a pid in it, and that stays; default none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_lockfile(options: *mut daemonize_options, path: *const c_char) -> c_int {
    // SAFETY: rules 1 and 2.
    unsafe { set_text(options, path, Step::LockFile, |options| &mut options.lockfile) }
}

/// The pid file's mode, whatever the umask; default 0644. EINVAL for more than 0777, and where group or others could write to it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_pidfile_mode(options: *mut daemonize_options, mode: mode_t) -> c_int {
    // SAFETY: rule 2.
    unsafe { change(options, |options| options.set_pidfile_mode(mode)) }
}

/// Whether the pid and the lock file stay open over an exec, and so locked by the program that the daemon becomes; default false: they
/// are closed, and the lock is gone. What that program starts holds the lock on, too, until all of it has ended.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_keep_lock(
    options: *mut daemonize_options,
    over_exec: MaybeUninit<bool>,
) -> c_int {
    let set = |options: &mut Options| {
        options.keep_lock = truth(over_exec);
        Ok(())
    };
    // SAFETY: rule 2.
    unsafe { change(options, set) }
}

/// A directory that is made where it is missing, as one in /run is after a restart of the machine: before log, pid and lock file
/// are opened, for the daemon's user and group, with exactly `mode` (EINVAL for more than 07777). It is removed again when the start
/// fails; one that is there is taken as it is. Can be called for several, the outer ones first.
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

/// The user, by name or number, with all of the user's groups; default: stay. The change cannot be taken back. HOME, USER,
/// LOGNAME and SHELL become the user's, unless daemonize_options_setenv() sets them; of a number without an entry they are unset.
///
/// The process needs the right to become that user, or to be it already: what is right already is not set again. Where it may not
/// set its supplementary groups, those that it has must be the user's, else EPERM.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_user(options: *mut daemonize_options, name: *const c_char) -> c_int {
    // SAFETY: rules 1 and 2.
    unsafe { set_text(options, name, Step::User, |options| &mut options.user) }
}

/// The group, by name or number; default: the user's own.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_group(options: *mut daemonize_options, name: *const c_char) -> c_int {
    // SAFETY: rules 1 and 2.
    unsafe { set_text(options, name, Step::Group, |options| &mut options.group) }
}

/// Keeps a capability over the change of the user, such as CAP_NET_BIND_SERVICE of linux/capability.h, to bind to ports below
/// 1024; can be called for several. The daemon has it permitted, effective, inheritable and ambient: programs that it executes
/// have it, too. EINVAL for a number that the kernel does not know; a start fails with EPERM when the process does not have it.
/// Without another user than root it has no effect.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_keep_capability(
    options: *mut daemonize_options,
    capability: c_int,
) -> c_int {
    // SAFETY: rule 2.
    unsafe { change(options, |options| options.keep_capability(capability)) }
}

/// Allows core dumps, and tracing by the same user, which the kernel forbids a process that has changed its user; default false.
/// RLIMIT_CORE is another matter, and the program's own.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_core_dumps(
    options: *mut daemonize_options,
    allow: MaybeUninit<bool>,
) -> c_int {
    let set = |options: &mut Options| {
        options.core_dumps = truth(allow);
        Ok(())
    };
    // SAFETY: rule 2.
    unsafe { change(options, set) }
}
