//! What signals are called.

use core::ffi::c_int;
use core::fmt;

use crate::sys::signal::{FIRST_REAL_TIME, LAST};
use crate::sys::text::leading_number;

/// A signal's name as in signal(7): SIGTERM, SIGRTMIN+3; of others the number.
pub struct Name(pub c_int);

impl fmt::Display for Name {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        match self.0 {
            FIRST_REAL_TIME => formatter.write_str("SIGRTMIN"),
            signal @ FIRST_REAL_TIME..=LAST => write!(formatter, "SIGRTMIN+{}", signal - FIRST_REAL_TIME),
            signal => match STANDARD.iter().find(|(number, _)| *number == signal) {
                Some((_, name)) => formatter.write_str(name),
                None => write!(formatter, "signal {signal}"),
            },
        }
    }
}

/// The number of the signal with that name: TERM, SIGTERM, RTMIN+3, RTMAX-1.
pub fn number(name: &[u8]) -> Option<c_int> {
    let starts_with =
        |text: &[u8], start: &[u8]| text.get(..start.len()).is_some_and(|text| text.eq_ignore_ascii_case(start));
    let name = if starts_with(name, b"SIG") { name.get(3..)? } else { name };
    let real_time = |start: &[u8], sign: u8| {
        let rest = name.get(start.len()..).filter(|_| starts_with(name, start))?;
        match rest.split_first() {
            None => Some(0),
            Some((&first, digits)) if first == sign && digits.iter().all(u8::is_ascii_digit) => {
                leading_number(digits).filter(|number| (0..i64::from(LAST)).contains(number))
            }
            _ => None,
        }
    };
    if let Some(above) = real_time(b"RTMIN", b'+') {
        return Some(FIRST_REAL_TIME + above as c_int).filter(|&signal| signal <= LAST);
    }
    if let Some(below) = real_time(b"RTMAX", b'-') {
        return Some(LAST - below as c_int).filter(|&signal| signal >= FIRST_REAL_TIME);
    }
    let has_name = |known: &str| known.as_bytes().get(3..).is_some_and(|known| known.eq_ignore_ascii_case(name));
    STANDARD.iter().find(|(_, known)| has_name(known)).map(|&(number, _)| number)
}

const STANDARD: [(c_int, &str); 31] = [
    (libc::SIGHUP, "SIGHUP"),
    (libc::SIGINT, "SIGINT"),
    (libc::SIGQUIT, "SIGQUIT"),
    (libc::SIGILL, "SIGILL"),
    (libc::SIGTRAP, "SIGTRAP"),
    (libc::SIGABRT, "SIGABRT"),
    (libc::SIGBUS, "SIGBUS"),
    (libc::SIGFPE, "SIGFPE"),
    (libc::SIGKILL, "SIGKILL"),
    (libc::SIGUSR1, "SIGUSR1"),
    (libc::SIGSEGV, "SIGSEGV"),
    (libc::SIGUSR2, "SIGUSR2"),
    (libc::SIGPIPE, "SIGPIPE"),
    (libc::SIGALRM, "SIGALRM"),
    (libc::SIGTERM, "SIGTERM"),
    (libc::SIGSTKFLT, "SIGSTKFLT"),
    (libc::SIGCHLD, "SIGCHLD"),
    (libc::SIGCONT, "SIGCONT"),
    (libc::SIGSTOP, "SIGSTOP"),
    (libc::SIGTSTP, "SIGTSTP"),
    (libc::SIGTTIN, "SIGTTIN"),
    (libc::SIGTTOU, "SIGTTOU"),
    (libc::SIGURG, "SIGURG"),
    (libc::SIGXCPU, "SIGXCPU"),
    (libc::SIGXFSZ, "SIGXFSZ"),
    (libc::SIGVTALRM, "SIGVTALRM"),
    (libc::SIGPROF, "SIGPROF"),
    (libc::SIGWINCH, "SIGWINCH"),
    (libc::SIGPOLL, "SIGPOLL"),
    (libc::SIGPWR, "SIGPWR"),
    (libc::SIGSYS, "SIGSYS"),
];
