//! Readiness: what the launcher learns of the daemon's initialisation, and what it leaves behind when that fails.

use std::time::Duration;

use rustix::process::Signal;

use crate::harness::files::text_of;
use crate::harness::{Exit, Gate, Hostile, Launch, Process, Refusal, Run, Service, needs};

/// A launcher that waits for ever, its daemon at that point of its initialisation.
fn waiting_launcher(service: &mut Service, init: &str) -> (Run, Process) {
    let run = service.launch().option("wait-ready", -1).option("init", init).start();
    let daemon = Process::new(service.reports.expect_pid("initialising"));
    (run, daemon)
}

#[test]
fn launcher_waits_until_the_daemon_is_ready() {
    let mut service = Service::new();
    let mut gate = Gate::new(&service.scratch, "gate");
    let launch = service.launch().option("wait-ready", -1).option("init", "gate").option_path("gate", gate.path());
    let mut run = launch.hostile(Hostile::only("tty,fds,limit,umask,ignored,chld,blocked,groups")).start();
    service.reports.expect("initialising");
    assert_eq!(run.wait_within(Duration::from_millis(300)), None, "ready_wait: it has not said so yet");
    gate.open();
    run.succeed();
    service.reports.expect("up");
}

/// Without wait_ready, being set up is enough; daemonize_ready is no error then.
#[test]
fn launcher_does_not_wait_unless_asked() {
    let mut service = Service::new();
    let mut run = service.launch().option("init", "hang").start();
    run.succeed();
    assert!(Process::new(service.reports.expect_pid("initialising")).is_alive());
}

#[test]
fn the_daemons_own_message_and_status_arrive() {
    for place in [Hostile::only(""), Hostile::place()] {
        let mut service = Service::new();
        let launch = service.launch().option("wait-ready", -1).option("init", "fail:7:cannot bind port 80: in use");
        let refusal = service.refuse(launch.hostile(place));
        assert_eq!(refusal.check().exit, Exit::Status(7), "init_fail");
        assert_eq!(refusal.message, "cannot bind port 80: in use", "init_message");
        assert_eq!((refusal.errno, refusal.status), (125, 7), "ECANCELED");
    }
}

#[test]
fn a_status_out_of_range_is_1() {
    for status in ["0", "256", "-1", "1000"] {
        let mut service = Service::new();
        let launch = service.launch().option("wait-ready", -1).option("init", format!("fail:{status}:no"));
        assert_eq!(service.refuse(launch).check().exit, Exit::Status(1), "{status}");
    }
}

/// A message longer than any pipe's atomic write does not hang the launcher; its beginning arrives.
#[test]
fn a_long_message_arrives() {
    let mut service = Service::new();
    let message = "long ".repeat(20_000);
    let launch = service.launch().option("wait-ready", -1).option("init", format!("fail:3:{message}"));
    let refusal = service.refuse(launch);
    assert_eq!(refusal.check().exit, Exit::Status(3));
    assert!(refusal.message.len() >= 200 && message.starts_with(&refusal.message), "{}", refusal.message.len());
}

/// Noticed at once: the launcher would wait for ever.
#[test]
fn a_crash_is_noticed_at_once() {
    for place in [Hostile::only(""), Hostile::place(), Hostile::place().closed("0")] {
        let mut service = Service::new();
        let launch = service.launch().option("wait-ready", -1).option("init", "crash").hostile(place);
        let refusal = service.refuse(launch);
        assert_eq!(refusal.check().exit, Exit::Status(1), "init_crash");
        assert_eq!(refusal.message, "killed by SIGSEGV before it was ready");
        assert_eq!(refusal.errno, 10, "ECHILD");
    }
}

#[test]
fn an_exit_is_noticed_at_once() {
    let mut service = Service::new();
    let launch = service.launch().option("wait-ready", -1).option("init", "exit:3").hostile(Hostile::place());
    let refusal = service.refuse(launch);
    assert_eq!(refusal.check().exit, Exit::Status(3));
    assert_eq!(refusal.message, "exited with status 3 before it was ready");
    assert_eq!(refusal.errno, 10, "ECHILD");
}

/// An exit with status 0 before it was ready is a failure all the same, and the launcher's status says so.
#[test]
fn an_exit_with_0_is_no_success() {
    let mut service = Service::new();
    let launch = service.launch().option("wait-ready", -1).option("init", "exit:0");
    let refusal = service.refuse(launch);
    assert_eq!(refusal.message, "exited with status 0 before it was ready");
    assert_eq!(refusal.exit, Exit::Status(1));
}

#[test]
fn the_daemon_is_gone_after_the_timeout() {
    with_time_enough(|time| {
        let mut service = Service::new();
        let pidfile = service.scratch.path("app.pid");
        let launch = service.launch().option("init", "hang").option_path("pidfile", &pidfile);
        let mut run = launch.option("wait-ready", time.as_millis()).start();
        let daemon = reported_in(time, &mut service);
        let refusal = Refusal::of(&mut run);
        let is_gone = daemon.as_ref().map(|daemon| !daemon.is_alive());
        assert_eq!(refusal.check().errno, 110, "ETIMEDOUT");
        assert_eq!(refusal.message, format!("not ready within {} ms", time.as_millis()));
        assert_eq!(refusal.exit, Exit::Status(1));
        assert!(!pidfile.exists());
        run.wait_idle();
        is_gone.inspect(|&is_gone| assert!(is_gone, "gone before the launcher says so")).is_some()
    });
}

/// Tries longer and longer times, until one is enough for what has to happen before it is over: the first may not be, on a
/// machine that does much else.
fn with_time_enough(attempt: impl FnMut(Duration) -> bool) {
    assert!([200, 2_000, 20_000].map(Duration::from_millis).into_iter().any(attempt), "each time was too short");
}

/// The process of the next report, if that comes in time and the process is still there.
fn reported_in(time: Duration, service: &mut Service) -> Option<Process> {
    let report = service.reports.next_within(time)?;
    let (_, pid) = report.split_once(' ').expect("a pid");
    Process::find(pid.parse().expect("a pid"))
}

#[test]
fn an_interrupted_launcher_ends_the_unready_daemon() {
    let signals =
        [(Signal::INT, "SIGINT"), (Signal::TERM, "SIGTERM"), (Signal::HUP, "SIGHUP"), (Signal::QUIT, "SIGQUIT")];
    for (signal, name) in signals {
        let mut service = Service::new();
        let (mut run, daemon) = waiting_launcher(&mut service, "hang");
        Process::new(run.program()).signal(signal);
        let refusal = Refusal::of(&mut run);
        assert!(!daemon.is_alive(), "{name}: the daemon is gone before the launcher says so");
        assert_eq!(refusal.check().errno, 4, "EINTR");
        assert_eq!(refusal.message, format!("interrupted by {name} before the daemon was ready"));
        run.wait_idle();
    }
}

/// What the launcher ignores does not interrupt it either.
#[test]
fn an_ignored_signal_does_not_interrupt() {
    let mut service = Service::new();
    let mut gate = Gate::new(&service.scratch, "gate");
    let launch = service.launch().option("wait-ready", -1).option("init", "gate").option_path("gate", gate.path());
    let mut run = launch.hostile(Hostile::only("ignored")).start();
    let daemon = Process::new(service.reports.expect_pid("initialising"));
    let launcher = Process::children_of(run.program()).pop().expect("the launcher");
    for signal in [Signal::INT, Signal::TERM, Signal::HUP, Signal::QUIT] {
        launcher.signal(signal);
    }
    assert_eq!(run.wait_within(Duration::from_millis(100)), None);
    gate.open();
    run.succeed();
    assert!(daemon.is_alive());
}

/// Nor do its files.
#[test]
fn an_unready_daemon_does_not_outlive_its_launcher() {
    let mut service = Service::new();
    let [pidfile, log] = ["app.pid", "app.log"].map(|name| service.scratch.path(name));
    let launch = service.launch().option("wait-ready", -1).option("init", "hang");
    let mut run = launch.option_path("pidfile", &pidfile).option_path("log", &log).start();
    let daemon = Process::new(service.reports.expect_pid("initialising"));
    assert!(pidfile.exists() && log.exists());
    Process::new(run.program()).signal(Signal::KILL);
    assert_eq!(run.wait(), Exit::Signal(9));
    daemon.wait_gone();
    run.wait_idle();
    assert!(!pidfile.exists() && !log.exists());
}

/// The same without readiness: killed when the daemon has set itself up, but before it has been accepted.
#[test]
fn a_daemon_nobody_knows_of_does_not_stay() {
    let service = Service::new();
    let pidfile = service.scratch.path("app.pid");
    needs::strace();
    let strace = ["strace", "-o", "/dev/null", "-e", "inject=wait4:signal=SIGKILL:when=1"];
    let mut run = service.launch().option_path("pidfile", &pidfile).under(strace).start();
    assert_eq!(run.wait(), Exit::Signal(9), "strace ends as its program did");
    run.wait_idle();
    assert!(!pidfile.exists());
}

/// Nor does what it had started by then.
#[test]
fn children_of_an_unready_daemon_go_with_it() {
    with_time_enough(|time| {
        let mut service = Service::new();
        let mut run = service.launch().option("init", "child").option("wait-ready", time.as_millis()).start();
        let child = reported_in(time, &mut service).and_then(|_| reported_in(time, &mut service));
        assert_eq!(Refusal::of(&mut run).check().errno, 110, "ETIMEDOUT");
        run.wait_idle();
        child.inspect(Process::wait_gone).is_some()
    });
}

/// A daemon that is ready does, of course.
#[test]
fn a_ready_daemon_outlives_its_launcher() {
    let mut service = Service::new();
    let launch = service.launch().option("wait-ready", 20_000);
    let mut daemon = service.start(launch);
    daemon.probe(&mut service.reports);
    assert_eq!(daemon.terminate(), Exit::Status(0));
}

/// Where nobody waits, the line goes to standard error, and the daemon does not go on.
#[test]
fn daemonize_fail_ends_a_daemon_that_nobody_waits_for() {
    for options in [vec![], vec![("wait-ready", "-1")]] {
        let mut service = Service::new();
        let log = service.scratch.path("app.log");
        let pidfile = service.scratch.path("app.pid");
        let launch = options.iter().fold(service.launch(), |launch, (name, value)| launch.option(name, value));
        let launch = launch.option_path("log", &log).option_path("pidfile", &pidfile);
        let failing = if options.is_empty() { "init" } else { "then" };
        let mut run = launch.option(failing, "fail:7:the socket is in use").start();
        run.succeed();
        let daemon = if options.is_empty() { service.reports.expect_pid("initialising") } else { 0 };
        run.wait_idle();
        let ends = run.reaped();
        assert!(ends.iter().any(|&(pid, exit)| (daemon == 0 || pid == daemon) && exit == Exit::Status(7)), "{ends:?}");
        assert_eq!(text_of(&log), "the socket is in use\n");
        assert!(!pidfile.exists());
    }
}

#[test]
fn daemonize_fail_ends_a_process_in_the_foreground() {
    let mut service = Service::new();
    let mut run = service.launch().option("foreground", 2).option("init", "fail:7:the socket\nis in use").start();
    service.reports.expect("initialising");
    assert_eq!(run.wait(), Exit::Status(7));
    assert_eq!(run.stderr(), "the socket?is in use\n");
}

#[test]
fn daemonize_fail_in_a_program_that_is_no_daemon_ends_it() {
    let mut run = Launch::program("service").option("then", "fail:7:no").arg("--not-yet").start();
    assert_eq!(run.wait(), Exit::Status(7));
    assert_eq!(run.stderr(), "no\n");
}
