//! The log of a PHP daemon, and its rotation.

use std::fs;

use rustix::process::Signal;

use crate::harness::files::{mode_of, text_of, wait_for_change};
use crate::harness::{Exit, Hostile, Scratch, Service};
use crate::php_support::Php;

/// echo, STDOUT, STDERR and a child's output, all in the log, after what was there.
#[test]
fn log_gets_everything() {
    for php in Php::BOTH {
        let mut service = Service::new();
        let log = service.scratch.file("app.log", "from before\n");
        let launch = php.service(&service).option_path("log", &log).option("then", "print:hello");
        let _daemon = service.start(launch.hostile(Hostile::place()));
        let expected = "from before\nhello\nhello, to STDOUT\nhello, to STDERR\nhello, from a child\n\
                        hello, from a child to stderr\n";
        assert_eq!(text_of(&log), expected, "{php:?}: log_works, log_old_kept");
    }
}

#[test]
fn new_log_is_nobody_elses_to_write() {
    let mut service = Service::new();
    let log = service.scratch.path("app.log");
    let launch = Php::Lacking.service(&service).option_path("log", &log).hostile(Hostile::place());
    let daemon = service.start(launch);
    assert_eq!(mode_of(&log) & 0o022, 0, "log_mode");
    let flags = fs::read_to_string(daemon.process.proc("fdinfo/1")).expect("fdinfo");
    let flags = flags.lines().find_map(|line| line.strip_prefix("flags:")).expect("flags").trim().to_owned();
    assert_ne!(u32::from_str_radix(&flags, 8).expect("octal") & 0o2000, 0, "log_append: {flags}");
}

/// A relative path, fixed at the call though the daemon moves to "/"; and the rotation, without the script's help.
#[test]
fn log_is_reopened_on_the_signal() {
    for php in Php::BOTH {
        let mut service = Service::new();
        let (log, old) = (service.scratch.path("app.log"), service.scratch.path("app.log.1"));
        let launch = php.service(&service).option("log", "app.log").option("reopen-on", Signal::HUP.as_raw());
        let daemon = service.start(launch.directory(service.scratch.root()));
        daemon.probe(&mut service.reports);
        fs::rename(&log, &old).expect("rotate the log");
        daemon.process.signal(Signal::HUP);
        wait_for_change(service.scratch.root(), "a new log", || log.exists());
        daemon.probe(&mut service.reports);
        let probes = |path| text_of(path).matches("probe\n").count();
        assert_eq!(probes(&log), probes(&old), "{php:?}: log_reopen");
    }
}

/// A daemon that prints without a pause, by all its ways, while its log is rotated: every line is there, once, in order.
#[test]
fn rotation_loses_no_line() {
    let code = "(new Libdaemon\\Daemon())->log('app.log')->reopenOn(SIGHUP)->pidfile('app.pid')->start();
        for ($i = 0; !file_exists(getenv('DIR') . '/enough'); ++$i) {
            match ($i % 3) { 0 => print \"$i\\n\", 1 => fwrite(STDOUT, \"$i\\n\"), 2 => fwrite(STDERR, \"$i\\n\") };
        }";
    for php in Php::BOTH {
        let scratch = Scratch::new();
        let mut run = php.code(code).directory(scratch.root()).env("DIR", scratch.root()).start();
        run.succeed();
        let daemon = run.orphans().pop().expect("the daemon");
        let log = scratch.path("app.log");
        let rotated: Vec<_> = (0..8).map(|number| scratch.path(&format!("app.log.{number}"))).collect();
        for old in &rotated {
            wait_for_change(scratch.root(), "lines in the log", || {
                fs::metadata(&log).is_ok_and(|log| log.len() > 4096)
            });
            fs::rename(&log, old).expect("rotate the log");
            daemon.signal(Signal::HUP);
            wait_for_change(scratch.root(), "a new log", || log.exists());
        }
        scratch.file("enough", "");
        assert_eq!(run.wait_reaped(daemon.pid()), Exit::Status(0));
        let all: String = rotated.iter().chain([&log]).map(|log| text_of(log)).collect();
        for (expected, line) in all.lines().enumerate() {
            assert_eq!(line, expected.to_string(), "{php:?}");
        }
        assert!(all.lines().count() > 8 * 500, "{php:?}: {}", all.lines().count());
    }
}
