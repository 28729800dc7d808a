//! A daemon by its pid file: asked after, signalled, stopped.

use std::path::Path;
use std::time::Duration;

use rustix::process::Signal;

use crate::harness::control::{control, result_of};
use crate::harness::{Daemon, Exit, Launch, Process, Refusal, Service};

/// A service with a pid file, and that file.
fn daemon(service: &mut Service, on_term: &str) -> (Daemon, std::path::PathBuf) {
    let pidfile = service.scratch.path("app.pid");
    let launch = service.launch().option_path("pidfile", &pidfile).option("on-term", on_term);
    (service.start(launch), pidfile)
}

#[test]
fn status_is_the_daemons_pid() {
    let mut service = Service::new();
    let (mut daemon, pidfile) = daemon(&mut service, "exit");
    assert_eq!(result_of(control("status", &pidfile, &[])), daemon.pid());
    daemon.kill();
    assert_eq!(result_of(control("status", &pidfile, &[])), 0, "the file is there, the daemon is not");
}

#[test]
fn status_is_0_without_a_pid_file() {
    let service = Service::new();
    assert_eq!(result_of(control("status", &service.scratch.path("app.pid"), &[])), 0);
}

/// The pid in an unlocked file means nothing, whoever has it now.
#[test]
fn pid_of_another_process_is_no_daemon() {
    let service = Service::new();
    let other = Launch::command("sleep").arg("1000").start();
    let pidfile = service.scratch.file("app.pid", &format!("{}\n", other.program()));
    assert_eq!(result_of(control("status", &pidfile, &[])), 0);
    assert_eq!(result_of(control("stop", &pidfile, &["1000", "1"])), 0);
    let refusal = Refusal::of(&mut control("signal", &pidfile, &["15"]).start());
    assert_eq!(refusal.check().errno, 3, "ESRCH: {refusal:?}");
    assert!(Process::new(other.program()).is_alive());
}

#[test]
fn signal_reaches_the_daemon() {
    let mut service = Service::new();
    let (daemon, pidfile) = daemon(&mut service, "exit");
    assert_eq!(result_of(control("signal", &pidfile, &["10"])), 0);
    service.reports.expect("probe");
    assert_eq!(result_of(control("signal", &pidfile, &["0"])), 0, "0 only asks");
    assert!(daemon.process.is_alive());
}

#[test]
fn signal_number_out_of_range_is_refused() {
    let mut service = Service::new();
    let (daemon, pidfile) = daemon(&mut service, "exit");
    for number in ["-1", "65", "100000"] {
        let refusal = Refusal::of(&mut control("signal", &pidfile, &[number]).start());
        assert_eq!(refusal.check().errno, 22, "EINVAL: {refusal:?}");
        assert!(refusal.message.contains(number), "{refusal:?}");
    }
    assert!(daemon.process.is_alive());
}

#[test]
fn signal_without_a_daemon_fails() {
    let service = Service::new();
    let pidfile = service.scratch.path("app.pid");
    let refusal = Refusal::of(&mut control("signal", &pidfile, &["15"]).start());
    assert_eq!(refusal.check().errno, 3, "ESRCH");
    assert!(refusal.message.contains("app.pid"), "{refusal:?}");
}

#[test]
fn stop_returns_once_the_daemon_is_gone() {
    let mut service = Service::new();
    let (mut daemon, pidfile) = daemon(&mut service, "exit");
    assert_eq!(result_of(control("stop", &pidfile, &["-1", "0"])), 0, "stop_cmd");
    assert!(!daemon.process.is_alive());
    assert_eq!(daemon.run.wait_reaped(daemon.process.pid()), Exit::Status(0), "by SIGTERM, and its own exit");
    assert!(!pidfile.exists());
    assert_eq!(result_of(control("stop", &pidfile, &["1000", "1"])), 0, "none runs: nothing to do");
}

/// It is there until the daemon has gone through its own end, however long that takes.
#[test]
fn stop_waits_for_a_slow_daemon() {
    let mut service = Service::new();
    let mut gate = crate::harness::Gate::new(&service.scratch, "gate");
    let pidfile = service.scratch.path("app.pid");
    let launch = service.launch().option_path("pidfile", &pidfile).option("on-term", "gate");
    let daemon = service.start(launch.option_path("gate", gate.path()));
    let mut stop = control("stop", &pidfile, &["-1", "1"]).start();
    service.reports.expect("terminating");
    assert_eq!(stop.wait_within(Duration::from_millis(200)), None);
    assert!(daemon.process.is_alive());
    gate.open();
    assert_eq!(stop.wait(), Exit::Status(0));
    assert!(!daemon.process.is_alive());
}

#[test]
fn stop_gives_up_on_a_daemon_that_ignores_sigterm() {
    let mut service = Service::new();
    let (daemon, pidfile) = daemon(&mut service, "ignore");
    let refusal = Refusal::of(&mut control("stop", &pidfile, &["100", "0"]).start());
    assert_eq!(refusal.check().errno, 110, "ETIMEDOUT");
    assert!(refusal.message.contains(&daemon.pid().to_string()), "{refusal:?}");
    assert!(daemon.process.is_alive());
    assert_eq!(result_of(control("status", &pidfile, &[])), daemon.pid());
}

#[test]
fn stop_kills_when_asked_to() {
    let mut service = Service::new();
    let (mut daemon, pidfile) = daemon(&mut service, "ignore");
    assert_eq!(result_of(control("stop", &pidfile, &["100", "1"])), 0);
    assert!(!daemon.process.is_alive());
    assert_eq!(daemon.run.wait_reaped(daemon.process.pid()), Exit::Signal(9));
    assert_eq!(result_of(control("status", &pidfile, &[])), 0);
}

/// A stopped process does not get to SIGTERM: it has to be continued.
#[test]
fn stop_ends_a_stopped_daemon() {
    let mut service = Service::new();
    let (mut daemon, pidfile) = daemon(&mut service, "exit");
    daemon.process.signal(Signal::STOP);
    assert_eq!(result_of(control("stop", &pidfile, &["-1", "0"])), 0);
    assert_eq!(daemon.run.wait_reaped(daemon.process.pid()), Exit::Status(0));
}

#[test]
fn stop_refuses_nonsense() {
    let service = Service::new();
    let missing = service.scratch.path("app.pid");
    let refusal = Refusal::of(&mut control("stop", &missing, &["-2", "0"]).start());
    assert_eq!(refusal.check().errno, 22, "EINVAL");
    let refusal = Refusal::of(&mut control("status", Path::new(""), &[]).start());
    assert_ne!(refusal.check().errno, 0);
    let refusal = Refusal::of(&mut control("status", service.scratch.root(), &[]).start());
    assert!(refusal.check().message.contains(&service.scratch.root().display().to_string()), "{refusal:?}");
}

/// While the daemon initialises, it is there: its pid, or "just starting"; never "none".
#[test]
fn status_of_an_unready_daemon() {
    let mut service = Service::new();
    let pidfile = service.scratch.path("app.pid");
    let launch = service.launch().option_path("pidfile", &pidfile).option("wait-ready", -1).option("init", "hang");
    let _launcher = launch.start();
    let pid = service.reports.expect_pid("initialising");
    assert_eq!(result_of(control("status", &pidfile, &[])), pid);
    assert_eq!(result_of(control("stop", &pidfile, &["-1", "0"])), 0);
}
