//! A program that runs, and its keeper.

use std::fmt;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::fs::{CWD, FileType, Mode, OFlags, mknodat, open};
use tempfile::TempDir;

use super::launch::Launch;
use super::process::Process;
use super::reports::Lines;
use super::{GUARD, program};

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    Status(i32),
    Signal(i32),
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Exit::Status(status) => write!(f, "exited with status {status}"),
            Exit::Signal(signal) => write!(f, "killed by signal {signal}"),
        }
    }
}

/// A program started under a keeper (`tests/c/keeper.c`): the subreaper of all that comes of it, which ends every one of
/// them when this is dropped, also by a panic, and when the test's process dies.
pub struct Run {
    keeper: Child,
    control: Option<ChildStdin>,
    events: Lines,
    program: i32,
    reaped: Vec<(i32, Exit)>,
    idle: bool,
    stdout: Lines,
    stderr: Lines,
    _streams: TempDir,
}

impl Run {
    pub(super) fn start(launch: &Launch) -> Run {
        let streams = tempfile::Builder::new().prefix("libdaemon-run-").tempdir().expect("temporary directory");
        let (out, err) = (streams.path().join("stdout"), streams.path().join("stderr"));
        let (stdout, stderr) = (Lines::new(stream(&out)), Lines::new(stream(&err)));
        let mut command = Command::new(program("keeper"));
        command.arg("/dev/null").arg(&out).arg(&err).args(launch.command_line());
        for name in ["NOTIFY_SOCKET", "SYSTEMD_EXEC_PID", "LISTEN_FDS", "LISTEN_PID"] {
            command.env_remove(name);
        }
        command.envs(launch.environment.iter().cloned());
        if let Some(directory) = &launch.directory {
            command.current_dir(directory);
        }
        let mut keeper = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the keeper starts");
        let control = keeper.stdin.take();
        let events = Lines::new(OwnedFd::from(keeper.stdout.take().expect("the keeper's events")));
        let (reaped, idle) = (Vec::new(), false);
        let mut run = Run { keeper, control, events, program: 0, reaped, idle, stdout, stderr, _streams: streams };
        let started = run.events.next_within(GUARD).expect("the keeper's first event");
        run.program = started.strip_prefix("started ").and_then(|pid| pid.parse().ok()).expect("the program's pid");
        run
    }

    /// The parent of every orphan of this run.
    pub fn keeper(&self) -> i32 {
        i32::try_from(self.keeper.id()).expect("a pid")
    }

    /// The program as the keeper started it: the launcher, or what the hostile place or `under` put before it.
    pub fn program(&self) -> i32 {
        self.program
    }

    /// Waits for the program to end.
    pub fn wait(&mut self) -> Exit {
        self.wait_within(GUARD).expect("the program ends")
    }

    /// The same; None when it still runs after that time.
    pub fn wait_within(&mut self, time: Duration) -> Option<Exit> {
        let program = self.program;
        self.reaped_within(program, time)
    }

    /// Waits until the keeper has reaped that process, its child.
    pub fn wait_reaped(&mut self, pid: i32) -> Exit {
        self.reaped_within(pid, GUARD).unwrap_or_else(|| panic!("process {pid} has not been reaped"))
    }

    /// Waits until nothing is left of the run.
    pub fn wait_idle(&mut self) {
        let start = Instant::now();
        while !self.idle {
            assert!(self.take_event(GUARD.saturating_sub(start.elapsed())), "there is still something running");
        }
    }

    /// The keeper's children that have ended by now: the program, orphans.
    pub fn reaped(&mut self) -> &[(i32, Exit)] {
        while self.take_event(Duration::ZERO) {}
        &self.reaped
    }

    /// Waits for the program to end well, and says what it printed when it did not.
    pub fn succeed(&mut self) {
        let exit = self.wait();
        assert!(
            exit == Exit::Status(0),
            "the launcher {exit}: {}",
            self.stderr.next_within(Duration::ZERO).unwrap_or_default()
        );
    }

    /// All the program and its descendants wrote to stdout, up to its end.
    pub fn stdout(&mut self) -> String {
        self.stdout.rest("stdout")
    }

    pub fn stderr(&mut self) -> String {
        self.stderr.rest("stderr")
    }

    /// Orphans that live: daemons.
    pub fn orphans(&self) -> Vec<Process> {
        let children = Process::children_of(self.keeper());
        children.into_iter().filter(|child| child.pid() != self.program && child.is_alive()).collect()
    }

    fn reaped_within(&mut self, pid: i32, time: Duration) -> Option<Exit> {
        let start = Instant::now();
        loop {
            if let Some((_, exit)) = self.reaped.iter().find(|(reaped, _)| *reaped == pid) {
                return Some(*exit);
            }
            if !self.take_event(time.saturating_sub(start.elapsed())) {
                return None;
            }
        }
    }

    fn take_event(&mut self, time: Duration) -> bool {
        let Some(line) = self.events.next_within(time) else { return false };
        let mut words = line.split(' ');
        let word = words.next().unwrap_or_default();
        let numbers: Vec<i32> = words.filter_map(|number| number.parse().ok()).collect();
        match (word, &numbers[..]) {
            ("exited", &[pid, status]) => self.reaped.push((pid, Exit::Status(status))),
            ("killed", &[pid, signal]) => self.reaped.push((pid, Exit::Signal(signal))),
            ("idle", &[]) => self.idle = true,
            _ => panic!("an event of the keeper: {line:?}"),
        }
        true
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        drop(self.control.take());
        let ended = self.keeper.wait();
        if !std::thread::panicking() {
            assert!(ended.is_ok_and(|status| status.success()), "the keeper failed");
        }
    }
}

/// A FIFO for one of the program's streams, open for reading.
fn stream(path: &Path) -> OwnedFd {
    mknodat(CWD, path, FileType::Fifo, Mode::from_raw_mode(0o600), 0).expect("make a FIFO");
    open(path, OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC, Mode::empty()).expect("open a FIFO")
}
