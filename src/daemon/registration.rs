//! The files that the running daemon holds: removed at its clean end, let go by what it forks.

use core::cell::UnsafeCell;
use core::ffi::c_int;
use core::sync::atomic::{AtomicI32, Ordering};

use super::pidfile::{LockedFile, Place};
use crate::sys::fd;
use crate::sys::process::{self, Pid};

/// At most one daemon lives in a process. All zeroes: none.
struct Registration {
    owner: AtomicI32,
    /// Descriptors; 0 for none, which is no number that the library's own files have.
    pidfile: AtomicI32,
    lockfile: AtomicI32,
    /// Where the pid file is.
    place: UnsafeCell<Option<Place>>,
}

// SAFETY: `place` is written by `register` alone, with `owner` 0 and all signals blocked, before `owner` is set.
unsafe impl Sync for Registration {}

static HELD: Registration = Registration {
    owner: AtomicI32::new(0),
    pidfile: AtomicI32::new(0),
    lockfile: AtomicI32::new(0),
    place: UnsafeCell::new(None),
};

/// Takes over the locked files for the daemon `pid`, this process.
pub fn register(pid: Pid, pidfile: Option<LockedFile>, lockfile: Option<LockedFile>) {
    end();
    if let Some(pidfile) = pidfile {
        let (number, place) = pidfile.into_parts();
        // SAFETY: `end` has set `owner` to 0 if it was this process, and no other thread makes a daemon of it.
        // What stood there belonged to the daemon that this process was forked from; nothing is freed after a fork.
        unsafe { HELD.place.get().write(Some(place)) };
        HELD.pidfile.store(number, Ordering::Relaxed);
    }
    if let Some(lockfile) = lockfile {
        HELD.lockfile.store(lockfile.into_parts().0, Ordering::Relaxed);
    }
    HELD.owner.store(pid, Ordering::Release);
}

/// Is this process the daemon that the library made?
pub fn is_daemon() -> bool {
    HELD.owner.load(Ordering::Acquire) == process::id()
}

/// The daemon's clean end: empties and removes its pid file, once. For exit and for signal handlers.
pub fn end() {
    let pid = process::id();
    if HELD.owner.compare_exchange(pid, 0, Ordering::AcqRel, Ordering::Relaxed).is_err() {
        return;
    }
    let pidfile = HELD.pidfile.load(Ordering::Relaxed);
    // SAFETY: it was written before `owner` was set, and whoever reset `owner` is alone here.
    if let (1.., Some(place)) = (pidfile, unsafe { &*HELD.place.get() }) {
        place.remove(pidfile);
    }
    close_all();
}

/// In a forked child: the locks live as long as the daemon, and the child is not it.
pub fn let_go_in_child() {
    let owner = HELD.owner.load(Ordering::Acquire);
    if owner != 0 && owner != process::id() {
        HELD.owner.store(0, Ordering::Release);
        close_all();
    }
}

fn close_all() {
    for number in [&HELD.pidfile, &HELD.lockfile] {
        let number: c_int = number.swap(0, Ordering::Relaxed);
        if number > 0 {
            fd::close(number);
        }
    }
}

extern "C" fn at_exit() {
    end();
}

/// Run by `exit`, after the program's own exit handlers.
#[used]
#[unsafe(link_section = ".fini_array")]
static AT_EXIT: extern "C" fn() = at_exit;
