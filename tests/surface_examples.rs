//! The C examples, the demonstration and the benchmark's hard limits.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use rustix::process::Signal;

use crate::harness::compile::{checkout, library_directory, target_directory};
use crate::harness::files::{text_of, wait_for_change};
use crate::harness::{Exit, Launch, Process, Scratch};
use crate::surface_tools::{output, tool};

/// An example, compiled by its own Makefile into the test's directory.
fn example(name: &str, scratch: &Scratch) -> PathBuf {
    for file in ["Makefile", &format!("{name}.c")] {
        fs::copy(checkout().join("examples/c").join(file), scratch.path(file)).expect("a copy of the example");
    }
    let mut make = Command::new("make");
    let flags = format!("FLAGS=-I{}", checkout().join("include").display());
    make.arg(name).arg(format!("LIBDAEMON={}", library_directory().display())).arg(flags).env_remove("MAKEFLAGS");
    output(make.current_dir(scratch.root()));
    scratch.path(name)
}

#[test]
fn the_smallest_example_is_a_daemon() {
    let scratch = Scratch::new();
    let mut run = Launch::command(example("smallest", &scratch)).start();
    run.succeed();
    let daemons = run.orphans();
    assert_eq!(daemons.len(), 1);
    daemons[0].signal(Signal::TERM);
    run.wait_idle();
}

#[test]
fn the_time_logger_logs_and_stops() {
    let scratch = Scratch::new();
    let program = example("timelog", &scratch);
    let (log, pidfile) = (scratch.path("log"), scratch.path("pid"));
    let mut run = Launch::command(&program).arg(&log).arg(&pidfile).start();
    run.succeed();
    let pid: i32 = text_of(&pidfile).trim().parse().expect("its pid");
    wait_for_change(scratch.root(), "two ticks", || text_of(&log).matches(" tick\n").count() >= 2);
    Process::new(pid).signal(Signal::TERM);
    assert_eq!(run.wait_reaped(pid), Exit::Status(0));
    assert!(text_of(&log).ends_with(" stopped by SIGTERM\n"), "{}", text_of(&log));
    assert!(!pidfile.exists());
}

#[test]
fn the_service_starts_restarts_and_stops() {
    let scratch = Scratch::new();
    let program = example("service", &scratch);
    let with = |socket: &str| {
        let launch = Launch::command(&program).arg("-p").arg(scratch.path("pid")).arg("-l").arg(scratch.path("log"));
        launch.arg("-s").arg(scratch.path(socket))
    };
    let mut runs = Vec::new();
    let mut service = |command: &str, expected: i32| {
        let mut run = with("socket").arg(command).start();
        assert_eq!(run.wait(), Exit::Status(expected), "{command}: {}", text_of(&scratch.path("log")));
        runs.push(run);
        text_of(&scratch.path("pid")).trim().parse::<i32>().ok()
    };
    let connects = || std::os::unix::net::UnixStream::connect(scratch.path("socket")).is_ok();
    service("status", 3);
    let first = service("start", 0);
    assert!(first.is_some() && connects());
    service("status", 0);
    assert_eq!(service("start", 1), first);
    let second = service("restart", 0);
    assert!(second.is_some() && second != first && connects());
    service("stop", 0);
    assert!(!connects());
    service("status", 3);
    let mut failing = with("missing/socket").arg("start").start();
    assert_eq!(failing.wait(), Exit::Status(2));
    let reason = failing.stderr();
    assert!(
        reason.starts_with("service: cannot listen on ") && reason.ends_with(": No such file or directory\n"),
        "{reason}"
    );
    assert!(!scratch.path("pid").exists());
}

#[test]
fn signals_arrive_in_the_poll_loop() {
    let scratch = Scratch::new();
    let program = example("signals", &scratch);
    let (log, fifo, pidfile) = (scratch.path("log"), scratch.path("fifo"), scratch.path("pid"));
    let mut run = Launch::command(&program).arg(&log).arg(&fifo).arg(&pidfile).directory(scratch.root()).start();
    run.succeed();
    let daemon = Process::new(text_of(&pidfile).trim().parse().expect("its pid"));
    let says = |line: &str| wait_for_change(scratch.root(), line, || text_of(&log).contains(line));
    fs::write(&fifo, "a line\n").expect("write to the FIFO");
    says("a line\n");
    daemon.signal(Signal::USR1);
    says(&format!("process {} asks: 7 bytes so far\n", std::process::id()));
    fs::rename(&log, scratch.path("log.1")).expect("rotation");
    daemon.signal(Signal::HUP);
    says("log opened anew\n");
    daemon.signal(Signal::TERM);
    assert_eq!(run.wait_reaped(daemon.pid()), Exit::Status(0));
    assert!(text_of(&log).ends_with(&format!("stopped by process {}\n", std::process::id())), "{}", text_of(&log));
}

/// Runs the demonstration, which has to succeed and to leave nothing; what it printed.
fn demonstrate(environment: &[(&str, &str)]) -> String {
    let scratch = Scratch::new();
    output(tool("make", ["-B", "-C", "examples/c"]).arg(format!("LIBDAEMON={}", library_directory().display())));
    let mut launch = Launch::command(checkout().join("demo/run")).env("TMPDIR", scratch.root());
    for (name, value) in environment {
        launch = launch.env(name, value);
    }
    let mut run = launch.env("CARGO_TARGET_DIR", target_directory()).start();
    let exit = run.wait();
    let (printed, complaints) = (run.stdout(), run.stderr());
    assert_eq!(exit, Exit::Status(0), "{printed}\n{complaints}");
    run.wait_idle();
    assert_eq!(fs::read_dir(scratch.root()).expect("the directory").count(), 0, "files are left");
    printed
}

#[test]
fn the_demonstration_convinces_on_one_screen() {
    let printed = demonstrate(&[]);
    assert!(printed.lines().count() < 24 && printed.lines().all(|line| line.len() <= 80), "{printed}");
    for part in ["before it was ready", "No such file or directory", "held by process", "lived on", "none of", "5 of 5"]
    {
        assert!(printed.contains(part), "no {part:?} in:\n{printed}");
    }
}

#[test]
fn the_tour_runs_without_a_terminal() {
    let printed = demonstrate(&[("VERBOSE", "1")]);
    for part in ["held by process", "(exit status 2)", "stopped by SIGTERM", "No process of this demonstration runs"] {
        assert!(printed.contains(part), "no {part:?} in:\n{printed}");
    }
}

#[test]
fn system_calls_stay_within_their_limit() {
    let scratch = Scratch::new();
    let starter = scratch.path("starter");
    let mut cc = tool("cc", ["-O2", "-DWITH_LIBDAEMON", "-Iinclude", "benches/starter.c", "-o"]);
    cc.arg(&starter).arg("-L").arg(library_directory()).arg("-l:libdaemon.so.1");
    output(cc.arg(format!("-Wl,-rpath,{}", library_directory().display())));
    let mut run = Launch::command(checkout().join("benches/syscalls")).arg(&starter).arg(scratch.root()).start();
    let exit = run.wait();
    assert_eq!(exit, Exit::Status(0), "{}{}", run.stdout(), run.stderr());
}
