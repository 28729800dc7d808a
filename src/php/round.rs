//! A round of handlers: those of all signals that have arrived.

use core::cell::Cell;
use core::ffi::c_void;
use core::ptr::null_mut;

use super::attachment::{self, OfPhp};
use super::details::details;
use super::engine::Engine;
use super::values::{Frame, Instruction, Object, Value};
use crate::signals::handlers::{self, Handler};
use crate::signals::info::pcntl_siginfo;
use crate::signals::queue::QUEUE;
use crate::signals::{dispatch, event_descriptor, held_back};
use crate::sys::signal::{self, Set};

/// Runs the handlers of what has arrived by now, oldest first, all signals blocked. Inside a handler it does nothing.
/// After a handler that throws, the other signals wait for the next round if it `stops`; otherwise they go on being handled,
/// and what is thrown arrives together, as one chain, where PHP goes on.
pub fn run(engine: &Engine, stops: bool) -> i64 {
    if dispatch::is_idle() || !dispatch::begin() {
        return 0;
    }
    let mut interrupted = Interrupted::set_aside(engine, stops);
    loop {
        let mask = signal::block_all();
        attachment::note_waiting(0);
        let end = QUEUE.end();
        // SAFETY: PHP's thread; they take nothing and count.
        unsafe { (engine.functions.block_fibers)() };
        while !interrupted.ends && QUEUE.is_before(end) {
            let Some(info) = QUEUE.pop() else { break };
            deliver(engine, &info);
            interrupted.collect();
        }
        // SAFETY: as above.
        unsafe { (engine.functions.unblock_fibers)() };
        event_descriptor::update();
        let held = held_back::take();
        dispatch::end();
        signal::set_mask(Set::from_bits(mask.bits() & !held));
        // What the kernel has kept back until now had arrived before, too. Where handlers are asynchronous it interrupts again
        // by itself: one round for all of a storm would let nothing else run, and make one chain of all that is thrown.
        if held == 0 || interrupted.ends || !stops || !dispatch::begin() {
            break;
        }
    }
    if !QUEUE.is_empty() {
        attachment::note_waiting(1);
    }
    interrupted.go_on();
    0
}

fn deliver(engine: &Engine, info: &pcntl_siginfo) {
    match handlers::wanted(info.signo) {
        // SAFETY: the program gave this function for this purpose; `info` lives through the call.
        Handler::Call(callback) => unsafe { callback(info.signo, info) },
        Handler::Queue => call(engine, info),
        Handler::Default | Handler::Ignore => {}
    }
}

#[inline(never)]
fn call(engine: &Engine, info: &pcntl_siginfo) {
    let handler = attachment::handler(info.signo);
    if handler.is_null() {
        return;
    }
    let (mut callable, mut result) = (Value::object(handler), Value::UNDEFINED);
    let mut arguments = [Value::long(info.signo.into()), details(engine, info)];
    // SAFETY: PHP's thread, its functions; the values live through the call, which takes users of its own of them.
    unsafe {
        (engine.functions.call)(null_mut(), &mut callable, &mut result, 2, arguments.as_mut_ptr(), null_mut());
        (engine.functions.release)(&mut result);
        let [_, details] = &mut arguments;
        (engine.functions.release)(details);
    }
}

/// So many exceptions of handlers are made one chain. A storm of signals may have more of them before PHP comes to handle the
/// first one: it would use up the memory, and PHP its stack when it lets go of them. Those thrown last are let go.
const LONGEST_CHAIN: u32 = 1000;

/// The exception that the latest round has left behind, and how many are in its chain.
static LEFT: OfPhp<Cell<(*mut Object, u32)>> = OfPhp(Cell::new((null_mut(), 0)));

/// Where PHP was, and the exception that was on its way there.
struct Interrupted<'a> {
    engine: &'a Engine,
    /// The call that was under way, and the nearest one that the engine can tell something of: FFI's has no function.
    call: *mut Frame,
    frame: *mut Frame,
    /// Where that one was, if it is written in PHP.
    instruction: *const Instruction,
    thrown_at: *const c_void,
    pending: *mut Object,
    /// What the handlers have thrown.
    thrown: *mut Object,
    /// How many they have thrown one upon the other.
    length: u32,
    /// Whatever is thrown ends the round, not only the script's exit.
    stops: bool,
    ends: bool,
}

impl<'a> Interrupted<'a> {
    fn set_aside(engine: &'a Engine, stops: bool) -> Interrupted<'a> {
        // SAFETY: PHP's thread, its globals; frames live as long as their calls.
        unsafe {
            let call = *engine.frame;
            let nameless = call.as_ref().is_some_and(|call| call.function.is_null());
            let frame = if nameless { (*call).caller } else { call };
            *engine.frame = frame;
            let pending = *engine.exception;
            let length = match LEFT.0.get() {
                (left, length) if left == pending && !left.is_null() => length,
                _ => 0,
            };
            let written = frame.as_ref().filter(|frame| frame.is_written_in_php());
            let interrupted = Interrupted {
                engine,
                call,
                frame,
                instruction: written.map_or(core::ptr::null(), |frame| frame.instruction),
                thrown_at: *engine.thrown_at,
                pending,
                thrown: null_mut(),
                length,
                stops,
                ends: false,
            };
            *engine.exception = null_mut();
            interrupted
        }
    }

    /// Takes what the handler has thrown, and sets what that has changed back.
    fn collect(&mut self) {
        // SAFETY: as above.
        unsafe {
            let thrown = *self.engine.exception;
            if thrown.is_null() {
                return;
            }
            *self.engine.exception = null_mut();
            *self.engine.thrown_at = self.thrown_at;
            if !self.instruction.is_null() {
                (*self.frame).instruction = self.instruction;
            }
            let is_exit = (self.engine.functions.is_exit)(thrown);
            if self.length == LONGEST_CHAIN && !is_exit {
                (self.engine.functions.release)(&mut Value::object(thrown));
                return;
            }
            self.length += 1;
            self.thrown = self.chain(thrown, self.thrown);
            self.ends = self.stops || (self.engine.functions.is_exit)(self.thrown);
        }
    }

    /// `thrown`, with `former` as the one before it. An exit is not replaced, nor does it have one before it.
    unsafe fn chain(&self, thrown: *mut Object, former: *mut Object) -> *mut Object {
        let functions = &self.engine.functions;
        if former.is_null() || thrown.is_null() {
            return if thrown.is_null() { former } else { thrown };
        }
        // SAFETY: two living exceptions, each with a user that is ours to pass on or to end.
        unsafe {
            if (functions.is_exit)(former) {
                (functions.release)(&mut Value::object(thrown));
                return former;
            }
            if (functions.is_exit)(thrown) {
                (functions.release)(&mut Value::object(former));
            } else {
                (functions.set_previous)(thrown, former);
            }
        }
        thrown
    }

    /// Leaves PHP as it was, or at the exception that it is to handle now.
    fn go_on(self) {
        let engine = self.engine;
        // SAFETY: as above.
        unsafe {
            *engine.exception = self.chain(self.thrown, self.pending);
            LEFT.0.set((*engine.exception, self.length));
            *engine.thrown_at = self.thrown_at;
            let begins = self.pending.is_null() && !self.thrown.is_null();
            if begins && self.call == self.frame && !self.instruction.is_null() {
                (*self.frame).blank_argument();
                *engine.thrown_at = self.instruction.cast();
                (*self.frame).instruction = engine.handles_exception.cast();
            }
            *engine.frame = self.call;
        }
    }
}
