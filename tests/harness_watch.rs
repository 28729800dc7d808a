//! The harness itself: who waits for a program that has ended fails at once, and says how it ended.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use crate::harness::files::wait_for_change;
use crate::harness::process::wait_until;
use crate::harness::{GUARD, Launch, Reports, Run, Scratch, Service};

/// A shell with these commands.
fn shell(commands: &str) -> Run {
    Launch::command("sh").args(["-c", commands]).start()
}

/// What the failure says that comes of waiting like this; long before the waiting would end by itself.
fn failure_of<T>(wait: impl FnOnce() -> T) -> String {
    let start = Instant::now();
    let failure = catch_unwind(AssertUnwindSafe(wait)).err().expect("waiting fails");
    assert!(start.elapsed() < GUARD / 2, "not at once");
    failure.downcast_ref::<String>().expect("a message").clone()
}

const FAILS: &str = "echo the reason >&2; exit 7";

fn tells_the_end(message: &str) {
    for part in ["waited in vain for", "exited with status 7", "the reason\n"] {
        assert!(message.contains(part), "no {part:?} in: {message}");
    }
}

#[test]
fn a_report_of_a_failed_program_is_not_waited_for() {
    let mut reports = Reports::new(&Scratch::new(), "events");
    let _run = shell(FAILS);
    tells_the_end(&failure_of(|| reports.next()));
}

#[test]
fn a_file_of_a_failed_program_is_not_waited_for() {
    let scratch = Scratch::new();
    let _run = shell(FAILS);
    tells_the_end(&failure_of(|| wait_for_change(scratch.root(), "a file", || scratch.path("file").exists())));
}

#[test]
fn a_state_of_a_failed_program_is_not_waited_for() {
    let _run = shell(FAILS);
    tells_the_end(&failure_of(|| wait_until("a miracle", || false)));
}

/// What it left running does not hide that the program itself has failed, and neither does another program.
#[test]
fn a_failed_program_is_noticed_beside_others() {
    let mut reports = Reports::new(&Scratch::new(), "events");
    let _other = shell("exec sleep 1000");
    let _run = shell(&format!("sleep 1000 & {FAILS}"));
    tells_the_end(&failure_of(|| reports.next()));
}

#[test]
fn a_crashed_daemon_is_noticed_after_a_good_start() {
    let mut reports = Reports::new(&Scratch::new(), "events");
    let mut run = shell("(kill -SEGV $(exec sh -c 'echo $PPID')) & exit 0");
    run.succeed();
    let _other = shell("exec sleep 1000");
    assert!(failure_of(|| reports.next()).contains("killed by signal 11"));
}

/// All went well, but nobody is left.
#[test]
fn a_report_of_nobody_is_not_waited_for() {
    let mut reports = Reports::new(&Scratch::new(), "events");
    let _run = shell("exit 0");
    let message = failure_of(|| reports.next());
    assert!(message.contains("exited with status 0; nothing of it is left"), "{message}");
}

#[test]
fn a_report_before_the_end_is_heard() {
    let scratch = Scratch::new();
    let mut reports = Reports::new(&scratch, "events");
    let mut run = shell(&format!("echo done > '{}'; exit 7", reports.path().display()));
    run.wait_idle();
    assert_eq!(reports.next(), "done");
}

/// The test has seen to it, or knows of it: the next one may well report.
#[test]
fn an_expected_end_is_no_failure() {
    let mut service = Service::new();
    let mut killed = service.start(service.launch());
    killed.kill();
    let mut refused = shell(FAILS);
    refused.wait();
    service.start(service.launch());
}
