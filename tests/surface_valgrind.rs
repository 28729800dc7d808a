//! Under valgrind: no error and nothing definitely lost, in the launcher, the child between and the daemon.

use std::fs;

use crate::harness::files::text_of;
use crate::harness::{Exit, Launch, Scratch, needs, program};

const MEMCHECK: [&str; 6] = [
    "--tool=memcheck",
    "--trace-children=yes",
    "--leak-check=full",
    "--show-leak-kinds=definite",
    "--errors-for-leak-kinds=definite",
    "--error-exitcode=99",
];

/// Runs that part of tests/c/surface_valgrind.c. That many processes live to their own end; one that is killed, as the
/// process between launcher and daemon may be, has no last word, but must not have complained before.
fn clean_under_valgrind(part: &str, processes: usize) -> Scratch {
    needs::works("no valgrind", ["valgrind", "--tool=none", "true"]);
    let scratch = Scratch::new();
    let logs = scratch.directory("logs");
    let run = Launch::command("valgrind").args(MEMCHECK).arg(format!("--log-file={}/%p", logs.display()));
    let mut run = run.arg(program("surface_valgrind")).arg(part).arg(scratch.root()).start();
    let exit = run.wait();
    run.wait_idle();
    let logs = fs::read_dir(&logs).expect("the logs").map(|entry| text_of(&entry.expect("a log").path()));
    let logs: Vec<String> = logs.collect();
    for log in &logs {
        assert!(!log.contains(" at 0x"), "{log}");
    }
    assert!(exit == Exit::Status(0), "the launcher {exit}: {}\n{}", run.stderr(), text_of(&scratch.path("log")));
    let complete = logs.iter().filter(|log| log.contains("ERROR SUMMARY: 0 errors")).count();
    assert!(complete >= processes, "only {complete}:\n{}", logs.join("\n"));
    scratch
}

#[test]
fn daemonize_is_clean() {
    needs::another_user();
    let scratch = clean_under_valgrind("daemonize", 3);
    assert_eq!(text_of(&scratch.path("done")), "up", "{}", text_of(&scratch.path("log")));
}

#[test]
fn daemonize_with_readiness_is_clean() {
    needs::another_user();
    let scratch = clean_under_valgrind("ready", 2);
    assert_eq!(text_of(&scratch.path("done")), "up", "{}", text_of(&scratch.path("log")));
}

#[test]
fn a_failing_daemonize_is_clean() {
    needs::another_user();
    clean_under_valgrind("fail", 2);
}

#[test]
fn the_signal_queue_is_clean() {
    clean_under_valgrind("signals", 1);
}
