//! Kernels that lack something: old ones, gVisor, and sandboxes that refuse calls.

use std::path::PathBuf;

use crate::harness::control::{control, refusal_of, result_of, status};
use crate::harness::files::text_of;
use crate::harness::{Daemon, Exit, Launch, Service, needs, program};

const EAGAIN: i32 = 11;
const ETIMEDOUT: i32 = 110;

const EPERM: i32 = 1;
const EINVAL: i32 = 22;
const ENOSYS: i32 = 38;

/// The words that have the kernel refuse these calls with that errno.
pub fn refusing(calls: &[&str], errno: i32) -> Vec<String> {
    let refuse = program("refuse").display().to_string();
    needs::works("no filter of system calls", [&*refuse, "--", "true"]);
    let calls = calls.iter().map(|call| format!("{call}:{errno}"));
    std::iter::once(refuse).chain(calls).chain(["--".to_owned()]).collect()
}

fn daemon(service: &mut Service, on_term: &str, under: &[String]) -> (Daemon, PathBuf) {
    let pidfile = service.scratch.path("app.pid");
    let launch = service.launch().option_path("pidfile", &pidfile).option("on-term", on_term).under(under);
    (service.start(launch), pidfile)
}

/// Asks after it, signals it, waits in vain, and ends it.
fn can_be_controlled(
    service: &mut Service,
    mut daemon: Daemon,
    pidfile: &std::path::Path,
    wrap: impl Fn(Launch) -> Launch,
) {
    assert_eq!(result_of(wrap(control("status", pidfile, &[]))), daemon.pid());
    assert_eq!(result_of(wrap(control("signal", pidfile, &["10"]))), 0);
    service.reports.expect("probe");
    refusal_of(wrap(control("stop", pidfile, &["50", "0"])), ETIMEDOUT, "still running");
    assert_eq!(result_of(wrap(control("stop", pidfile, &["50", "1"]))), 0);
    assert_eq!(daemon.run.wait_reaped(daemon.process.pid()), Exit::Signal(9));
    assert!(!pidfile.exists());
    assert_eq!(result_of(wrap(control("status", pidfile, &[]))), 0);
}

#[test]
fn without_pidfds() {
    for (calls, errno) in [
        (&["pidfd_open", "pidfd_send_signal"][..], ENOSYS),
        (&["pidfd_open", "pidfd_send_signal"], EPERM),
        (&["pidfd_open"], EPERM),
        (&["pidfd_send_signal"], ENOSYS),
        (&["pidfd_send_signal"], EPERM),
    ] {
        let mut service = Service::new();
        let under = refusing(calls, errno);
        let (daemon, pidfile) = daemon(&mut service, "ignore", &under);
        can_be_controlled(&mut service, daemon, &pidfile, |launch| launch.under(&under));
    }
}

/// A stopped or hung process is no reason to take it for gone; nor is a zombie for running.
#[test]
fn without_pidfds_the_end_is_noticed() {
    let mut service = Service::new();
    let under = refusing(&["pidfd_open"], ENOSYS);
    let (daemon, pidfile) = daemon(&mut service, "exit", &[]);
    assert_eq!(result_of(control("stop", &pidfile, &["-1", "0"]).under(&under)), 0);
    assert!(!daemon.process.is_alive());
}

#[test]
fn without_pidfds_a_whole_session_can_be_ended() {
    let mut service = Service::new();
    let under = refusing(&["pidfd_open", "pidfd_send_signal"], ENOSYS);
    let (daemon, pidfile) = daemon(&mut service, "ignore", &[]);
    assert_eq!(result_of(control("stop-by", &pidfile, &["TERM/0/KILL/60", "1"]).under(&under)), 0);
    assert!(!daemon.process.is_alive());
}

/// Neither pidfds nor /proc.
#[test]
fn without_pidfds_and_proc() {
    let mut service = Service::new();
    let refuse = refusing(&["pidfd_open", "pidfd_send_signal"], ENOSYS).join(" ");
    let script = format!("mount -t tmpfs none /proc; exec {refuse} \"$@\"");
    let (daemon, pidfile) = daemon(&mut service, "ignore", &[]);
    needs::mounts();
    can_be_controlled(&mut service, daemon, &pidfile, |launch| {
        launch.under(["unshare", "--mount", "sh", "-ec", &script, "sh"])
    });
}

/// Without locks of open file descriptions that of flock(2) serves: as gVisor has it.
#[test]
fn without_range_locks() {
    for errno in [EINVAL, ENOSYS, EPERM] {
        let mut service = Service::new();
        let under = refusing(&["ofd"], errno);
        let (daemon, pidfile) = daemon(&mut service, "ignore", &under);
        let launch = service.launch().option_path("pidfile", &pidfile);
        let second = format!("held by process {}", daemon.pid());
        // Inside of the sandbox, and outside.
        for launch in [launch.clone().under(&under), launch] {
            let refusal = service.refuse(launch);
            assert_eq!(refusal.check().errno, EAGAIN);
            assert!(refusal.message.ends_with(&second), "{refusal:?}");
        }
        assert_eq!(text_of(&pidfile), format!("{}\n", daemon.pid()));
        assert_eq!(status(&pidfile), daemon.pid(), "from outside");
        can_be_controlled(&mut service, daemon, &pidfile, |launch| launch.under(&under));
    }
}

/// Nor does /proc say who holds locks there.
#[test]
fn without_range_locks_and_proc() {
    let mut service = Service::new();
    let refuse = [refusing(&["pidfd_open"], ENOSYS), refusing(&["ofd"], EINVAL)].concat().join(" ");
    let script = format!("mount -t tmpfs none /proc; exec {refuse} \"$@\"");
    needs::mounts();
    let inside = ["unshare", "--mount", "sh", "-ec", &script, "sh"];
    let pidfile = service.scratch.path("app.pid");
    let launch = service.launch().option_path("pidfile", &pidfile).option("on-term", "ignore");
    let daemon = service.start(launch.under(inside));
    can_be_controlled(&mut service, daemon, &pidfile, |launch| launch.under(inside));
}

/// A daemon outside of the sandbox, asked after from inside, and the other way round for a start.
#[test]
fn without_range_locks_on_one_side() {
    let mut service = Service::new();
    let under = refusing(&["ofd"], EINVAL);
    let (daemon, pidfile) = daemon(&mut service, "ignore", &[]);
    let launch = service.launch().option_path("pidfile", &pidfile).under(&under);
    assert_eq!(service.refuse(launch).check().errno, EAGAIN);
    can_be_controlled(&mut service, daemon, &pidfile, |launch| launch.under(&under));
}

#[test]
fn without_range_locks_a_lock_file_admits_one() {
    let mut service = Service::new();
    let under = refusing(&["ofd"], EINVAL);
    let launch = service.launch().option_path("lockfile", service.scratch.path("app.lock")).under(&under);
    let mut first = service.start(launch.clone());
    assert_eq!(service.refuse(launch.clone()).check().errno, EAGAIN);
    first.kill();
    service.start(launch);
}

/// A stale file of a daemon that had no other locks, whose pid another process has now.
#[test]
fn without_range_locks_a_stale_file_is_taken_over() {
    let mut service = Service::new();
    let under = refusing(&["ofd"], EINVAL);
    let other = Launch::command("sleep").arg("1000").start();
    let pidfile = service.scratch.file("app.pid", &format!("{}\n", other.program()));
    let launch = service.launch().option_path("pidfile", &pidfile);
    let mut daemon = service.start(launch.clone().under(&under));
    assert_eq!(text_of(&pidfile), format!("{}\n", daemon.pid()));
    daemon.kill();
    assert_eq!(status(&pidfile), 0);
    service.start(launch);
}

/// No lock at all: the line says which file, and nothing is left.
#[test]
fn without_any_lock() {
    let mut service = Service::new();
    let pidfile = service.scratch.path("app.pid");
    let launch = service.launch().option_path("pidfile", &pidfile).under(refusing(&["ofd", "flock"], ENOSYS));
    let refusal = service.refuse(launch);
    assert_eq!(refusal.check().errno, ENOSYS, "{refusal:?}");
    assert!(!pidfile.exists());
}
