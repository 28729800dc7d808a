//! The launcher's side from PHP: what it exits with, what it prints, what it throws, and how soon.

use std::fs::Permissions;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::time::Duration;

use rustix::process::Signal;

use crate::harness::files::text_of;
use crate::harness::{Exit, Gate, Hostile, Process, Refusal, Reports, Scratch, Service, as_user, needs};
use crate::php_support::{Php, output};

#[test]
fn launcher_exits_0_and_its_output_ends() {
    for php in Php::BOTH {
        for place in [None, Some(Hostile::place())] {
            let mut service = Service::new();
            let mut launch = php.service(&service);
            if let Some(place) = place {
                launch = launch.hostile(place);
            }
            let mut run = launch.start();
            assert_eq!(run.wait(), Exit::Status(0), "exit0, hostile_start");
            assert_eq!(
                (run.stdout(), run.stderr()),
                (String::new(), String::new()),
                "pipe_closed, and nothing printed"
            );
            assert!(Process::new(service.reports.expect_pid("up")).is_alive());
        }
    }
}

/// Two levels of output buffers, written out before the fork and still there, empty, in the daemon.
#[test]
fn output_buffers_come_out_once() {
    for php in Php::BOTH {
        let mut service = Service::new();
        let log = service.scratch.path("app.log");
        let launch =
            php.service(&service).option("before", "print").option("then", "print:later").option_path("log", &log);
        let mut daemon = service.start(launch);
        assert_eq!(daemon.terminate(), Exit::Status(0));
        assert_eq!(daemon.run.stdout(), "buffered", "{php:?}");
        let log = text_of(&log);
        assert!(log.contains("later\n") && !log.contains("buffered"), "{php:?}: {log}");
    }
}

#[test]
fn output_buffers_come_out_once_when_the_start_fails() {
    for php in Php::BOTH {
        let service = Service::new();
        let mut run = php.service(&service).option("before", "print").option("directory", "/does/not/exist").start();
        assert_eq!(run.wait(), Exit::Status(1));
        assert_eq!(run.stdout().matches("buffered").count(), 1, "{php:?}");
    }
}

#[test]
fn shutdown_functions_run_in_the_daemon_only() {
    for php in Php::BOTH {
        let mut service = Service::new();
        let launch = php.service(&service).option("before", "atexit");
        let mut daemon = service.start(launch);
        assert_eq!(daemon.terminate(), Exit::Status(0));
        assert_eq!(service.reports.waiting(), [format!("atexit {}", daemon.pid())], "{php:?}");
    }
}

#[test]
fn launcher_waits_until_the_daemon_is_ready() {
    for php in Php::BOTH {
        let mut service = Service::new();
        let mut gate = Gate::new(&service.scratch, "gate");
        let launch = php.service(&service).option("wait-ready", 30000).option("init", "gate");
        let mut run = launch.option_path("gate", gate.path()).start();
        service.reports.expect_pid("initialising");
        assert_eq!(run.wait_within(Duration::from_millis(300)), None, "{php:?}: it waits");
        gate.open();
        run.succeed();
        assert!(Process::new(service.reports.expect_pid("up")).is_alive());
    }
}

/// The daemon's own message and status become the exception's.
#[test]
fn daemon_tells_why_it_failed() {
    for php in Php::BOTH {
        let mut service = Service::new();
        let launch = php.service(&service).option("wait-ready", 30000).option("init", "fail:3:no database: Größe");
        let refusal = service.refuse(launch);
        assert_eq!(refusal.exit, Exit::Status(3), "{php:?}: init_fail");
        assert_eq!(refusal.check().message, "no database: Größe", "{php:?}: init_message");
    }
}

#[test]
fn crash_is_noticed_at_once() {
    let ends = [("crash", "killed by SIGSEGV before it was ready"), ("exit:4", "exited with status 4")];
    for (php, (init, reason)) in Php::BOTH.into_iter().flat_map(|php| ends.map(|end| (php, end))) {
        let mut service = Service::new();
        // For ever: a crash that is not noticed would hang.
        let launch = php.service(&service).option("wait-ready", -1).option("init", init);
        let refusal = service.refuse(launch);
        assert!(refusal.check().message.contains(reason), "{php:?}: init_crash: {refusal:?}");
    }
}

/// An exception that nobody catches ends the daemon with status 255, before it was ready.
#[test]
fn exception_in_the_daemon_is_a_failed_start() {
    let mut service = Service::new();
    let log = service.scratch.path("app.log");
    let launch = Php::Lacking.service(&service).option("wait-ready", 60000).option("init", "throw");
    let refusal = service.refuse(launch.option_path("log", &log));
    assert_eq!(refusal.check().status, 255);
    assert!(text_of(&log).contains("thrown before it was ready"), "{}", text_of(&log));
}

#[test]
fn daemon_that_is_not_ready_in_time_is_ended() {
    for php in Php::BOTH {
        let mut service = Service::new();
        let launch = php.service(&service).option("wait-ready", 300).option("init", "hang");
        let refusal = service.refuse(launch);
        assert_eq!(refusal.check().errno, 110, "{php:?}: ETIMEDOUT");
        assert!(refusal.message.contains("300 ms"), "{refusal:?}");
    }
}

/// Somebody ends the launcher while it waits: the unready daemon goes, and the launcher says what happened.
#[test]
fn interrupted_launcher_ends_the_daemon() {
    let signals =
        [(Signal::INT, "SIGINT"), (Signal::TERM, "SIGTERM"), (Signal::HUP, "SIGHUP"), (Signal::QUIT, "SIGQUIT")];
    for (php, (signal, name)) in Php::BOTH.into_iter().flat_map(|php| signals.map(|signal| (php, signal))) {
        let mut service = Service::new();
        let gate = Gate::new(&service.scratch, "gate");
        let launch = php.service(&service).option("wait-ready", 60000).option("init", "gate");
        let mut run = launch.option_path("gate", gate.path()).start();
        let daemon = Process::new(service.reports.expect_pid("initialising"));
        Process::new(run.program()).signal(signal);
        let refusal = Refusal::of(&mut run);
        assert_eq!(refusal.check().errno, 4, "{php:?}: EINTR");
        assert!(refusal.message.contains(&format!("interrupted by {name}")), "{php:?}: {refusal:?}");
        daemon.wait_gone();
        run.wait_idle();
    }
}

/// fail() ends the daemon as exit() does: shutdown functions and destructors run, in the daemon only.
#[test]
fn failing_daemon_exits_as_a_script_does() {
    for php in Php::BOTH {
        let mut service = Service::new();
        let launch = php.service(&service).option("wait-ready", 30000).option("init", "fail:0:no luck");
        let mut run = launch.option("before", "atexit").start();
        assert_eq!(run.wait(), Exit::Status(1), "{php:?}: no status is 1");
        let daemon = service.reports.expect_pid("initialising");
        let mut expected = vec![format!("atexit {daemon}"), format!("atexit {}", run.program())];
        let mut reported = service.reports.waiting();
        expected.sort();
        reported.sort();
        assert_eq!(reported, expected, "{php:?}");
    }
}

/// A script that is no daemon: ready() is an exception, and fail() says its message to those who started the script.
#[test]
fn fail_without_a_launcher_ends_the_script() {
    let ready = "try { Libdaemon\\ready(); } catch (Libdaemon\\Exception $e) { echo $e->errno; }";
    assert_eq!(output(Php::Lacking.code(ready)), "22", "no daemon");
    let fail = "try { Libdaemon\\fail('nothing works', 3); } finally { echo 'goes on'; }";
    let mut run = Php::Lacking.code(fail).start();
    assert_eq!(run.wait(), Exit::Status(3));
    assert_eq!((run.stdout().as_str(), run.stderr().as_str()), ("", "nothing works\n"));
}

/// Another root directory and another user, from where the package's files are out of reach: all of it works still.
#[test]
fn package_works_in_another_root() {
    needs::another_root();
    needs::another_user();
    let scratch = Scratch::new();
    let mut reports = Reports::new(&scratch, "report");
    let code = "(new Libdaemon\\Daemon())->chroot(getenv('ROOT'))->user('nobody')->start();
        $pid = pcntl_fork(); if ($pid === 0) exit(7); pcntl_waitpid($pid, $status, 0, $usage);
        $results = [pcntl_wexitstatus($status), count($usage), @pcntl_exec('/none'), pcntl_strerror(pcntl_errno()),
            posix_kill(1, 0), posix_isatty(0), pcntl_signal(SIGUSR1, fn () => null), posix_getppid() > 0];
        try { Libdaemon\\reset_std('/none/log'); } catch (Libdaemon\\Exception $e) { $results[] = $e->errno; }
        file_put_contents('/report', json_encode($results) . \"\\n\");";
    let mut run = Php::Lacking.code(code).env("ROOT", scratch.root()).start();
    run.succeed();
    assert_eq!(reports.next(), r#"[7,17,false,"No such file or directory",false,false,true,true,2]"#);
}

/// An option that cannot be met: one exception that names the object, status 1, and no process left.
#[test]
fn bad_options_are_refused() {
    let mut service = Service::new();
    let scratch = service.scratch.root().to_path_buf();
    symlink("/etc/passwd", service.scratch.path("link")).expect("a symbolic link");
    let cases = [
        ("log", "/does/not/exist/app.log".to_owned(), 2, "err_log"),
        ("log", scratch.display().to_string(), 21, "a directory for a log"),
        ("pidfile", "/does/not/exist/app.pid".to_owned(), 2, "err_pidfile"),
        ("pidfile", service.scratch.path("link").display().to_string(), 40, "pidfile_symlink"),
        ("directory", "/does/not/exist".to_owned(), 2, "err_chdir"),
        ("stdin", "/does/not/exist".to_owned(), 2, "stdin"),
        ("chroot", "/does/not/exist".to_owned(), 2, "chroot"),
    ];
    for php in Php::BOTH {
        for (option, value, errno, case) in &cases {
            let launch = php.service(&service).option(option, value);
            let refusal = service.refuse(launch);
            assert_eq!(refusal.check().errno, *errno, "{php:?}: {case}: {refusal:?}");
            assert!(refusal.message.contains(value.as_str()), "{php:?}: {case}: {refusal:?}");
        }
        let launch = php.service(&service).option("user", "nobody-of-that-name");
        let refusal = service.refuse(launch);
        assert!(refusal.check().message.contains("nobody-of-that-name"), "{php:?}: err_user: {refusal:?}");
        let launch = php.service(&service).option("reopen-on", 99);
        let refusal = service.refuse(launch);
        assert_eq!(refusal.check().errno, 22, "{php:?}: a signal out of range: {refusal:?}");
    }
    assert!(service.reports.waiting().is_empty());
}

#[test]
fn log_that_may_not_be_written_is_refused() {
    let mut service = Service::new();
    let log = service.scratch.file("app.log", "");
    std::fs::set_permissions(&log, Permissions::from_mode(0o400)).expect("mode of the log");
    let launch = Php::Lacking.service(&service).option_path("log", &log).under(as_user("65534"));
    let refusal = service.refuse(launch);
    assert_eq!(refusal.check().errno, 13, "EACCES: {refusal:?}");
}

/// After a refusal the script goes on as the process it was: directory, mask, streams and handlers are its own.
#[test]
fn refused_launcher_goes_on_unchanged() {
    for php in Php::BOTH {
        assert_eq!(php.output("refused.php"), "unchanged\nstarted 0\n", "{php:?}");
    }
}
