//! Files and folders, within open_basedir.

use core::ffi::{CStr, c_char, c_int};

use super::{succeeded, text_or_false};
use crate::abi::value::Value;
use crate::call::{Call, Given, GivenText, place};
use crate::libdaemon::c_api::posix_files;
use crate::libdaemon::{errno, set_posix_errno};

/// MAXPATHLEN.
pub const LONGEST: usize = 4096;
const DEVICE: i64 = (libc::S_IFCHR | libc::S_IFBLK) as i64;

pub fn posix_mkfifo(call: &Call) -> Given {
    let (mut path, mut permissions) = (GivenText::NONE, 0i64);
    call.parse(c"pl", &[place(&mut path.start), place(&mut path.length), place(&mut permissions)])?;
    if is_forbidden(call, path.start) {
        return Some(Value::FALSE);
    }
    // SAFETY: a text that lives through the call.
    succeeded(unsafe { posix_files::posix_mkfifo(path.start, permissions as u32) })
}

pub fn posix_mknod(call: &Call) -> Given {
    let (mut path, mut flags, mut major, mut minor) = (GivenText::NONE, 0i64, 0i64, 0i64);
    let places =
        [place(&mut path.start), place(&mut path.length), place(&mut flags), place(&mut major), place(&mut minor)];
    call.parse(c"pl|ll", &places)?;
    if is_forbidden(call, path.start) {
        return Some(Value::FALSE);
    }
    if flags & DEVICE == 0 {
        (major, minor) = (0, 0);
    } else if major == 0 {
        return call.value_error(3, c"cannot be 0 for the POSIX_S_IFCHR and POSIX_S_IFBLK modes");
    }
    // SAFETY: a text that lives through the call.
    succeeded(unsafe { posix_files::posix_mknod(path.start, flags as u32, major as u32, minor as u32) })
}

pub fn posix_access(call: &Call) -> Given {
    let (path, flags) = path_and_flags(call)?;
    let mut expanded = [0; LONGEST];
    if !expand(call, path, &mut expanded) {
        set_posix_errno(libc::EIO);
        return Some(Value::FALSE);
    }
    ask(call, expanded.as_ptr(), flags, posix_files::posix_access)
}

/// From PHP 8.3 on.
pub fn posix_eaccess(call: &Call) -> Given {
    let (path, flags) = path_and_flags(call)?;
    let mut expanded = [0; LONGEST];
    if !expand(call, path, &mut expanded) {
        return call.value_error(1, empty(call));
    }
    ask(call, expanded.as_ptr(), flags, posix_files::posix_eaccess)
}

/// What is said of an empty path.
pub fn empty(call: &Call) -> &'static CStr {
    if call.engine.version < 80400 { c"cannot be empty" } else { c"must not be empty" }
}

fn path_and_flags(call: &Call) -> Option<(*const c_char, c_int)> {
    let (mut path, mut flags) = (GivenText::NONE, 0i64);
    call.parse(c"p|l", &[place(&mut path.start), place(&mut path.length), place(&mut flags)])?;
    Some((path.start, flags as c_int))
}

fn ask(
    call: &Call,
    path: *const c_char,
    flags: c_int,
    access: unsafe extern "C" fn(*const c_char, c_int) -> c_int,
) -> Given {
    if is_forbidden(call, path) {
        set_posix_errno(libc::EPERM);
        return Some(Value::FALSE);
    }
    // SAFETY: a text that lives through the call.
    succeeded(unsafe { access(path, flags) })
}

/// Makes the path absolute from PHP's own working directory, without "." and ".."; false for one that is empty or too long.
fn expand(call: &Call, path: *const c_char, expanded: &mut [c_char; LONGEST]) -> bool {
    // SAFETY: a text, and the room that the engine wants.
    unsafe { !(call.engine.symbols.expand_filepath)(path, expanded.as_mut_ptr()).is_null() }
}

/// Does open_basedir forbid it? Without a warning.
fn is_forbidden(call: &Call, path: *const c_char) -> bool {
    // SAFETY: a text.
    unsafe { (call.engine.symbols.php_check_open_basedir_ex)(path, 0) != 0 }
}

pub fn posix_getcwd(call: &Call) -> Given {
    call.no_arguments()?;
    let mut buffer = [0; LONGEST];
    // SAFETY: room for so many bytes. Of thread-safe builds each thread has a directory of its own.
    let directory = unsafe {
        match call.engine.symbols.virtual_getcwd {
            Some(getcwd) if call.engine.thread_safe => {
                let directory = getcwd(buffer.as_mut_ptr(), LONGEST);
                if directory.is_null() {
                    set_posix_errno(errno());
                }
                directory
            }
            _ => posix_files::posix_getcwd(buffer.as_mut_ptr(), LONGEST),
        }
    };
    // SAFETY: NULL, or a text in the buffer.
    unsafe { text_or_false(call, directory) }
}
