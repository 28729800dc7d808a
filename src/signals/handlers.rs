//! The one handler that the kernel calls, and what the program and the library want of it for each signal.

use core::ffi::{c_int, c_void};
use core::sync::atomic::{AtomicBool, AtomicI32, AtomicPtr, AtomicU64, Ordering};

use super::info::pcntl_siginfo;
use super::queue::{self, Room};
use super::{dispatch, event};
use crate::daemon::{registration, standard_streams};
use crate::error::{Outcome, failed_number};
use crate::php::attachment;
use crate::process::fork;
use crate::sys::signal::{self, Action, LAST, RawInfo, bit};
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

const PLACES: usize = LAST as usize + 1;

/// NULL: nothing; QUEUED: the queue alone; else a callback.
static WANTED: [AtomicPtr<c_void>; PLACES] = [const { AtomicPtr::new(core::ptr::null_mut()) }; PLACES];
const QUEUED: *mut c_void = core::ptr::without_provenance_mut(2);

/// The signals that are queued, bit 0 for signal 1.
static QUEUED_SIGNALS: AtomicU64 = AtomicU64::new(0);

/// The signal that has the log files opened anew; 0: none.
static REOPENS: AtomicI32 = AtomicI32::new(0);
/// Does SIGTERM at its default remove the pid file first?
static REMOVES: AtomicBool = AtomicBool::new(false);

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
    match value.is_null() {
        true => QUEUED_SIGNALS.fetch_and(!bit(signal), Ordering::AcqRel),
        false => QUEUED_SIGNALS.fetch_or(bit(signal), Ordering::AcqRel),
    };
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
        dispatch::expect_here();
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
    let former = REOPENS.swap(reopens, Ordering::Relaxed);
    let removed = REMOVES.swap(removes, Ordering::Relaxed);
    let call = Action::call(arrived, true);
    // What an earlier daemon in this process had claimed, and this one has not.
    for (signal, was) in [(former, former != 0), (signal::TERM, removed)] {
        let is_ours = signal::action(signal).is_ok_and(|action| action.is_like(&call));
        if was && is_ours && matches!(wanted(signal), Handler::Default) {
            let _ = signal::set_action(signal, &Action::default());
        }
    }
    if reopens != 0 {
        let _ = signal::set_action(reopens, &call);
    }
    if removes && signal::action(signal::TERM).is_ok_and(|action| action.is_default()) {
        let _ = signal::set_action(signal::TERM, &call);
    }
}

/// The dispositions have been reset, but for the signals in `kept`: so is the table.
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
    let errno = Errno::last();
    let _cancellation = cancellation::put_off();
    if REOPENS.load(Ordering::Relaxed) == signal {
        standard_streams::reopen_in_handler();
    }
    if !matches!(wanted(signal), Handler::Default) {
        enqueue(signal, raw, context);
    } else if signal == signal::TERM && REMOVES.load(Ordering::Relaxed) && REOPENS.load(Ordering::Relaxed) != signal {
        registration::end();
        if process::id() == 1 {
            // The kernel spares process 1 what is at its default.
            process::exit_now(128 + signal);
        }
        // It is blocked until this handler returns, and then ends the process the way it would have.
        let _ = signal::set_action(signal, &Action::default());
        let _ = process::kill(process::id(), signal);
    }
    errno.set();
}

fn enqueue(signal: c_int, raw: *mut RawInfo, context: *mut c_void) {
    // SAFETY: the kernel passes its siginfo_t to a handler with SA_SIGINFO.
    let room = queue::push(&pcntl_siginfo::from_raw(signal, unsafe { &*raw }));
    // Only the thread that dispatches can let signals come to itself again, so it is the one that is made to wait.
    let elsewhere = if room == Room::Enough { None } else { dispatch::elsewhere() };
    // SAFETY: `context` and `raw` are the arguments of the running handler.
    unsafe {
        match (room, elsewhere) {
            (Room::Enough, _) | (Room::Last, Some(_)) => {}
            (Room::None, Some(thread)) if signal::send_to_thread(raw, thread).is_ok() => {}
            (room, _) => {
                let queued = QUEUED_SIGNALS.load(Ordering::Acquire) | bit(signal);
                queue::hold_back(signal::block_in_interrupted(context, queued));
                if room == Room::None {
                    // Blocked now, it waits with the kernel.
                    let _ = signal::send_to_thread(raw, process::thread_id());
                }
            }
        }
    }
    event::announce();
    attachment::announce();
}
