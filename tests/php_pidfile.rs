//! Pid file and privileges, asked for by a PHP script.

use std::fs;
use std::path::Path;

use crate::harness::files::{mode_of, text_of};
use crate::harness::{Daemon, Exit, Gate, Hostile, Process, Service, needs};
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

/// Without a pid file before, and over a stale one.
#[test]
fn sixty_starts_at_once_make_one_daemon() {
    for stale in [false, true] {
        let mut service = Service::new();
        let pidfile = service.scratch.path("app.pid");
        if stale {
            fs::write(&pidfile, "999999\n").expect("a stale pid file");
        }
        let start = |index: usize| Php::BOTH[index % 2].service(&service).option_path("pidfile", &pidfile).start();
        let mut runs: Vec<_> = (0..60).map(start).collect();
        let succeeded = runs.iter_mut().map(|run| run.wait()).filter(|exit| *exit == Exit::Status(0)).count();
        assert_eq!(succeeded, 1, "conc_exit");
        let daemon = Process::new(service.reports.expect_pid("up"));
        assert!(daemon.is_alive(), "conc_fresh, conc_stale");
        assert_eq!(text_of(&pidfile).trim(), daemon.pid().to_string(), "conc_fresh, conc_stale");
        assert_eq!(service.reports.waiting(), Vec::<String>::new(), "conc_fresh, conc_stale: one");
    }
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
    let gate = Gate::new(&service.scratch, "gate");
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
    needs::another_user();
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
