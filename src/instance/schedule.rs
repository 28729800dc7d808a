//! How a daemon is ended: signals, and times to wait after them. As text it is written as for start-stop-daemon(8):
//! `TERM/30/KILL/5`.

use core::ffi::{CStr, c_int};

use crate::error::{Error, Result, Step};
use crate::signals::names;
use crate::sys::text::whole_number;
use crate::sys::{Errno, signal};

/// How many milliseconds a process gets to end after SIGKILL: it may first have to wait for a disk.
const KILL_PATIENCE: c_int = 30_000;

/// The most parts that a schedule can have.
const MOST: usize = 32;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Signal(c_int),
    /// Milliseconds, -1 for ever.
    Wait(c_int),
}

#[derive(Debug, PartialEq, Eq)]
pub struct Schedule {
    parts: [Part; MOST],
    length: usize,
    /// The first of the parts that are repeated until the daemon has ended.
    repeated_from: Option<usize>,
}

type Parsed<T> = Result<T, &'static str>;

impl Schedule {
    const fn new() -> Schedule {
        Schedule { parts: [Part::Wait(0); MOST], length: 0, repeated_from: None }
    }

    /// SIGTERM, a wait of `timeout` milliseconds, and then SIGKILL, if `kill` is true.
    pub fn of(timeout: c_int, kill: bool) -> Schedule {
        let mut schedule = Schedule::new();
        let four =
            [Part::Signal(signal::TERM), Part::Wait(timeout), Part::Signal(signal::KILL), Part::Wait(KILL_PATIENCE)];
        schedule.parts.iter_mut().zip(four).for_each(|(place, part)| *place = part);
        schedule.length = if kill { four.len() } else { 2 };
        schedule
    }

    /// From its text.
    pub fn parse(text: &CStr) -> Result<Schedule> {
        Schedule::read(text.to_bytes()).map_err(|why| Error::because(Step::Schedule, text, Errno::EINVAL, why))
    }

    fn read(text: &[u8]) -> Parsed<Schedule> {
        let mut schedule = Schedule::new();
        for word in text.split(|&byte| byte == b'/') {
            if word != b"forever" {
                schedule.push(part_of(word)?)?;
            } else if schedule.repeated_from.replace(schedule.length).is_some() {
                return Err("forever stands in it twice");
            }
        }
        match (schedule.parts(), schedule.repeated_from) {
            // A time alone counts for SIGTERM and for SIGKILL.
            (&[Part::Wait(time)], None) => {
                schedule = Schedule::of(time, true);
                if let Some(last) = schedule.parts.get_mut(3) {
                    *last = Part::Wait(time);
                }
            }
            ([.., Part::Signal(signal::KILL)], _) => schedule.push(Part::Wait(KILL_PATIENCE))?,
            ([.., Part::Signal(_)], _) => return Err("ends in a signal, without a time to wait"),
            _ => {}
        }
        match schedule.repeated_from {
            Some(from) if !schedule.parts().iter().skip(from).any(|part| matches!(part, Part::Wait(1..))) => {
                Err("has no time to wait behind forever")
            }
            _ => Ok(schedule),
        }
    }

    fn push(&mut self, part: Part) -> Parsed<()> {
        *self.parts.get_mut(self.length).ok_or("has too many parts")? = part;
        self.length += 1;
        Ok(())
    }

    fn parts(&self) -> &[Part] {
        self.parts.get(..self.length).unwrap_or(&[])
    }

    /// The signals and the times, in order.
    pub fn steps(&self) -> impl Iterator<Item = Part> {
        let mut next = 0;
        core::iter::from_fn(move || {
            if next >= self.length {
                next = self.repeated_from?;
            }
            next += 1;
            self.parts().get(next - 1).copied()
        })
    }
}

/// A signal by its name, or by its number behind a `-`; a number alone is a time in seconds.
fn part_of(word: &[u8]) -> Parsed<Part> {
    let is_number = |text: &[u8]| !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    let number = |text: &[u8]| whole_number(text).and_then(|number| c_int::try_from(number).ok());
    if is_number(word) {
        let milliseconds = number(word).and_then(|seconds| seconds.checked_mul(1000));
        return milliseconds.map(Part::Wait).ok_or("has a time that is out of range");
    }
    let name = word.strip_prefix(b"-").unwrap_or(word);
    let signal = if is_number(name) {
        number(name).filter(|number| (1..=signal::LAST).contains(number))
    } else {
        names::number(name)
    };
    signal.map(Part::Signal).ok_or("has a part that is neither a signal nor a time in seconds")
}

#[cfg(test)]
mod tests {
    use super::Part::{Signal, Wait};
    use super::{KILL_PATIENCE, Part, Schedule};

    fn parts(text: &str) -> Vec<Part> {
        let schedule = Schedule::read(text.as_bytes()).unwrap_or_else(|why| panic!("{text}: {why}"));
        schedule.steps().take(7).collect()
    }

    #[test]
    fn signals_have_names_and_numbers() {
        assert_eq!(parts("TERM/30/KILL/5"), [Signal(15), Wait(30_000), Signal(9), Wait(5_000)]);
        assert_eq!(
            parts("SIGINT/1/-QUIT/2/-15/3"),
            [Signal(2), Wait(1000), Signal(3), Wait(2000), Signal(15), Wait(3000)]
        );
        assert_eq!(parts("RTMIN+3/0"), [Signal(37), Wait(0)]);
        assert_eq!(parts("hup/1/RTMAX/1"), [Signal(1), Wait(1000), Signal(64), Wait(1000)]);
    }

    #[test]
    fn what_is_left_out_is_what_one_expects() {
        assert_eq!(parts("10"), [Signal(15), Wait(10_000), Signal(9), Wait(10_000)]);
        assert_eq!(parts("TERM/30/KILL"), [Signal(15), Wait(30_000), Signal(9), Wait(KILL_PATIENCE)]);
        assert_eq!(parts("KILL"), [Signal(9), Wait(KILL_PATIENCE)]);
    }

    #[test]
    fn the_end_can_be_repeated() {
        let kill = [Signal(9), Wait(5000)];
        assert_eq!(parts("TERM/30/forever/KILL/5")[..6], [&[Signal(15), Wait(30_000)][..], &kill, &kill].concat());
    }

    #[test]
    fn nonsense_is_refused() {
        let many = "TERM/1/".repeat(17);
        let cases = [
            "",
            "/",
            "TERM",
            "TERM/30/HUP",
            "NOSUCH/3",
            "TERM/-3x",
            "TERM/3/",
            "-0/3",
            "-65/3",
            "TERM/1.5",
            "TERM/99999999",
            "TERM/3/forever",
            "TERM/3/forever/KILL/3/forever/KILL/3",
            "TERM/3/forever/KILL/0",
            many.trim_end_matches('/'),
        ];
        for text in cases {
            assert!(Schedule::read(text.as_bytes()).is_err(), "{text}");
        }
    }
}
