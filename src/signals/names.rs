//! What signals are called.

use core::ffi::c_int;
use core::fmt;

use crate::error::{Clean, Numbered};
use crate::sys::signal::{FIRST_REAL_TIME, LAST};
use crate::sys::text::whole_number;

/// A signal's name as in signal(7): SIGTERM, SIGRTMIN+3; of others the number.
pub struct Name(pub c_int);

/// The names of signals 1, 2, 3 and so on. The numbers are the same on every architecture that the library is for.
const STANDARD: &[u8] =
    b"HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU \
                         URG XCPU XFSZ VTALRM PROF WINCH POLL PWR SYS";

fn standard() -> impl Iterator<Item = (c_int, &'static [u8])> {
    (1..).zip(STANDARD.split(|&byte| byte == b' '))
}

impl fmt::Display for Name {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        match (self.0, standard().find(|&(number, _)| number == self.0)) {
            (_, Some((_, name))) => {
                formatter.write_str("SIG")?;
                Clean(name).fmt(formatter)
            }
            (FIRST_REAL_TIME, _) => formatter.write_str("SIGRTMIN"),
            (signal @ FIRST_REAL_TIME..=LAST, _) => {
                Numbered("SIGRTMIN+", (signal - FIRST_REAL_TIME).into()).fmt(formatter)
            }
            (signal, _) => Numbered("signal ", signal.into()).fmt(formatter),
        }
    }
}

/// What stands behind `start`, which is upper case, in any case.
// One copy for all who call it.
#[inline(never)]
fn behind<'a>(text: &'a [u8], start: &[u8]) -> Option<&'a [u8]> {
    let (head, rest) = text.split_at_checked(start.len())?;
    head.iter().map(u8::to_ascii_uppercase).eq(start.iter().copied()).then_some(rest)
}

/// The number of the signal with that name: TERM, SIGTERM, RTMIN+3, RTMAX-1.
pub fn number(name: &[u8]) -> Option<c_int> {
    let name = behind(name, b"SIG").unwrap_or(name);
    for (known, sign, first) in [(b"RTMIN", 1, FIRST_REAL_TIME), (b"RTMAX", -1, LAST)] {
        let Some(rest) = behind(name, known) else { continue };
        let distance = match rest.split_first() {
            None => 0,
            Some((b'+', digits)) if sign > 0 => whole_number(digits)?,
            Some((b'-', digits)) if sign < 0 => whole_number(digits)?,
            Some(_) => return None,
        };
        let signal = sign * c_int::try_from(distance).ok().filter(|&distance| distance < LAST)? + first;
        return (FIRST_REAL_TIME..=LAST).contains(&signal).then_some(signal);
    }
    standard().find(|(_, known)| behind(name, known) == Some(&[])).map(|(number, _)| number)
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
