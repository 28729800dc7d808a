//! Whether other threads run, where there is no /proc to tell.

use core::ffi::c_char;

use super::{Errno, loader, namespace};

/// Do other threads run? Where nobody can tell, they may.
pub fn others_run() -> bool {
    // Only a process without other threads could leave its thread group, and it changes nothing there.
    match namespace::unshare(libc::CLONE_THREAD) {
        Ok(()) => false,
        Err(Errno::EINVAL) => true,
        Err(_) => !has_always_had_one(),
    }
}

/// Does libc know that there has never been a second one? Since glibc 2.32.
fn has_always_had_one() -> bool {
    let place = loader::symbol(c"__libc_single_threaded").cast::<c_char>();
    // SAFETY: NULL, or libc's variable of this name, a char that only a new thread changes.
    unsafe { place.as_ref() }.is_some_and(|&single_threaded| single_threaded != 0)
}
