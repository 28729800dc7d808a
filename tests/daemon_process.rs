//! What the daemon is: its session, directory, umask, descriptors and signals, wherever it was started.

use std::path::Path;

use rustix::process::Signal;

use crate::daemon_checks::{
    has_a_clean_slate, has_only_dev_null_open, is_an_orphan_in_its_own_session, is_free_of_its_terminal,
    is_the_only_process,
};
use crate::harness::{Exit, Hostile, Launch, Service, Stdio};

/// Starts the service in a place and checks every property of the process it becomes.
fn becomes_a_good_daemon(place: Hostile) {
    let mut service = Service::new();
    let launch = service.launch().hostile(place);
    is_a_good_daemon(&mut service, launch);
}

fn is_a_good_daemon(service: &mut Service, launch: Launch) {
    let mut daemon = service.start(launch);
    is_an_orphan_in_its_own_session(&daemon);
    has_a_clean_slate(&daemon, &[Signal::USR1, Signal::TERM], &[]);
    has_only_dev_null_open(&daemon);
    is_the_only_process(&mut daemon);
    is_free_of_its_terminal(&mut daemon, &mut service.reports, &["stdout", "stderr"]);
}

#[test]
fn good_daemon_in_a_plain_place() {
    let mut service = Service::new();
    let launch = service.launch();
    is_a_good_daemon(&mut service, launch);
}

#[test]
fn good_daemon_by_daemonize_without_options() {
    let mut service = Service::new();
    let launch = service.launch().arg("--plain").hostile(Hostile::place().closed("0"));
    is_a_good_daemon(&mut service, launch);
}

#[test]
fn good_daemon_by_daemonize_fork() {
    let mut service = Service::new();
    let launch = service.launch().arg("--fork").hostile(Hostile::place());
    is_a_good_daemon(&mut service, launch);
}

/// What watched over its initialisation is gone and reaped.
#[test]
fn good_daemon_once_it_is_ready() {
    let mut service = Service::new();
    for place in [Hostile::only(""), Hostile::place(), Hostile::place().closed("012")] {
        let launch = service.launch().option("wait-ready", -1).hostile(place);
        is_a_good_daemon(&mut service, launch);
    }
}

#[test]
fn good_daemon_in_the_hostile_place() {
    becomes_a_good_daemon(Hostile::place());
}

#[test]
fn good_daemon_with_its_streams_on_the_terminal() {
    becomes_a_good_daemon(Hostile::place().stdio(Stdio::Terminal));
}

#[test]
fn good_daemon_with_stdin_closed() {
    becomes_a_good_daemon(Hostile::place().closed("0"));
}

#[test]
fn good_daemon_with_stdout_closed() {
    becomes_a_good_daemon(Hostile::place().closed("1"));
}

#[test]
fn good_daemon_with_stderr_closed() {
    becomes_a_good_daemon(Hostile::place().closed("2"));
}

#[test]
fn good_daemon_with_all_three_closed() {
    becomes_a_good_daemon(Hostile::place().closed("012"));
}

#[test]
fn good_daemon_with_sigchld_ignored() {
    becomes_a_good_daemon(Hostile::only("chld"));
}

/// The launcher leads a session on a terminal, with SIGHUP at its default: its exit hangs the terminal up.
#[test]
fn sixty_daemons_survive_the_hangup() {
    let mut service = Service::new();
    for _ in 0..60 {
        let launch = service.launch().hostile(Hostile::only("tty").stdio(Stdio::Terminal));
        let mut daemon = service.start(launch);
        assert_eq!(daemon.probe(&mut service.reports)["stdout"], 0);
        assert_eq!(daemon.terminate(), Exit::Status(0));
    }
}

/// What the program handled, ignored or blocked itself goes back to the default, too.
#[test]
fn handlers_of_the_program_are_reset() {
    let mut service = Service::new();
    let launch = service.launch().option("before", "handlers").option("before", "blocked");
    let daemon = service.start(launch);
    has_a_clean_slate(&daemon, &[Signal::USR1, Signal::TERM], &[]);
}

/// SIGTERM at its default ends it, though ignored at the launch.
#[test]
fn sigterm_ends_it_by_default() {
    let mut service = Service::new();
    let launch = service.launch().option("on-term", "default").hostile(Hostile::place());
    let mut daemon = service.start(launch);
    assert_eq!(daemon.terminate(), Exit::Signal(15));
}

/// With a pid file, that is the only other descriptor, and never 0, 1 or 2.
#[test]
fn pid_file_is_the_only_further_descriptor() {
    for closed in ["", "0", "1", "2", "01", "012"] {
        let mut service = Service::new();
        let pidfile = service.scratch.path("app.pid");
        let launch = service.launch().option_path("pidfile", &pidfile).hostile(Hostile::place().closed(closed));
        let daemon = service.start(launch);
        daemon.probe(&mut service.reports);
        let descriptors = daemon.process.descriptors();
        let (standard, others): (Vec<_>, Vec<_>) = descriptors.iter().partition(|(fd, _)| **fd <= 2);
        assert_eq!(standard.len(), 3, "{closed:?} closed: {descriptors:?}");
        assert!(standard.iter().all(|(_, file)| *file == Path::new("/dev/null")), "{closed:?} closed: {descriptors:?}");
        assert!(others.len() == 1 && *others[0].1 == pidfile, "no_extra_fds, {closed:?} closed: {descriptors:?}");
        let text = std::fs::read_to_string(&pidfile).expect("the pid file");
        assert_eq!(text.trim(), daemon.pid().to_string(), "closed_pidfile: right after output");
    }
}
