//! Where PHP was when handlers came in between, and the exceptions on their way then and thrown meanwhile.

use core::cell::Cell;
use core::ffi::c_void;
use core::ptr::null_mut;

use crate::abi::frame::{Frame, Instruction};
use crate::abi::value::{Counted, Value};
use crate::engine::executor::Executor;
use crate::engine::{Engine, OfPhp};

/// So many exceptions of handlers are made one chain. A storm of signals may have more of them before PHP comes to handle the
/// first one: it would use up the memory, and PHP its stack when it lets go of them. Those thrown last are let go.
const LONGEST_CHAIN: u32 = 1000;

/// The exception that was left behind last, and how many are in its chain.
static LEFT: OfPhp<Cell<(*mut Counted, u32)>> = OfPhp(Cell::new((null_mut(), 0)));

/// Where PHP was, and the exception that was on its way there.
pub struct Interrupted {
    engine: &'static Engine,
    executor: Executor,
    /// The call that was under way, and the nearest one that the engine can tell something of: FFI's has no function.
    call: *mut Frame,
    frame: *mut Frame,
    /// Where that one was, if it is written in PHP.
    instruction: *const Instruction,
    thrown_at: *const c_void,
    pending: *mut Counted,
    /// What the handlers have thrown.
    thrown: *mut Counted,
    /// How many they have thrown one upon the other.
    length: u32,
    /// Whatever is thrown ends the handling, not only the script's exit.
    stops: bool,
}

impl Interrupted {
    pub fn set_aside(engine: &'static Engine, executor: Executor, stops: bool) -> Interrupted {
        // SAFETY: PHP's thread, its globals; frames live as long as their calls.
        unsafe {
            let call = *executor.frame;
            let nameless = call.as_ref().is_some_and(|call| call.function.is_null());
            let frame = if nameless { (*call).caller } else { call };
            *executor.frame = frame;
            let pending = *executor.exception;
            let length = match LEFT.0.get() {
                (left, length) if left == pending && !left.is_null() => length,
                _ => 0,
            };
            let written = frame.as_ref().filter(|frame| frame.is_written_in_php());
            let interrupted = Interrupted {
                engine,
                executor,
                call,
                frame,
                instruction: written.map_or(core::ptr::null(), |frame| frame.instruction),
                thrown_at: *executor.thrown_at,
                pending,
                thrown: null_mut(),
                length,
                stops,
            };
            *executor.exception = null_mut();
            interrupted
        }
    }

    /// Takes what the handler has thrown, and sets what that has changed back. True when no other handler is to run now.
    pub fn collect(&mut self) -> bool {
        // SAFETY: PHP's thread, its globals; frames and exceptions live as long as what is held here.
        unsafe {
            let thrown = *self.executor.exception;
            if thrown.is_null() {
                return false;
            }
            *self.executor.exception = null_mut();
            *self.executor.thrown_at = self.thrown_at;
            if !self.instruction.is_null() {
                (*self.frame).instruction = self.instruction;
            }
            let is_exit = (self.engine.symbols.zend_is_unwind_exit)(thrown);
            if self.length == LONGEST_CHAIN && !is_exit {
                self.release(thrown);
                return false;
            }
            self.length += 1;
            self.thrown = self.chain(thrown, self.thrown);
            self.stops || self.exits()
        }
    }

    /// Has a handler ended the script?
    pub fn exits(&self) -> bool {
        // SAFETY: a living exception, if there is one.
        !self.thrown.is_null() && unsafe { (self.engine.symbols.zend_is_unwind_exit)(self.thrown) }
    }

    /// # Safety
    /// A living exception that is ours to release.
    unsafe fn release(&self, thrown: *mut Counted) {
        // SAFETY: a living exception, which the caller gives up.
        unsafe { (self.engine.symbols.zval_ptr_dtor)(&mut Value::object(thrown)) };
    }

    /// `thrown`, with `former` as the one before it. An exit is not replaced, nor does it have one before it.
    ///
    /// # Safety
    /// Living exceptions, each with a user that is ours to pass on or to end, or NULL; on PHP's thread.
    unsafe fn chain(&self, thrown: *mut Counted, former: *mut Counted) -> *mut Counted {
        let symbols = &self.engine.symbols;
        if former.is_null() || thrown.is_null() {
            return if thrown.is_null() { former } else { thrown };
        }
        // SAFETY: both are living exceptions, because neither is NULL here.
        unsafe {
            if (symbols.zend_is_unwind_exit)(former) {
                self.release(thrown);
                return former;
            }
            if (symbols.zend_is_unwind_exit)(thrown) {
                self.release(former);
            } else {
                (symbols.zend_exception_set_previous)(thrown, former);
            }
        }
        thrown
    }

    /// Leaves PHP as it was, or at the exception that it is to handle now.
    pub fn go_on(self) {
        let executor = &self.executor;
        // SAFETY: PHP's thread, its globals; frames and exceptions live as long as what is held here.
        unsafe {
            *executor.exception = self.chain(self.thrown, self.pending);
            LEFT.0.set((*executor.exception, self.length));
            *executor.thrown_at = self.thrown_at;
            let begins = self.pending.is_null() && !self.thrown.is_null();
            if begins && self.call == self.frame && !self.instruction.is_null() {
                (*self.frame).blank_argument();
                *executor.thrown_at = self.instruction.cast();
                (*self.frame).instruction = executor.handles_exception.cast();
            }
            *executor.frame = self.call;
        }
    }
}
