//! The launcher's side: what it exits with, what it prints, and how often.

use crate::harness::files::text_of;
use crate::harness::{Exit, Hostile, Launch, Process, Scratch, Service, needs};

#[test]
fn launcher_exits_0_and_its_output_ends() {
    let mut service = Service::new();
    let mut run = service.launch().start();
    assert_eq!(run.wait(), Exit::Status(0), "exit0");
    assert_eq!((run.stdout(), run.stderr()), (String::new(), String::new()), "pipe_closed, and nothing printed");
    let daemon = Process::new(service.reports.expect_pid("up"));
    assert!(daemon.is_alive());
}

#[test]
fn launcher_exits_0_in_the_hostile_place() {
    let mut service = Service::new();
    let mut run = service.launch().hostile(Hostile::place()).start();
    assert_eq!(run.wait(), Exit::Status(0), "hostile_start");
    assert_eq!((run.stdout(), run.stderr()), (String::new(), String::new()));
    assert!(Process::new(service.reports.expect_pid("up")).is_alive());
}

#[test]
fn buffered_text_comes_out_once() {
    let mut service = Service::new();
    let log = service.scratch.path("app.log");
    let launch = service.launch().option("before", "print").option_path("log", &log);
    let mut daemon = service.start(launch);
    assert_eq!(daemon.terminate(), Exit::Status(0));
    assert_eq!(daemon.run.stdout(), "buffered");
    assert_eq!(text_of(&log), "");
}

#[test]
fn buffered_text_comes_out_once_when_the_start_fails() {
    let service = Service::new();
    let mut run = service.launch().option("before", "print").option("directory", "/does/not/exist").start();
    assert_eq!(run.wait(), Exit::Status(1));
    assert_eq!(run.stdout().matches("buffered").count(), 1);
}

#[test]
fn exit_handlers_run_in_the_daemon_only() {
    let mut service = Service::new();
    let launch = service.launch().option("before", "atexit");
    let mut daemon = service.start(launch);
    assert_eq!(daemon.terminate(), Exit::Status(0));
    assert_eq!(service.reports.waiting(), [format!("atexit {}", daemon.pid())]);
}

#[test]
fn exit_handlers_run_in_the_launcher_once_when_it_goes_on() {
    let mut service = Service::new();
    let mut run = service.launch().option("before", "atexit").option("directory", "/does/not/exist").start();
    assert_eq!(run.wait(), Exit::Status(1));
    assert_eq!(service.reports.waiting(), [format!("atexit {}", run.program())]);
}

#[test]
fn launcher_reaps_what_it_forked_when_the_start_fails() {
    let service = Service::new();
    let pidfile = service.scratch.path("missing/app.pid");
    let mut run = service.launch().option_path("pidfile", pidfile).start();
    assert_eq!(run.wait(), Exit::Status(1));
    run.wait_idle();
}

#[test]
fn busy_threads_are_refused() {
    let mut service = Service::new();
    let launch = service.launch().option("before", "threads");
    let refusal = service.refuse(launch);
    assert_eq!(refusal.check().errno, 35, "EDEADLK: {refusal:?}");
    assert!(refusal.message.contains("thread"), "{refusal:?}");
}

#[test]
fn busy_threads_are_allowed_when_asked_for() {
    let mut service = Service::new();
    let launch = service.launch().option("before", "threads").option("threads", 1).hostile(Hostile::place());
    let daemon = service.start(launch);
    assert_eq!(daemon.process.status("Threads"), "1");
}

/// The caller's child, reaped; the daemon, nobody's zombie.
#[test]
fn daemonize_fork_gives_the_pid_and_leaves_no_child() {
    let mut service = Service::new();
    let mut run = service.launch().arg("--fork").hostile(Hostile::place()).start();
    assert_eq!(run.wait(), Exit::Status(0));
    let daemon = Process::new(service.reports.expect_pid("up"));
    assert_eq!(run.stdout(), format!("daemon={} children=-1 errno=10\n", daemon.pid()), "ECHILD");
    assert_eq!(daemon.parent(), run.keeper());
}

/// What the program has forked before is the program's own, however the start goes.
#[test]
fn other_children_are_left_alone() {
    let mut service = Service::new();
    let launch = service.launch().arg("--fork").option("before", "bystander");
    let mut daemon = service.start(launch.clone());
    assert_eq!(daemon.terminate(), Exit::Status(0));
    assert_eq!(daemon.run.stdout(), format!("bystander=5\ndaemon={} children=-1 errno=10\n", daemon.pid()));
    for failing in [launch.clone().option("directory", "/does/not/exist"), launch.option("pidfile", "/")] {
        let mut run = failing.start();
        assert_eq!(run.wait(), Exit::Status(1));
        assert!(run.stdout().contains("bystander=5\n"));
    }
}

/// A launcher that goes on is what it was: directory, umask, mask, dispositions, descriptors, timer.
#[test]
fn daemonize_fork_leaves_the_launcher_as_it_was() {
    for place in [Hostile::only(""), Hostile::place(), Hostile::place().closed("0")] {
        let scratch = Scratch::new();
        let launch = Launch::program("launcher").arg(scratch.directory("watched")).arg("--fork");
        let launch = launch.option_path("log", scratch.path("app.log")).option("setenv", "A=b");
        let mut run = launch.option_path("pidfile", scratch.path("app.pid")).hostile(place).start();
        assert_eq!(run.wait(), Exit::Status(0));
        assert_eq!(run.orphans().len(), 1);
        assert_eq!(run.stdout(), "");
    }
}

#[test]
fn daemonize_fork_fails_like_daemonize() {
    let mut service = Service::new();
    let launch = service.launch().arg("--fork").option("directory", "/does/not/exist");
    assert_eq!(service.refuse(launch).check().errno, 2);
}

fn is_fork(call: &str) -> bool {
    ["clone", "fork(", "vfork("].iter().any(|name| call.starts_with(name))
}

/// System calls from the call to the daemon's first report, in both processes.
fn system_calls(place: &str) -> Vec<String> {
    let mut service = Service::new();
    let trace = service.scratch.path("trace");
    needs::strace();
    let strace = ["strace", "-f", "-qq", "-o", trace.to_str().expect("a path")];
    let launch = service.launch().option("on-term", "default").under(strace).hostile(Hostile::only(place));
    let mut run = launch.start();
    Process::new(service.reports.expect_pid("up")).signal(rustix::process::Signal::KILL);
    // strace stays until the launcher has left, too.
    assert_eq!(run.wait(), Exit::Status(0));
    let text = text_of(&trace);
    // After the pid: a path may hold such a word, too.
    let forks = |line: &str| line.split_once(' ').is_some_and(|(_, call)| is_fork(call.trim_start()));
    let fork = text.lines().position(forks).expect("a fork in the trace");
    let (mut calls, mut reported) = (Vec::new(), Vec::new());
    for line in text.lines().skip(fork) {
        let (pid, call) = line.split_once(' ').expect("a pid before each call");
        if call.contains(service.reports.path().to_str().expect("a path")) {
            reported.push(pid);
        }
        let is_call = !["resumed>", "+++", "---", "exit_group("].iter().any(|part| call.contains(part));
        if is_call && !reported.contains(&pid) {
            calls.push(call.to_owned());
        }
    }
    calls
}

/// Fifty descriptors, and a limit of a million of them, cost no call more.
#[test]
fn no_loop_over_descriptors() {
    // How often the launcher wakes while it waits depends on who runs first.
    let mut seen = Vec::new();
    for _ in 0..30 {
        let few = system_calls("umask");
        let many = system_calls("umask,fds,limit");
        assert!(few.len() <= 60, "{few:#?}");
        seen.push((few.len(), many.len()));
        if few.len() == many.len() {
            return;
        }
    }
    panic!("no_close_loop: {seen:?}");
}

/// The command line of any language's runtime can be the program: the harness is not C's alone.
#[test]
fn keeper_reports_how_a_program_ended() {
    assert_eq!(Launch::command("sh").args(["-c", "exit 3"]).start().wait(), Exit::Status(3));
    assert_eq!(Launch::command("sh").args(["-c", "kill -9 $$"]).start().wait(), Exit::Signal(9));
}

/// libc keeps the number of the processor in memory that the kernel writes (restartable sequences); a process forked from
/// one that borrows its memory is not registered for that by itself.
#[test]
fn libc_knows_the_processor() {
    for way in ["plain", "wait"] {
        let scratch = Scratch::new();
        let log = scratch.path("app.log");
        let mut run = Launch::program("processor").arg(way).arg(&log).start();
        run.succeed();
        run.wait_idle();
        let text = text_of(&log);
        assert!(text.ends_with("done\n"), "{text}");
        for line in text.lines().filter(|line| *line != "done") {
            let (asked, told) = line.split_once(" is ").expect("two numbers");
            assert_eq!(asked, told, "{way}: {text}");
        }
    }
}
