//! What the command makes of any program: a good daemon, wherever it was started.

use rustix::process::Signal;

use crate::command_support::{Runs, command};
use crate::daemon_checks::{
    has_a_clean_slate, has_only_dev_null_open, is_an_orphan_in_its_own_session, is_free_of_its_terminal,
    is_the_only_process,
};
use crate::harness::files::{text_of, wait_for_change};
use crate::harness::{Exit, Hostile, Launch, Process, Scratch, Service, Stdio, needs};

fn is_a_good_daemon(service: &mut Service, launch: Launch) {
    let mut daemon = service.start(launch);
    is_an_orphan_in_its_own_session(&daemon);
    has_a_clean_slate(&daemon, &[Signal::USR1, Signal::TERM], &[]);
    has_only_dev_null_open(&daemon);
    is_the_only_process(&mut daemon);
    is_free_of_its_terminal(&mut daemon, &mut service.reports, &["stdout", "stderr"]);
    assert_eq!((daemon.run.stdout(), daemon.run.stderr()), (String::new(), String::new()), "pipe_closed");
}

fn becomes_a_good_daemon(place: Hostile) {
    let mut service = Service::new();
    let launch = command().runs(&service).hostile(place);
    is_a_good_daemon(&mut service, launch);
}

#[test]
fn good_daemon_in_a_plain_place() {
    let mut service = Service::new();
    let launch = command().runs(&service);
    is_a_good_daemon(&mut service, launch);
}

#[test]
fn good_daemon_in_the_hostile_place() {
    becomes_a_good_daemon(Hostile::place());
    becomes_a_good_daemon(Hostile::place().stdio(Stdio::Terminal));
}

#[test]
fn good_daemon_with_standard_streams_closed() {
    for closed in ["0", "1", "2", "01", "02", "12", "012"] {
        becomes_a_good_daemon(Hostile::place().closed(closed));
    }
}

#[test]
fn good_daemon_with_sigchld_ignored() {
    becomes_a_good_daemon(Hostile::only("chld"));
}

#[test]
fn good_daemon_once_it_is_ready() {
    let mut service = Service::new();
    for place in [Hostile::only(""), Hostile::place(), Hostile::place().closed("012")] {
        let launch = command().arg("--wait-ready").runs(&service).hostile(place);
        is_a_good_daemon(&mut service, launch);
    }
}

/// The launcher leads a session on a terminal, with SIGHUP at its default: its exit hangs the terminal up.
#[test]
fn sixty_daemons_survive_the_hangup() {
    let mut service = Service::new();
    for _ in 0..60 {
        let launch = command().runs(&service).hostile(Hostile::only("tty").stdio(Stdio::Terminal));
        let mut daemon = service.start(launch);
        assert_eq!(daemon.probe(&mut service.reports)["stdout"], 0, "hup_race");
        assert_eq!(daemon.terminate(), Exit::Status(0));
    }
}

/// `$(...)` of a shell, and a pipe: both end with the launcher.
#[test]
fn a_shell_that_reads_its_output_does_not_hang() {
    let mut service = Service::new();
    let line = "\"$@\" | cat; echo \"$?, $(\"$@\" 2>&1)\"";
    let mut run = command().runs(&service).under(["sh", "-c", line, "sh"]).start();
    run.succeed();
    assert_eq!(run.stdout(), "0, \n", "pipe_closed");
    for _ in 0..2 {
        service.reports.expect_pid("up");
    }
}

/// The arguments come to the program as they are: options, blanks, the empty one.
#[test]
fn arguments_are_the_programs() {
    let service = Service::new();
    let out = service.scratch.path("out");
    let script = "printf '<%s>' \"$0\" \"$@\" >\"$OUT\".new; mv \"$OUT\".new \"$OUT\"";
    let launch = command().option("setenv", format!("OUT={}", out.display())).args(["/bin/sh", "-c", script]);
    let mut run = launch.args(["--", "-p", "--stop", "", "a b", "-v"]).start();
    run.succeed();
    wait_for_change(service.scratch.root(), "the program's file", || out.exists());
    assert_eq!(text_of(&out), "<--><-p><--stop><><a b><-v>");
    run.wait_idle();
}

/// The system calls of a start, up to those of the program.
fn system_calls(place: &str) -> usize {
    let scratch = Scratch::new();
    let trace = scratch.path("trace");
    needs::strace();
    let strace = ["strace", "-f", "-qq", "-o", trace.to_str().expect("a path")];
    let mut run = command().arg("/bin/true").under(strace).hostile(Hostile::only(place)).start();
    run.succeed();
    run.wait_idle();
    let text = text_of(&trace);
    let calls = text.lines().filter(|line| !["resumed>", "+++", "---"].iter().any(|part| line.contains(part)));
    calls.count()
}

/// Fifty descriptors, and a limit of a million of them, cost no call more.
#[test]
fn no_loop_over_descriptors() {
    let (few, many) = (system_calls("umask"), system_calls("umask,fds,limit"));
    // A wait can be interrupted once more or less.
    assert!(many.abs_diff(few) < 10, "no_close_loop: {few}, {many}");
}

#[test]
fn double_dash_ends_the_options() {
    let mut service = Service::new();
    let launch = command().arg("--").runs(&service);
    let daemon = service.start(launch);
    assert!(Process::new(daemon.pid()).is_alive());
}
