//! The one handler that the kernel calls, and what the program wants of each signal.

use core::ffi::{c_int, c_void};
use core::sync::atomic::{AtomicPtr, AtomicU64, Ordering};

use super::claims::Claims;
use super::info::pcntl_siginfo;
use super::queue::{QUEUE, Room};
use super::{PLACES, at, claims, event_descriptor, held_back, notifier};
use crate::error::{Error, Result, Step};
use crate::sys::signal::{self, Action, bit};
use crate::sys::signal_info::RawInfo;
use crate::sys::{Errno, cancellation, process};

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

/// NULL: nothing; QUEUED: the queue alone; else a callback.
static WANTED: [AtomicPtr<c_void>; PLACES] = [const { AtomicPtr::new(core::ptr::null_mut()) }; PLACES];
const QUEUED: *mut c_void = core::ptr::without_provenance_mut(2);

/// The signals that are queued, bit 0 for signal 1.
static QUEUED_SIGNALS: AtomicU64 = AtomicU64::new(0);

/// What is wanted of `signal`, as it is in the table.
pub fn wanted(signal: c_int) -> Handler {
    match at(&WANTED, signal).map_or(core::ptr::null_mut(), |held| held.load(Ordering::Acquire)) {
        held if held.is_null() => Handler::Default,
        QUEUED => Handler::Queue,
        // SAFETY: only `want` stores there: NULL and QUEUED, which are handled above, or a `Callback` cast to a
        // pointer.
        held => Handler::Call(unsafe { core::mem::transmute::<*mut c_void, Callback>(held) }),
    }
}

fn want(signal: c_int, handler: Handler) {
    let value = match handler {
        Handler::Default | Handler::Ignore => core::ptr::null_mut(),
        Handler::Queue => QUEUED,
        Handler::Call(callback) => callback as *mut c_void,
    };
    if let Some(held) = at(&WANTED, signal) {
        held.store(value, Ordering::Release);
    }
    if value.is_null() {
        QUEUED_SIGNALS.fetch_and(!bit(signal), Ordering::AcqRel);
    } else {
        QUEUED_SIGNALS.fetch_or(bit(signal), Ordering::AcqRel);
    }
}

/// The disposition of a signal that the library handles for itself.
fn action_of_library() -> Action {
    Action::call(arrived, true)
}

/// Has the library handle these signals for itself, and gives up all earlier claims.
pub fn claim(claims: &Claims) {
    let ours = action_of_library();
    // What an earlier daemon in this process had claimed, and this one has not.
    for signal in claims::replace(claims).signals() {
        let is_ours = signal::action(signal).is_ok_and(|action| action.is_like(&ours));
        if is_ours && matches!(wanted(signal), Handler::Default) {
            let _ = signal::set_action(signal, &Action::default());
        }
    }
    let (arriving, _) = claims.on_arrival;
    if arriving != 0 {
        let _ = signal::set_action(arriving, &ours);
    }
    let (ending, _) = claims.before_end;
    for signal in ending.signals() {
        if signal::action(signal).is_ok_and(|action| action.is_default()) {
            let _ = signal::set_action(signal, &ours);
        }
    }
}

/// Gives `signal` a disposition.
pub fn set(signal: c_int, handler: Handler, restart: bool) -> Result<()> {
    let failed = |errno| Error::on_number(Step::Signal, signal.into(), errno);
    if !signal::is_settable(signal) {
        return Err(failed(Errno::EINVAL));
    }
    let former = wanted(signal);
    let action = match handler {
        // The library's own claim on a signal stays, whatever the program sets.
        _ if claims::needs_handler(signal, matches!(handler, Handler::Default)) => action_of_library(),
        Handler::Default => Action::default(),
        Handler::Ignore => Action::ignore(),
        Handler::Queue | Handler::Call(_) => Action::call(arrived, restart),
    };
    if matches!(handler, Handler::Queue | Handler::Call(_)) {
        super::watch_forks()?;
        want(signal, handler);
    }
    if let Err(errno) = signal::set_action(signal, &action) {
        want(signal, former);
        return Err(failed(errno));
    }
    want(signal, handler);
    Ok(())
}

/// Resets the table after the dispositions have been reset. The signals in `kept` stay as they are.
pub fn forget_all_but(kept: u64) {
    for (signal, held) in (0..).zip(&WANTED) {
        if kept & bit(signal) == 0 {
            held.store(core::ptr::null_mut(), Ordering::Relaxed);
        }
    }
    QUEUED_SIGNALS.fetch_and(kept, Ordering::Relaxed);
}

/// Called by the kernel, every signal blocked. Nothing here but async-signal-safe calls.
extern "C" fn arrived(signal: c_int, raw: *mut RawInfo, context: *mut c_void) {
    let errno = Errno::place().get();
    let _cancellation = cancellation::disable();
    let claimed = claims::run_on_arrival(signal);
    if !matches!(wanted(signal), Handler::Default) {
        enqueue(signal, raw, context);
    } else if !claimed && claims::run_before_end(signal) {
        end_process(signal);
    }
    Errno::place().set(errno);
}

/// Ends the process as `signal` does by default.
fn end_process(signal: c_int) {
    if process::id() == 1 {
        // The kernel spares process 1 what is at its default.
        process::exit_now(128 + signal);
    }
    // The signal is blocked until this handler returns. Then it ends the process, so a parent sees the right wait
    // status.
    let _ = signal::set_action(signal, &Action::default());
    let _ = process::kill(process::id(), signal);
}

fn enqueue(signal: c_int, raw: *mut RawInfo, context: *mut c_void) {
    // SAFETY: the kernel passes its siginfo_t to a handler with SA_SIGINFO.
    let raw = unsafe { &*raw };
    let info = pcntl_siginfo::from_raw(signal, raw);
    let room = QUEUE.push(&info);
    let is_kept = room != Room::None || QUEUE.push_to_overflow(&info);
    if !is_kept || (room != Room::Enough && held_back::is_allowed()) {
        let queued = QUEUED_SIGNALS.load(Ordering::Acquire) | bit(signal);
        // SAFETY: `context` is the third argument of the running handler.
        held_back::add(unsafe { signal::block_in_interrupted(context, queued) });
    }
    if !is_kept {
        // The signal is sent again. As it is blocked in this thread, the kernel keeps it, or gives it to another
        // thread, where there may be memory by then.
        let _ = signal::send_again(raw);
    }
    event_descriptor::announce();
    notifier::notify();
}
