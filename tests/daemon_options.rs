//! The options that the other files do not cover: directory, root, umask, environment, descriptors, signals, foreground.

use std::path::Path;

use rustix::process::Signal;

use crate::harness::files::text_of;
use crate::harness::{Daemon, Exit, Hostile, Launch, Process, Service, Stdio, needs};

#[test]
fn directory_is_as_asked() {
    let mut service = Service::new();
    let directory = service.scratch.directory("work");
    let launch = service.launch().option_path("directory", &directory);
    assert_eq!(service.start(launch).process.link("cwd"), directory);
    let launch = service.launch().option("directory", "work").directory(service.scratch.root());
    assert_eq!(service.start(launch).process.link("cwd"), directory, "a relative one is the launcher's");
}

#[test]
fn root_directory_is_as_asked() {
    needs::another_root();
    needs::sight_of_other_users();
    let mut service = Service::new();
    let directory = service.scratch.directory("inside");
    let log = service.scratch.path("app.log");
    // The report's path is the daemon's: inside its root.
    let launch = Launch::program("service").option("events", "/events").option_path("chroot", service.scratch.root());
    let daemon = service.start(launch.clone().option_path("log", &log).option("then", "print:inside"));
    assert_eq!(daemon.process.link("root"), service.scratch.root());
    assert_eq!(daemon.process.link("cwd"), service.scratch.root());
    assert_eq!(daemon.process.descriptors()[&0], Path::new("/dev/null"));
    assert_eq!(text_of(&log), "inside\ninside, to stderr\n");
    let daemon = service.start(launch.clone().option("directory", "/inside").option("user", "nobody"));
    assert_eq!(daemon.process.link("cwd"), directory, "the directory is inside the root");
    assert_eq!(daemon.process.status_words("Uid"), ["65534"; 4]);
}

/// Log and pid file keep their meaning in a daemon that sees them by other names.
#[test]
fn files_inside_the_root_directory() {
    needs::another_root();
    let mut service = Service::new();
    let (log, pidfile) = (service.scratch.path("app.log"), service.scratch.path("app.pid"));
    let launch = Launch::program("service").option("events", "/events").option_path("chroot", service.scratch.root());
    let launch = launch.option_path("log", &log).option_path("pidfile", &pidfile).option("reopen-on", 1);
    let mut daemon = service.start(launch);
    assert_eq!(text_of(&pidfile), format!("{}\n", daemon.pid()));
    std::fs::rename(&log, service.scratch.path("app.log.1")).expect("rotate the log");
    daemon.process.signal(Signal::HUP);
    daemon.probe(&mut service.reports);
    assert_eq!(text_of(&log), "probe\nprobe\n");
    assert_eq!(daemon.terminate(), Exit::Status(0));
    assert!(!pidfile.exists());
}

#[test]
fn umask_is_as_asked() {
    for umask in [0o27, 0o777] {
        let mut service = Service::new();
        let launch = service.launch().option("umask", format!("{umask:o}")).hostile(Hostile::place());
        assert_eq!(service.start(launch).process.umask(), umask);
    }
}

#[test]
fn stdin_is_a_file() {
    let mut service = Service::new();
    let input = service.scratch.file("input", "x");
    let launch = service.launch().option_path("stdin", &input).hostile(Hostile::place().closed("0"));
    let daemon = service.start(launch);
    assert_eq!(daemon.process.descriptors()[&0], input);
    assert_eq!(daemon.probe(&mut service.reports)["stdin"], 1);
    assert_eq!(daemon.probe(&mut service.reports)["stdin"], 0, "and ends");
}

/// What the daemon finds of the variable.
fn variable(service: &mut Service, launch: Launch, name: &str) -> String {
    let launch = launch.option("then", format!("env:{name}")).env("FROM_LAUNCHER", "there");
    let mut run = launch.start();
    run.succeed();
    let value = service.reports.expect("env");
    service.reports.expect("up");
    value
}

#[test]
fn environment_is_as_asked() {
    let mut service = Service::new();
    let launch = service.launch();
    assert_eq!(variable(&mut service, launch.clone(), "FROM_LAUNCHER"), "there");
    let set = launch.clone().option("setenv", "COLOUR=red=blue").option("setenv", "FROM_LAUNCHER=other");
    assert_eq!(variable(&mut service, set.clone(), "COLOUR"), "red=blue");
    assert_eq!(variable(&mut service, set, "FROM_LAUNCHER"), "other");
    let twice = launch.clone().option("setenv", "COLOUR=red").option("setenv", "COLOUR=green");
    assert_eq!(variable(&mut service, twice, "COLOUR"), "green");
    let clear = launch.clone().arg("--clearenv").option("setenv", "COLOUR=red").option("setenv", "EMPTY=");
    assert_eq!(variable(&mut service, clear.clone(), "FROM_LAUNCHER"), "(none)");
    assert_eq!(variable(&mut service, clear.clone(), "PATH"), "(none)");
    assert_eq!(variable(&mut service, clear.clone(), "COLOUR"), "red");
    assert_eq!(variable(&mut service, clear, "EMPTY"), "");
    assert_eq!(variable(&mut service, launch.arg("--clearenv"), "PATH"), "(none)", "nothing set, either");
}

fn numbers(daemon: &Daemon) -> Vec<i32> {
    daemon.process.descriptors().into_keys().collect()
}

#[test]
fn kept_descriptors_stay() {
    let mut service = Service::new();
    let launch = service.launch().option("keep-fd", 900).option("keep-fd", 5000).option("keep-fd", 5);
    let daemon = service.start(launch.option("keep-fd", 900).hostile(Hostile::place()));
    assert_eq!(numbers(&daemon), [0, 1, 2, 5, 900, 5000]);
    let launch = service.launch().option("keep-fd", 5).option_path("pidfile", service.scratch.path("app.pid"));
    let daemon = service.start(launch.hostile(Hostile::place().closed("012")));
    assert_eq!(numbers(&daemon).len(), 5, "{:?}", daemon.process.descriptors());
    assert_eq!(daemon.process.descriptors()[&0], Path::new("/dev/null"));
}

/// 1 kept is still the launcher's stdout.
#[test]
fn kept_stdout_stays() {
    let mut service = Service::new();
    let launch = service.launch().option("keep-fd", 1).option("then", "print:hello");
    let mut daemon = service.start(launch);
    assert_eq!(daemon.process.descriptors()[&2], Path::new("/dev/null"));
    daemon.kill();
    assert_eq!(daemon.run.stdout(), "hello\n");
}

#[test]
fn inherited_descriptors_go_and_the_programs_own_stay() {
    let mut service = Service::new();
    let launch = service.launch().option("before", "cloexec").hostile(Hostile::place());
    let daemon = service.start(launch.clone().option("close-fds", 1).option("keep-fd", 1000));
    let held = numbers(&daemon);
    assert!(held.contains(&700) && held.contains(&1000), "{held:?}");
    assert!(![900, 5000, 5].iter().any(|fd| held.contains(fd)), "{held:?}");
    let daemon = service.start(launch.option("close-fds", 0));
    assert_eq!(numbers(&daemon), [0, 1, 2], "all");
}

#[test]
fn no_descriptor_is_closed() {
    let mut service = Service::new();
    let launch = service.launch().option("before", "cloexec").option("close-fds", 2).hostile(Hostile::place());
    let held = numbers(&service.start(launch));
    assert!([700, 900, 1000, 5000].iter().all(|fd| held.contains(fd)), "{held:?}");
    assert_eq!(held.len(), 3 + 50 + 2, "the hostile place's, and the program's two");
}

#[test]
fn signals_are_kept() {
    let mut service = Service::new();
    let launch = service.launch().option("signals", 1).hostile(Hostile::place());
    let mut daemon = service.start(launch);
    let blocked = [Signal::USR1.as_raw(), Signal::WINCH.as_raw(), 35];
    assert_eq!(daemon.process.signals("SigBlk"), blocked);
    let ignored = [Signal::HUP, Signal::INT, Signal::QUIT, Signal::USR2, Signal::CHILD].map(Signal::as_raw);
    let mut held = daemon.process.signals("SigIgn");
    // glibc's own: its posix_spawn, which started the keeper, ignores them.
    held.retain(|signal| ![32, 33].contains(signal));
    assert_eq!(held, ignored, "TERM has the service's own handler");
    assert_eq!(daemon.terminate(), Exit::Status(0));
    let launch = service.launch().option("signals", 1).option("before", "handlers");
    let daemon = service.start(launch);
    assert!(daemon.process.signals("SigCgt").contains(&Signal::USR2.as_raw()));
}

/// One is ignored, one has a handler, one is SIGCHLD, which the launch itself needs; the mask and the rest are reset.
#[test]
fn named_signals_are_kept() {
    let kept = [Signal::USR2, Signal::CHILD, Signal::HUP].map(Signal::as_raw);
    let mut service = Service::new();
    let names = |launch: Launch| kept.iter().fold(launch, |launch, signal| launch.option("keep-signal", signal));
    for launch in [service.launch(), service.launch().option("wait-ready", 30000)] {
        let daemon = service.start(names(launch.clone()).hostile(Hostile::place()));
        assert!(daemon.process.signals("SigBlk").is_empty());
        assert_eq!(daemon.process.signals("SigIgn"), [1, 12, 17]);
        let daemon = service.start(names(launch).option("before", "handlers"));
        assert_eq!(daemon.process.signals("SigIgn"), [0; 0]);
        assert_eq!(daemon.process.signals("SigCgt"), [1, 10, 12, 15, 17], "10 and 15 are the service's own");
    }
}

/// Everything but the forks and the session.
#[test]
fn foreground_daemon_is_the_launcher_itself() {
    let mut service = Service::new();
    let pidfile = service.scratch.path("app.pid");
    let launch = service.launch().option("foreground", 2).option_path("pidfile", &pidfile);
    let everything_but_the_terminal = Hostile::only("fds,limit,umask,ignored,chld,blocked,alarm,groups");
    let mut run =
        launch.option("wait-ready", -1).option("then", "print:hello").hostile(everything_but_the_terminal).start();
    let process = Process::new(service.reports.expect_pid("up"));
    let launcher: Vec<i32> = Process::children_of(run.program()).iter().map(Process::pid).collect();
    assert_eq!(launcher, [process.pid()], "no fork");
    assert_eq!((process.link("cwd").as_path(), process.umask()), (Path::new("/"), 0));
    assert_eq!((process.signals("SigBlk"), process.signals("SigIgn")), (vec![], vec![]));
    let descriptors = process.descriptors();
    assert_eq!(descriptors.len(), 4, "{descriptors:?}");
    assert_eq!(descriptors[&0], Path::new("/dev/null"));
    process.signal(Signal::USR1);
    let probe = service.reports.expect("probe");
    assert!(probe.contains("stdout=0 stderr=0 timer=0"), "alarms are off: {probe}");
    assert_eq!(text_of(&pidfile), format!("{}\n", process.pid()));
    process.signal(Signal::TERM);
    assert_eq!(run.wait(), Exit::Status(0));
    assert_eq!(run.stdout(), "hello\nprobe\n", "what no option names stays as it is");
    assert!(!pidfile.exists());
}

#[test]
fn foreground_daemon_with_a_log_and_closed_streams() {
    let mut service = Service::new();
    let log = service.scratch.path("err.log");
    let launch = service.launch().option("foreground", 2).option_path("stderr", &log);
    let run = launch.hostile(Hostile::only("fds").closed("012")).start();
    let process = Process::new(service.reports.expect_pid("up"));
    let files: Vec<_> = process.descriptors().into_values().collect();
    assert_eq!(files, [Path::new("/dev/null"), Path::new("/dev/null"), &log]);
    drop(run);
}

#[test]
fn foreground_never_is_the_default() {
    let mut service = Service::new();
    let launch = service.launch().option("foreground", 1).hostile(Hostile::place().stdio(Stdio::Terminal));
    let daemon = service.start(launch);
    assert_eq!(daemon.process.parent(), daemon.run.keeper());
}

/// The pid file of a foreground daemon that is refused names the other one, and nothing has changed: it goes on.
#[test]
fn foreground_daemon_obeys_the_pid_file() {
    let mut service = Service::new();
    let pidfile = service.scratch.path("app.pid");
    let launch = service.launch().option_path("pidfile", &pidfile);
    let first = service.start(launch.clone());
    let refusal = service.refuse(launch.option("foreground", 2));
    assert_eq!(refusal.check().errno, 11);
    assert!(refusal.message.contains(&first.pid().to_string()), "{refusal:?}");
}
