//! What is known of a signal that arrived.

use core::ffi::c_int;

use crate::sys::signal_info::{Origin, RawInfo};

/// What the kernel told with a signal. Fields that mean nothing for the signal are 0.
#[repr(C)]
#[allow(non_camel_case_types)]
#[derive(Clone, Copy, Default)]
pub struct pcntl_siginfo {
    /// The signal's number.
    pub signo: i32,
    /// An errno that goes with the signal; nearly always 0.
    pub errno_value: i32,
    /// Where it came from: SI_USER, SI_QUEUE, CLD_EXITED, ...
    pub code: i32,
    /// The sending process, or the child.
    pub pid: i32,
    /// The real user of that process.
    pub uid: u32,
    /// SIGCHLD: exit status or signal.
    pub status: i32,
    /// SIGCHLD: processor time in user mode, in clock ticks.
    pub utime: i64,
    /// SIGCHLD: processor time in the kernel, in clock ticks.
    pub stime: i64,
    /// SIGILL, SIGFPE, SIGSEGV, SIGBUS, SIGTRAP: the address.
    pub addr: i64,
    /// SIGPOLL: the events.
    pub band: i64,
    /// SIGPOLL: the descriptor.
    pub fd: i32,
    /// Always 0.
    pub reserved: i32,
    /// The value given to sigqueue(3) or a timer, as a pointer-sized integer.
    pub value: i64,
}

impl pcntl_siginfo {
    /// Nothing known.
    pub const fn empty() -> pcntl_siginfo {
        pcntl_siginfo {
            signo: 0,
            errno_value: 0,
            code: 0,
            pid: 0,
            uid: 0,
            status: 0,
            utime: 0,
            stime: 0,
            addr: 0,
            band: 0,
            fd: 0,
            reserved: 0,
            value: 0,
        }
    }

    /// Picks out of the kernel's union what this signal and code give a meaning.
    pub(crate) fn from_raw(signal: c_int, raw: &RawInfo) -> pcntl_siginfo {
        let mut info =
            pcntl_siginfo { signo: signal, errno_value: raw.errno, code: raw.code, ..pcntl_siginfo::empty() };
        match raw.origin(signal) {
            Origin::Process => {
                info.pid = raw.word(0);
                info.uid = raw.word(1) as u32;
            }
            Origin::Queue => {
                info.pid = raw.word(0);
                info.uid = raw.word(1) as u32;
                info.value = raw.long(2);
            }
            Origin::Timer => info.value = raw.long(2),
            Origin::Child => {
                info.pid = raw.word(0);
                info.uid = raw.word(1) as u32;
                info.status = raw.word(2);
                info.utime = raw.long(4);
                info.stime = raw.long(6);
            }
            Origin::Fault => info.addr = raw.long(0),
            Origin::Poll => {
                info.band = raw.long(0);
                info.fd = raw.word(2);
            }
            Origin::Kernel => {}
        }
        info
    }
}
