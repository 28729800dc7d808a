//! Process 1 of a container: the program as its users start it there, in a pid namespace.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use rustix::process::Signal;

use crate::command_support::command;
use crate::harness::files::{text_of, wait_for_change};
use crate::harness::{Exit, Gate, Launch, Process, Run, Scratch, needs};
use crate::notify_support::{Acts, Notifier};

const CONTAINER: [&str; 5] = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"];

pub fn needs_container() {
    needs::works("no pid namespace with a /proc", CONTAINER.into_iter().chain(["true"]));
}

fn contained(launch: Launch) -> Run {
    needs_container();
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

/// The kernel ends the log writer with process 1: that waits for it, but not for ever.
#[test]
fn the_last_lines_are_written_before_its_end() {
    let scratch = Scratch::new();
    let (log, ended) = (scratch.path("app.log"), scratch.path("ended"));
    let mut gate = Gate::new(&scratch, "gate");
    let slow = format!(
        "#!/bin/sh\n/usr/bin/head -c 1 <{} >/dev/null\nexec /bin/cat >{}\n",
        gate.path().display(),
        log.display()
    );
    let slow = scratch.file("slow", &slow);
    fs::set_permissions(&slow, fs::Permissions::from_mode(0o755)).expect("chmod");
    let script = format!(
        "trap 'echo stopping; >{}; exit 5' TERM; echo up; kill -TERM 1; while :; do sleep 1; done",
        ended.display()
    );
    let launch = command().option("log-to", format!("|{}", slow.display())).args(["/bin/sh", "-c", &script]);
    let mut run = contained(launch);
    wait_for_change(scratch.root(), "the program's end", || ended.exists());
    gate.open();
    assert_eq!(run.wait(), Exit::Status(5));
    assert_eq!(text_of(&log), "up\nstopping\n");
    let deaf = command().args(["--log-to=|/bin/sleep 1000", "/bin/sh", "-c", "echo lost; exit 6"]);
    assert_eq!(contained(deaf).wait(), Exit::Status(6));
}

/// A socket unit may be for a container's process 1.
#[test]
fn what_process_1_was_given_is_the_programs() {
    let scratch = Scratch::new();
    let log = scratch.path("app.log");
    let script = "test $LISTEN_PID = $$ && test $WATCHDOG_PID = $$ && readlink /proc/self/fd/3";
    let launch = command().option("reopen-on", "USR1").option_path("log-to", &log).args(["/bin/sh", "-c", script]);
    let given = "mkfifo \"$0\" && export LISTEN_PID=1 LISTEN_FDS=1 WATCHDOG_PID=1 && exec \"$@\" 3<>\"$0\"";
    let fifo = scratch.path("fifo").display().to_string();
    needs_container();
    let mut run = launch.under(CONTAINER.into_iter().chain(["sh", "-c", given, &fifo])).start();
    assert_eq!(run.wait(), Exit::Status(0), "{}", run.stderr());
    assert_eq!(text_of(&log), format!("{fifo}\n"));
}
