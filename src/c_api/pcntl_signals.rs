//! PHP's pcntl: signals.

use core::ffi::c_int;
use core::mem::MaybeUninit;

use super::{FIRST_PAGE_END, Family, OutParameter, enter, enter_for_status, optional_out, truth};
use crate::error::{Error, Step};
use crate::signals::handlers::{self, Handler};
pub use crate::signals::info::pcntl_siginfo;
use crate::signals::{dispatch, event_descriptor, mask};
use crate::sys::signal::{self, Set};

/// A handler for pcntl_signal(). It gets the signal, and what is known of it, which is valid until it returns.
#[allow(non_camel_case_types)]
pub type pcntl_handler = Option<unsafe extern "C" fn(signal: c_int, info: *const pcntl_siginfo)>;

/// A signal's disposition that is not a function.
#[repr(C)]
#[allow(non_camel_case_types, dead_code)]
pub enum pcntl_disposition {
    /// The system's default.
    PCNTL_DISPOSITION_DEFAULT,
    /// Ignored.
    PCNTL_DISPOSITION_IGNORE,
    /// Queued for pcntl_next_signal().
    PCNTL_DISPOSITION_QUEUE,
}

/// Sets what happens on `signal`: PCNTL_SIG_DFL, PCNTL_SIG_IGN, PCNTL_SIG_QUEUE (keep it for pcntl_next_signal()) or a
/// function. Only pcntl_signal_dispatch() calls that function, never the signal handler itself. It may end its thread,
/// but must not jump out by longjmp(3). With `restart_syscalls`, system calls that the signal interrupts are restarted,
/// which PHP does by default for every signal but SIGALRM. 0, or -1: EINVAL for a signal that does not exist or cannot
/// be handled.
#[unsafe(no_mangle)]
pub extern "C" fn pcntl_signal(
    signal: c_int,
    handler: MaybeUninit<pcntl_handler>,
    restart_syscalls: MaybeUninit<bool>,
) -> c_int {
    enter_for_status(Family::Pcntl, || {
        // SAFETY: every caller passes an address, which may be a number and no function.
        let address = unsafe { handler.as_ptr().cast::<usize>().read() };
        let handler = match address {
            0 => Handler::Default,
            1 => Handler::Ignore,
            2 => Handler::Queue,
            3..FIRST_PAGE_END => return Err(Error::refused(Step::SignalHandler, "not a function")),
            // SAFETY: rule 5 for every other address.
            _ => unsafe { handler.assume_init() }.map_or(Handler::Default, Handler::Call),
        };
        handlers::set(signal, handler, truth(restart_syscalls))
    })
}

/// pcntl_signal() for callers that cannot pass a function: `disposition` is a pcntl_disposition. As PHP does it, this
/// unblocks the signal in the calling thread.
#[unsafe(no_mangle)]
pub extern "C" fn pcntl_signal_disposition(
    signal: c_int,
    disposition: c_int,
    restart_syscalls: MaybeUninit<bool>,
) -> c_int {
    enter_for_status(Family::Pcntl, || {
        let handler = match disposition {
            0 => Handler::Default,
            1 => Handler::Ignore,
            2 => Handler::Queue,
            _ => return Err(Error::refused(Step::SignalDisposition, "no such choice")),
        };
        handlers::set(signal, handler, truth(restart_syscalls))?;
        mask::change(signal::UNBLOCK, Set::empty().with(signal)).map(drop)
    })
}

/// Calls the handlers of the signals that have arrived, oldest first, and gives the number of calls. It stops before a
/// signal set to PCNTL_SIG_QUEUE. Inside a handler it does nothing. Any thread may call it, but while another thread
/// runs handlers it does nothing.
///
/// No signal is lost that the kernel has delivered to any thread. In a process with one thread the queue holds 224
/// signals. When that many wait, further signals are blocked: the kernel keeps them until this function or
/// pcntl_next_signal() has made room. With several threads the queue grows instead, and no thread's mask is changed.
///
/// Signals that arrived at one thread keep their order. Between threads there is no order: the kernel chooses the
/// thread for each signal, and the threads race.
#[unsafe(no_mangle)]
pub extern "C" fn pcntl_signal_dispatch() -> c_int {
    dispatch::dispatch()
}

/// Takes the oldest signal that has arrived, without calling a handler: its number, 0 if there is none, or -1. `info`
/// may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pcntl_next_signal(info: *mut pcntl_siginfo) -> c_int {
    enter(Family::Pcntl, -1, || {
        // SAFETY: rule 3.
        let info = unsafe { optional_out(info) }?;
        Ok(dispatch::next().map_or(0, |taken| tell(taken, info)))
    })
}

/// The number of the signal that was taken, and the rest where that is wanted.
fn tell(taken: pcntl_siginfo, info: OutParameter<pcntl_siginfo>) -> c_int {
    info.put(taken);
    taken.signo
}

/// A descriptor for poll(2) and event loops: readable while signals are queued. Always the same; not to be read from or
/// closed. -1 on failure. A forked child has one of its own under the same number, which it has to add to an epoll
/// instance again. A child that has reached its limit of descriptors has none until it calls this function.
#[unsafe(no_mangle)]
pub extern "C" fn pcntl_signal_fd() -> c_int {
    enter(Family::Pcntl, -1, event_descriptor::get)
}

/// Changes the calling thread's signal mask, as sigprocmask(2). Bit 0 of `signals` stands for signal 1:
/// PCNTL_SIGNAL_BIT(). `mode` is SIG_BLOCK, SIG_UNBLOCK or SIG_SETMASK. `old_signals`, which may be NULL, gets the
/// former mask. 0, or -1: EINVAL for another mode. SIGKILL, SIGSTOP and the two signals of libc are left out.
///
/// Signals that the library itself blocks while its queue is full are not part of the mask that is reported. A new mask
/// does not unblock them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pcntl_sigprocmask(mode: c_int, signals: u64, old_signals: *mut u64) -> c_int {
    enter_for_status(Family::Pcntl, || {
        // SAFETY: rule 3.
        let old = unsafe { optional_out(old_signals) }?;
        old.put(mask::change(mode, Set::from_bits(signals))?.bits());
        Ok(())
    })
}

/// Waits for one of `signals` (bit 0: signal 1), all of them to be blocked, and takes it: its number, or -1; EINTR when
/// another signal's handler interrupts. `info` may be NULL. A signal that is in the queue
/// already is returned at once, because another one may never come.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pcntl_sigwaitinfo(signals: u64, info: *mut pcntl_siginfo) -> c_int {
    // SAFETY: rule 3.
    unsafe { wait(signals, info, None) }
}

/// pcntl_sigwaitinfo() for no longer than so many seconds and nanoseconds (0 to 999999999): then -1 with EAGAIN. A
/// signal that is already queued for its handler is not taken.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pcntl_sigtimedwait(
    signals: u64,
    info: *mut pcntl_siginfo,
    seconds: i64,
    nanoseconds: i64,
) -> c_int {
    // SAFETY: rule 3.
    unsafe { wait(signals, info, Some((seconds, nanoseconds))) }
}

/// # Safety
/// Rule 3.
unsafe fn wait(signals: u64, info: *mut pcntl_siginfo, timeout: Option<(i64, i64)>) -> c_int {
    enter(Family::Pcntl, -1, || {
        // SAFETY: rule 3.
        let info = unsafe { optional_out(info) }?;
        let taken = mask::wait(Set::from_bits(signals), timeout)?;
        Ok(tell(taken, info))
    })
}
