//! A program that runs, and its keeper.

use std::cell::RefCell;
use std::fmt;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::rc::Rc;
use std::time::{Duration, Instant};

use rustix::fs::{CWD, FileType, Mode, OFlags, mknodat, open};
use tempfile::TempDir;

use super::GUARD;
use super::compile::own_program;
use super::launch::Launch;
use super::process::Process;
use super::reports::Lines;
use super::watch::Watched;

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    Status(i32),
    Signal(i32),
}

impl Exit {
    /// A status that is not 0, or a signal that a program brings upon itself; another one is sent.
    pub fn is_failure(self) -> bool {
        const ILL_TRAP_ABRT_BUS_FPE_SEGV_SYS: [i32; 7] = [4, 5, 6, 7, 8, 11, 31];
        match self {
            Exit::Status(status) => status != 0,
            Exit::Signal(signal) => ILL_TRAP_ABRT_BUS_FPE_SEGV_SYS.contains(&signal),
        }
    }
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
    watched: Rc<RefCell<Watched>>,
    _streams: TempDir,
}

impl Run {
    pub(super) fn start(launch: &Launch) -> Run {
        let streams = tempfile::Builder::new().prefix("libdaemon-run-").tempdir().expect("temporary directory");
        let (out, err) = (streams.path().join("stdout"), streams.path().join("stderr"));
        let (stdout, stderr) = (Lines::new(stream(&out)), Lines::new(stream(&err)));
        let mut command = Command::new(own_program("keeper"));
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
        // Each word as far as it tells the reader of a failure something.
        let words = launch.words.iter().map(|word| word.to_string_lossy().chars().take(200).collect());
        let words: Vec<String> = words.collect();
        let watched = Watched::new(words.join(" "), events, stdout, stderr);
        Run { keeper, control, watched, _streams: streams }
    }

    /// The parent of every orphan of this run.
    pub fn keeper(&self) -> i32 {
        i32::try_from(self.keeper.id()).expect("a pid")
    }

    /// The program as the keeper started it: the launcher, or what the hostile place or `under` put before it.
    pub fn program(&self) -> i32 {
        self.watched.borrow().program()
    }

    /// Waits for the program to end.
    pub fn wait(&mut self) -> Exit {
        self.wait_within(GUARD).unwrap_or_else(|| panic!("the program does not end: {}", self.story()))
    }

    /// The same; None when it still runs after that time.
    pub fn wait_within(&mut self, time: Duration) -> Option<Exit> {
        let mut watched = self.watched.borrow_mut();
        let program = watched.program();
        watched.end_of(program, time)
    }

    /// Waits until the keeper has reaped that process, its child.
    pub fn wait_reaped(&mut self, pid: i32) -> Exit {
        let exit = self.watched.borrow_mut().end_of(pid, GUARD);
        exit.unwrap_or_else(|| panic!("process {pid} has not been reaped: {}", self.story()))
    }

    /// Waits until nothing is left of the run.
    pub fn wait_idle(&mut self) {
        let start = Instant::now();
        let mut watched = self.watched.borrow_mut();
        while !watched.idle {
            let told = watched.take_event(GUARD.saturating_sub(start.elapsed()));
            assert!(told, "not idle: {}", watched.story());
        }
    }

    /// The keeper's children that have ended by now: the program, orphans.
    pub fn reaped(&mut self) -> Vec<(i32, Exit)> {
        self.watched.borrow_mut().ends()
    }

    /// Waits for the program to end well, and says what it printed when it did not.
    pub fn succeed(&mut self) {
        let exit = self.wait();
        assert!(exit == Exit::Status(0), "the launcher {exit}: {}", self.story());
    }

    /// All the program and its descendants wrote to stdout, up to its end.
    pub fn stdout(&mut self) -> String {
        self.watched.borrow_mut().stdout.rest("stdout")
    }

    pub fn stderr(&mut self) -> String {
        self.watched.borrow_mut().stderr.rest("stderr")
    }

    /// Orphans that live: daemons.
    pub fn orphans(&self) -> Vec<Process> {
        let children = Process::children_of(self.keeper());
        children.into_iter().filter(|child| child.pid() != self.program() && child.is_alive()).collect()
    }

    /// What became of it, for a test that fails.
    fn story(&self) -> String {
        self.watched.borrow_mut().story()
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
