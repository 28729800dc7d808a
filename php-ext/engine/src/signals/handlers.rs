//! The handlers that pcntl_signal was given, as they were given. They belong to one thread, the first that sets one, until its
//! request ends.

use core::cell::Cell;
use core::ffi::c_int;
use core::ptr::null_mut;

use super::interrupt;
use crate::abi::value::{Value, types};
use crate::engine::{Engine, OfPhp};
use crate::libdaemon::{self, Disposition};
use crate::pcntl::signal::COUNT;

/// By signal: a callable, SIG_IGN or SIG_DFL, undefined where pcntl_signal was not called.
static HANDLERS: OfPhp<[Cell<Value>; COUNT as usize]> = OfPhp([const { Cell::new(Value::UNDEFINED) }; COUNT as usize]);

/// What the disposition was before, where it was a function of PHP's own.
static FORMER: OfPhp<[Cell<Option<Disposition>>; COUNT as usize]> = OfPhp([const { Cell::new(None) }; COUNT as usize]);

/// The globals of the thread whose handlers these are, NULL while there are none.
#[unsafe(link_section = ".data")]
static OWNER: OfPhp<Cell<*mut u8>> = OfPhp(Cell::new(null_mut()));

fn place<T>(table: &[T], signal: c_int) -> Option<&T> {
    usize::try_from(signal).ok().and_then(|place| table.get(place))
}

/// Are the handlers, if there are any, those of this thread?
pub fn are_ours(engine: &Engine) -> bool {
    let owner = OWNER.0.get();
    owner.is_null() || !engine.thread_safe || engine.thread() == Some(owner)
}

/// Before a handler is set.
pub fn begin(engine: &'static Engine, signal: c_int) {
    if OWNER.0.get().is_null() {
        OWNER.0.set(engine.thread().unwrap_or(null_mut()));
        interrupt::watch();
    }
    if let Some(former) = place(&FORMER.0, signal).filter(|_| of(signal).is_undefined()) {
        former.set(Disposition::of(signal).filter(Disposition::is_function));
    }
}

/// What handles a signal.
pub fn of(signal: c_int) -> Value {
    place(&HANDLERS.0, signal).map_or(Value::UNDEFINED, Cell::get)
}

/// Keeps another handler, a living value, and gives the former one, to be released or put back.
pub fn replace(signal: c_int, handler: *mut Value) -> Value {
    // SAFETY: the caller's living value gets a user more.
    let handler = unsafe { (*handler).shared() };
    place(&HANDLERS.0, signal).map_or(Value::UNDEFINED, |place| place.replace(handler))
}

/// The former one is in force again.
pub fn put_back(engine: &Engine, signal: c_int, former: Value) {
    if let Some(place) = place(&HANDLERS.0, signal) {
        release(engine, place.replace(former));
    }
}

/// A handler that is kept no longer.
pub fn release(engine: &Engine, mut handler: Value) {
    // SAFETY: PHP's thread; the table's user of the value ends.
    unsafe { (engine.symbols.zval_ptr_dtor)(&mut handler) };
}

/// Is there a function of PHP's to call?
pub fn is_callable(handler: &Value) -> bool {
    !matches!(handler.kind(), types::UNDEFINED | types::INT)
}

/// At the end of a request: every signal that was changed is at its default again, or, where PHP itself handles it, as it was
/// before. As natively this unblocks them.
pub fn end(engine: &'static Engine) {
    if OWNER.0.get().is_null() || !are_ours(engine) {
        return;
    }
    let changed = (1..COUNT).filter(|&signal| !of(signal).is_undefined());
    libdaemon::forget_signals(changed.clone().fold(0, |set, signal| set | 1 << (signal - 1)));
    for signal in changed {
        if let Some(former) = place(&FORMER.0, signal).and_then(Cell::take) {
            former.restore(signal);
        }
        put_back(engine, signal, Value::UNDEFINED);
    }
    OWNER.0.set(null_mut());
}
