//! Log writers at the start: one that fails leaves none behind, and empties no log.

use crate::command_support::{Runs, command, refusal_of};
use crate::harness::files::{text_of, wait_for_change};
use crate::harness::{Exit, Service};

/// A start that fails takes its log writer along.
#[test]
fn the_log_writer_ends_with_a_start_that_fails() {
    let service = Service::new();
    let log = service.scratch.path("app.log");
    let launch = command().option("log-to", "|/bin/cat").option("directory", "/no/such/directory");
    refusal_of(launch.runs(&service), 1);
    let launch = command().option("reopen-on", "HUP").option_path("log-to", &log);
    refusal_of(launch.option("directory", "/no/such/directory").runs(&service), 1);
}

/// A second start is refused, and the log of the daemon that runs keeps its lines.
#[test]
fn a_start_that_fails_empties_no_log() {
    let mut service = Service::new();
    let (log, pidfile) = (service.scratch.file("app.log", "old\n"), service.scratch.path("app.pid"));
    let launch = || command().option("reopen-on", "HUP").option_path("stdout", &log).option_path("pidfile", &pidfile);
    let daemon = service.start(launch().runs(&service).option("then", "print:here"));
    wait_for_change(service.scratch.root(), "the new lines", || text_of(&log) == "here\n");
    refusal_of(launch().runs(&service), 1);
    assert_eq!(text_of(&log), "here\n");
    daemon.probe(&mut service.reports);
    wait_for_change(service.scratch.root(), "the next line", || text_of(&log) == "here\nprobe\n");
}

/// Also where the program says nothing, and where its launcher still waits for it.
#[test]
fn a_start_empties_the_logs() {
    let mut service = Service::new();
    let (out, err) = (service.scratch.file("out", "old\n"), service.scratch.file("err", "old\n"));
    let launch = || command().option("reopen-on", "HUP").option_path("stdout", &out).option_path("stderr", &err);
    let _silent = service.start(launch().runs(&service));
    wait_for_change(service.scratch.root(), "empty files", || text_of(&out).is_empty() && text_of(&err).is_empty());
    std::fs::write(&out, "old\n").expect("old lines");
    let mut run = launch().option("wait-ready", 60).args(["/bin/sh", "-c", "echo here; exit 3"]).start();
    assert_eq!(run.wait(), Exit::Status(3));
    wait_for_change(service.scratch.root(), "the new line", || text_of(&out) == "here\n");
    std::fs::write(&out, "old\n").expect("old lines");
    let mut run = launch().arg("--foreground").args(["/bin/sh", "-c", "echo here"]).start();
    run.succeed();
    wait_for_change(service.scratch.root(), "the new line", || text_of(&out) == "here\n");
    run.wait_idle();
}
