//! What signals are called.

use core::ffi::c_int;
use core::fmt;

use crate::error::Clean;
use crate::sys::signal::{FIRST_REAL_TIME, LAST};
use crate::sys::text::leading_number;

/// A signal's name as in signal(7): SIGTERM, SIGRTMIN+3; of others the number.
pub struct Name(pub c_int);

/// Of the signals from 1 on, which have these numbers on every architecture that the library is for.
const STANDARD: &[u8] =
    b"HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU \
                         URG XCPU XFSZ VTALRM PROF WINCH POLL PWR SYS";

fn standard() -> impl Iterator<Item = (c_int, &'static [u8])> {
    (1..).zip(STANDARD.split(|&byte| byte == b' '))
}

impl fmt::Display for Name {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        match (self.0, standard().find(|&(number, _)| number == self.0)) {
            (_, Some((_, name))) => write!(formatter, "SIG{}", Clean(name)),
            (FIRST_REAL_TIME, _) => formatter.write_str("SIGRTMIN"),
            (signal @ FIRST_REAL_TIME..=LAST, _) => write!(formatter, "SIGRTMIN+{}", signal - FIRST_REAL_TIME),
            (signal, _) => write!(formatter, "signal {signal}"),
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
    standard().find(|(_, known)| known.eq_ignore_ascii_case(name)).map(|(number, _)| number)
}

#[cfg(test)]
mod tests {
    use std::string::ToString;

    use super::{Name, number};

    #[test]
    fn signals_have_the_names_of_their_numbers() {
        let names = [
            (libc::SIGHUP, "SIGHUP"),
            (libc::SIGKILL, "SIGKILL"),
            (libc::SIGUSR1, "SIGUSR1"),
            (libc::SIGUSR2, "SIGUSR2"),
            (libc::SIGTERM, "SIGTERM"),
            (libc::SIGSTKFLT, "SIGSTKFLT"),
            (libc::SIGCHLD, "SIGCHLD"),
            (libc::SIGSTOP, "SIGSTOP"),
            (libc::SIGPOLL, "SIGPOLL"),
            (libc::SIGSYS, "SIGSYS"),
            (34, "SIGRTMIN"),
            (64, "SIGRTMIN+30"),
            (32, "signal 32"),
            (0, "signal 0"),
            (65, "signal 65"),
        ];
        for (signal, name) in names {
            assert_eq!(Name(signal).to_string(), name);
            if name.starts_with("SIG") {
                assert_eq!(number(name.as_bytes()), Some(signal));
            }
        }
    }
}
