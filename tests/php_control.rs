//! A PHP daemon replaced by a new one, and reloaded.

use std::path::PathBuf;

use crate::harness::files::text_of;
use crate::harness::{Daemon, Exit, Gate, Launch, Process, Refusal, Service};
use crate::php_support::{Php, output};

const EAGAIN: i32 = 11;
const ENOENT: i32 = 2;
const EINVAL: i32 = 22;
const ETIMEDOUT: i32 = 110;

fn pidfile(service: &Service) -> PathBuf {
    service.scratch.path("app.pid")
}

fn launch(php: Php, service: &Service) -> Launch {
    php.service(service).option_path("pidfile", pidfile(service))
}

/// The same with restart() in place of start().
fn restart(php: Php, service: &Service, arguments: &str) -> Launch {
    launch(php, service).option("restart", arguments)
}

fn holds_the_pid_file(service: &Service, daemon: &Daemon) {
    assert_eq!(text_of(&pidfile(service)).trim(), daemon.pid().to_string());
}

/// With nothing to replace, then in place of the first, in place of one that was killed, and of one that is stopped.
#[test]
fn restart_replaces_the_daemon() {
    for php in Php::BOTH {
        let mut service = Service::new();
        let launch = restart(php, &service, "30");
        let mut first = service.start(launch.clone());
        holds_the_pid_file(&service, &first);
        let mut second = service.start(launch.clone());
        assert_eq!(first.run.wait_reaped(first.process.pid()), Exit::Status(0), "{php:?}: ended by SIGTERM");
        holds_the_pid_file(&service, &second);
        second.kill();
        let mut third = service.start(launch.clone());
        holds_the_pid_file(&service, &third);
        third.process.signal(rustix::process::Signal::STOP);
        let fourth = service.start(launch);
        assert_eq!(third.run.wait_reaped(third.process.pid()), Exit::Status(0), "{php:?}: stopped");
        holds_the_pid_file(&service, &fourth);
        assert!(service.reports.waiting().is_empty(), "{php:?}: no further daemon");
    }
}

/// What can be found wrong before is, and the running daemon never hears of it.
#[test]
fn restart_that_cannot_succeed_leaves_the_daemon_alone() {
    for php in Php::BOTH {
        let mut service = Service::new();
        let daemon = service.start(launch(php, &service).option("on-term", "exit"));
        for (option, value, step) in
            [("log", "/does/not/exist/log", "log"), ("stdin", "/does/not/exist", "standard input")]
        {
            let launch = restart(php, &service, "30").option(option, value);
            let refusal = service.refuse(launch);
            assert_eq!((refusal.check().errno, refusal.step.as_str()), (ENOENT, step), "{php:?}: {refusal:?}");
        }
        assert!(daemon.process.is_alive(), "{php:?}");
        holds_the_pid_file(&service, &daemon);
    }
}

/// A daemon that does not end in time stays the only one; killed if that is asked for, it is replaced.
#[test]
fn restart_of_a_daemon_that_does_not_end() {
    let mut service = Service::new();
    let mut gate = Gate::new(&service.scratch, "gate");
    let launch = launch(Php::Lacking, &service).option("on-term", "gate").option_path("gate", gate.path());
    let mut first = service.start(launch.clone());
    let refusal = service.refuse(restart(Php::Lacking, &service, "0.2"));
    assert_eq!((refusal.check().errno, refusal.step.as_str()), (ETIMEDOUT, "pid file"), "{refusal:?}");
    service.reports.expect_pid("terminating");
    assert!(first.process.is_alive());
    holds_the_pid_file(&service, &first);
    gate.open();
    assert_eq!(first.run.wait_reaped(first.process.pid()), Exit::Status(0));

    let mut second = service.start(launch);
    let mut run = restart(Php::Native, &service, "0.2:kill").start();
    service.reports.expect_pid("terminating");
    run.succeed();
    let third = Process::new(service.reports.expect_pid("up"));
    assert_eq!(second.run.wait_reaped(second.process.pid()), Exit::Signal(9));
    assert_eq!(text_of(&pidfile(&service)).trim(), third.pid().to_string());
}

/// Twelve at once: each succeeds, or says that somebody else's daemon holds the file. In the end there is one.
#[test]
fn restarts_at_once_leave_one_daemon() {
    let mut service = Service::new();
    let first = service.start(launch(Php::Lacking, &service));
    let mut runs: Vec<_> = (0..12).map(|index| restart(Php::BOTH[index % 2], &service, "30").start()).collect();
    let mut succeeded = 0;
    for run in &mut runs {
        if run.wait() == Exit::Status(0) {
            succeeded += 1;
        } else {
            let refusal = Refusal::of(run);
            assert_eq!((refusal.check().errno, refusal.step.as_str()), (EAGAIN, "pid file"), "{refusal:?}");
        }
    }
    assert!(succeeded > 0);
    assert!(!first.process.is_alive(), "the old one went");
    let alive: Vec<i32> = runs.iter().flat_map(|run| run.orphans()).map(|daemon| daemon.pid()).collect();
    assert_eq!(alive.len(), 1, "{succeeded} came up, one stayed");
    assert_eq!(text_of(&pidfile(&service)).trim(), alive[0].to_string());
}

#[test]
fn restart_without_a_pid_file_or_by_the_daemon_itself_is_refused() {
    let mut service = Service::new();
    let refusal = service.refuse(Php::Lacking.service(&service).option("restart", "1"));
    assert_eq!((refusal.errno, refusal.step.as_str()), (EINVAL, "restart"), "{refusal:?}");
    let code = "$daemon = (new Libdaemon\\Daemon())->pidfile(getenv('PIDFILE')); $daemon->foreground()->start();
        try { $daemon->restart(1); } catch (Libdaemon\\Exception $e) { echo $e->errno, ' ', $e->step; }";
    for php in Php::BOTH {
        assert_eq!(output(php.code(code).env("PIDFILE", pidfile(&service))), "35 restart", "{php:?}");
    }
}

/// The signal is sent to a daemon that handles it, and to none that it would end.
#[test]
fn reload_signals_who_listens() {
    let reload = |php: Php, service: &Service, arguments: &str| {
        let code = format!(
            "try {{ Libdaemon\\Daemon::reload(getenv('PIDFILE'){arguments}); echo 'sent'; }}
             catch (Libdaemon\\Exception $e) {{ echo $e->errno, ' ', $e->step; }}"
        );
        output(php.code(&code).env("PIDFILE", pidfile(service)))
    };
    for php in Php::BOTH {
        let mut service = Service::new();
        assert_eq!(reload(php, &service, ""), "3 pid file", "{php:?}: ESRCH");
        let daemon = service.start(launch(php, &service));
        assert_eq!(reload(php, &service, ", SIGUSR1"), "sent", "{php:?}");
        service.reports.expect("probe");
        for signal in ["", ", SIGHUP", ", SIGRTMIN", ", 64", ", SIGKILL"] {
            assert_eq!(reload(php, &service, signal), "95 reload", "{php:?}: {signal}");
        }
        assert_eq!(reload(php, &service, ", 65"), "22 signal", "{php:?}");
        assert!(daemon.process.is_alive());
    }
}
