//! Which signals this process ignores or handles, and whether it has other threads, as /proc/self/status tells it. And
//! resetting all signals to their defaults.

use core::ffi::c_int;

use super::handlers;
use crate::sys::signal::{self, Action, RESERVED_BY_LIBC, Set, bit};
use crate::sys::{Errno, fd, file, threads};

/// Sets of signals, bit 0 for signal 1, and whether other threads run.
#[derive(Clone, Copy)]
pub struct Dispositions {
    /// Did the kernel tell the sets? If not, they are guesses.
    known: bool,
    ignored: u64,
    handled: u64,
    pub other_threads: bool,
}

impl Dispositions {
    /// Those of this process. Where there is no /proc, every signal counts as one that has to be reset.
    pub fn ask() -> Dispositions {
        from_status_file().unwrap_or_else(|_| Dispositions::unasked(threads::others_run()))
    }

    /// For a caller that looks at few of them: the kernel is asked for each at that time.
    pub fn unasked(other_threads: bool) -> Dispositions {
        Dispositions { known: false, ignored: !0, handled: 0, other_threads }
    }

    pub fn ignores(&self, signal: c_int) -> bool {
        let ignored = self.ignored & bit(signal) != 0;
        ignored && (self.known || signal::action(signal).is_ok_and(|action| action.is_ignore()))
    }

    /// Resets every signal that is not at its default, except for those in `kept`.
    pub fn reset(&self, kept: u64) {
        self.reset_those((self.ignored | self.handled) & !kept);
        handlers::forget_all_but(kept);
    }

    /// The same in a process that is about to execute another program. Of the signals in `kept`, those that are ignored
    /// stay ignored. The library's table of handlers is not changed: it belongs to the launcher, whose memory this
    /// process borrows.
    pub fn reset_for_exec(&self, kept: u64) {
        let stay = Set::from_bits(kept).signals().filter(|&signal| self.ignores(signal));
        self.reset_those((self.ignored | self.handled) & !stay.fold(0, |stay, signal| stay | bit(signal)));
    }

    fn reset_those(&self, changed: u64) {
        for signal in Set::from_bits(changed).signals() {
            if !RESERVED_BY_LIBC.contains(&signal) {
                let _ = signal::set_action(signal, &Action::default());
            } else if self.ignored & bit(signal) != 0 {
                signal::reset_past_libc_if_ignored(signal);
            }
        }
    }
}

/// From the lines Threads, SigIgn and SigCgt of /proc/self/status.
fn from_status_file() -> Result<Dispositions, Errno> {
    let status = file::open(c"/proc/self/status", file::READ, 0)?;
    let mut parser = StatusParser::default();
    let mut buffer = [0; 4096];
    loop {
        let length = fd::read(status.as_raw_fd(), &mut buffer)?;
        if length == 0 {
            return Err(Errno::ENOENT);
        }
        let found = buffer.iter().take(length).find_map(|&byte| parser.take(byte));
        if let Some(dispositions) = found {
            return Ok(dispositions);
        }
    }
}

/// Takes the file byte by byte, whatever the length of its lines. Threads and SigIgn come before SigCgt.
#[derive(Default)]
struct StatusParser {
    /// How many bytes of the line there were, and the first eight of them.
    length: usize,
    label: [u8; 8],
    /// The rest of the line, read as a hexadecimal number.
    value: u64,
    ignored: u64,
    other_threads: bool,
}

impl StatusParser {
    /// The result, when the last of the three lines is complete.
    fn take(&mut self, byte: u8) -> Option<Dispositions> {
        if byte == b'\n' {
            let value = self.value;
            match &self.label {
                // It is decimal and has been read as hexadecimal, but 1 is the same in both.
                b"Threads:" => self.other_threads = value != 1,
                b"SigIgn:\t" => self.ignored = value,
                b"SigCgt:\t" => {
                    let (ignored, other_threads) = (self.ignored, self.other_threads);
                    return Some(Dispositions { known: true, ignored, handled: value, other_threads });
                }
                _ => {}
            }
            (self.length, self.label, self.value) = (0, [0; 8], 0);
            return None;
        }
        match self.label.get_mut(self.length) {
            Some(place) => *place = byte,
            None => self.value = (self.value << 4) | u64::from((byte as char).to_digit(16).unwrap_or(0)),
        }
        self.length = self.length.saturating_add(1);
        None
    }
}

#[cfg(test)]
mod tests {
    use super::{Dispositions, StatusParser};

    fn parse(status: &str) -> Option<Dispositions> {
        let mut parser = StatusParser::default();
        status.bytes().find_map(|byte| parser.take(byte))
    }

    #[test]
    fn sets_and_threads_are_read_from_the_status_file() {
        let status = "Name:\tThreads:\t9\nThreads:\t1\nSigQ:\t3/95\nSigPnd:\t0000000000000000\n\
                      SigBlk:\tffffffffffffffff\nSigIgn:\t0000000000001001\nSigCgt:\t8000000000000200\n";
        let found = parse(status).expect("all lines are there");
        assert_eq!((found.ignored, found.handled), (0x1001, 0x8000_0000_0000_0200));
        assert!(!found.other_threads);
    }

    #[test]
    fn several_threads_are_noticed() {
        let found = parse("Threads:\t12\nSigIgn:\t0\nSigCgt:\t0\n").expect("all lines are there");
        assert!(found.other_threads);
    }

    #[test]
    fn an_incomplete_file_tells_nothing() {
        assert!(parse("Threads:\t1\nSigIgn:\t0\nSigCgt:\t0").is_none());
    }
}
