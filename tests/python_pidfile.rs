//! Pid file, privileges and log, asked for by a Python program.

use std::fs;
use std::os::unix::fs::{MetadataExt, chown};
use std::path::Path;

use rustix::process::Signal;

use crate::harness::files::{mode_of, text_of, wait_for_change};
use crate::harness::{Daemon, Exit, Gate, Hostile, Process, Refusal, Scratch, Service, Stdio, needs, program};
use crate::python_support::{Face, code, output};

/// A Python daemon with the pid file "app.pid", in the hostile place.
fn with_pidfile(face: Face, service: &mut Service) -> Daemon {
    let pidfile = service.scratch.path("app.pid");
    let launch = face.service(service).option_path("pidfile", pidfile).hostile(Hostile::place());
    service.start(launch)
}

/// Prints what a call of the module gives.
fn ask(call: &str, pidfile: &Path) -> String {
    let statements = format!(
        "import libdaemon\ntry: print(libdaemon.{call})\nexcept libdaemon.DaemonError as error: print(error.errno, error)"
    );
    output(code(&statements.replace("PIDFILE", &format!("'{}'", pidfile.display())))).trim_end().to_owned()
}

#[test]
fn pid_file_is_right_when_the_launcher_exits() {
    for face in Face::BOTH {
        let mut service = Service::new();
        let daemon = with_pidfile(face, &mut service);
        let pidfile = service.scratch.path("app.pid");
        assert_eq!(text_of(&pidfile).trim(), daemon.pid().to_string(), "{face:?}: pidfile_pid, pidfile_ready");
        assert_eq!(mode_of(&pidfile) & 0o022, 0, "{face:?}: pidfile_mode");
        assert_eq!(ask("status(PIDFILE)", &pidfile), daemon.pid().to_string(), "{face:?}");
    }
}

#[test]
fn second_instance_is_refused_and_named() {
    for face in Face::BOTH {
        let mut service = Service::new();
        let daemon = with_pidfile(face, &mut service);
        let pidfile = service.scratch.path("app.pid");
        let launch = face.service(&service).option_path("pidfile", &pidfile);
        let refusal = service.refuse(launch);
        let expected = format!("held by process {}", daemon.pid());
        assert!(refusal.check().message.ends_with(&expected), "second_reported: {refusal:?}");
        assert_eq!(refusal.errno, 11, "EAGAIN: {refusal:?}");
        assert!(daemon.process.is_alive());
        assert_eq!(text_of(&pidfile).trim(), daemon.pid().to_string(), "{face:?}: second_pidfile");
    }
}

/// The program reads and closes its own pid file, which drops locks of the POSIX kind.
#[test]
fn pid_file_stays_locked_when_the_program_reads_it() {
    for face in Face::BOTH {
        let mut service = Service::new();
        let pidfile = service.scratch.path("app.pid");
        let launch = face.service(&service).option_path("pidfile", &pidfile);
        let daemon = service.start(launch.option("then", format!("reread:{}", pidfile.display())));
        let launch = face.service(&service).option_path("pidfile", &pidfile);
        assert_eq!(service.refuse(launch).check().errno, 11, "{face:?}: pidfile_locked, lock_kept");
        assert!(daemon.process.is_alive());
    }
}

/// By the program's own exit, and by SIGTERM at its default, and after one that was killed.
#[test]
fn pid_file_is_gone_after_a_clean_exit() {
    for (face, on_term) in Face::BOTH.into_iter().flat_map(|face| [(face, "exit"), (face, "default")]) {
        let mut service = Service::new();
        let pidfile = service.scratch.path("app.pid");
        let launch = face.service(&service).option_path("pidfile", &pidfile).option("on-term", on_term);
        let mut daemon = service.start(launch.hostile(Hostile::place()));
        daemon.terminate();
        assert!(!pidfile.exists(), "{face:?}, {on_term}: pidfile_removed");
        assert_eq!(ask("status(PIDFILE)", &pidfile), "None", "{face:?}");
    }
}

#[test]
fn stale_pid_file_is_taken_over() {
    for face in Face::BOTH {
        let mut service = Service::new();
        with_pidfile(face, &mut service).kill();
        let daemon = with_pidfile(face, &mut service);
        let pidfile = service.scratch.path("app.pid");
        assert_eq!(text_of(&pidfile).trim(), daemon.pid().to_string(), "{face:?}: stale_dead");
        drop(daemon);
        fs::write(&pidfile, format!("{}\n", std::process::id())).expect("a pid file of another's");
        assert_eq!(ask("status(PIDFILE)", &pidfile), "None", "{face:?}: nobody holds it");
        let daemon = with_pidfile(face, &mut service);
        assert_eq!(text_of(&pidfile).trim(), daemon.pid().to_string(), "{face:?}: stale_reused");
    }
}

/// As on RHEL 8, which the wheels are for, too.
#[test]
fn a_daemon_is_stopped_and_waited_for_without_pidfds() {
    let sandbox = program("sandbox").display().to_string();
    needs::works("no system calls to be forbidden", [sandbox.as_str(), "pidfd", "--", "true"]);
    for how in
        ["libdaemon.stop(path, timeout=100)", "libdaemon.signal(path, 15); PIDLockFile(path, timeout=100).acquire()"]
    {
        let mut service = Service::new();
        let mut daemon = with_pidfile(Face::Function, &mut service);
        let path = service.scratch.path("app.pid").display().to_string();
        let program = format!("import libdaemon; from libdaemon.pidfile import PIDLockFile; path = {path:?}; {how}");
        assert_eq!(output(code(&program).under([sandbox.as_str(), "pidfd", "--"])), "");
        assert_eq!(daemon.run.wait_reaped(daemon.process.pid()), Exit::Status(0), "{how}");
    }
}

/// 200 launchers at the same moment: one daemon, its pid in the file, one success.
fn one_of_200_wins(face: Face, stale: Option<&str>) {
    let mut service = Service::new();
    let pidfile = service.scratch.path("app.pid");
    if let Some(text) = stale {
        fs::write(&pidfile, text).expect("a stale pid file");
    }
    let launch = face.service(&service).option_path("pidfile", &pidfile);
    let mut swarm = launch.under([program("swarm").into_os_string(), "200".into()]).start();
    assert_eq!(swarm.wait(), Exit::Status(0));
    let winner = service.reports.expect_pid("up");
    swarm.orphans().iter().filter(|orphan| orphan.pid() != winner).for_each(Process::wait_gone);
    let left: Vec<i32> = swarm.orphans().iter().map(Process::pid).collect();
    assert_eq!(left, [winner], "{face:?}: conc_fresh, conc_stale: exactly one daemon");
    assert_eq!(text_of(&pidfile), format!("{winner}\n"), "its pid in the file");
    Process::new(winner).signal(Signal::KILL);
    swarm.wait_idle();
    assert!(service.reports.waiting().is_empty(), "no other ever came up");
    assert_eq!(swarm.stdout().lines().last(), Some("succeeded=1 failed=199"), "{face:?}: conc_exit");
}

#[test]
fn two_hundred_starts_without_a_pid_file() {
    one_of_200_wins(Face::Function, None);
}

#[test]
fn two_hundred_starts_over_a_stale_pid_file() {
    one_of_200_wins(Face::Context, Some("999999\n"));
}

/// Started anew while the old one goes down: refused as long as that holds the file, and then the file stays ours.
#[test]
fn restart_while_the_old_one_goes_down() {
    for face in Face::BOTH {
        let mut service = Service::new();
        let pidfile = service.scratch.path("app.pid");
        let launch = face.service(&service).option_path("pidfile", &pidfile);
        let mut old = service.start(launch.clone());
        for _ in 0..5 {
            old.process.signal(Signal::TERM);
            let run = loop {
                let mut run = launch.clone().start();
                if run.wait() == Exit::Status(0) {
                    break run;
                }
                assert_eq!(Refusal::of(&mut run).check().errno, 11, "EAGAIN");
            };
            let process = Process::new(service.reports.expect_pid("up"));
            assert_eq!(old.run.wait_reaped(old.process.pid()), Exit::Status(0));
            assert_eq!(text_of(&pidfile), format!("{}\n", process.pid()), "{face:?}: restart");
            old = Daemon { process, run };
        }
    }
}

#[test]
fn stop_ends_the_daemon_and_says_so() {
    for face in Face::BOTH {
        let mut service = Service::new();
        let mut daemon = with_pidfile(face, &mut service);
        let pidfile = service.scratch.path("app.pid");
        assert_eq!(ask("stop(PIDFILE, 30)", &pidfile), "None", "{face:?}: stop_cmd");
        assert!(!daemon.process.is_alive(), "{face:?}: gone when stop() returns");
        assert_eq!(daemon.run.wait_reaped(daemon.process.pid()), Exit::Status(0));
        assert_eq!(ask("stop(PIDFILE)", &pidfile), "None", "{face:?}: nothing to stop");
        assert!(ask("signal(PIDFILE, 10)", &pidfile).starts_with("3 "), "{face:?}: ESRCH");
    }
}

#[test]
fn signal_goes_to_the_daemon_and_kill_ends_one_that_does_not_listen() {
    let mut service = Service::new();
    let gate = Gate::new(&service.scratch, "gate");
    let pidfile = service.scratch.path("app.pid");
    let launch = Face::Function.service(&service).option_path("pidfile", &pidfile).option("on-term", "gate");
    let mut daemon = service.start(launch.option_path("gate", gate.path()));
    assert_eq!(ask("signal(PIDFILE, 10)", &pidfile), "None");
    service.reports.expect("probe");
    let answer = ask("stop(PIDFILE, 0.2)", &pidfile);
    assert!(answer.starts_with("110 "), "ETIMEDOUT: {answer}");
    service.reports.expect_pid("terminating");
    assert_eq!(ask("stop(PIDFILE, 0.2, True)", &pidfile), "None");
    assert_eq!(daemon.run.wait_reaped(daemon.process.pid()), Exit::Signal(9));
    assert!(!pidfile.exists(), "what a killed daemon leaves is removed");
}

/// A user: all ids, no groups of root's, no way back, and the pid file in root's directory still emptied at the exit.
#[test]
fn user_is_for_good() {
    needs::another_user();
    for face in Face::BOTH {
        let mut service = Service::new();
        let pidfile = service.scratch.path("app.pid");
        let launch = face.service(&service).option_path("pidfile", &pidfile).option("user", "nobody");
        let mut daemon = service.start(launch.hostile(Hostile::place()));
        let four = vec!["65534".to_owned(); 4];
        assert_eq!(daemon.process.status_words("Uid"), four, "{face:?}: user_ids");
        assert_eq!(daemon.process.status_words("Gid"), four, "{face:?}: user_ids");
        let groups = daemon.process.status_words("Groups");
        assert!(groups.is_empty() || groups == ["65534"], "{face:?}: user_groups: {groups:?}");
        assert_eq!(daemon.process.status("CapEff"), "0000000000000000", "{face:?}: user_no_caps");
        assert_eq!(daemon.process.status("CapPrm"), "0000000000000000", "{face:?}: user_no_caps");
        assert_eq!(daemon.probe(&mut service.reports)["regained"], 0, "{face:?}: user_no_regain");
        assert_eq!(text_of(&pidfile).trim(), daemon.pid().to_string(), "{face:?}: user_pid");
        assert_eq!(daemon.terminate(), Exit::Status(0));
        assert_eq!(text_of(&pidfile), "", "{face:?}: user_pid_removed");
    }
}

/// print(), standard error and a child's output, all in the log, after what was there, line by line, from a terminal too.
#[test]
fn log_gets_everything() {
    for (face, stdio) in Face::BOTH.into_iter().flat_map(|face| [(face, Stdio::Pipes), (face, Stdio::Terminal)]) {
        let mut service = Service::new();
        let log = service.scratch.file("app.log", "from before\n");
        let launch = face.service(&service).option_path("log", &log).option("then", "print:hello");
        let daemon = service.start(launch.hostile(Hostile::place().stdio(stdio)));
        let expected = "from before\nhello\nhello to stderr\nhello, from a child\nhello, from a child to stderr\n";
        assert_eq!(text_of(&log), expected, "{face:?}: log_works, log_old_kept, line_buffered");
        assert_ne!(daemon.process.descriptor_flags(1) & 0o2000, 0, "{face:?}: log_append");
    }
}

#[test]
fn new_log_is_nobody_elses_to_write() {
    let mut service = Service::new();
    let log = service.scratch.path("app.log");
    let launch = Face::Function.service(&service).option_path("log", &log).hostile(Hostile::place());
    let _daemon = service.start(launch);
    assert_eq!(mode_of(&log) & 0o022, 0, "log_mode");
}

/// The user owns the log that the start has made, and can rotate it.
#[test]
fn log_belongs_to_the_user() {
    needs::another_user();
    needs::another_owner();
    let mut service = Service::new();
    let directory = service.scratch.directory("log");
    chown(&directory, Some(65534), Some(65534)).expect("chown");
    let log = directory.join("app.log");
    let launch = Face::Function.service(&service).option("user", "nobody").option_path("log", &log);
    let daemon = service.start(launch.option("reopen-on", 1));
    assert_eq!(fs::metadata(&log).expect("the log").uid(), 65534);
    fs::rename(&log, log.with_extension("1")).expect("rotate the log");
    daemon.process.signal(Signal::HUP);
    daemon.probe(&mut service.reports);
    assert!(text_of(&log).contains("printed\n"));
}

/// A daemon that prints without a pause, by all its ways, while its log is rotated: every line is there, once, in order.
#[test]
fn rotation_loses_no_line() {
    let program = "import libdaemon, os, signal, sys, itertools
libdaemon.daemonize(log='app.log', reopen_on=signal.SIGHUP, pidfile='app.pid')
for i in itertools.count():
    if os.path.exists(os.environ['DIR'] + '/enough'): break
    if i % 3 == 0: print(i)
    elif i % 3 == 1: print(i, file=sys.stderr)
    else: os.write(1, b'%d\\n' % i)";
    let scratch = Scratch::new();
    let mut run = code(program).directory(scratch.root()).env("DIR", scratch.root()).start();
    run.succeed();
    let daemon = run.orphans().pop().expect("the daemon");
    let log = scratch.path("app.log");
    let rotated: Vec<_> = (0..8).map(|number| scratch.path(&format!("app.log.{number}"))).collect();
    for old in &rotated {
        wait_for_change(scratch.root(), "lines in the log", || fs::metadata(&log).is_ok_and(|log| log.len() > 4096));
        fs::rename(&log, old).expect("rotate the log");
        daemon.signal(Signal::HUP);
        wait_for_change(scratch.root(), "a new log", || log.exists());
    }
    scratch.file("enough", "");
    assert_eq!(run.wait_reaped(daemon.pid()), Exit::Status(0));
    let all: String = rotated.iter().chain([&log]).map(|log| text_of(log)).collect();
    for (expected, line) in all.lines().enumerate() {
        assert_eq!(line, expected.to_string(), "log_reopen");
    }
    assert!(all.lines().count() > 8 * 500, "{}", all.lines().count());
}
