//! The function that the engine calls when its flag is set: ours, in front of the one that was there.

use core::cell::Cell;

use super::attachment::{self, OfPhp};
use super::engine::{Engine, Interrupt};
use super::round;
use super::values::Frame;

/// What was there before; it stays when ours is taken out, as somebody behind us may call it.
static FORMER: OfPhp<Cell<Interrupt>> = OfPhp(Cell::new(None));

/// Has it been called as it should be? Until then it does nothing: the offsets are taken on trust up to here.
static PROVED: OfPhp<Cell<bool>> = OfPhp(Cell::new(false));

fn ours() -> Interrupt {
    Some(interrupted)
}

/// Puts the hook in, and has the engine call it soon.
///
/// # Safety
/// On PHP's thread.
pub unsafe fn insert(engine: &Engine) {
    // SAFETY: an exported variable of the engine, which reads it on its own thread.
    unsafe {
        let present = *engine.functions.interrupt;
        if !is_ours(present) {
            FORMER.0.set(present);
            *engine.functions.interrupt = ours();
        }
        PROVED.0.set(false);
        *engine.interrupted = 1;
    }
}

/// Takes the hook out, unless another one has been put in front of it.
pub fn remove(engine: &Engine) {
    // SAFETY: as above; the engine is that of this thread.
    unsafe {
        if is_ours(*engine.functions.interrupt) {
            *engine.functions.interrupt = FORMER.0.get();
        }
    }
}

fn is_ours(function: Interrupt) -> bool {
    function.map(|function| function as usize) == ours().map(|function| function as usize)
}

/// Has the engine called it?
pub fn is_proved() -> bool {
    PROVED.0.get()
}

unsafe extern "C" fn interrupted(frame: *mut Frame) {
    if let Some(engine) = attachment::engine() {
        if PROVED.0.get() {
            let _ = round::run(engine, false);
        } else {
            // SAFETY: inside the engine's globals, whatever is there.
            PROVED.0.set(unsafe { *engine.frame } == frame);
        }
    }
    if let Some(former) = FORMER.0.get() {
        // SAFETY: the engine's own call, passed on.
        unsafe { former(frame) };
    }
}
