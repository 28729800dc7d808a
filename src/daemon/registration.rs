//! The files that the running daemon holds: removed at its clean end, let go by what it forks.

use core::cell::UnsafeCell;
use core::ffi::c_int;
use core::sync::atomic::{AtomicI32, Ordering};

use super::pidfile::{LockedFile, Place};
use crate::sys::fd;
use crate::sys::process::{self, Pid};

/// A file that the daemon holds locked.
struct Held {
    /// 0 for none, which is no number that the library's own files have.
    number: AtomicI32,
    place: UnsafeCell<Option<Place>>,
}

impl Held {
    const fn none() -> Held {
        Held { number: AtomicI32::new(0), place: UnsafeCell::new(None) }
    }

    fn hold(&self, file: Option<LockedFile>) {
        let Some(file) = file else { return };
        let (number, place) = file.into_parts();
        // SAFETY: `register` calls this with `owner` 0: nobody reads, and no other thread makes a daemon of the process.
        // What stood there belonged to the daemon that this process was forked from; nothing is freed after a fork.
        unsafe { self.place.get().write(Some(place)) };
        self.number.store(number, Ordering::Relaxed);
    }

    /// Gives the file up: `end` first. The number is not touched if the program has closed it and opened another file.
    #[inline(never)]
    fn let_go(&self, end: impl FnOnce(&Place, c_int)) {
        let number = self.number.swap(0, Ordering::Relaxed);
        // SAFETY: written before `owner` was set, and whoever has reset `owner` is alone here.
        match unsafe { &*self.place.get() } {
            Some(place) if number > 0 && place.is_open_as(number) => {
                end(place, number);
                fd::close(number);
            }
            _ => {}
        }
    }
}

/// At most one daemon lives in a process.
struct Registration {
    /// 0: none.
    owner: AtomicI32,
    pidfile: Held,
    lockfile: Held,
}

// SAFETY: the places are written by `register` alone, with `owner` 0 and all signals blocked, before `owner` is set.
unsafe impl Sync for Registration {}

static HELD: Registration = Registration { owner: AtomicI32::new(0), pidfile: Held::none(), lockfile: Held::none() };

/// Takes over the locked files for the daemon `pid`, this process.
pub fn register(pid: Pid, pidfile: Option<LockedFile>, lockfile: Option<LockedFile>) {
    end();
    HELD.pidfile.hold(pidfile);
    HELD.lockfile.hold(lockfile);
    HELD.owner.store(pid, Ordering::Release);
}

/// Is this process the daemon that the library made?
pub fn is_daemon() -> bool {
    HELD.owner.load(Ordering::Acquire) == process::id()
}

/// The daemon's clean end: empties and removes its pid file, once. For exit and for signal handlers.
pub fn end() {
    let pid = process::id();
    if HELD.owner.compare_exchange(pid, 0, Ordering::AcqRel, Ordering::Relaxed).is_ok() {
        HELD.pidfile.let_go(Place::remove);
        HELD.lockfile.let_go(|_, _| {});
    }
}

/// In a forked child: the locks live as long as the daemon, and the child is not it.
pub fn let_go_in_child() {
    let owner = HELD.owner.load(Ordering::Acquire);
    if owner != 0 && owner != process::id() {
        HELD.owner.store(0, Ordering::Release);
        HELD.pidfile.let_go(|_, _| {});
        HELD.lockfile.let_go(|_, _| {});
    }
}

extern "C" fn at_exit() {
    end();
}

/// Run by `exit`, after the program's own exit handlers.
#[used]
#[unsafe(link_section = ".fini_array")]
static AT_EXIT: extern "C" fn() = at_exit;
