//! The options of a daemon: where it runs, what it writes to, which files it holds, who it is.

use core::ffi::{c_char, c_int};
use core::mem::MaybeUninit;
use core::ptr::NonNull;

use libc::mode_t;

use super::{code, name, null, truth};
use crate::daemon::options::{Options, Text};
use crate::error::{Outcome, failed_at};
use crate::sys::{Errno, heap};

/// What a daemon should be. Made by daemonize_options_new(), set by the functions below, each of which copies what it is
/// given and returns 0, or -1 and changes nothing: EINVAL for NULL and nonsense, ENOMEM.
#[allow(non_camel_case_types)]
pub struct daemonize_options(pub(crate) Options);

/// The options behind a caller's pointer; NULL and nonsense are refused.
///
/// # Safety
/// `options` must be NULL, inside the first page, or come from daemonize_options_new() and not be freed.
pub(super) unsafe fn options_at<'a>(options: *mut daemonize_options) -> Outcome<&'a mut Options> {
    if options.addr() < super::NONSENSE_BELOW {
        return Err(null("options"));
    }
    // SAFETY: the caller vouches for every other address.
    Ok(unsafe { &mut (*options).0 })
}

/// Has `set` change the options to `value`.
///
/// # Safety
/// As `options_at`.
#[inline(never)]
pub(super) unsafe fn change(
    options: *mut daemonize_options,
    value: u32,
    set: fn(&mut Options, u32) -> Outcome<()>,
) -> c_int {
    // SAFETY: the caller vouches for the pointer.
    code(unsafe { options_at(options) }.and_then(|options| set(options, value)))
}

/// # Safety
/// As `options_at`, and `value` must be NULL or a C string.
#[inline(never)]
unsafe fn set_text(options: *mut daemonize_options, which: Text, value: *const c_char) -> c_int {
    // SAFETY: the caller vouches for both pointers.
    let (options, value) = unsafe { (options_at(options), name(value, which.name())) };
    code(options.and_then(|options| options.set_text(which, value?)))
}

/// New options, all at their defaults; NULL with ENOMEM. To be given to daemonize_options_free().
#[unsafe(no_mangle)]
pub extern "C" fn daemonize_options_new() -> *mut daemonize_options {
    match heap::place(daemonize_options(Options::new())) {
        Some(options) => options.as_ptr(),
        None => {
            failed_at("options", Errno::ENOMEM);
            core::ptr::null_mut()
        }
    }
}

/// Frees options; NULL is nothing. A daemon made with them does not need them any more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_free(options: *mut daemonize_options) {
    if let Some(options) = NonNull::new(options) {
        // SAFETY: the conventions of the header: it came from daemonize_options_new() and is freed once.
        unsafe {
            options.drop_in_place();
            heap::release(options);
        }
    }
}

/// The working directory; default "/". With a chroot it is a path inside of it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_directory(options: *mut daemonize_options, path: *const c_char) -> c_int {
    // SAFETY: the conventions of the header.
    unsafe { set_text(options, Text::Directory, path) }
}

/// The root directory; default: that of the launcher. Log, pid and lock file are opened before, so their paths are those
/// outside. Needs CAP_SYS_CHROOT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_chroot(options: *mut daemonize_options, path: *const c_char) -> c_int {
    // SAFETY: the conventions of the header.
    unsafe { set_text(options, Text::Chroot, path) }
}

/// The umask, at most 0777; default 0. Files that the library itself makes are never writable by group or others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_umask(options: *mut daemonize_options, mask: mode_t) -> c_int {
    // SAFETY: the conventions of the header.
    unsafe { change(options, mask, Options::set_umask) }
}

/// The file that standard input reads; default /dev/null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_stdin(options: *mut daemonize_options, path: *const c_char) -> c_int {
    // SAFETY: the conventions of the header.
    unsafe { set_text(options, Text::Stdin, path) }
}

/// The file that standard output is appended to, made with mode 0644 less the launcher's umask; default /dev/null (in the
/// foreground: what it was).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_stdout(options: *mut daemonize_options, path: *const c_char) -> c_int {
    // SAFETY: the conventions of the header.
    unsafe { set_text(options, Text::Stdout, path) }
}

/// The same for standard error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_stderr(options: *mut daemonize_options, path: *const c_char) -> c_int {
    // SAFETY: the conventions of the header.
    unsafe { set_text(options, Text::Stderr, path) }
}

/// One file for standard output and standard error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_log(options: *mut daemonize_options, path: *const c_char) -> c_int {
    // SAFETY: the conventions of the header.
    unsafe { set_text(options, Text::Log, path) }
}

/// Whether the files of standard output and error are emptied, once nothing else can fail; default false.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_truncate(
    options: *mut daemonize_options,
    truncate: MaybeUninit<bool>,
) -> c_int {
    // SAFETY: the conventions of the header.
    unsafe {
        change(options, truth(truncate), |options, truncate| {
            options.truncate = truncate != 0;
            Ok(())
        })
    }
}

/// The signal on which the daemon opens its log files again, inside the signal handler: after a rotation by renaming no
/// line is lost and the program has nothing to do. 0, the default: none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_reopen_on(options: *mut daemonize_options, signal: c_int) -> c_int {
    // SAFETY: the conventions of the header.
    unsafe { change(options, signal as u32, |options, signal| options.set_reopen_on(signal as c_int)) }
}

/// The pid file; default none. It is locked as long as the daemon lives, holds its pid before the launcher leaves, is not
/// followed through a symbolic link, and is emptied and removed at a clean end: exit(3), or SIGTERM at its default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_pidfile(options: *mut daemonize_options, path: *const c_char) -> c_int {
    // SAFETY: the conventions of the header.
    unsafe { set_text(options, Text::Pidfile, path) }
}

/// A file that is locked as long as the daemon lives, without a pid in it, and that stays; default none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_lockfile(options: *mut daemonize_options, path: *const c_char) -> c_int {
    // SAFETY: the conventions of the header.
    unsafe { set_text(options, Text::Lockfile, path) }
}

/// The user, by name or number, with all of the user's groups; default: stay. The change cannot be taken back.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_user(options: *mut daemonize_options, name: *const c_char) -> c_int {
    // SAFETY: the conventions of the header.
    unsafe { set_text(options, Text::User, name) }
}

/// The group, by name or number; default: the user's own.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_group(options: *mut daemonize_options, name: *const c_char) -> c_int {
    // SAFETY: the conventions of the header.
    unsafe { set_text(options, Text::Group, name) }
}
