//! The one handler that the kernel calls, and what the program and the library want of it for each signal.

use core::ffi::{c_int, c_void};
use core::sync::atomic::{AtomicBool, AtomicI32, AtomicPtr, Ordering};

use super::info::pcntl_siginfo;
use super::queue::{self, Room};
use crate::daemon::{registration, standard_streams};
use crate::error::{Outcome, failed_number};
use crate::process::fork;
use crate::sys::signal::{self, Action, LAST, RawInfo};
use crate::sys::{Errno, fd, process};

/// A program's handler, called by `pcntl_signal_dispatch`: the signal, and what is known of it.
pub type Callback = unsafe extern "C" fn(c_int, *const pcntl_siginfo);

/// What a program wants of a signal.
#[derive(Clone, Copy)]
pub enum Handler {
    Default,
    Ignore,
    /// To be taken by `pcntl_next_signal`.
    Queue,
    Call(Callback),
}

const PLACES: usize = LAST as usize + 1;

/// NULL: nothing; QUEUED: the queue alone; else a callback.
static WANTED: [AtomicPtr<c_void>; PLACES] = [const { AtomicPtr::new(core::ptr::null_mut()) }; PLACES];
const QUEUED: *mut c_void = core::ptr::without_provenance_mut(2);

/// The signal that has the log files opened anew; 0: none.
static REOPENS: AtomicI32 = AtomicI32::new(0);
/// Does SIGTERM at its default remove the pid file first?
static REMOVES: AtomicBool = AtomicBool::new(false);
/// The descriptor that is readable while something is queued; -1: none yet.
static EVENT: AtomicI32 = AtomicI32::new(-1);

/// What is wanted of `signal`, as it is in the table.
pub fn wanted(signal: c_int) -> Handler {
    let held = usize::try_from(signal).ok().and_then(|place| WANTED.get(place));
    match held.map_or(core::ptr::null_mut(), |held| held.load(Ordering::Acquire)) {
        held if held.is_null() => Handler::Default,
        QUEUED => Handler::Queue,
        // SAFETY: nothing else is ever stored than what `want` makes of a callback.
        held => Handler::Call(unsafe { core::mem::transmute::<*mut c_void, Callback>(held) }),
    }
}

fn want(signal: c_int, handler: Handler) {
    let value = match handler {
        Handler::Default | Handler::Ignore => core::ptr::null_mut(),
        Handler::Queue => QUEUED,
        Handler::Call(callback) => callback as *mut c_void,
    };
    if let Some(held) = usize::try_from(signal).ok().and_then(|place| WANTED.get(place)) {
        held.store(value, Ordering::Release);
    }
}

/// Gives `signal` a disposition.
pub fn set(signal: c_int, handler: Handler, restart: bool) -> Outcome<()> {
    let lost = |errno| failed_number("signal", signal.into(), errno);
    if !signal::is_settable(signal) {
        return Err(lost(Errno::EINVAL));
    }
    let former = wanted(signal);
    let action = match handler {
        // What the library itself does with a signal goes on.
        _ if is_claimed(signal, handler) => Action::call(arrived, true),
        Handler::Default => Action::default(),
        Handler::Ignore => Action::ignore(),
        Handler::Queue | Handler::Call(_) => Action::call(arrived, restart),
    };
    if matches!(handler, Handler::Queue | Handler::Call(_)) {
        fork::watch_forks()?;
        want(signal, handler);
    }
    if let Err(errno) = signal::set_action(signal, &action) {
        want(signal, former);
        return Err(lost(errno));
    }
    want(signal, handler);
    Ok(())
}

fn is_claimed(signal: c_int, handler: Handler) -> bool {
    let removes = signal == signal::TERM && matches!(handler, Handler::Default) && REMOVES.load(Ordering::Relaxed);
    removes || REOPENS.load(Ordering::Relaxed) == signal
}

/// The library's own uses: `reopens` (0: none) opens the log files anew, and SIGTERM removes the pid file if there is one.
pub fn claim(reopens: c_int, removes: bool) {
    REOPENS.store(reopens, Ordering::Relaxed);
    REMOVES.store(removes, Ordering::Relaxed);
    if reopens != 0 {
        let _ = signal::set_action(reopens, &Action::call(arrived, true));
    }
    if removes && signal::action(signal::TERM).is_ok_and(|action| action.is_default()) {
        let _ = signal::set_action(signal::TERM, &Action::call(arrived, true));
    }
}

/// The dispositions have been reset: so is the table.
pub fn forget_all() {
    WANTED.iter().for_each(|held| held.store(core::ptr::null_mut(), Ordering::Relaxed));
}

/// Called by the kernel, every signal blocked. Nothing here but async-signal-safe calls.
extern "C" fn arrived(signal: c_int, raw: *mut RawInfo, context: *mut c_void) {
    let errno = Errno::last();
    if REOPENS.load(Ordering::Relaxed) == signal {
        standard_streams::reopen_in_handler();
    }
    if !matches!(wanted(signal), Handler::Default) {
        enqueue(signal, raw, context);
    } else if signal == signal::TERM && REMOVES.load(Ordering::Relaxed) && REOPENS.load(Ordering::Relaxed) != signal {
        registration::end();
        // It is blocked until this handler returns, and then ends the process the way it would have.
        let _ = signal::set_action(signal, &Action::default());
        let _ = process::kill(process::id(), signal);
    }
    errno.set();
}

fn enqueue(signal: c_int, raw: *mut RawInfo, context: *mut c_void) {
    // SAFETY: the kernel passes its siginfo_t to a handler with SA_SIGINFO.
    let room = queue::push(&pcntl_siginfo::from_raw(signal, unsafe { &*raw }));
    if room != Room::Enough {
        // SAFETY: `context` and `raw` are the arguments of the running handler.
        unsafe {
            queue::hold_back(signal::block_in_interrupted(context));
            if room == Room::None {
                // Blocked now, it waits with the kernel.
                let _ = signal::send_again(raw);
            }
        }
    }
    announce();
}

/// Makes the event descriptor readable, if the program has one.
fn announce() {
    let event = EVENT.load(Ordering::Acquire);
    if event >= 0 {
        let _ = fd::write(event, &1u64.to_ne_bytes());
    }
}

/// The descriptor that is readable while signals are queued, made at the first call.
pub fn event() -> Result<c_int, Errno> {
    let present = EVENT.load(Ordering::Acquire);
    if present >= 0 && fd::is_open(present) {
        return Ok(present);
    }
    let made = fd::event()?;
    if EVENT.compare_exchange(present, made.number(), Ordering::AcqRel, Ordering::Relaxed).is_ok() {
        made.into_number();
    }
    // Signals that came before it was there count too.
    settle_event();
    Ok(EVENT.load(Ordering::Acquire))
}

/// After taking from the queue: readable exactly as long as something is left.
pub fn settle_event() {
    let event = EVENT.load(Ordering::Acquire);
    if event < 0 {
        return;
    }
    let _ = fd::read(event, &mut [0; 8]);
    if !queue::is_empty() {
        announce();
    }
}

/// In a forked child: an event descriptor of its own, under the same number.
pub fn renew_event() {
    let event = EVENT.load(Ordering::Acquire);
    if event < 0 {
        return;
    }
    if let Ok(fresh) = fd::event() {
        let _ = fd::replace_close_on_exec(fresh.number(), event);
    }
}
