//! The PHP that this library is attached to: its handlers, and how a signal lets it know.

use core::cell::{Cell, UnsafeCell};
use core::ffi::{c_int, c_void};
use core::mem::MaybeUninit;
use core::ptr::null_mut;
use core::sync::atomic::{AtomicPtr, AtomicU8, AtomicU64, Ordering};

use super::engine::Engine;
use super::hook;
use super::values::{Object, Reference, Value};
use crate::error::{Error, Result, Step};
use crate::signals::{dispatch, handlers, held_back, notifier};
use crate::sys::Errno;
use crate::sys::signal::{self, LAST, Set, bit};

/// What only PHP's thread touches, which is the one that attached.
pub struct OfPhp<T>(pub T);

// SAFETY: said above, and kept: what comes in from PHP comes on its thread, and the hook asks where it is.
unsafe impl<T> Sync for OfPhp<T> {}

static ATTACHED: OfPhp<Cell<bool>> = OfPhp(Cell::new(false));

/// Written before ATTACHED is set.
static ENGINE: OfPhp<UnsafeCell<MaybeUninit<Engine>>> = OfPhp(UnsafeCell::new(MaybeUninit::zeroed()));

const PLACES: usize = LAST as usize + 1;

/// The closures that handle signals, NULL where there is none.
static CLOSURES: OfPhp<[Cell<*mut Object>; PLACES]> = OfPhp([const { Cell::new(null_mut()) }; PLACES]);

/// The signals that PHP has given a disposition, bit 0 for signal 1.
static GIVEN: AtomicU64 = AtomicU64::new(0);

/// A number in PHP that says whether signals wait: never NULL's own, so that a signal handler needs no question more.
static WAITING: AtomicPtr<u64> = AtomicPtr::new(null_mut());

/// The engine's flag, while handlers are to run by themselves.
static INTERRUPTED: AtomicPtr<AtomicU8> = AtomicPtr::new(null_mut());

/// The engine, on PHP's thread and while attached.
#[inline(never)]
pub fn engine() -> Option<&'static Engine> {
    // SAFETY: written before ATTACHED was set, and not written to while it is.
    let engine = ATTACHED.0.get().then(|| unsafe { (*ENGINE.0.get()).assume_init_ref() });
    engine.filter(|engine| engine.is_here())
}

fn unknown_engine() -> Error {
    let step = Step::PhpEngine;
    Error::new(Errno::ENOSYS, step, format_args!("{step}: not known here"))
}

/// Attaches to the PHP of this version. `waiting` refers to a number of PHP's: 1 from now on while signals wait.
///
/// # Safety
/// Called by PHP, on its thread; `waiting` must be alive.
pub unsafe fn attach(version: c_int, thread_safe: bool, waiting: *mut Reference) -> Result<()> {
    if ATTACHED.0.get() {
        return if engine().is_some() { Ok(()) } else { Err(unknown_engine()) };
    }
    // SAFETY: nobody has a reference to it while not attached.
    let place = unsafe { &mut *ENGINE.0.get() };
    let Some(engine) = Engine::find(place, version, thread_safe) else {
        return Err(unknown_engine());
    };
    // SAFETY: PHP's thread, a living reference, which has a user more from here on.
    unsafe {
        Object::add_user(&raw mut (*waiting).object);
        (*waiting).value = Value::long(0);
        WAITING.store(&raw mut (*waiting).value.payload, Ordering::Release);
        end_with_request(engine);
        hook::insert(engine);
    }
    notifier::register(announce);
    ATTACHED.0.set(true);
    Ok(())
}

/// Has `detach` called when PHP has run its shutdown functions and destructors, and before it clears its memory: resources
/// are ended then, whatever ended the script.
unsafe fn end_with_request(engine: &Engine) {
    static KIND: OfPhp<Cell<c_int>> = OfPhp(Cell::new(0));
    unsafe extern "C" fn ended(_: *mut c_void) {
        detach();
    }
    // SAFETY: PHP's thread, inside a request; kinds live as long as the process.
    unsafe {
        if KIND.0.get() == 0 {
            KIND.0.set((engine.functions.new_kind)(Some(ended), None, c"libdaemon".as_ptr(), 0));
        }
        (engine.functions.new_resource)(null_mut(), KIND.0.get());
    }
}

/// Sets every signal that PHP has changed back to its default, and lets PHP alone. As PHP does it, this unblocks them: one
/// that the program has blocked, and that waits, ends the process. What was held back for want of room ends nothing.
fn detach() {
    let Some(engine) = engine() else { return };
    INTERRUPTED.store(null_mut(), Ordering::Release);
    WAITING.store(null_mut(), Ordering::Release);
    let mut given = GIVEN.swap(0, Ordering::Relaxed);
    let mut changed = 0;
    while given != 0 {
        let signal = given.trailing_zeros() as c_int + 1;
        if signal::action(signal).is_ok_and(|action| !action.is_default()) {
            changed |= bit(signal);
        }
        let _ = handlers::set(signal, handlers::Handler::Default, false);
        given &= given.wrapping_sub(1);
    }
    for place in CLOSURES.0.iter().filter(|place| !place.get().is_null()) {
        // SAFETY: PHP's thread has its engine.
        unsafe { replace(engine, place, null_mut()) };
    }
    hook::remove(engine);
    dispatch::end();
    ATTACHED.0.set(false);
    signal::unblock(Set::from_bits(changed & !held_back::get()));
}

/// Keeps `closure` (NULL: none) as the handler of `signal`.
///
/// # Safety
/// On PHP's thread, with a living closure.
pub unsafe fn keep(engine: &Engine, signal: c_int, closure: *mut Object) {
    let Some(place) = usize::try_from(signal).ok().and_then(|place| CLOSURES.0.get(place)) else { return };
    GIVEN.fetch_or(bit(signal), Ordering::Relaxed);
    // SAFETY: the caller's promise is the same.
    unsafe { replace(engine, place, closure) };
}

/// Puts `closure` (NULL: none) where another may have been, which loses its user.
///
/// # Safety
/// As `keep`.
unsafe fn replace(engine: &Engine, place: &Cell<*mut Object>, closure: *mut Object) {
    // SAFETY: the caller's; what was kept had a user of its own, which ends here.
    unsafe {
        if !closure.is_null() {
            Object::add_user(closure);
        }
        let former = place.replace(closure);
        if !former.is_null() {
            (engine.functions.release)(&mut Value::object(former));
        }
    }
}

/// The closure that handles `signal`, NULL if there is none.
pub fn handler(signal: c_int) -> *mut Object {
    usize::try_from(signal).ok().and_then(|place| CLOSURES.0.get(place)).map_or(null_mut(), Cell::get)
}

/// What is wanted of the attachment: 0, that handlers run only when asked to, 1, by themselves, -1, its end. Otherwise it is
/// only asked after. Says whether it is there, and the engine has called the hook.
pub fn change(wanted: i64) -> bool {
    let Some(engine) = engine() else { return false };
    match wanted {
        0 => INTERRUPTED.store(null_mut(), Ordering::Release),
        1 => INTERRUPTED.store(engine.interrupted.cast(), Ordering::Release),
        -1 => detach(),
        _ => {}
    }
    hook::is_proved()
}

/// Do handlers run by themselves?
pub fn is_asynchronous() -> bool {
    !INTERRUPTED.load(Ordering::Relaxed).is_null()
}

/// A signal has been queued: PHP will know. Async-signal-safe.
fn announce() {
    note_waiting(1);
    // SAFETY: NULL, or the flag of an attached engine, which it reads as an atomic byte.
    if let Some(flag) = unsafe { INTERRUPTED.load(Ordering::Acquire).as_ref() } {
        flag.store(1, Ordering::Release);
    }
}

/// Tells PHP whether signals wait. Async-signal-safe.
#[inline(never)]
pub fn note_waiting(waiting: u64) {
    let number = WAITING.load(Ordering::Acquire);
    if !number.is_null() {
        // SAFETY: the payload of a number that PHP and this library share, which nobody else writes to.
        unsafe { AtomicU64::from_ptr(number).store(waiting, Ordering::Release) };
    }
}

const _: () = assert!(size_of::<Reference>() == 24);
