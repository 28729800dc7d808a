//! The files that the running daemon holds. Its pid file is removed at its clean end, and both are closed in its forked
//! children.

use core::cell::UnsafeCell;
use core::ffi::c_int;
use core::sync::atomic::{AtomicI32, Ordering};

use super::locked_file::LockedFile;
use super::place::Place;
use crate::error::{Error, Result, Step};
use crate::sys::fd;
use crate::sys::file::{self, Identity};
use crate::sys::fork_handlers::{self, ForkHandlers};
use crate::sys::process::{self, Pid};

/// A file that the daemon holds locked.
struct Held {
    /// 0 for none: the library's own files never have that descriptor.
    descriptor: AtomicI32,
    place: UnsafeCell<Option<(Place, Identity)>>,
}

impl Held {
    const fn none() -> Held {
        Held { descriptor: AtomicI32::new(0), place: UnsafeCell::new(None) }
    }

    // One copy for all who call it.
    #[inline(never)]
    fn hold(&self, file: Option<LockedFile>) {
        let Some(file) = file else { return };
        let (descriptor, place, identity) = file.into_parts();
        // SAFETY: `register` calls this while `owner` is 0, so nobody reads the place, and only one thread makes a
        // daemon of the process. The former value is overwritten and not dropped: nothing is freed after a fork.
        unsafe { self.place.get().write(Some((place, identity))) };
        self.descriptor.store(descriptor, Ordering::Relaxed);
    }

    /// Closes the file, after `end`. A descriptor that the program has closed, and opened another file under, is left
    /// alone.
    fn close(&self, end: impl FnOnce(&Place, Identity, c_int)) {
        let descriptor = self.descriptor.swap(0, Ordering::Relaxed);
        // SAFETY: the place was written before `owner` was set. Only the one caller that has reset `owner` to 0 gets
        // here, and nobody writes before it has returned.
        match unsafe { &*self.place.get() } {
            Some((place, identity)) if descriptor > 0 && file::is_open_as(descriptor, *identity) => {
                end(place, *identity, descriptor);
                fd::close(descriptor);
            }
            _ => {}
        }
    }
}

/// At most one daemon lives in a process.
struct Registration {
    /// The daemon's pid; 0: none.
    owner: AtomicI32,
    pidfile: Held,
    lockfile: Held,
}

// SAFETY: the places are written by `register` alone, with `owner` 0 and all signals blocked, before `owner` is set.
unsafe impl Sync for Registration {}

// Every process reads it as it exits: in `.data`, whose page the loader writes anyway, it costs no page fault.
#[unsafe(link_section = ".data")]
static HELD: Registration = Registration { owner: AtomicI32::new(0), pidfile: Held::none(), lockfile: Held::none() };

/// Before a start that will hold files: has forked children close them.
pub fn prepare() -> Result<()> {
    static AROUND_FORK: ForkHandlers = ForkHandlers { before: || {}, in_child: close_in_child };
    fork_handlers::register(&AROUND_FORK).map_err(|errno| Error::at(Step::ForkHandlers, errno))
}

/// Takes over the locked files for the daemon `pid`, this process.
pub fn register(pid: Pid, pidfile: Option<LockedFile>, lockfile: Option<LockedFile>) {
    end_with(Place::remove);
    HELD.pidfile.hold(pidfile);
    HELD.lockfile.hold(lockfile);
    HELD.owner.store(pid, Ordering::Release);
}

/// The daemon's clean end: empties and removes its pid file. It does so only once, and may be called at exit and in
/// signal handlers.
pub fn end() {
    end_with(Place::remove_at_end);
}

fn end_with(remove: fn(&Place, Identity)) {
    if HELD.owner.load(Ordering::Relaxed) == 0 {
        return;
    }
    let pid = process::id();
    if HELD.owner.compare_exchange(pid, 0, Ordering::AcqRel, Ordering::Relaxed).is_ok() {
        HELD.pidfile.close(|place, identity, descriptor| {
            let _ = file::truncate(descriptor, 0);
            remove(place, identity);
        });
        HELD.lockfile.close(|_, _, _| {});
    }
}

/// A forked child is not the daemon. It closes its copies of the descriptors, so that the locks end with the daemon.
fn close_in_child() {
    let owner = HELD.owner.load(Ordering::Acquire);
    if owner != 0 && owner != process::id() {
        HELD.owner.store(0, Ordering::Release);
        HELD.pidfile.close(|_, _, _| {});
        HELD.lockfile.close(|_, _, _| {});
    }
}

extern "C" fn at_exit() {
    end();
}

/// Run by `exit`, after the program's own exit handlers.
#[used]
#[unsafe(link_section = ".fini_array")]
static AT_EXIT: extern "C" fn() = at_exit;
