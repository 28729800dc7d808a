//! The launcher's side from Python: what it exits with, what it prints, what it raises, and how soon.

use std::os::unix::fs::symlink;
use std::time::Duration;

use rustix::process::Signal;

use crate::harness::files::text_of;
use crate::harness::{Exit, Gate, Hostile, Process, Refusal, Service};
use crate::python_support::Face;

#[test]
fn launcher_exits_0_and_its_output_ends() {
    for (face, place) in
        Face::BOTH.into_iter().flat_map(|face| [(face, Hostile::only("umask")), (face, Hostile::place())])
    {
        let mut service = Service::new();
        let mut run = face.service(&service).hostile(place).start();
        assert_eq!(run.wait(), Exit::Status(0), "exit0, hostile_start");
        let printed = (run.stdout(), run.stderr());
        assert_eq!(printed, (String::new(), String::new()), "{face:?}: pipe_closed, and nothing printed");
        assert!(Process::new(service.reports.expect_pid("up")).is_alive());
    }
}

/// What was printed before comes out once, and not in the daemon; what is printed later is in the log.
#[test]
fn printed_text_comes_out_once() {
    for face in Face::BOTH {
        let mut service = Service::new();
        let log = service.scratch.path("app.log");
        let launch = face.service(&service).option("before", "print").option("then", "print:later");
        let mut daemon = service.start(launch.option_path("log", &log));
        assert_eq!(daemon.terminate(), Exit::Status(0));
        assert_eq!(daemon.run.stdout(), "buffered", "{face:?}: buffer_once");
        assert_eq!(daemon.run.stderr(), "to stderr", "{face:?}: buffer_once");
        let expected = "later\nlater to stderr\nlater, from a child\nlater, from a child to stderr\n";
        assert_eq!(text_of(&log), expected, "{face:?}: line_buffered");
    }
}

#[test]
fn printed_text_comes_out_once_when_the_start_fails() {
    let service = Service::new();
    let mut run =
        Face::Function.service(&service).option("before", "print").option("directory", "/does/not/exist").start();
    assert_eq!(run.wait(), Exit::Status(1));
    assert_eq!(run.stdout().matches("buffered").count(), 1);
}

#[test]
fn exit_handlers_run_in_the_daemon_only() {
    for face in Face::BOTH {
        let mut service = Service::new();
        let launch = face.service(&service).option("before", "atexit");
        let mut daemon = service.start(launch);
        assert_eq!(daemon.terminate(), Exit::Status(0));
        assert_eq!(service.reports.waiting(), [format!("atexit {}", daemon.pid())], "{face:?}: atexit_once");
    }
}

#[test]
fn exit_handlers_run_in_the_launcher_once_when_it_goes_on() {
    for face in Face::BOTH {
        let mut service = Service::new();
        let mut run = face.service(&service).option("before", "atexit").option("directory", "/does/not/exist").start();
        assert_eq!(run.wait(), Exit::Status(1));
        assert_eq!(service.reports.waiting(), [format!("atexit {}", run.program())], "{face:?}");
    }
}

/// os.register_at_fork(): each hook once, in the process that it is for.
#[test]
fn hooks_of_a_fork_run() {
    for (face, wait) in Face::BOTH.into_iter().flat_map(|face| [(face, false), (face, true)]) {
        let mut service = Service::new();
        let launch = face.service(&service).option("before", "hooks");
        let launch = if wait { launch.option("wait-ready", -1) } else { launch };
        let mut run = launch.start();
        run.succeed();
        let launcher = run.program();
        let mut reported: Vec<String> = (0..4).map(|_| service.reports.next()).collect();
        let daemon = run.orphans().pop().expect("the daemon").pid();
        reported.sort();
        let expected = [
            format!("before {launcher}"),
            format!("child {daemon}"),
            format!("parent {launcher}"),
            format!("up {daemon}"),
        ];
        assert_eq!(reported, expected, "{face:?}");
        assert!(service.reports.waiting().is_empty());
    }
}

#[test]
fn hooks_of_a_fork_run_when_the_start_fails() {
    let mut service = Service::new();
    let mut run =
        Face::Function.service(&service).option("before", "hooks").option("directory", "/does/not/exist").start();
    assert_eq!(run.wait(), Exit::Status(1));
    let pid = run.program();
    let reported = service.reports.waiting();
    assert_eq!(reported.first(), Some(&format!("before {pid}")));
    assert!(reported.contains(&format!("parent {pid}")), "{reported:?}");
}

#[test]
fn launcher_waits_until_the_daemon_is_ready() {
    for face in Face::BOTH {
        let mut service = Service::new();
        let mut gate = Gate::new(&service.scratch, "gate");
        let launch = face.service(&service).option("wait-ready", 30000).option("init", "gate");
        let mut run = launch.option_path("gate", gate.path()).start();
        service.reports.expect_pid("initialising");
        assert_eq!(run.wait_within(Duration::from_millis(300)), None, "{face:?}: ready_wait");
        gate.open();
        run.succeed();
        assert!(Process::new(service.reports.expect_pid("up")).is_alive());
    }
}

/// The daemon's own message and status become the exception's.
#[test]
fn daemon_tells_why_it_failed() {
    for face in Face::BOTH {
        let mut service = Service::new();
        let launch = face.service(&service).option("wait-ready", 30000).option("init", "fail:3:no database: Größe");
        let refusal = service.refuse(launch.hostile(Hostile::place()));
        assert_eq!(refusal.exit, Exit::Status(3), "{face:?}: init_fail");
        assert_eq!(refusal.check().message, "no database: Größe", "{face:?}: init_message");
    }
}

#[test]
fn crash_is_noticed_at_once() {
    let ends = [("crash", "killed by SIGSEGV before it was ready"), ("exit:4", "exited with status 4")];
    for (face, (init, reason)) in Face::BOTH.into_iter().flat_map(|face| ends.map(|end| (face, end))) {
        let mut service = Service::new();
        // For ever: a crash that is not noticed would hang.
        let launch = face.service(&service).option("wait-ready", -1).option("init", init);
        let refusal = service.refuse(launch);
        assert!(refusal.check().message.contains(reason), "{face:?}: init_crash: {refusal:?}");
    }
}

/// An exception that nobody catches ends the daemon, before it was ready.
#[test]
fn exception_in_the_daemon_is_a_failed_start() {
    let mut service = Service::new();
    let log = service.scratch.path("app.log");
    let launch = Face::Function.service(&service).option("wait-ready", 60000).option("init", "raise");
    let refusal = service.refuse(launch.option_path("log", &log));
    assert_eq!(refusal.check().status, 1);
    assert!(text_of(&log).contains("raised before it was ready"), "{}", text_of(&log));
}

#[test]
fn daemon_that_is_not_ready_in_time_is_ended() {
    for face in Face::BOTH {
        let mut service = Service::new();
        let launch = face.service(&service).option("wait-ready", 300).option("init", "hang");
        let refusal = service.refuse(launch);
        assert_eq!(refusal.check().errno, 110, "{face:?}: ETIMEDOUT");
        assert!(refusal.message.contains("300 ms"), "{refusal:?}");
    }
}

/// Somebody ends the launcher while it waits: the unready daemon goes, and the launcher says what happened. SIGINT is a
/// KeyboardInterrupt, as in any Python program.
#[test]
fn interrupted_launcher_ends_the_daemon() {
    for (face, signal) in
        Face::BOTH.into_iter().flat_map(|face| [Signal::TERM, Signal::HUP, Signal::INT].map(|signal| (face, signal)))
    {
        let mut service = Service::new();
        let gate = Gate::new(&service.scratch, "gate");
        let launch = face.service(&service).option("wait-ready", 60000).option("init", "gate");
        let mut run = launch.option_path("gate", gate.path()).start();
        let daemon = Process::new(service.reports.expect_pid("initialising"));
        Process::new(run.program()).signal(signal);
        if signal == Signal::INT {
            assert_eq!(run.wait(), Exit::Signal(2), "{face:?}");
            assert!(run.stderr().ends_with("KeyboardInterrupt\n"), "{face:?}");
        } else if (signal, face) == (Signal::TERM, Face::Context) {
            // Its signal map is there from the start on.
            assert_eq!(run.wait(), Exit::Status(1));
            assert_eq!(run.stderr(), "Terminating on signal 15\n");
        } else {
            let refusal = Refusal::of(&mut run);
            assert_eq!(refusal.check().errno, 4, "{face:?}: EINTR");
            assert!(refusal.message.contains("interrupted by SIG"), "{face:?}: {refusal:?}");
        }
        daemon.wait_gone();
        run.wait_idle();
    }
}

/// fail() ends the daemon as sys.exit() does: exit handlers run, each process's own.
#[test]
fn failing_daemon_exits_as_a_program_does() {
    for face in Face::BOTH {
        let mut service = Service::new();
        let launch = face.service(&service).option("wait-ready", 30000).option("init", "fail:0:no luck");
        let mut run = launch.option("before", "atexit").start();
        assert_eq!(run.wait(), Exit::Status(1), "{face:?}: no status is 1");
        let daemon = service.reports.expect_pid("initialising");
        let mut expected = vec![format!("atexit {daemon}"), format!("atexit {}", run.program())];
        let mut reported = service.reports.waiting();
        expected.sort();
        reported.sort();
        assert_eq!(reported, expected, "{face:?}");
    }
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
        ("user", "nobody-of-that-name".to_owned(), 2, "err_user"),
        ("reopen-on", "99".to_owned(), 22, "a signal out of range"),
        ("umask", "7777".to_owned(), 22, "a umask out of range"),
    ];
    for (option, value, errno, case) in &cases {
        let launch = Face::Function.service(&service).option(option, value);
        let refusal = service.refuse(launch);
        assert_eq!(refusal.check().errno, *errno, "{case}: {refusal:?}");
        assert!(*errno == 22 || refusal.message.contains(value.as_str()), "{case}: {refusal:?}");
        if ["pidfile", "directory", "chroot"].contains(option) {
            let launch = Face::Context.service(&service).option(option, value);
            assert_eq!(service.refuse(launch).check().errno, *errno, "{case}: {refusal:?}");
        }
    }
    assert!(service.reports.waiting().is_empty());
}

/// Refused by default, with the way out named; lost if that is allowed.
#[test]
fn threads_are_lost_only_if_allowed() {
    for face in Face::BOTH {
        let mut service = Service::new();
        let launch = face.service(&service).option("before", "threads");
        let refusal = service.refuse(launch.clone());
        assert_eq!(refusal.check().errno, 35, "{face:?}: EDEADLK: {refusal:?}");
        assert!(refusal.message.contains("libdaemon.spawn()"), "{refusal:?}");
        let daemon = service.start(launch.option("threads", 1).hostile(Hostile::place()));
        assert_eq!(daemon.process.status("Threads"), "1", "{face:?}: threads");
    }
}
