//! What the kernel tells with a signal, and where a signal came from.

use core::ffi::c_int;

/// siginfo_t as 64-bit Linux lays it out; which of the words mean something depends on signal and code.
#[repr(C)]
#[derive(Default)]
pub struct RawInfo {
    pub signal: c_int,
    pub errno: c_int,
    pub code: c_int,
    padding: c_int,
    pub words: [i32; 28],
}

// The codes of sigaction(2), which old versions of the crate libc lack.
const SI_USER: c_int = 0;
const SI_TIMER: c_int = -2;
const SI_SIGIO: c_int = -5;
const SI_TKILL: c_int = -6;

/// Where a signal came from, which decides what its words mean.
pub enum Origin {
    Process,
    Queue,
    Timer,
    Child,
    Fault,
    Poll,
    Kernel,
}

impl RawInfo {
    pub fn origin(&self, signal: c_int) -> Origin {
        match (self.code, signal) {
            (SI_USER | SI_TKILL, _) => Origin::Process,
            (SI_TIMER, _) => Origin::Timer,
            (..0, libc::SIGPOLL) if self.code == SI_SIGIO => Origin::Poll,
            (..0, _) => Origin::Queue,
            (_, libc::SIGCHLD) => Origin::Child,
            (_, libc::SIGPOLL) => Origin::Poll,
            (_, libc::SIGILL | libc::SIGFPE | libc::SIGSEGV | libc::SIGBUS | libc::SIGTRAP) => Origin::Fault,
            _ => Origin::Kernel,
        }
    }

    /// Has this process sent it, by kill(2), or the kernel in its name?
    pub fn is_from(&self, process: c_int) -> bool {
        self.code == SI_USER && self.word(0) == process
    }

    /// The 64-bit value that begins at word `place`.
    pub fn long(&self, place: usize) -> i64 {
        let low = self.words.get(place).copied().unwrap_or(0);
        let high = self.words.get(place + 1).copied().unwrap_or(0);
        (i64::from(high) << 32) | i64::from(low as u32)
    }

    pub fn word(&self, place: usize) -> i32 {
        self.words.get(place).copied().unwrap_or(0)
    }
}
