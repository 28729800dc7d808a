//! Stopping by a schedule, and a whole session.

use std::path::PathBuf;

use rustix::process::Signal;

use crate::harness::control::{control, refusal_of, result_of, status};
use crate::harness::{Daemon, Exit, Launch, Process, Service, needs};

const EPERM: i32 = 1;
const EINVAL: i32 = 22;
const ETIMEDOUT: i32 = 110;

fn stop_by(pidfile: &std::path::Path, schedule: &str, session: bool) -> Launch {
    control("stop-by", pidfile, &[schedule, if session { "1" } else { "0" }])
}

fn service(service: &mut Service, on_term: &str) -> (Daemon, PathBuf) {
    let pidfile = service.scratch.path("app.pid");
    let launch = service.launch().option_path("pidfile", &pidfile).option("on-term", on_term);
    (service.start(launch), pidfile)
}

#[test]
fn signals_come_in_order_until_one_ends_it() {
    for (schedule, end) in [
        ("TERM/60", Exit::Status(0)),
        ("SIGINT/60/TERM/60", Exit::Signal(2)),
        ("-2/60", Exit::Signal(2)),
        ("WINCH/0/URG/0/HUP/60", Exit::Signal(1)),
        ("WINCH/0/forever/URG/1/QUIT/60", Exit::Signal(3)),
        ("RTMIN+1/60", Exit::Signal(35)),
        ("KILL", Exit::Signal(9)),
        ("60", Exit::Status(0)),
    ] {
        let mut scratch = Service::new();
        let (mut daemon, pidfile) = service(&mut scratch, "exit");
        assert_eq!(result_of(stop_by(&pidfile, schedule, false)), 0, "{schedule}");
        assert_eq!(daemon.run.wait_reaped(daemon.process.pid()), end, "{schedule}");
        assert!(!pidfile.exists(), "{schedule}");
        assert_eq!(result_of(stop_by(&pidfile, schedule, true)), 0, "none runs: nothing to do");
    }
}

#[test]
fn schedule_goes_on_to_what_cannot_be_ignored() {
    let mut scratch = Service::new();
    let (mut daemon, pidfile) = service(&mut scratch, "ignore");
    let refusal = refusal_of(stop_by(&pidfile, "TERM/0/CONT/0", false), ETIMEDOUT, "still running");
    assert!(refusal.message.contains(&daemon.pid().to_string()), "{refusal:?}");
    assert_eq!(result_of(stop_by(&pidfile, "TERM/0/KILL/60", false)), 0);
    assert_eq!(daemon.run.wait_reaped(daemon.process.pid()), Exit::Signal(9));
}

#[test]
fn stopped_daemon_gets_to_its_signal() {
    let mut scratch = Service::new();
    let (mut daemon, pidfile) = service(&mut scratch, "exit");
    daemon.process.signal(Signal::STOP);
    assert_eq!(result_of(stop_by(&pidfile, "TERM/60", false)), 0);
    assert_eq!(daemon.run.wait_reaped(daemon.process.pid()), Exit::Status(0));
}

#[test]
fn nonsense_is_refused_and_nothing_is_signalled() {
    let mut scratch = Service::new();
    let (daemon, pidfile) = service(&mut scratch, "exit");
    for (schedule, why) in [
        ("TERM", "ends in a signal"),
        ("NOSUCH/1", "neither a signal nor a time"),
        ("TERM/1/forever", "no time to wait behind forever"),
        ("TERM/-1x", "neither a signal nor a time"),
        ("", "empty"),
    ] {
        let refusal = refusal_of(stop_by(&pidfile, schedule, false), EINVAL, why);
        assert_eq!(refusal.step, "schedule");
    }
    assert_eq!(status(&pidfile), daemon.pid());
}

/// A master, and its workers, which outlive it where it alone is stopped.
fn master(scratch: &mut Service, count: usize) -> (Daemon, PathBuf, Vec<Process>) {
    let pidfile = scratch.scratch.path("app.pid");
    let launch = Launch::program("holder").option_path("events", scratch.reports.path());
    let launch = launch.option("then", format!("workers:{count}")).option_path("pidfile", &pidfile);
    let mut run = launch.start();
    run.succeed();
    let mut workers = Vec::new();
    let mut daemon = None;
    for _ in 0..=count {
        let report = scratch.reports.next();
        match report.split_once(' ') {
            Some(("worker", pid)) => workers.push(Process::new(pid.parse().expect("a pid"))),
            Some(("up", pid)) => daemon = Some(Process::new(pid.parse().expect("a pid"))),
            _ => panic!("{report}"),
        }
    }
    (Daemon { process: daemon.expect("the master"), run }, pidfile, workers)
}

#[test]
fn whole_session_is_ended() {
    let mut scratch = Service::new();
    // Another daemon, and this test's own session, are none of it.
    let (bystander, _) = service(&mut scratch, "exit");
    let mut scratch = Service::new();
    let (mut daemon, pidfile, workers) = master(&mut scratch, 5);
    let session = daemon.process.session();
    assert!(workers.iter().all(|worker| worker.session() == session));
    let refusal = refusal_of(stop_by(&pidfile, "TERM/1", true), ETIMEDOUT, "others of its session are still running");
    assert!(refusal.message.contains(&daemon.pid().to_string()));
    daemon.run.wait_reaped(daemon.process.pid());
    assert_eq!(workers.iter().filter(|worker| worker.is_alive()).count(), 1, "the one that ignores SIGTERM");
    drop(daemon);
    let (daemon, pidfile, workers) = master(&mut scratch, 5);
    assert_eq!(result_of(stop_by(&pidfile, "TERM/1/KILL/60", true)), 0);
    assert!(!daemon.process.is_alive() && !workers.iter().any(Process::is_alive));
    assert!(!pidfile.exists());
    assert!(bystander.process.is_alive());
}

#[test]
fn daemon_alone_is_ended_without_its_session() {
    let mut scratch = Service::new();
    let (daemon, pidfile, workers) = master(&mut scratch, 2);
    assert_eq!(result_of(stop_by(&pidfile, "TERM/60", false)), 0);
    assert!(!daemon.process.is_alive() && workers.iter().all(Process::is_alive));
}

/// In the foreground the session is that of whoever started it.
#[test]
fn session_that_is_not_the_daemons_is_spared() {
    needs::program("setsid");
    let mut scratch = Service::new();
    let pidfile = scratch.scratch.path("app.pid");
    let launch = scratch.launch().option_path("pidfile", &pidfile).option("foreground", 2);
    let _own = launch.clone().under(["setsid", "sh", "-c", "\"$@\"; exit", "sh"]).start();
    let pid = scratch.reports.expect_pid("up");
    refusal_of(stop_by(&pidfile, "KILL/60", true), EPERM, "which is not the daemon");
    assert!(Process::new(pid).is_alive());
    assert_eq!(result_of(stop_by(&pidfile, "TERM/60", false)), 0);
    let _shared = launch.start();
    let pid = scratch.reports.expect_pid("up");
    refusal_of(stop_by(&pidfile, "KILL/60", true), EPERM, "session of process");
    assert!(Process::new(pid).is_alive());
}

/// Without a list of processes nobody of the session is signalled, the daemon neither.
#[test]
fn session_needs_proc() {
    let mut scratch = Service::new();
    let (daemon, pidfile, workers) = master(&mut scratch, 1);
    let launch = crate::harness::control::with_mounts(stop_by(&pidfile, "KILL/60", true), "mount -t tmpfs none /proc");
    refusal_of(launch, 2, "/proc");
    assert!(daemon.process.is_alive() && workers.iter().all(Process::is_alive));
}
