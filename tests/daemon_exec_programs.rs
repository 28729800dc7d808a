//! Which program daemonize_exec starts, and what it says of one that cannot be executed.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use rustix::process::Signal;

use crate::daemon_exec::{daemon_of, refusal_of, start};
use crate::harness::Scratch;
use crate::harness::files::{text_of, wait_for_change};

#[test]
fn programs_are_found_as_execvp_does() {
    let scratch = Scratch::new();
    let directory = scratch.directory("programs");
    fs::copy("/bin/sleep", directory.join("my-sleep")).expect("copy");
    fs::write(directory.join("closed"), "#!/bin/sh\n").expect("write");
    let path = format!("--setenv=PATH=/nowhere:{}:/bin", directory.display());
    let by_name = || start(scratch.root(), &[&path], &["my-sleep", "1000"]);
    let relative = || start(scratch.root(), &[], &["programs/my-sleep", "1000"]).directory(scratch.root());
    for launch in [by_name(), relative()] {
        let mut run = launch.start();
        let daemon = daemon_of(&mut run);
        assert_eq!(daemon.link("exe"), directory.join("my-sleep"));
        daemon.signal(Signal::KILL);
        run.wait_idle();
    }
    let refused = |name: &str| refusal_of(start(scratch.root(), &[&path], &[name]));
    assert_eq!(refused("missing").check().message, "exec missing: No such file or directory");
    assert_eq!(refused("closed").check().message, "exec closed: Permission denied");
    let long = "x".repeat(5000);
    assert_eq!(refused(&long).check().errno, 2, "longer than any path");
}

#[test]
fn a_program_that_cannot_be_executed_is_the_callers_failure() {
    let scratch = Scratch::new();
    let executable = |name: &str, text: &[u8]| {
        let path = scratch.path(name);
        fs::write(&path, text).expect("write");
        fs::set_permissions(&path, Permissions::from_mode(0o755)).expect("chmod");
        path.to_str().expect("text").to_owned()
    };
    let mut other = fs::read("/bin/true").expect("a program");
    other[18] = 0xf3; // RISC-V
    let cases = [
        ("/usr/bin/nothing".to_owned(), 2, "No such file or directory"),
        (scratch.directory("directory").to_str().expect("text").to_owned(), 13, "is a directory"),
        (scratch.file("plain", "text").to_str().expect("text").to_owned(), 13, "Permission denied"),
        (format!("{}/below", scratch.file("file", "text").display()), 20, "Not a directory"),
        (executable("other", &other), 8, "Exec format error"),
        (executable("no-program", b"neither a program nor a script\n"), 8, "Exec format error"),
        (
            executable("script", b"#!/usr/bin/no-interpreter -x\n"),
            2,
            "its interpreter /usr/bin/no-interpreter: No such file or directory",
        ),
        (executable("bare", b"#! /nowhere"), 2, "its interpreter /nowhere: No such file or directory"),
        (executable("empty", b""), 8, "Exec format error"),
    ];
    let pidfile = format!("--pidfile={}", scratch.path("app.pid").display());
    let log = format!("--log={}", scratch.path("app.log").display());
    for (path, errno, why) in cases {
        for more in [&[][..], &["--wait-ready=-1"], &["--busy=3"]] {
            let options = [&[&pidfile[..], &log], more].concat();
            let refusal = refusal_of(start(scratch.root(), &options, &[&path]));
            assert_eq!(refusal.check().message, format!("exec {path}: {why}"));
            assert_eq!((refusal.errno, refusal.step.as_str()), (errno, "exec"));
        }
    }
    assert!(!scratch.path("app.pid").exists() && !scratch.path("app.log").exists());
}

#[test]
fn a_program_that_is_being_written_or_has_too_many_arguments_is_refused() {
    let scratch = Scratch::new();
    let path = scratch.path("busy");
    fs::copy("/bin/true", &path).expect("copy");
    let writer = fs::OpenOptions::new().append(true).open(&path).expect("open");
    let refusal = refusal_of(start(scratch.root(), &[], &[path.to_str().expect("text")]));
    assert_eq!(refusal.check().message, format!("exec {}: Text file busy", path.display()));
    drop(writer);
    let [one, two] = ["ONE", "TWO"].map(|name| format!("--setenv={name}={}", "x".repeat(100_000)));
    let refusal = refusal_of(start(scratch.root(), &["--stack=256", &one, &two], &["/bin/sleep", "1000"]));
    assert_eq!(refusal.check().message, "exec /bin/sleep: Argument list too long");
}

/// Of a log that is to be emptied nothing is lost when the program is not there.
#[test]
fn a_log_is_emptied_when_the_program_can_be_started() {
    let scratch = Scratch::new();
    let log = scratch.file("app.log", "old\n");
    let options = [format!("--log={}", log.display()), "--truncate=1".to_owned()];
    let options: Vec<_> = options.iter().map(String::as_str).collect();
    for program in ["/usr/bin/nothing", "nothing-of-the-kind"] {
        refusal_of(start(scratch.root(), &options, &[program]));
        assert_eq!(text_of(&log), "old\n", "{program}");
    }
    let mut run = start(scratch.root(), &options, &["sh", "-c", "echo new; exec sleep 1000"]).start();
    let daemon = daemon_of(&mut run);
    wait_for_change(scratch.root(), "the log", || text_of(&log) == "new\n");
    daemon.signal(Signal::KILL);
    run.wait_idle();
}

#[test]
fn what_another_program_cannot_have_is_refused() {
    let scratch = Scratch::new();
    let refused = |option: &str| refusal_of(start(scratch.root(), &[option], &["sleep", "1000"]));
    assert_eq!(refused("--foreground=2").check().step, "foreground");
    assert_eq!(refused("--reopen-on=1").check().step, "reopen on signal");
    assert_eq!(refused("--user=nobody-at-all").check().step, "user");
    assert_eq!(refused("--directory=/nowhere").check().message, "directory /nowhere: No such file or directory");
}
