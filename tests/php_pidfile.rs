//! Pid file, log and privileges, asked for by a PHP script.

use std::fs;
use std::path::Path;

use rustix::process::Signal;

use crate::harness::files::{mode_of, text_of, wait_for_change};
use crate::harness::{Daemon, Exit, Hostile, Process, Service, is_root};
use crate::php_support::{Php, output};

/// A PHP daemon with the pid file "app.pid", in the hostile place.
fn with_pidfile(php: Php, service: &mut Service) -> Daemon {
    let pidfile = service.scratch.path("app.pid");
    let launch = php.service(service).option_path("pidfile", pidfile).hostile(Hostile::place());
    service.start(launch)
}

/// Prints what a call of a static method of Daemon gives.
fn ask(php: Php, call: &str, pidfile: &Path) -> String {
    let code = format!(
        "try {{ echo json_encode(Libdaemon\\Daemon::{call}); }} catch (Libdaemon\\Exception $e) {{ \
                        echo $e->errno, ' ', $e->getMessage(); }}"
    );
    output(php.code(&code.replace("PIDFILE", &format!("'{}'", pidfile.display()))))
}

#[test]
fn pid_file_is_right_when_the_launcher_exits() {
    for php in Php::BOTH {
        let mut service = Service::new();
        let daemon = with_pidfile(php, &mut service);
        let pidfile = service.scratch.path("app.pid");
        assert_eq!(text_of(&pidfile).trim(), daemon.pid().to_string(), "{php:?}: pidfile_pid, pidfile_ready");
        assert_eq!(mode_of(&pidfile) & 0o022, 0, "{php:?}: pidfile_mode");
        assert_eq!(ask(php, "status(PIDFILE)", &pidfile), daemon.pid().to_string(), "{php:?}");
    }
}

#[test]
fn second_instance_is_refused_and_named() {
    for php in Php::BOTH {
        let mut service = Service::new();
        let daemon = with_pidfile(php, &mut service);
        let pidfile = service.scratch.path("app.pid");
        let launch = php.service(&service).option_path("pidfile", &pidfile);
        let refusal = service.refuse(launch);
        let expected = format!("held by process {}", daemon.pid());
        assert!(refusal.check().message.ends_with(&expected), "second_reported: {refusal:?}");
        assert_eq!(refusal.errno, 11, "EAGAIN: {refusal:?}");
        assert!(daemon.process.is_alive());
        assert_eq!(text_of(&pidfile).trim(), daemon.pid().to_string(), "{php:?}: second_pidfile");
    }
}

/// The script reads and closes its own pid file, which drops locks of the POSIX kind.
#[test]
fn pid_file_stays_locked_when_the_script_reads_it() {
    for php in Php::BOTH {
        let mut service = Service::new();
        let pidfile = service.scratch.path("app.pid");
        let launch = php.service(&service).option_path("pidfile", &pidfile);
        let daemon = service.start(launch.option("then", format!("reread:{}", pidfile.display())));
        let launch = php.service(&service).option_path("pidfile", &pidfile);
        assert_eq!(service.refuse(launch).check().errno, 11, "{php:?}: pidfile_locked, lock_kept");
        assert!(daemon.process.is_alive());
    }
}

#[test]
fn pid_file_is_gone_after_a_clean_exit() {
    for php in Php::BOTH {
        let mut service = Service::new();
        let mut daemon = with_pidfile(php, &mut service);
        let pidfile = service.scratch.path("app.pid");
        assert_eq!(daemon.terminate(), Exit::Status(0));
        assert!(!pidfile.exists(), "{php:?}: pidfile_removed");
        assert_eq!(ask(php, "status(PIDFILE)", &pidfile), "0", "{php:?}");
    }
}

#[test]
fn stale_pid_file_is_taken_over() {
    for php in Php::BOTH {
        let mut service = Service::new();
        with_pidfile(php, &mut service).kill();
        let daemon = with_pidfile(php, &mut service);
        let pidfile = service.scratch.path("app.pid");
        assert_eq!(text_of(&pidfile).trim(), daemon.pid().to_string(), "{php:?}: stale_dead");
        drop(daemon);
        fs::write(&pidfile, format!("{}\n", std::process::id())).expect("a pid file of another's");
        assert_eq!(ask(php, "status(PIDFILE)", &pidfile), "0", "{php:?}: nobody holds it");
        let daemon = with_pidfile(php, &mut service);
        assert_eq!(text_of(&pidfile).trim(), daemon.pid().to_string(), "{php:?}: stale_reused");
    }
}

#[test]
fn thirty_starts_at_once_make_one_daemon() {
    let mut service = Service::new();
    let pidfile = service.scratch.path("app.pid");
    fs::write(&pidfile, "999999\n").expect("a stale pid file");
    let start = |index: usize| Php::BOTH[index % 2].service(&service).option_path("pidfile", &pidfile).start();
    let mut runs: Vec<_> = (0..30).map(start).collect();
    let succeeded = runs.iter_mut().map(|run| run.wait()).filter(|exit| *exit == Exit::Status(0)).count();
    assert_eq!(succeeded, 1, "conc_exit");
    let daemon = Process::new(service.reports.expect_pid("up"));
    assert!(daemon.is_alive(), "conc_stale");
    assert_eq!(text_of(&pidfile).trim(), daemon.pid().to_string(), "conc_stale");
    assert_eq!(service.reports.waiting(), Vec::<String>::new(), "conc_stale: one");
}

#[test]
fn stop_ends_the_daemon_and_says_so() {
    for php in Php::BOTH {
        let mut service = Service::new();
        let mut daemon = with_pidfile(php, &mut service);
        let pidfile = service.scratch.path("app.pid");
        assert_eq!(ask(php, "stop(PIDFILE, 30)", &pidfile), "null", "{php:?}: stop_cmd");
        assert!(!daemon.process.is_alive(), "{php:?}: gone when stop() returns");
        assert_eq!(daemon.run.wait_reaped(daemon.process.pid()), Exit::Status(0));
        assert_eq!(ask(php, "stop(PIDFILE)", &pidfile), "null", "{php:?}: nothing to stop");
        assert!(ask(php, "signal(PIDFILE, 10)", &pidfile).starts_with("3 "), "{php:?}: ESRCH");
    }
}

#[test]
fn signal_goes_to_the_daemon_and_kill_ends_one_that_does_not_listen() {
    let mut service = Service::new();
    let gate = crate::harness::Gate::new(&service.scratch, "gate");
    let pidfile = service.scratch.path("app.pid");
    let launch = Php::Lacking.service(&service).option_path("pidfile", &pidfile).option("on-term", "gate");
    let mut daemon = service.start(launch.option_path("gate", gate.path()));
    assert_eq!(ask(Php::Native, "signal(PIDFILE, SIGUSR1)", &pidfile), "null");
    service.reports.expect("probe");
    let answer = ask(Php::Native, "stop(PIDFILE, 0.2)", &pidfile);
    assert!(answer.starts_with("110 "), "ETIMEDOUT: {answer}");
    service.reports.expect_pid("terminating");
    assert_eq!(ask(Php::Lacking, "stop(PIDFILE, 0.2, true)", &pidfile), "null");
    assert_eq!(daemon.run.wait_reaped(daemon.process.pid()), Exit::Signal(9));
}

/// A user: all ids, no groups of root's, no way back, and the pid file in root's directory still emptied at the exit.
#[test]
fn user_is_for_good() {
    if !is_root("user_is_for_good") {
        return;
    }
    for php in Php::BOTH {
        let mut service = Service::new();
        let pidfile = service.scratch.path("app.pid");
        let launch = php.service(&service).option_path("pidfile", &pidfile).option("user", "nobody");
        let mut daemon = service.start(launch.hostile(Hostile::place()));
        let four = vec!["65534".to_owned(); 4];
        assert_eq!(daemon.process.status_words("Uid"), four, "{php:?}: user_ids");
        assert_eq!(daemon.process.status_words("Gid"), four, "{php:?}: user_ids");
        let groups = daemon.process.status_words("Groups");
        assert!(groups.is_empty() || groups == ["65534"], "{php:?}: user_groups: {groups:?}");
        assert_eq!(daemon.process.status("CapEff"), "0000000000000000", "{php:?}: user_no_caps");
        assert_eq!(daemon.process.status("CapPrm"), "0000000000000000", "{php:?}: user_no_caps");
        assert_eq!(daemon.probe(&mut service.reports)["regained"], 0, "{php:?}: user_no_regain");
        assert_eq!(text_of(&pidfile).trim(), daemon.pid().to_string(), "{php:?}: user_pid");
        assert_eq!(daemon.terminate(), Exit::Status(0));
        assert_eq!(text_of(&pidfile), "", "{php:?}: user_pid_removed");
    }
}

/// echo, STDOUT, STDERR and a child's output, all in the log, after what was there.
#[test]
fn log_gets_everything() {
    for php in Php::BOTH {
        let mut service = Service::new();
        let log = service.scratch.file("app.log", "from before\n");
        let launch = php.service(&service).option_path("log", &log).option("then", "print:hello");
        let _daemon = service.start(launch.hostile(Hostile::place()));
        let expected = "from before\nhello\nhello, to STDOUT\nhello, to STDERR\nhello, from a child\n\
                        hello, from a child to stderr\n";
        assert_eq!(text_of(&log), expected, "{php:?}: log_works, log_old_kept");
    }
}

#[test]
fn new_log_is_nobody_elses_to_write() {
    let mut service = Service::new();
    let log = service.scratch.path("app.log");
    let launch = Php::Lacking.service(&service).option_path("log", &log).hostile(Hostile::place());
    let daemon = service.start(launch);
    assert_eq!(mode_of(&log) & 0o022, 0, "log_mode");
    let flags = fs::read_to_string(daemon.process.proc("fdinfo/1")).expect("fdinfo");
    let flags = flags.lines().find_map(|line| line.strip_prefix("flags:")).expect("flags").trim().to_owned();
    assert_ne!(u32::from_str_radix(&flags, 8).expect("octal") & 0o2000, 0, "log_append: {flags}");
}

/// A relative path, fixed at the call though the daemon moves to "/"; and the rotation, without the script's help.
#[test]
fn log_is_reopened_on_the_signal() {
    for php in Php::BOTH {
        let mut service = Service::new();
        let (log, old) = (service.scratch.path("app.log"), service.scratch.path("app.log.1"));
        let launch = php.service(&service).option("log", "app.log").option("reopen-on", Signal::HUP.as_raw());
        let daemon = service.start(launch.directory(service.scratch.root()));
        daemon.probe(&mut service.reports);
        fs::rename(&log, &old).expect("rotate the log");
        daemon.process.signal(Signal::HUP);
        wait_for_change(service.scratch.root(), "a new log", || log.exists());
        daemon.probe(&mut service.reports);
        let probes = |path| text_of(path).matches("probe\n").count();
        assert_eq!(probes(&log), probes(&old), "{php:?}: log_reopen");
    }
}
