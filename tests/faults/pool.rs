//! The runs, spread over processes: each follows its own programs and is the reaper of what they leave.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Instant;

use nix::fcntl::OFlag;
use nix::libc;
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction};
use nix::unistd::{ForkResult, fork, pipe2};

use super::idle;
use super::judge::Case;
use super::operation::Operation;
use super::stage::Stage;
use super::trail::{Fault, Place, Trail};
use super::verdict::Fail;
use super::walk;

/// An operation, and what it does when nothing fails.
pub struct Recorded {
    pub operation: &'static Operation,
    pub allocating: bool,
    pub clean: Trail,
}

/// One run to be made.
pub struct Job<'a> {
    pub recorded: &'a Recorded,
    pub point: (Place, Fault),
}

/// How it went.
pub struct Done {
    pub job: usize,
    pub outcome: String,
    pub fails: Vec<(Fail, String)>,
    /// Did the run come to the point?
    pub reached: bool,
    pub milliseconds: u128,
}

extern "C" fn interrupt(_: libc::c_int) {}

/// Makes this process one that can follow programs.
pub fn be_walker() {
    let action = SigAction::new(SigHandler::Handler(interrupt), SaFlags::empty(), SigSet::empty());
    // SAFETY: the handler does nothing.
    let _ = unsafe { sigaction(Signal::SIGALRM, &action) };
    let tick = libc::timeval { tv_sec: 0, tv_usec: idle::INTERVAL * 1000 };
    let timer = libc::itimerval { it_interval: tick, it_value: tick };
    // SAFETY: the timer is valid for reading; NULL asks for no former value.
    unsafe { libc::setitimer(libc::ITIMER_REAL, &timer, std::ptr::null_mut()) };
    // SAFETY: takes integers.
    unsafe { libc::prctl(libc::PR_SET_CHILD_SUBREAPER, 1) };
}

/// Runs an operation once.
pub fn run(
    programs: &Path,
    operation: &Operation,
    allocating: bool,
    point: Option<&(Place, Fault)>,
) -> Result<Trail, String> {
    let program = programs.join(operation.program(allocating));
    let arguments = operation.arguments(point.map(|(_, fault)| *fault));
    let stage =
        Stage::start(&program, &arguments, operation).map_err(|error| format!("{}: {error}", operation.name))?;
    Ok(walk::run(stage, point, operation))
}

fn work(programs: &Path, job: &Job) -> Result<(Trail, bool), String> {
    let recorded = job.recorded;
    // Which of two processes is faster can decide what is called how often.
    for _ in 0..4 {
        let trail = run(programs, recorded.operation, recorded.allocating, Some(&job.point))?;
        if trail.reached {
            return Ok((trail, true));
        }
    }
    run(programs, recorded.operation, recorded.allocating, Some(&job.point)).map(|trail| (trail, false))
}

/// Runs all jobs in `workers` processes, and calls `each` as they are done.
pub fn run_all(programs: &Path, jobs: &[Job], workers: usize, mut each: impl FnMut(Done)) -> Result<(), String> {
    let (results, done) = channel();
    let mut readers = Vec::new();
    for worker in 0..workers {
        let (read, write) = pipe2(OFlag::O_CLOEXEC).map_err(|error| format!("pipe: {error}"))?;
        // SAFETY: this process has one thread: those below are started when all workers are there.
        match unsafe { fork() }.map_err(|error| format!("fork: {error}"))? {
            ForkResult::Parent { .. } => readers.push(read),
            ForkResult::Child => {
                drop(read);
                // SAFETY: takes integers.
                unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) };
                be_walker();
                let mine = jobs.iter().enumerate().skip(worker).step_by(workers);
                let status = i32::from(report_all(programs, mine, File::from(write)).is_err());
                // SAFETY: takes an integer.
                unsafe { libc::_exit(status) }
            }
        }
    }
    for read in readers {
        let results = results.clone();
        thread::spawn(move || {
            for line in BufReader::new(File::from(read)).lines().map_while(Result::ok) {
                let _ = results.send(line);
            }
        });
    }
    drop(results);
    let mut count = 0;
    for line in done {
        each(parse(&line).ok_or_else(|| line.clone())?);
        count += 1;
    }
    if count == jobs.len() { Ok(()) } else { Err(format!("{count} runs of {} came back", jobs.len())) }
}

fn report_all<'a>(
    programs: &Path,
    jobs: impl Iterator<Item = (usize, &'a Job<'a>)>,
    mut to: File,
) -> std::io::Result<()> {
    for (number, job) in jobs {
        let start = Instant::now();
        let line = match work(programs, job) {
            Ok((trail, reached)) => {
                let clean = &job.recorded.clean;
                let (place, fault) = &job.point;
                let call = &place.call;
                let case = Case { operation: job.recorded.operation, call, clean, trail: &trail, fault: *fault };
                let verdict = case.judge();
                let time = start.elapsed().as_millis().to_string();
                let mut words = vec![number.to_string(), i32::from(reached).to_string(), time, verdict.outcome];
                for (fail, text) in verdict.fails {
                    words.push((fail as usize).to_string());
                    words.push(text);
                }
                words.iter().map(|word| word.replace(['\t', '\n'], " ")).collect::<Vec<_>>().join("\t")
            }
            Err(error) => format!("error\t{error}"),
        };
        writeln!(to, "{line}")?;
    }
    Ok(())
}

fn parse(line: &str) -> Option<Done> {
    let mut words = line.split('\t');
    let job = words.next()?.parse().ok()?;
    let reached = words.next()? == "1";
    let milliseconds = words.next()?.parse().ok()?;
    let outcome = words.next()?.to_owned();
    let mut fails = Vec::new();
    while let Some(fail) = words.next() {
        let place: usize = fail.parse().ok()?;
        fails.push((Fail::ALL.get(place)?.0, words.next()?.to_owned()));
    }
    Some(Done { job, outcome, fails, reached, milliseconds })
}
