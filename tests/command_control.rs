//! Asking after a daemon, signalling it, stopping it, and starting it again: by its pid file.

use std::fs;
use std::path::{Path, PathBuf};

use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};

use crate::command_support::{Runs, command, refusal_of, result_of};
use crate::harness::files::text_of;
use crate::harness::{Daemon, Exit, Launch, Process, Service, needs};

fn ask(action: &str, pidfile: &Path) -> Launch {
    command().arg(action).arg("-p").arg(pidfile)
}

fn start(service: &mut Service, on_term: &str) -> (Daemon, PathBuf) {
    let pidfile = service.scratch.path("app.pid");
    let launch = command().option_path("pidfile", &pidfile).runs(service).option("on-term", on_term);
    (service.start(launch), pidfile)
}

/// The status, and what it prints.
fn status(pidfile: &Path) -> (Exit, String) {
    let (exit, stdout, _) = result_of(ask("--status", pidfile));
    (exit, stdout)
}

#[test]
fn status_is_that_of_the_lsb() {
    let mut service = Service::new();
    assert_eq!(status(&service.scratch.path("app.pid")), (Exit::Status(3), String::new()), "not running");
    let (mut daemon, pidfile) = start(&mut service, "exit");
    assert_eq!(status(&pidfile), (Exit::Status(0), format!("{}\n", daemon.pid())), "runs");
    daemon.kill();
    assert_eq!(status(&pidfile), (Exit::Status(1), String::new()), "dead, with a pid file");
    fs::write(&pidfile, "").expect("an emptied file");
    assert_eq!(status(&pidfile), (Exit::Status(3), String::new()), "ended well, and could not remove it");
    assert_eq!(status(service.scratch.root()), (Exit::Status(4), String::new()), "unknown: a directory");
}

/// 1 would mean that it is dead.
#[test]
fn status_that_cannot_be_told_is_unknown() {
    let mut service = Service::new();
    let (_daemon, pidfile) = start(&mut service, "exit");
    let full = ["sh", "-c", "exec \"$@\" >/dev/full", "sh"];
    assert_eq!(refusal_of(ask("--status", &pidfile).under(full), 4), "standard output: cannot be written");
}

#[test]
fn status_of_what_may_not_be_read_is_unknown() {
    needs::another_user();
    let mut service = Service::new();
    let directory = service.scratch.directory("run");
    let pidfile = directory.join("app.pid");
    let launch = command().option_path("pidfile", &pidfile).option("pidfile-mode", "600").runs(&service);
    let _daemon = service.start(launch);
    let nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
    let line = refusal_of(ask("--status", &pidfile).copied_to(&service.scratch).under(nobody), 4);
    assert!(line.contains("Permission denied"), "{line}");
}

/// A program has ended by itself. So has the status that an init script shows after a stop.
#[test]
fn stop_removes_what_a_dead_daemon_has_left() {
    let service = Service::new();
    let pidfile = service.scratch.path("app.pid");
    let mut run = command().option_path("pidfile", &pidfile).arg("/bin/true").start();
    run.succeed();
    run.wait_idle();
    assert_eq!(status(&pidfile).0, Exit::Status(1));
    assert_eq!(result_of(ask("--stop", Path::new("app.pid")).directory(service.scratch.root())).0, Exit::Status(0));
    assert_eq!(status(&pidfile).0, Exit::Status(3));
    assert!(!pidfile.exists());
    // One that nobody has reaped.
    let mut zombie = std::process::Command::new("true").spawn().expect("a process");
    let ended = WaitId::Pid(Pid::from_child(&zombie));
    waitid(ended, WaitIdOptions::EXITED | WaitIdOptions::NOWAIT).expect("its end");
    fs::write(&pidfile, format!("{}\n", zombie.id())).expect("a file");
    assert_eq!(result_of(ask("--stop", &pidfile)).0, Exit::Status(0));
    assert!(!pidfile.exists());
    zombie.wait().expect("its status");
    for text in ["", "no pid\n", "4194304 x\n", "0\n"] {
        fs::write(&pidfile, text).expect("a file");
        assert_eq!(result_of(ask("--stop", &pidfile)).0, Exit::Status(0), "{text:?}");
        assert_eq!(text_of(&pidfile), text, "no pid file of a daemon");
    }
}

/// holder_shown: a number in a file is nobody.
#[test]
fn only_the_holder_is_meant() {
    let service = Service::new();
    let other = Launch::command("sleep").arg("1000").start();
    let pidfile = service.scratch.file("app.pid", &format!("{}\n", other.program()));
    assert_eq!(status(&pidfile).0, Exit::Status(1));
    refusal_of(ask("--signal=KILL", &pidfile), 1);
    assert_eq!(result_of(ask("--stop", &pidfile)).0, Exit::Status(0), "none runs");
    assert!(pidfile.exists(), "it may be that of a daemon which does not lock it");
    assert!(Process::new(other.program()).is_alive());
}

#[test]
fn stop_ends_it_and_removes_its_file() {
    for (how, on_term, end) in [
        ("--stop", "exit", Exit::Status(0)),
        ("--stop=TERM/60", "default", Exit::Signal(15)),
        ("--stop=TERM/0/KILL/60", "ignore", Exit::Signal(9)),
        ("--stop=INT/60/TERM/60", "exit", Exit::Signal(2)),
        ("--stop=60", "exit", Exit::Status(0)),
    ] {
        let mut service = Service::new();
        let (mut daemon, pidfile) = start(&mut service, on_term);
        assert_eq!(result_of(ask(how, &pidfile)), (Exit::Status(0), String::new(), String::new()), "stop_cmd: {how}");
        assert_eq!(daemon.run.wait_reaped(daemon.process.pid()), end, "{how}");
        assert!(!pidfile.exists(), "pidfile_removed: {how}");
        assert_eq!(status(&pidfile).0, Exit::Status(3), "{how}");
        assert_eq!(result_of(ask(how, &pidfile)).0, Exit::Status(0), "{how}: none runs");
    }
}

#[test]
fn stop_that_is_not_heeded_is_told() {
    let mut service = Service::new();
    let (daemon, pidfile) = start(&mut service, "ignore");
    let line = refusal_of(ask("--stop=TERM/0", &pidfile), 1);
    assert!(line.contains(&daemon.pid().to_string()), "{line}");
    assert!(daemon.process.is_alive());
    assert_eq!(result_of(ask("--stop=NONSENSE", &pidfile)).0, Exit::Status(64));
}

#[test]
fn stop_of_the_session_ends_what_it_has_started() {
    let mut service = Service::new();
    let pidfile = service.scratch.path("app.pid");
    let launch = command().option_path("pidfile", &pidfile).runs(&service).option("then", "child");
    let mut run = launch.start();
    run.succeed();
    let mut pids = [service.reports.next(), service.reports.next()].map(|line| {
        let (_, pid) = line.split_once(' ').expect("a word and a pid");
        Process::new(pid.parse().expect("a pid"))
    });
    let (exit, _, stderr) = result_of(ask("--stop", &pidfile).arg("--session"));
    assert_eq!(exit, Exit::Status(0), "{stderr}");
    pids.iter_mut().for_each(|process| process.wait_gone());
    assert!(!pidfile.exists());
    run.wait_idle();
}

#[test]
fn signal_comes_to_it() {
    let mut service = Service::new();
    let (mut daemon, pidfile) = start(&mut service, "exit");
    for name in ["USR1", "SIGUSR1", "10", "usr1"] {
        let (exit, _, stderr) = result_of(ask(&format!("--signal={name}"), &pidfile));
        assert_eq!(exit, Exit::Status(0), "{name}: {stderr}");
        service.reports.expect("probe");
    }
    assert_eq!(result_of(ask("--signal=RTMIN+1", &pidfile)).0, Exit::Status(0));
    assert_eq!(daemon.run.wait_reaped(daemon.process.pid()), Exit::Signal(35));
    refusal_of(ask("--signal=TERM", &pidfile), 1);
}

#[test]
fn restart_stops_and_starts() {
    let mut service = Service::new();
    let pidfile = service.scratch.path("app.pid");
    let launch = command().arg("--restart=TERM/60").option_path("pidfile", &pidfile).runs(&service);
    // None runs yet: it starts one.
    let mut first = service.start(launch.clone());
    let second = service.start(launch.clone());
    assert_eq!(first.run.wait_reaped(first.process.pid()), Exit::Status(0));
    assert_eq!(text_of(&pidfile), format!("{}\n", second.pid()));
    // Nothing to start: the one that runs goes on.
    refusal_of(command().arg("--restart").option_path("pidfile", &pidfile).arg("/no/such/program"), 1);
    assert!(second.process.is_alive());
    assert_eq!(status(&pidfile), (Exit::Status(0), format!("{}\n", second.pid())));
}
