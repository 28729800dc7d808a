//! For a language's runtime that is built on top of this crate, as the extension of PHP is, what the C interface does
//! not offer: running the handlers of signals between two instructions of the runtime's own.

use core::ffi::{CStr, c_int, c_void};

use crate::signals::handlers::{self, Handler};
pub use crate::signals::info::pcntl_siginfo;
use crate::signals::queue::{End, QUEUE, Room};
use crate::signals::{dispatch, event_descriptor, held_back, mask, notifier};
use crate::sys::signal::{self, Action, LAST, Set};
use crate::sys::{Errno, environment, file, loader, open_descriptors, process, thread_state};

/// Has `notify` called in the signal handler whenever a signal has been queued: nothing in it but async-signal-safe
/// calls.
pub fn on_signal_queued(notify: fn()) {
    notifier::register(notify);
}

/// Do signals wait to be handled?
pub fn signals_wait() -> bool {
    !dispatch::is_idle()
}

/// The handling of all signals that had arrived when it began, oldest first, with all signals blocked.
pub struct Round {
    end: End,
    mask: Set,
}

impl Round {
    /// None when nothing has arrived, and inside a handler.
    pub fn begin() -> Option<Round> {
        if !signals_wait() {
            event_descriptor::update();
            return None;
        }
        if !dispatch::begin() {
            return None;
        }
        Some(Round { mask: signal::block_all(), end: QUEUE.end() })
    }

    /// The next signal, which is set to be queued. Those that have a function of C's are handled by it.
    pub fn next_signal(&mut self) -> Option<pcntl_siginfo> {
        while QUEUE.is_before(self.end) {
            let info = QUEUE.pop()?;
            match handlers::wanted(info.signo) {
                // SAFETY: the program gave this function for this purpose; `info` lives through the call.
                Handler::Call(callback) => unsafe { callback(info.signo, &info) },
                Handler::Queue => return Some(info),
                Handler::Default | Handler::Ignore => {}
            }
        }
        None
    }

    /// Lets signals come again. True when some come that the queue had no room for: they had arrived before, too.
    pub fn end(self) -> bool {
        event_descriptor::update();
        let held = held_back::take();
        dispatch::end();
        signal::set_mask(Set::from_bits(self.mask.bits() & !held));
        held != 0
    }
}

/// Takes the oldest signal that is queued: for a runtime that is about to fork, as a forked process begins with an
/// empty queue.
pub fn take_queued_signal() -> Option<pcntl_siginfo> {
    QUEUE.pop()
}

/// Queues a signal that was taken, behind those that have come meanwhile. It is lost only if the kernel refuses memory
/// for it.
pub fn queue_signal(info: &pcntl_siginfo) {
    let _ = QUEUE.push(info) != Room::None || QUEUE.push_to_overflow(info);
    event_descriptor::announce();
}

/// What a signal's disposition was before a runtime changed it.
#[derive(Clone, Copy)]
pub struct Disposition(Action);

impl Disposition {
    /// The present one; None for a number that is no signal's.
    pub fn of(signal: c_int) -> Option<Disposition> {
        signal::action(signal).ok().map(Disposition)
    }

    /// Is it the system's default?
    pub fn is_default(&self) -> bool {
        self.0.is_default()
    }

    /// Is the signal ignored?
    pub fn is_ignored(&self) -> bool {
        self.0.is_ignore()
    }

    /// Is it the same function as another one?
    pub fn is_same_function(&self, other: &Disposition) -> bool {
        self.0.is_like(&other.0)
    }

    /// Sets a signal to the system's default.
    pub fn set_default(signal: c_int) {
        let _ = signal::set_action(signal, &Action::default());
    }

    /// Is it a function, of the runtime's own?
    pub fn is_function(&self) -> bool {
        !self.0.is_default() && !self.0.is_ignore()
    }

    /// Makes it the present one again.
    pub fn restore(&self, signal: c_int) {
        let _ = signal::set_action(signal, &self.0);
    }
}

/// Sets signals (bit 0 for signal 1) back to their default. Of those that were at another disposition, the ones that
/// are blocked come now, but for those that were only blocked for want of room in the queue, which is empty afterwards.
pub fn forget_signals(signals: u64) {
    let mut changed = 0;
    for number in (1..=LAST).filter(|&number| signals & signal::bit(number) != 0) {
        if signal::action(number).is_ok_and(|action| !action.is_default()) {
            changed |= signal::bit(number);
        }
        let _ = handlers::set(number, Handler::Default, false);
    }
    while QUEUE.pop().is_some() {}
    event_descriptor::update();
    signal::unblock(Set::from_bits(changed & !held_back::get()));
}

/// kill(2), for threads that nobody cancels: an errno where it fails.
pub fn kill(process: c_int, signal: c_int) -> Result<(), c_int> {
    process::kill(process, signal).map_err(Errno::number)
}

/// waitpid(2), for threads that nobody cancels, interrupted by signals: the pid (0: none yet) and the wait status, or
/// an errno.
pub fn wait(process: c_int, flags: c_int) -> Result<(c_int, c_int), c_int> {
    process::wait_once(process, flags, None).map_err(Errno::number)
}

/// sigprocmask(2), for threads that nobody cancels: the former mask, or an errno. Bit 0 stands for signal 1. What is
/// blocked for want of room in the queue is left out, as in pcntl_sigprocmask().
pub fn change_mask(mode: c_int, signals: u64) -> Result<u64, c_int> {
    match mask::change(mode, Set::from_bits(signals)) {
        Ok(former) => Ok(former.bits()),
        Err(error) => Err(error.errno().number()),
    }
}

/// The calling thread's errno of the last failure of a pcntl function.
pub fn pcntl_errno() -> c_int {
    thread_state::get().pcntl_errno.get()
}

/// Sets that: 0 for none.
pub fn set_pcntl_errno(errno: c_int) {
    thread_state::get().pcntl_errno.set(errno);
}

/// The calling thread's errno of the last failure of a posix function.
pub fn posix_errno() -> c_int {
    thread_state::get().posix_errno.get()
}

/// Sets that: 0 for none.
pub fn set_posix_errno(errno: c_int) {
    thread_state::get().posix_errno.set(errno);
}

/// The calling thread's errno, as the last call of libc has left it.
pub fn errno() -> c_int {
    Errno::place().get()
}

/// What the program, or a library that it shares with all, exports under this name, NULL if nothing.
pub fn program_symbol(name: &CStr) -> *mut c_void {
    loader::symbol(name)
}

/// The value of an environment variable.
pub fn environment_variable(name: &CStr) -> Option<&CStr> {
    environment::variable(name)
}

/// Which file something is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct FileIdentity(file::Identity);

impl FileIdentity {
    /// The file at a path; None where there is none.
    pub fn of_path(path: &CStr) -> Option<FileIdentity> {
        file::status_of_path(path).ok().map(|status| FileIdentity(status.identity))
    }
}

/// Calls `each` with every open descriptor from `first` on, and the file behind it. False when they cannot be seen.
pub fn for_each_open_descriptor(first: c_int, mut each: impl FnMut(c_int, FileIdentity)) -> bool {
    let mut seen = |fd| {
        if let Some(status) = (fd >= first).then(|| file::status(fd).ok()).flatten() {
            each(fd, FileIdentity(status.identity));
        }
    };
    open_descriptors::for_each_of_few(&mut seen)
        || open_descriptors::list().and_then(|list| open_descriptors::for_each(&list, seen)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::{QUEUE, pcntl_siginfo, queue_signal, take_queued_signal};

    fn queue(values: core::ops::Range<i64>) {
        values.for_each(|value| queue_signal(&pcntl_siginfo { signo: 10, value, ..pcntl_siginfo::empty() }));
    }

    #[test]
    fn signals_that_are_queued_again_are_not_lost_when_others_have_come_meanwhile() {
        queue(0..200);
        let taken: Vec<_> = std::iter::from_fn(take_queued_signal).collect();
        queue(200..400);
        taken.iter().for_each(queue_signal);
        let mut values: Vec<_> = std::iter::from_fn(take_queued_signal).map(|info| info.value).collect();
        values.sort_unstable();
        assert!(values.into_iter().eq(0..400));
        QUEUE.clear();
    }
}
