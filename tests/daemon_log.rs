//! The log: what reaches it, how it is opened, and that a rotation loses no line.

use std::fs;
use std::path::Path;

use rustix::process::Signal;

use crate::harness::files::{mode_of, text_of, wait_for_change};
use crate::harness::{Daemon, Exit, Hostile, Launch, Process, Reports, Scratch, Service, Stdio};

/// O_APPEND and O_ACCMODE, as fdinfo gives them.
const APPEND: u32 = 0o2000;
const WRITE_ONLY: u32 = 0o1;

fn is_log(daemon: &Daemon, fd: i32, log: &Path) {
    assert_eq!(daemon.process.descriptors()[&fd], log, "log_works: {fd}");
    let flags = daemon.process.descriptor_flags(fd);
    assert_eq!(flags & APPEND, APPEND, "log_append: {fd}");
    assert_eq!(flags & 0o3, WRITE_ONLY, "nothing is read from a log: {fd}");
}

#[test]
fn both_streams_reach_the_log() {
    for place in [Hostile::only(""), Hostile::place(), Hostile::place().closed("0"), Hostile::place().closed("012")] {
        let mut service = Service::new();
        let log = service.scratch.path("app.log");
        let launch = service.launch().option_path("log", &log).option("then", "print:hello").hostile(place);
        let daemon = service.start(launch);
        is_log(&daemon, 1, &log);
        is_log(&daemon, 2, &log);
        assert_eq!(text_of(&log), "hello\nhello, to stderr\n");
        assert_eq!(mode_of(&log) & 0o033, 0, "log_mode");
        assert_eq!(daemon.process.descriptors().len(), 3, "no_extra_fds");
    }
}

#[test]
fn mode_of_a_log_under_umask_0() {
    let mut service = Service::new();
    let (log, pidfile, lockfile) =
        (service.scratch.path("app.log"), service.scratch.path("app.pid"), service.scratch.path("app.lock"));
    let launch = service.launch().option_path("log", &log).option_path("pidfile", &pidfile);
    let launch = launch.option_path("lockfile", &lockfile).under(["sh", "-c", "umask 0; exec \"$@\"", "sh"]);
    let daemon = service.start(launch);
    assert_eq!(daemon.process.umask(), 0);
    for file in [log, pidfile, lockfile] {
        assert_eq!(mode_of(&file) & 0o133, 0, "{}: {:o}", file.display(), mode_of(&file));
    }
}

#[test]
fn old_content_is_kept() {
    let mut service = Service::new();
    let log = service.scratch.file("app.log", "old\n");
    let launch = service.launch().option_path("log", &log).option("then", "print:new");
    service.start(launch);
    assert_eq!(text_of(&log), "old\nnew\nnew, to stderr\n", "log_old_kept");
}

#[test]
fn truncate_empties_the_log() {
    let mut service = Service::new();
    let log = service.scratch.file("app.log", "old\n");
    let launch = service.launch().option_path("log", &log).option("truncate", 1).option("then", "print:new");
    let daemon = service.start(launch);
    assert_eq!(text_of(&log), "new\nnew, to stderr\n");
    is_log(&daemon, 1, &log);
}

/// A start that fails must not have emptied anything.
#[test]
fn failed_start_empties_no_log() {
    let mut service = Service::new();
    let log = service.scratch.file("app.log", "old\n");
    let launch = service.launch().option_path("log", &log).option("truncate", 1);
    service.refuse(launch.option("directory", "/does/not/exist")).check();
    assert_eq!(text_of(&log), "old\n");
}

#[test]
fn stdout_and_stderr_apart() {
    let mut service = Service::new();
    let (out, err) = (service.scratch.path("out.log"), service.scratch.path("err.log"));
    let launch = service.launch().option_path("stdout", &out).option_path("stderr", &err);
    let daemon = service.start(launch.option("then", "print:hello").hostile(Hostile::place().closed("12")));
    is_log(&daemon, 1, &out);
    is_log(&daemon, 2, &err);
    assert_eq!((text_of(&out).as_str(), text_of(&err).as_str()), ("hello\n", "hello, to stderr\n"));
}

/// Only one of them: the other stays on /dev/null.
#[test]
fn stderr_alone() {
    let mut service = Service::new();
    let err = service.scratch.path("err.log");
    let launch = service.launch().option_path("stderr", &err);
    let daemon = service.start(launch);
    assert_eq!(daemon.process.descriptors()[&1], Path::new("/dev/null"));
    is_log(&daemon, 2, &err);
}

#[test]
fn relative_log_is_the_launchers() {
    let mut service = Service::new();
    let launch = service.launch().option("log", "app.log").directory(service.scratch.root());
    let daemon = service.start(launch);
    is_log(&daemon, 1, &service.scratch.path("app.log"));
}

/// A daemon that writes as fast as it can, its log renamed and the signal sent thirty times: every line is in exactly one
/// of the files, in order.
fn no_line_is_lost(signal: Signal, relative: bool, both: bool) {
    let scratch = Scratch::new();
    let mut reports = Reports::new(&scratch, "events");
    let directory = scratch.directory("log");
    let names: &[&str] = if both { &["out.log", "err.log"] } else { &["app.log"] };
    let path = |name: &str| if relative { name.to_owned() } else { directory.join(name).display().to_string() };
    let mut launch = Launch::program("writer").option_path("events", reports.path()).directory(&directory);
    launch = match names {
        [out, err] => launch.arg("--both").option("stdout", path(out)).option("stderr", path(err)),
        _ => launch.option("log", path(names[0])),
    };
    let mut run = launch.option("reopen-on", signal.as_raw()).start();
    run.succeed();
    let daemon = Process::new(reports.expect_pid("up"));
    for turn in 0..30 {
        for name in names {
            fs::rename(directory.join(name), directory.join(format!("{name}.{turn:02}"))).expect("rotate");
        }
        daemon.signal(signal);
        let written = |name: &&str| fs::metadata(directory.join(name)).is_ok_and(|file| file.len() > 0);
        wait_for_change(&directory, "lines in the new log", || names.iter().all(written));
    }
    daemon.signal(Signal::TERM);
    let count: u64 = reports.expect("wrote").parse().expect("a number of lines");
    assert_eq!(run.wait_reaped(daemon.pid()), Exit::Status(0));
    for name in names {
        let rotated = (0..30).map(|turn| format!("{name}.{turn:02}"));
        let texts = rotated.chain([(*name).to_owned()]).map(|file| text_of(&directory.join(file)));
        let text: String = texts.collect();
        let mut expected = 0;
        for line in text.lines() {
            assert_eq!(line, expected.to_string(), "log_reopen: {name}");
            expected += 1;
        }
        assert_eq!(expected, count, "log_reopen: {name}");
    }
}

#[test]
fn rotation_loses_no_line() {
    no_line_is_lost(Signal::USR1, false, false);
}

/// SIGHUP, the traditional one, and paths that only made sense in the launcher's directory.
#[test]
fn rotation_by_sighup_of_relative_logs_loses_no_line() {
    no_line_is_lost(Signal::HUP, true, true);
}

/// The program's own handler for another signal, and the library's for this: neither is in the other's way.
#[test]
fn reopen_on_leaves_other_signals_alone() {
    let mut service = Service::new();
    let log = service.scratch.path("app.log");
    let launch = service.launch().option_path("log", &log).option("reopen-on", 1).hostile(Hostile::place());
    let mut daemon = service.start(launch);
    daemon.probe(&mut service.reports);
    fs::rename(&log, service.scratch.path("app.log.1")).expect("rotate");
    daemon.process.signal(Signal::HUP);
    daemon.probe(&mut service.reports);
    assert_eq!(text_of(&log), "probe\nprobe\n");
    assert_eq!(mode_of(&log) & 0o033, 0, "log_mode, of the new one, under umask 0");
    assert_eq!(daemon.process.descriptors().len(), 3);
    assert_eq!(daemon.terminate(), Exit::Status(0));
}

/// A program that never flushes: from a terminal, and from cron, which gives it a pipe.
#[test]
fn lines_reach_the_log_one_by_one() {
    for stdio in [Stdio::Terminal, Stdio::Pipes] {
        let scratch = Scratch::new();
        let mut reports = Reports::new(&scratch, "events");
        let log = scratch.path("app.log");
        let launch = Launch::program("lines").arg("daemon").option_path("events", reports.path());
        let mut run = launch.option_path("log", &log).hostile(Hostile::only("tty").stdio(stdio)).start();
        run.succeed();
        let daemon = Process::new(reports.expect_pid("up"));
        assert_eq!(text_of(&log), "line 0\nline 1\nline 2\n", "line_buffered");
        daemon.signal(Signal::KILL);
        run.wait_reaped(daemon.pid());
    }
}
