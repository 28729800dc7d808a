//! Log files that are to be opened again, and what may be in the way.

use std::fs;

use crate::command_support::{Runs, command};
use crate::harness::files::{text_of, wait_for_change};
use crate::harness::{Service, needs};

/// The whole directory is moved away, and made anew.
#[test]
fn a_log_in_another_directory_is_opened_again() {
    let mut service = Service::new();
    let directory = service.scratch.directory("log");
    let log = directory.join("app.log");
    let launch = command().option("reopen-on", "HUP").option_path("log-to", &log).runs(&service);
    let daemon = service.start(launch);
    for round in ["1", "2"] {
        fs::rename(&directory, service.scratch.path(round)).expect("move the directory");
        fs::create_dir(&directory).expect("a new directory");
        wait_for_change(&directory, "the new file", || log.exists());
        daemon.probe(&mut service.reports);
        wait_for_change(&directory, "the lines", || text_of(&log) == "probe\nprobe\n");
    }
    fs::rename(&log, directory.join("old")).expect("rotate");
    wait_for_change(&directory, "the new file", || log.exists());
}

/// One of a user that may not make the file goes on with the old one, and says so there.
#[test]
fn a_rotation_that_fails_is_said() {
    needs::another_user();
    let mut service = Service::new();
    let directory = service.scratch.directory("log");
    let log = directory.join("app.log");
    let launch = command().option("reopen-on", "HUP").option_path("log-to", &log).option("user", "nobody");
    let daemon = service.start(launch.runs(&service));
    let old = directory.join("old");
    fs::rename(&log, &old).expect("rotate");
    wait_for_change(&directory, "a line", || text_of(&old).contains("Permission denied"));
    // Who rotates makes it late.
    fs::write(&log, "").expect("a new log");
    std::os::unix::fs::chown(&log, Some(65534), None).expect("chown");
    daemon.probe(&mut service.reports);
    wait_for_change(&directory, "the lines", || text_of(&log).contains("probe\n"));
}

/// The limit on the size of files, or a full disk: what cannot be written waits for a rotation, and no line is lost or divided.
#[test]
fn a_rotation_helps_a_full_log() {
    let service = Service::new();
    let directory = service.scratch.directory("log");
    let (log, old) = (directory.join("app.log"), directory.join("app.log.1"));
    let script = "i=0; while [ $i -lt 110 ]; do i=$((i + 1)); echo line $i; done";
    let launch = command().option("reopen-on", "USR1").option_path("log-to", &log).args(["/bin/sh", "-c", script]);
    let mut run = launch.under(["prlimit", "--fsize=500"]).start();
    run.succeed();
    wait_for_change(&directory, "a full log", || text_of(&log).len() == 500);
    fs::rename(&log, &old).expect("rotate");
    run.wait_idle();
    let written = text_of(&old);
    let (whole, _cut) = written.rsplit_once('\n').expect("lines");
    let expected: Vec<String> = (1..=110).map(|number| format!("line {number}")).collect();
    assert_eq!(whole.lines().chain(text_of(&log).lines()).collect::<Vec<_>>(), expected);
}
