//! Which runs are made.

use std::path::PathBuf;

use nix::libc;

use super::operations::OPERATIONS;
use super::pool::{Job, Recorded};
use super::table::is_possible;
use super::trail::{Fault, Place, Seen};

pub const USAGE: &str = "usage: faults [--slice=N] [--operation=NAME] [--role=NAME] [--call=TEXT] [--fault=NAME] \
[--workers=N] [--table] [--findings] [--calls] [--bless]
  --slice=N    every Nth point only, but all of the default start
  --operation --role --call --fault   only what has this name, or this text in it
  --workers=N  so many at a time; as many as there are processors otherwise
  --table      prints every run, not only what must not be and is not known
  --findings   prints what must not be, known or not
  --sanitized=DIRECTORY  programs with the sanitizers of gcc, and the library of that directory, which has them too
  --calls      prints the calls that are seen, and makes none fail
  --bless      writes what is found to the list of what is known";

/// The signals that arrive at each call.
const SIGNALS: [i32; 4] = [libc::SIGKILL, libc::SIGTERM, libc::SIGHUP, libc::SIGSTOP];

#[derive(Default)]
pub struct Wanted {
    pub slice: usize,
    operation: Option<String>,
    role: Option<String>,
    call: Option<String>,
    fault: Option<String>,
    pub workers: usize,
    pub table: bool,
    pub findings: bool,
    pub calls: bool,
    pub bless: bool,
    pub sanitized: Option<PathBuf>,
}

impl Wanted {
    pub fn from_arguments(arguments: impl Iterator<Item = String>) -> Result<Wanted, String> {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let mut wanted = Wanted { slice: 1, workers: processors, ..Wanted::default() };
        for argument in arguments {
            let number = |text: &str| text.parse().ok().filter(|&number: &usize| number > 0).ok_or(argument.clone());
            match argument.split_once('=').unwrap_or((&argument, "")) {
                ("--slice", value) => wanted.slice = number(value)?,
                ("--workers", value) => wanted.workers = number(value)?,
                ("--operation", value) => wanted.operation = Some(value.to_owned()),
                ("--role", value) => wanted.role = Some(value.to_owned()),
                ("--call", value) => wanted.call = Some(value.to_owned()),
                ("--fault", value) => wanted.fault = Some(value.to_owned()),
                ("--sanitized", value) => wanted.sanitized = Some(value.into()),
                ("--table", "") => wanted.table = true,
                ("--findings", "") => wanted.findings = true,
                ("--calls", "") => wanted.calls = true,
                ("--bless", "") => wanted.bless = true,
                _ => return Err(format!("what is {argument}?")),
            }
        }
        match &wanted.operation {
            Some(name) if !OPERATIONS.iter().any(|operation| operation.name == name) => {
                Err(format!("there is no operation {name:?}"))
            }
            _ => Ok(wanted),
        }
    }

    pub fn wants_operation(&self, name: &str) -> bool {
        self.operation.as_ref().is_none_or(|wanted| wanted == name)
    }

    /// Are all runs made?
    pub fn is_whole(&self) -> bool {
        self.slice == 1
            && self.sanitized.is_none()
            && [&self.operation, &self.role, &self.call, &self.fault].iter().all(|filter| filter.is_none())
    }

    fn wants(&self, point: &(Place, Fault)) -> bool {
        let (place, fault) = point;
        // The sanitizer's own memory: without it, it ends the program.
        if self.sanitized.is_some()
            && ["mmap", "munmap", "madvise", "sigaltstack"].iter().any(|name| place.call.starts_with(name))
        {
            return false;
        }
        self.role.as_ref().is_none_or(|role| *role == place.role)
            && self.call.as_ref().is_none_or(|call| place.call.contains(call.as_str()))
            && self.fault.as_ref().is_none_or(|wanted| *wanted == name_of(*fault))
    }

    /// The points of what was recorded that are wanted, and the others.
    pub fn jobs<'a>(&self, recorded: &'a [Recorded]) -> (Vec<Job<'a>>, Vec<Job<'a>>) {
        let (mut jobs, mut rest) = (Vec::new(), Vec::new());
        let mut count = 0;
        for recorded in recorded {
            for seen in recorded.clean.seen.iter().filter(|seen| is_worth_it(seen, &recorded.clean.seen)) {
                for fault in faults(seen, recorded.allocating) {
                    if fault == Fault::Signal(libc::SIGSTOP) && recorded.operation.waits_too_long() {
                        continue;
                    }
                    let point = (seen.place.clone(), fault);
                    let is_first = recorded.operation.name == OPERATIONS[0].name && !recorded.allocating;
                    count += 1;
                    let is_wanted = self.wants(&point) && (is_first || count % self.slice == 0);
                    if is_wanted { &mut jobs } else { &mut rest }.push(Job { recorded, point });
                }
            }
        }
        (jobs, rest)
    }
}

/// Of a call that comes again and again the first ones are enough, and the last.
fn is_worth_it(seen: &Seen, all: &[Seen]) -> bool {
    let is_like = |other: &&Seen| other.place.role == seen.place.role && other.place.call == seen.place.call;
    seen.place.call == "malloc"
        || seen.place.occurrence <= 3
        || seen.place.occurrence == all.iter().filter(is_like).count()
}

/// What can happen at that place. Where allocations are refused, the rest has been seen before.
fn faults(seen: &Seen, allocating: bool) -> Vec<Fault> {
    let is_allocation = seen.place.call == "malloc";
    let errnos = seen.row.map_or(&[][..], |row| row.errnos).iter().copied();
    let errnos = errnos.filter(|&errno| is_possible(&seen.place.role, &seen.place.call, errno)).map(Fault::Errno);
    let writes = ["write(", "pwrite64("].iter().any(|name| seen.place.call.starts_with(name));
    let short = (writes && !seen.place.call.contains("(anon_inode")).then_some(Fault::Short);
    match (allocating, is_allocation) {
        (true, true) => errnos.collect(),
        (false, false) => errnos.chain(short).chain(SIGNALS.map(Fault::Signal)).collect(),
        _ => Vec::new(),
    }
}

pub fn name_of(fault: Fault) -> String {
    match fault {
        Fault::Short => "SHORT".to_owned(),
        Fault::Errno(errno) => super::verdict::name_of(errno),
        Fault::Signal(signal) => {
            let name = nix::sys::signal::Signal::try_from(signal).map_or("?", |signal| signal.as_str());
            name.trim_start_matches("SIG").to_owned()
        }
    }
}
