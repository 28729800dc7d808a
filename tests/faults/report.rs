//! The walk as a whole: recording, the runs, and what is said of them.

use std::collections::{BTreeSet, HashSet};
use std::path::Path;
use std::time::Instant;

use super::known::{Findings, Known};
use super::operations::OPERATIONS;
use super::plan::{Wanted, name_of};
use super::pool::{self, Done, Job, Recorded};
use super::verdict::Fail;
use super::{compile, observe};

/// Walks what is wanted, prints it, and says whether all is as expected.
pub fn walk_all(target: &Path, wanted: &Wanted) -> Result<bool, String> {
    let start = Instant::now();
    let programs = compile::programs(target, wanted.sanitized.as_deref())?;
    let programs = &programs.directory;
    pool::be_walker();
    let recorded = record(wanted, programs)?;
    if wanted.calls {
        print_calls(&recorded);
        return Ok(true);
    }
    let unlisted = unlisted(&recorded);
    for call in &unlisted {
        println!("NEW {call}: not in tests/faults/table.rs");
    }
    let (jobs, rest) = wanted.jobs(&recorded);
    // Of these points not all are walked.
    let partly: HashSet<String> = rest.iter().map(key).collect();
    let mut done: Vec<Option<Done>> = jobs.iter().map(|_| None).collect();
    pool::run_all(programs, &jobs, wanted.workers, |result| {
        let place = result.job;
        done[place] = Some(result);
    })?;
    let mut known = Known::read()?;
    let mut walked = Findings::new();
    let mut unexpected = 0;
    for (job, done) in jobs.iter().zip(done.iter().flatten()) {
        let is_new = done.fails.iter().any(|(fail, _)| !known.holds(&key(job), fail.name()));
        unexpected += usize::from(is_new);
        if wanted.table || is_new || (wanted.findings && !done.fails.is_empty()) {
            let seen = if done.reached { "" } else { " (not reached)" };
            let mark = if is_new { "NEW " } else { "" };
            println!("{mark}{} | {}{seen}{}", point(job), done.outcome, fails(done));
        }
        walked.entry(key(job)).or_default().extend(done.fails.iter().map(|(fail, _)| fail.name().to_owned()));
    }
    // What was tried in part may still show.
    walked.retain(|key, kinds| !kinds.is_empty() || !partly.contains(key));
    let is_whole = wanted.is_whole() && nix::unistd::geteuid().is_root();
    let gone = known.gone(&walked, is_whole);
    for finding in &gone {
        println!("GONE {finding}: it can go from tests/faults/known");
    }
    summary(&jobs, &done, start);
    println!("{unexpected} not known, {} known that happen no more", gone.len());
    if wanted.bless {
        known.write(walked, is_whole)?;
    }
    Ok(unexpected == 0 && gone.is_empty() && unlisted.is_empty())
}

fn summary(jobs: &[Job], done: &[Option<Done>], start: Instant) {
    if let Some(slowest) = done.iter().flatten().max_by_key(|done| done.milliseconds) {
        println!("the slowest took {} ms: {}", slowest.milliseconds, point(&jobs[slowest.job]));
    }
    let unreached = done.iter().flatten().filter(|done| !done.reached).count();
    println!("{} runs in {} s, {unreached} not reached", jobs.len(), start.elapsed().as_secs());
    for (fail, name) in Fail::ALL {
        let count = done.iter().flatten().filter(|done| done.fails.iter().any(|(found, _)| *found == fail)).count();
        if count > 0 {
            println!("{count:6} {name}");
        }
    }
}

fn record(wanted: &Wanted, programs: &Path) -> Result<Vec<Recorded>, String> {
    let is_root = nix::unistd::geteuid().is_root();
    let mut recorded = Vec::new();
    for operation in OPERATIONS.iter().filter(|operation| wanted.wants_operation(operation.name)) {
        let why = match () {
            () if operation.needs_root && !is_root => "it needs root",
            () if (operation.as_user || operation.changes_user) && !may_look_into_others() => {
                "no right to look into another user's processes"
            }
            () => "",
        };
        if !why.is_empty() {
            println!("SKIPPED {}: {why}", operation.name);
            continue;
        }
        for allocating in [false, true] {
            if allocating && wanted.sanitized.is_some() {
                continue;
            }
            let clean = pool::run(programs, operation, allocating, None)?;
            if clean.hang.is_some() {
                return Err(format!("{}: without a fault: {:?}", operation.name, clean.hang));
            }
            recorded.push(Recorded { operation, allocating, clean });
        }
    }
    Ok(recorded)
}

/// The calls of which the table says nothing.
fn unlisted(recorded: &[Recorded]) -> BTreeSet<String> {
    let seen = recorded.iter().flat_map(|recorded| &recorded.clean.seen);
    seen.filter(|seen| seen.row.is_none()).map(|seen| seen.place.call.clone()).collect()
}

/// CAP_SYS_PTRACE, which containers do not have.
fn may_look_into_others() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let effective = status.lines().find_map(|line| line.strip_prefix("CapEff:"));
    effective.and_then(|set| u64::from_str_radix(set.trim(), 16).ok()).is_some_and(|set| set & 1 << 19 != 0)
}

fn print_calls(recorded: &[Recorded]) {
    for recorded in recorded {
        println!("{}{}:", recorded.operation.name, if recorded.allocating { ", with allocations" } else { "" });
        for seen in &recorded.clean.seen {
            let place = &seen.place;
            println!("  {} {} {}", place.role, place.call, place.occurrence);
        }
        for member in &recorded.clean.members {
            println!("  {}: {:?} {:?}", member.role, member.exit, member.said);
            for (name, value) in member.last.iter().flatten() {
                println!("    {name}: {value}");
            }
        }
        println!("  files: {:#?}", observe::differences(&recorded.clean.files_before, &recorded.clean.files_after));
        println!("  notes: {:?}", recorded.clean.notes);
    }
}

/// `operation | process | call | fault`, whether it is the first such call of the process or a later one.
fn key(job: &Job) -> String {
    let (place, fault) = &job.point;
    format!("{} | {} | {} | {}", job.recorded.operation.name, place.role, place.call, name_of(*fault))
}

/// The same with how often the call came.
fn point(job: &Job) -> String {
    let (place, fault) = &job.point;
    let name = job.recorded.operation.name;
    let occurrence = if place.occurrence == 1 { String::new() } else { format!(" {}", place.occurrence) };
    format!("{name} | {} | {}{occurrence} | {}", place.role, place.call, name_of(*fault))
}

fn fails(done: &Done) -> String {
    done.fails.iter().map(|(fail, text): &(Fail, String)| format!(" | {}: {text}", fail.name())).collect()
}
