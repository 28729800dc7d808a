//! A process as `/proc` shows it, held by a pidfd so that its pid cannot come to mean another.

use std::collections::BTreeMap;
use std::fs;
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

use super::GUARD;
use super::watch::{is_hopeless, stories};

/// A process that lived when this was made.
#[derive(Debug)]
pub struct Process {
    pid: i32,
    pidfd: OwnedFd,
}

impl Process {
    /// That process; panics when there is none.
    pub fn new(pid: i32) -> Process {
        Process::find(pid).unwrap_or_else(|| panic!("no process {pid}"))
    }

    pub fn find(pid: i32) -> Option<Process> {
        let pidfd = pidfd_open(Pid::from_raw(pid)?, PidfdFlags::empty()).ok()?;
        Some(Process { pid, pidfd })
    }

    /// The children of a process, zombies among them.
    pub fn children_of(parent: i32) -> Vec<Process> {
        let all =
            fs::read_dir("/proc").expect("/proc").filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
        all.filter_map(Process::find).filter(|process| process.try_parent() == Some(parent)).collect()
    }

    pub fn pid(&self) -> i32 {
        self.pid
    }

    /// False as soon as it has ended, reaped or not.
    pub fn is_alive(&self) -> bool {
        !self.gone_within(Duration::ZERO)
    }

    /// Waits for its end.
    pub fn wait_gone(&self) {
        assert!(self.gone_within(GUARD), "process {} is still there", self.pid);
    }

    /// Whether it ends within that time.
    pub fn gone_within(&self, time: Duration) -> bool {
        let timeout = Timespec::try_from(time).expect("a timeout");
        poll(&mut [PollFd::new(&self.pidfd, PollFlags::IN)], Some(&timeout)).expect("poll") > 0
    }

    pub fn signal(&self, signal: Signal) {
        pidfd_send_signal(&self.pidfd, signal).expect("send a signal");
    }

    /// Kills it, if it is still there.
    pub fn kill(&self) {
        let killed = pidfd_send_signal(&self.pidfd, Signal::KILL);
        assert!(matches!(killed, Ok(()) | Err(Errno::SRCH)), "{killed:?}");
    }

    pub fn parent(&self) -> i32 {
        self.stat(4)
    }

    pub fn session(&self) -> i32 {
        self.stat(6)
    }

    /// The controlling terminal's device number, 0 for none.
    pub fn terminal(&self) -> i32 {
        self.stat(7)
    }

    /// A line of its `status`.
    pub fn status(&self, name: &str) -> String {
        let status = fs::read_to_string(self.proc("status")).expect("status of the process");
        let prefix = format!("{name}:");
        let line = status.lines().find_map(|line| line.strip_prefix(&prefix));
        line.unwrap_or_else(|| panic!("no {name} in status")).trim().to_owned()
    }

    /// The words of such a line.
    pub fn status_words(&self, name: &str) -> Vec<String> {
        self.status(name).split_whitespace().map(str::to_owned).collect()
    }

    /// A set of signals in `status`: SigBlk, SigIgn, SigCgt.
    pub fn signals(&self, name: &str) -> Vec<i32> {
        let bits = u64::from_str_radix(&self.status(name), 16).expect("a set of signals");
        (1..=64).filter(|signal| (bits >> (signal - 1)) & 1 == 1).collect()
    }

    pub fn umask(&self) -> u32 {
        u32::from_str_radix(&self.status("Umask"), 8).expect("a umask")
    }

    /// Its open descriptors, and what each is, once it waits: so that what it reported over is closed again.
    pub fn descriptors(&self) -> BTreeMap<i32, PathBuf> {
        wait_until("the process to come to rest", || self.stat_word(3).expect("the state") == "S");
        let entries = fs::read_dir(self.proc("fd")).expect("descriptors of the process");
        let entries = entries.map(|entry| entry.expect("a descriptor"));
        entries
            .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, fs::read_link(entry.path()).ok()?)))
            .collect()
    }

    /// The flags a descriptor was opened with.
    pub fn descriptor_flags(&self, fd: i32) -> u32 {
        let info = fs::read_to_string(self.proc(&format!("fdinfo/{fd}"))).expect("fdinfo");
        let flags = info.lines().find_map(|line| line.strip_prefix("flags:")).expect("flags");
        u32::from_str_radix(flags.trim(), 8).expect("flags")
    }

    /// `cwd`, `root` or `exe`.
    pub fn link(&self, name: &str) -> PathBuf {
        fs::read_link(self.proc(name)).expect("a link of the process")
    }

    /// A path under its directory in `/proc`.
    pub fn proc(&self, name: &str) -> PathBuf {
        PathBuf::from(format!("/proc/{}/{name}", self.pid))
    }

    fn try_parent(&self) -> Option<i32> {
        self.stat_word(4)?.parse().ok()
    }

    fn stat(&self, field: usize) -> i32 {
        self.stat_word(field).and_then(|word| word.parse().ok()).expect("a field of stat")
    }

    /// A field of `stat`, numbered as in proc(5); the name, field 2, may hold spaces and brackets.
    fn stat_word(&self, field: usize) -> Option<String> {
        let stat = fs::read_to_string(self.proc("stat")).ok()?;
        let (_, rest) = stat.rsplit_once(") ")?;
        rest.split(' ').nth(field - 3).map(str::to_owned)
    }
}

/// Waits until `done` holds, for what /proc shows but announces to nobody.
pub fn wait_until(what: &str, mut done: impl FnMut() -> bool) {
    let start = Instant::now();
    while !done() {
        assert!(!is_hopeless() || done(), "waited in vain for {what}:{}", stories());
        assert!(start.elapsed() < GUARD, "waited {} seconds for {what}:{}", GUARD.as_secs(), stories());
        std::thread::yield_now();
    }
}
