//! Which signals a process ignores or handles, as the kernel tells it, and their way back to the default; and what the same
//! file tells besides, whether it has other threads.

use core::ffi::c_int;

use super::handlers;
use crate::sys::signal::{self, Action, OF_LIBC, bit};
use crate::sys::{Errno, fd, file};

/// Sets of signals, bit 0 for signal 1, and whether other threads run.
#[derive(Clone, Copy)]
pub struct Dispositions {
    ignored: u64,
    handled: u64,
    pub other_threads: bool,
}

impl Dispositions {
    /// Those of this process. Where there is no /proc, every signal is taken for one that has to be set back.
    pub fn ask() -> Dispositions {
        from_status_file().unwrap_or(Dispositions { ignored: !0, handled: 0, other_threads: false })
    }

    /// Sets what is not at its default back to it, but for the signals in `kept`.
    pub fn reset(&self, kept: u64) {
        let mut changed = (self.ignored | self.handled) & !kept;
        while changed != 0 {
            let signal = changed.trailing_zeros() as c_int + 1;
            changed &= changed - 1;
            if !OF_LIBC.contains(&signal) {
                let _ = signal::set_action(signal, &Action::default());
            } else if self.ignored & bit(signal) != 0 {
                signal::reset_past_libc(signal);
            }
        }
        handlers::forget_all_but(kept);
    }
}

/// From the lines Threads, SigIgn and SigCgt of /proc/self/status.
#[inline(never)]
fn from_status_file() -> Result<Dispositions, Errno> {
    let status = file::open(c"/proc/self/status", file::READ, 0)?;
    let mut reader = SetReader::default();
    let mut buffer = [0; 4096];
    loop {
        let length = fd::read(status.number(), &mut buffer)?;
        if length == 0 {
            return Err(Errno::ENOENT);
        }
        for &byte in buffer.get(..length).unwrap_or(&[]) {
            if let Some(handled) = reader.take(byte) {
                return Ok(Dispositions { ignored: reader.ignored, handled, other_threads: reader.other_threads });
            }
        }
    }
}

/// Reads the file byte by byte, whatever the length of its lines: Threads and SigIgn come before SigCgt.
#[derive(Default)]
struct SetReader {
    /// How many bytes of the line there were, and the first eight of them.
    length: usize,
    label: u64,
    value: u64,
    ignored: u64,
    other_threads: bool,
}

impl SetReader {
    const THREADS: u64 = u64::from_be_bytes(*b"Threads:");
    const IGNORED: u64 = u64::from_be_bytes(*b"SigIgn:\t");
    const HANDLED: u64 = u64::from_be_bytes(*b"SigCgt:\t");

    /// The handled signals, once their line is complete.
    #[inline(never)]
    fn take(&mut self, byte: u8) -> Option<u64> {
        if byte == b'\n' {
            match self.label {
                // Read as hexadecimal: 1 is 1 all the same.
                SetReader::THREADS => self.other_threads = self.value != 1,
                SetReader::IGNORED => self.ignored = self.value,
                SetReader::HANDLED => return Some(self.value),
                _ => {}
            }
            *self = SetReader { ignored: self.ignored, other_threads: self.other_threads, ..SetReader::default() };
            return None;
        }
        if self.length < 8 {
            self.label = (self.label << 8) | u64::from(byte);
        } else {
            self.value = (self.value << 4) | u64::from((byte as char).to_digit(16).unwrap_or(0));
        }
        self.length = self.length.saturating_add(1);
        None
    }
}
