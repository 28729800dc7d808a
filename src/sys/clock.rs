//! Time that only goes forward.

/// Milliseconds since an arbitrary start, never set back.
// One copy for all who call it.
#[inline(never)]
pub fn milliseconds() -> i64 {
    microseconds() / 1000
}

/// The same clock in microseconds.
pub fn microseconds() -> i64 {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `now` is valid for writing; CLOCK_MONOTONIC always exists on Linux.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &mut now) };
    now.tv_sec * 1_000_000 + now.tv_nsec / 1000
}

/// Sleeps for that time. A signal handler that runs meanwhile ends the sleep.
pub fn sleep(microseconds: i64) {
    let time = libc::timespec { tv_sec: microseconds / 1_000_000, tv_nsec: microseconds % 1_000_000 * 1000 };
    // SAFETY: `time` is valid for reading; NULL: what is left is not asked for.
    unsafe { libc::nanosleep(&time, core::ptr::null_mut()) };
}

/// A moment to wait for, on the clock of `milliseconds`.
#[derive(Clone, Copy)]
pub struct Deadline(i64);

/// Never reached: wait for ever.
const NEVER: Deadline = Deadline(i64::MAX);

impl Deadline {
    /// `timeout` milliseconds from now; a negative one is never reached.
    // One copy for all who call it.
    #[inline(never)]
    pub fn after(timeout: i32) -> Deadline {
        if timeout < 0 { NEVER } else { Deadline(milliseconds().saturating_add(timeout.into())) }
    }

    /// The earlier one of the two.
    pub fn or(self, other: Deadline) -> Deadline {
        Deadline(self.0.min(other.0))
    }

    /// As poll(2) wants it: milliseconds left, 0 when it has passed, -1 for ever.
    // One copy for all who call it.
    #[inline(never)]
    pub fn left(self) -> i32 {
        if self.0 == NEVER.0 {
            return -1;
        }
        i32::try_from(self.0.saturating_sub(milliseconds()).max(0)).unwrap_or(i32::MAX)
    }
}
