//! Process 1 of a container: the program as its users start it there, in a pid namespace.

use std::fs;

use rustix::process::Signal;

use crate::harness::{Exit, Launch, Process, Run, needs};
use crate::notify_support::{Acts, Notifier};

const CONTAINER: [&str; 5] = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"];

fn contained(launch: Launch) -> Run {
    needs::works("no pid namespace with a /proc", CONTAINER.into_iter().chain(["true"]));
    launch.under(CONTAINER).start()
}

/// Process 1 of the container, from outside.
fn process_1(run: &Run) -> Process {
    Process::new(Process::children_of(run.program()).first().expect("process 1").pid())
}

#[test]
fn docker_stop_ends_it_with_its_pid_file() {
    for (signal, status) in [(Signal::TERM, 143), (Signal::INT, 130), (Signal::QUIT, 131), (Signal::HUP, 129)] {
        for with_pid_file in [true, false] {
            let mut notifier = Notifier::new();
            let mut launch = notifier.launch();
            if with_pid_file {
                launch = launch.option("pidfile", "pid");
            }
            let mut run = contained(launch.acts(&["daemonize", "pid", "wait"]));
            let pids = notifier.reports.expect("pid");
            let own = pids.split(' ').next().expect("a pid");
            assert_eq!(pids, format!("{own} 1"), "process 1 is its parent");
            let pidfile = notifier.scratch.path("pid");
            if with_pid_file {
                assert_eq!(fs::read_to_string(&pidfile).expect("a pid file"), format!("{own}\n"));
            }
            process_1(&run).signal(signal);
            assert_eq!(run.wait(), Exit::Status(status));
            assert!(!pidfile.exists());
        }
    }
}

#[test]
fn its_status_is_the_containers() {
    for (acts, status) in [(&["daemonize"][..], 0), (&["daemonize", "fail:no database"], 9)] {
        let notifier = Notifier::new();
        let mut run = contained(notifier.launch().acts(acts));
        assert_eq!(run.wait(), Exit::Status(status));
        assert_eq!(run.stderr(), if status == 0 { "" } else { "no database\n" });
    }
}

#[test]
fn orphans_are_reaped_and_its_own_children_are_left_to_it() {
    let mut notifier = Notifier::new();
    let mut run = contained(notifier.launch().acts(&["daemonize", "child", "orphan", "child"]));
    assert_eq!(notifier.reports.next(), "child 7");
    assert_eq!(notifier.reports.next(), "orphan gone");
    assert_eq!(notifier.reports.next(), "child 7");
    run.succeed();
}

#[test]
fn a_second_start_stays_in_the_foreground_too() {
    let mut notifier = Notifier::new();
    let mut run = contained(notifier.launch().acts(&["daemonize", "pid", "daemonize", "pid"]));
    let first = notifier.reports.expect("pid");
    assert_eq!(notifier.reports.expect("pid"), first);
    run.succeed();
}

/// As `podman run` with a socket does.
#[test]
fn it_has_the_sockets_that_process_1_was_given() {
    let mut notifier = Notifier::new();
    let launch = notifier.launch().env("LISTEN_FDS", "1").option("own", "LISTEN_PID").args(["--socket=3"]);
    let mut run = contained(launch.acts(&["daemonize", "listen"]));
    assert_eq!(notifier.reports.next(), "listen 1 unknown");
    run.succeed();
}

#[test]
fn a_start_that_fails_fails_the_container() {
    let notifier = Notifier::new();
    let mut run = contained(notifier.launch().option("directory", "/nowhere").acts(&["daemonize"]));
    assert_eq!(run.wait(), Exit::Status(1));
    assert_eq!(run.stderr(), "teller: directory /nowhere: No such file or directory\n");
}
