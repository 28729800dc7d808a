//! Waiting for a program together with watching whether it still lives: what has ended does nothing more, and the test that
//! waits for it fails at once, with its end and its last words.

use std::cell::RefCell;
use std::fmt::Write;
use std::os::fd::{AsFd, BorrowedFd};
use std::rc::{Rc, Weak};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::GUARD;
use super::reports::Lines;
use super::run::Exit;

/// What a keeper tells of its run, as far as it has been heard.
pub struct Watched {
    command: String,
    program: i32,
    events: Lines,
    /// The ends of the program and of orphans, and whether the test knows.
    reaped: Vec<(i32, Exit, bool)>,
    /// Nothing is left of the run.
    pub idle: bool,
    pub stdout: Lines,
    pub stderr: Lines,
}

thread_local! {
    /// The runs of this thread's test.
    static RUNS: RefCell<Vec<Weak<RefCell<Watched>>>> = const { RefCell::new(Vec::new()) };
}

impl Watched {
    /// A run that the keeper has just started.
    pub fn new(command: String, mut events: Lines, stdout: Lines, stderr: Lines) -> Rc<RefCell<Watched>> {
        let started = events.next_within(GUARD).expect("the keeper's first event");
        let program = started.strip_prefix("started ").and_then(|pid| pid.parse().ok()).expect("the program's pid");
        let watched = Watched { command, program, events, reaped: Vec::new(), idle: false, stdout, stderr };
        let watched = Rc::new(RefCell::new(watched));
        RUNS.with_borrow_mut(|runs| {
            runs.retain(|run| run.strong_count() > 0);
            runs.push(Rc::downgrade(&watched));
        });
        watched
    }

    pub fn program(&self) -> i32 {
        self.program
    }

    /// How that process ended, for a test that asks; None when it has not in that time.
    pub fn end_of(&mut self, pid: i32, time: Duration) -> Option<Exit> {
        let start = Instant::now();
        loop {
            if let Some((_, exit, known)) = self.reaped.iter_mut().find(|(reaped, ..)| *reaped == pid) {
                *known = true;
                return Some(*exit);
            }
            if !self.take_event(time.saturating_sub(start.elapsed())) {
                return None;
            }
        }
    }

    /// All ends so far, for a test that asks.
    pub fn ends(&mut self) -> Vec<(i32, Exit)> {
        while self.take_event(Duration::ZERO) {}
        self.reaped.iter_mut().for_each(|(.., known)| *known = true);
        self.reaped.iter().map(|(pid, exit, _)| (*pid, *exit)).collect()
    }

    /// Takes in what the keeper tells next; false when that was nothing.
    pub fn take_event(&mut self, time: Duration) -> bool {
        let Some(line) = self.events.next_within(time) else {
            assert!(!self.events.has_ended(), "the keeper is gone");
            return false;
        };
        let mut words = line.split(' ');
        let word = words.next().unwrap_or_default();
        let numbers: Vec<i32> = words.filter_map(|number| number.parse().ok()).collect();
        match (word, &numbers[..]) {
            ("exited", &[pid, status]) => self.reaped.push((pid, Exit::Status(status), false)),
            ("killed", &[pid, signal]) => self.reaped.push((pid, Exit::Signal(signal), false)),
            ("idle", &[]) => self.idle = true,
            _ => panic!("an event of the keeper: {line:?}"),
        }
        true
    }

    /// A process failed, and the test does not know of any failure in this run.
    fn failed_unnoticed(&self) -> bool {
        let mut failures = self.reaped.iter().filter(|(_, exit, _)| exit.is_failure()).peekable();
        failures.peek().is_some() && failures.all(|(.., known)| !known)
    }

    /// How it stands with the run, and what it said on stderr.
    pub fn story(&mut self) -> String {
        let mut story = format!("`{}`", self.command);
        for (pid, exit, _) in &self.reaped {
            let name = if *pid == self.program { "the program" } else { "its daemon" };
            let _ = write!(story, "; {name}, process {pid}, {exit}");
        }
        story += if self.idle { "; nothing of it is left" } else { "; something of it still runs" };
        match self.stderr.so_far() {
            text if text.is_empty() => story + "; nothing on stderr",
            text => format!("{story}; on stderr:\n{text}"),
        }
    }
}

/// Waits until `ready` has something, `source` being what becomes readable when that may be so. Fails the test when nobody
/// is left who could bring it about, and at the end of its patience.
pub fn wait_for<T>(what: &str, source: impl AsFd, mut ready: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = ready() {
            return found;
        }
        if is_hopeless() {
            // It may have come before the end did.
            return ready().unwrap_or_else(|| panic!("waited in vain for {what}:{}", stories()));
        }
        let left = GUARD.saturating_sub(start.elapsed());
        assert!(!left.is_zero(), "waited {} seconds for {what}:{}", GUARD.as_secs(), stories());
        wait_readable(source.as_fd(), left);
    }
}

/// Waits for `source`, or for news of a run.
fn wait_readable(source: BorrowedFd<'_>, time: Duration) {
    let runs = runs();
    let runs: Vec<_> = runs.iter().map(|run| run.borrow()).collect();
    let events = runs.iter().filter(|run| !run.idle).map(|run| run.events.as_fd());
    let mut all: Vec<PollFd> = events.chain([source]).map(|fd| PollFd::from_borrowed_fd(fd, PollFlags::IN)).collect();
    let timeout = Timespec::try_from(time).expect("a timeout");
    poll(&mut all, Some(&timeout)).expect("poll");
}

/// All runs of this test are over, or one has failed in a way that the test has not asked about.
pub fn is_hopeless() -> bool {
    let runs = runs();
    runs.iter().for_each(|run| while run.borrow_mut().take_event(Duration::ZERO) {});
    let over = !runs.is_empty() && runs.iter().all(|run| run.borrow().idle);
    over || runs.iter().any(|run| run.borrow().failed_unnoticed())
}

/// What became of each run of this test.
pub fn stories() -> String {
    runs().iter().map(|run| format!("\n{}", run.borrow_mut().story())).collect()
}

fn runs() -> Vec<Rc<RefCell<Watched>>> {
    RUNS.with_borrow(|runs| runs.iter().filter_map(Weak::upgrade).collect())
}
