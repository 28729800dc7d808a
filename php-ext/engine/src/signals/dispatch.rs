//! Running the handlers of all signals that have arrived.

use core::ptr::null_mut;

use super::handlers;
use super::interrupt;
use super::interrupted::Interrupted;
use crate::abi::value::Value;
use crate::engine::Engine;
use crate::libdaemon::{Round, pcntl_siginfo, signals_wait};
use crate::pcntl::signal_info;

/// What pcntl_signal_dispatch does, and every tick.
pub fn run_if_waiting(engine: &'static Engine) {
    if interrupt::is_waiting() && handlers::are_ours(engine) {
        run(engine, true);
    }
}

/// Runs the handlers of what has arrived by now, oldest first, all signals blocked. Inside a handler it does nothing.
/// After a handler that throws, the other signals wait for the next time if it `stops`; otherwise they go on being handled,
/// and what is thrown arrives together, as one chain, where PHP goes on.
pub fn run(engine: &'static Engine, stops: bool) {
    let mut interrupted = None;
    while let Some(mut round) = Round::begin() {
        let set_aside = || engine.executor().map(|executor| Interrupted::set_aside(engine, executor, stops));
        let interrupted = interrupted.get_or_insert_with(set_aside);
        interrupt::set_waiting(false);
        // SAFETY: PHP's thread; they take nothing and count.
        unsafe { (engine.symbols.zend_fiber_switch_block)() };
        let mut ends = false;
        while !ends {
            let Some(info) = round.next_signal() else { break };
            let threw = call(engine, &info);
            ends = match interrupted {
                Some(interrupted) => interrupted.collect(),
                None => threw,
            };
        }
        // SAFETY: PHP's thread; it takes nothing and counts.
        unsafe { (engine.symbols.zend_fiber_switch_unblock)() };
        // What the kernel has kept back until now had arrived before, too. Where handlers are asynchronous it interrupts again
        // by itself: one round for all of a storm would let nothing else run, and make one chain of all that is thrown.
        if !round.end() || ends || !stops {
            break;
        }
    }
    // Nothing had arrived.
    let Some(interrupted) = interrupted else { return };
    // What came inside a handler that unblocked it, or waits because one has thrown: the engine has looked at its flag since.
    // After an exit nothing is to come between the program and its end.
    if signals_wait() {
        let exits = interrupted.as_ref().is_some_and(Interrupted::exits);
        if exits { interrupt::set_waiting(true) } else { interrupt::signal_queued() }
    }
    if let Some(interrupted) = interrupted {
        interrupted.go_on();
    }
}

/// Calls what handles the signal. True when that has thrown.
fn call(engine: &'static Engine, info: &pcntl_siginfo) -> bool {
    let handler = handlers::of(info.signo);
    if !handlers::is_callable(&handler) {
        return false;
    }
    let symbols = &engine.symbols;
    // SAFETY: PHP's thread, its functions; the values live through the call: the handler, which may set another one, has a
    // user more.
    unsafe {
        let mut handler = handler.shared();
        let mut result = Value::UNDEFINED;
        let mut arguments = [Value::int(info.signo.into()), signal_info::array(engine, info.signo, info)];
        (symbols._call_user_function_impl)(
            null_mut(),
            &mut handler,
            &mut result,
            2,
            arguments.as_mut_ptr(),
            null_mut(),
        );
        let threw = result.is_undefined();
        (symbols.zval_ptr_dtor)(&mut result);
        let [_, details] = &mut arguments;
        (symbols.zval_ptr_dtor)(details);
        (symbols.zval_ptr_dtor)(&mut handler);
        threw
    }
}
