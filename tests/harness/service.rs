//! The service of `tests/c/service.c` in a directory of its own: started, asked, refused.

use std::collections::HashMap;

use rustix::process::Signal;

use super::{Exit, Launch, Process, Reports, Run, Scratch};

/// A directory, and a FIFO in it where services report.
pub struct Service {
    pub scratch: Scratch,
    pub reports: Reports,
}

/// A service that is up.
pub struct Daemon {
    pub process: Process,
    pub run: Run,
}

/// What a launcher said that failed.
#[derive(Debug)]
pub struct Refusal {
    pub exit: Exit,
    pub message: String,
    pub errno: i32,
    pub last_errno: i32,
    pub status: i32,
    pub step: String,
}

impl Service {
    pub fn new() -> Service {
        let scratch = Scratch::new();
        let reports = Reports::new(&scratch, "events");
        Service { scratch, reports }
    }

    /// The service, reporting to us; for further options.
    pub fn launch(&self) -> Launch {
        Launch::program("service").option_path("events", self.reports.path())
    }

    /// Starts it and waits until its launcher has left and it is up.
    pub fn start(&mut self, launch: Launch) -> Daemon {
        let mut run = launch.start();
        run.succeed();
        let process = Process::new(self.reports.expect_pid("up"));
        Daemon { process, run }
    }

    /// Starts it, which must fail and leave no process.
    pub fn refuse(&mut self, launch: Launch) -> Refusal {
        let mut run = launch.start();
        let refusal = Refusal::of(&mut run);
        run.wait_idle();
        refusal
    }
}

impl Daemon {
    pub fn pid(&self) -> i32 {
        self.process.pid()
    }

    /// What it finds out about itself: `tests/c/probe.h`.
    pub fn probe(&self, reports: &mut Reports) -> HashMap<String, i64> {
        self.process.signal(Signal::USR1);
        let line = reports.expect("probe");
        let pairs = line.split(' ').filter_map(|pair| pair.split_once('='));
        pairs.map(|(name, value)| (name.to_owned(), value.parse().expect("a number"))).collect()
    }

    /// SIGTERM, and how it ended.
    pub fn terminate(&mut self) -> Exit {
        self.process.signal(Signal::TERM);
        self.run.wait_reaped(self.process.pid())
    }

    /// SIGKILL, and wait until it has been reaped.
    pub fn kill(&mut self) {
        self.process.signal(Signal::KILL);
        self.run.wait_reaped(self.process.pid());
    }
}

impl Refusal {
    /// Of a launcher that ends now.
    pub fn of(run: &mut Run) -> Refusal {
        let exit = run.wait();
        let (stdout, stderr) = (run.stdout(), run.stderr());
        let message = stderr.trim_end().split_once(": ").unwrap_or_else(|| panic!("stderr: {stderr:?}")).1;
        let number = |name: &str| -> i32 {
            let words = stdout.split_whitespace().filter_map(|word| word.split_once('='));
            let value = words.filter(|(key, _)| *key == name).map(|(_, value)| value).next_back();
            value.and_then(|value| value.parse().ok()).unwrap_or_else(|| panic!("no {name} in {stdout:?}"))
        };
        let (errno, last_errno, status) = (number("errno"), number("last_errno"), number("status"));
        let step = stdout.lines().find_map(|line| line.strip_prefix("step: ")).expect("a step").to_owned();
        Refusal { exit, message: message.to_owned(), errno, last_errno, status, step }
    }

    /// Holds for every failure: one line that begins with what was being done, but for what became of the daemon later; the
    /// same errno twice, and a launcher that exits with the status.
    pub fn check(&self) -> &Refusal {
        assert!(!self.message.is_empty() && !self.message.contains('\n'), "one line: {self:?}");
        let told = self.step == "waiting for the daemon";
        assert!(told || (!self.step.is_empty() && self.message.starts_with(&self.step)), "{self:?}");
        assert_eq!(self.errno, self.last_errno, "{self:?}");
        assert_ne!(self.errno, 0, "{self:?}");
        assert_eq!(self.exit, Exit::Status(self.status), "{self:?}");
        self
    }
}
