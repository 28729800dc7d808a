//! Lines from the programs under test, and the gates they wait at.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags, open};

use super::watch::wait_for;
use super::{GUARD, Scratch};

/// Lines that arrive over a descriptor.
pub struct Lines {
    source: File,
    held: Vec<u8>,
    ended: bool,
}

impl Lines {
    pub fn new(source: impl Into<OwnedFd>) -> Lines {
        Lines { source: File::from(source.into()), held: Vec::new(), ended: false }
    }

    /// The next line; None at the end, or when none came in time.
    pub fn next_within(&mut self, time: Duration) -> Option<String> {
        let start = Instant::now();
        loop {
            if let Some(end) = self.held.iter().position(|&byte| byte == b'\n') {
                let line: Vec<u8> = self.held.drain(..=end).collect();
                return Some(String::from_utf8_lossy(&line[..end]).into_owned());
            }
            if self.ended || !self.wait(time.saturating_sub(start.elapsed())) {
                return None;
            }
            self.fill();
        }
    }

    /// All there is up to the end; panics when that does not come.
    pub fn rest(&mut self, what: &str) -> String {
        let start = Instant::now();
        while !self.ended {
            let left = GUARD.saturating_sub(start.elapsed());
            assert!(self.wait(left), "{what} has no end: someone still holds it open");
            self.fill();
        }
        String::from_utf8_lossy(&self.held).into_owned()
    }

    pub fn has_ended(&self) -> bool {
        self.ended
    }

    /// What has come and was not taken.
    pub fn so_far(&mut self) -> String {
        while !self.ended && self.wait(Duration::ZERO) {
            self.fill();
        }
        String::from_utf8_lossy(&self.held).into_owned()
    }

    fn wait(&self, time: Duration) -> bool {
        let timeout = Timespec::try_from(time).expect("a timeout");
        poll(&mut [PollFd::new(&self.source, PollFlags::IN)], Some(&timeout)).is_ok_and(|ready| ready > 0)
    }

    fn fill(&mut self) {
        let mut bytes = [0; 65536];
        match self.source.read(&mut bytes) {
            Ok(0) => self.ended = true,
            Ok(count) => self.held.extend_from_slice(&bytes[..count]),
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
            Err(error) => panic!("read: {error}"),
        }
    }
}

impl AsFd for Lines {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.source.as_fd()
    }
}

/// A FIFO into which the programs of a test report, a line a time.
pub struct Reports {
    path: PathBuf,
    lines: Lines,
}

impl Reports {
    pub fn new(scratch: &Scratch, name: &str) -> Reports {
        Reports::of(&scratch.fifo(name))
    }

    /// Over a FIFO that is there.
    pub fn of(path: &Path) -> Reports {
        // Open for writing too, so that it does not end between two reports.
        let fifo = open(path, OFlags::RDWR | OFlags::NONBLOCK | OFlags::CLOEXEC, Mode::empty()).expect("open a FIFO");
        Reports { path: path.to_owned(), lines: Lines::new(fifo) }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn next(&mut self) -> String {
        let fifo = self.lines.source.try_clone().expect("a descriptor");
        wait_for("a report", fifo, || self.lines.next_within(Duration::ZERO))
    }

    /// The next report; None when it does not come in time.
    pub fn next_within(&mut self, time: Duration) -> Option<String> {
        self.lines.next_within(time)
    }

    /// The next report, which must begin with `word`: what follows it.
    pub fn expect(&mut self, word: &str) -> String {
        let line = self.next();
        match line.strip_prefix(word) {
            Some(rest) => rest.trim_start().to_owned(),
            None => panic!("expected a report of {word:?}, got {line:?}"),
        }
    }

    /// The same, for reports of a process: its pid.
    pub fn expect_pid(&mut self, word: &str) -> i32 {
        self.expect(word).parse().expect("a pid")
    }

    /// What has been reported and not been asked for.
    pub fn waiting(&mut self) -> Vec<String> {
        std::iter::from_fn(|| self.lines.next_within(Duration::ZERO)).collect()
    }
}

/// A FIFO where a program waits until the test lets it through.
pub struct Gate {
    path: PathBuf,
    writer: File,
}

impl Gate {
    pub fn new(scratch: &Scratch, name: &str) -> Gate {
        let path = scratch.fifo(name);
        let writer = open(&path, OFlags::RDWR | OFlags::CLOEXEC, Mode::empty()).expect("open a FIFO");
        Gate { path, writer: File::from(writer) }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Lets one through.
    pub fn open(&mut self) {
        self.writer.write_all(b".").expect("open the gate");
    }
}
