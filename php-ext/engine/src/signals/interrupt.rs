//! Handlers between two instructions: the function that the engine calls when its flag is set, ours in front of the one that
//! was there, and the flag, which a signal sets.

use core::cell::Cell;
use core::ptr::null_mut;
use core::sync::atomic::{AtomicBool, AtomicPtr, AtomicU8, Ordering};

use super::{dispatch, handlers};
use crate::abi::frame::Frame;
use crate::engine::symbols::Interrupt;
use crate::engine::{Engine, OfPhp, engine};
use crate::libdaemon;

/// Have signals arrived since handlers last ran? One read for who asks again and again.
#[unsafe(link_section = ".data")]
static WAITING: AtomicBool = AtomicBool::new(false);

/// The engine's flag, while handlers are to run by themselves.
#[unsafe(link_section = ".data")]
static FLAG: AtomicPtr<AtomicU8> = AtomicPtr::new(null_mut());

/// Has the engine been given our function?
#[unsafe(link_section = ".data")]
static INSTALLED: OfPhp<Cell<bool>> = OfPhp(Cell::new(false));

/// What the engine called before; it stays when ours is taken out, as somebody before us may call ours.
#[unsafe(link_section = ".data")]
static FORMER: OfPhp<Cell<Interrupt>> = OfPhp(Cell::new(None));

/// Has the engine called our function as it should? Until then the offsets in its globals are only believed.
#[unsafe(link_section = ".data")]
static PROVED: OfPhp<Cell<bool>> = OfPhp(Cell::new(false));

/// Called in the signal handler.
pub fn signal_queued() {
    WAITING.store(true, Ordering::Release);
    // SAFETY: NULL, or the flag of a running engine, which it reads as an atomic byte.
    if let Some(flag) = unsafe { FLAG.load(Ordering::Acquire).as_ref() } {
        flag.store(1, Ordering::Release);
    }
}

/// Have signals arrived since `set_waiting(false)`?
pub fn is_waiting() -> bool {
    WAITING.load(Ordering::Relaxed)
}

pub fn set_waiting(waiting: bool) {
    WAITING.store(waiting, Ordering::Release);
}

/// As PHP starts, maybe again in this process: it has forgotten our function.
pub fn forget() {
    INSTALLED.0.set(false);
}

/// Puts our function in front, once.
pub fn install(engine: &Engine) {
    // SAFETY: an exported variable of the engine, which no PHP code runs with yet, or only on this thread.
    let present = unsafe { &mut *engine.symbols.zend_interrupt_function };
    if !INSTALLED.0.replace(true) && !is_ours(present) {
        FORMER.0.set(present.replace(interrupted));
    }
}

/// At the end of pcntl: takes ours out, unless there is another one in front of it.
pub fn remove(engine: &Engine) {
    // SAFETY: an exported variable of the engine, which no PHP code runs with any more, or only on this thread.
    let present = unsafe { &mut *engine.symbols.zend_interrupt_function };
    if is_ours(present) {
        *present = FORMER.0.get();
    }
}

fn is_ours(present: &Interrupt) -> bool {
    present.map(|function| function as usize) == Some(interrupted as *const () as usize)
}

/// As a request begins: has the engine call our function soon, once, to see whether the offsets are right.
pub fn prove(engine: &Engine) {
    if PROVED.0.get() {
        return;
    }
    let Some(executor) = engine.executor() else { return };
    // SAFETY: two bytes inside the globals of that version.
    unsafe {
        // Both the flag and its neighbour, which says that the time is up, are 0 or 1, and the time is not up.
        if *executor.interrupt <= 1 && *executor.interrupt.add(1) == 0 {
            *executor.interrupt = 1;
        }
    }
}

/// From now on signals are told of.
pub fn watch() {
    libdaemon::on_signal_queued(signal_queued);
}

/// Do handlers run by themselves?
pub fn is_asynchronous() -> bool {
    !FLAG.load(Ordering::Relaxed).is_null()
}

/// Has handlers run by themselves from now on, or no more. False when that is not possible.
pub fn set_asynchronous(engine: &Engine, on: bool) -> bool {
    let executor = engine.executor().filter(|_| on && PROVED.0.get());
    FLAG.store(executor.map_or(null_mut(), |executor| executor.interrupt.cast()), Ordering::Release);
    executor.is_some() || !on
}

/// At the end of a request.
pub fn end() {
    FLAG.store(null_mut(), Ordering::Release);
    set_waiting(false);
}

unsafe extern "C" fn interrupted(frame: *mut Frame) {
    let engine = engine();
    if PROVED.0.get() {
        if is_waiting() && is_asynchronous() && handlers::are_ours(engine) {
            dispatch::run(engine, false);
        }
    } else if let Some(executor) = engine.executor() {
        // SAFETY: inside the engine's globals, whatever is there.
        PROVED.0.set(unsafe { *executor.frame } == frame);
    }
    if let Some(former) = FORMER.0.get() {
        // SAFETY: the engine's own call, passed on.
        unsafe { former(frame) };
    }
}
