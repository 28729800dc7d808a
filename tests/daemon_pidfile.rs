//! The pid file: whose pid is in it, who may have it, and what is left of it.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use rustix::process::Signal;

use crate::harness::files::{mode_of, text_of};
use crate::harness::{Exit, Hostile, Launch, Process, Service};

fn with_pidfile(service: &Service, pidfile: &Path) -> Launch {
    service.launch().option_path("pidfile", pidfile)
}

#[test]
fn holds_the_daemons_pid_when_the_launcher_exits() {
    for place in [Hostile::only(""), Hostile::place(), Hostile::place().closed("012")] {
        let mut service = Service::new();
        let pidfile = service.scratch.path("app.pid");
        let mut run = with_pidfile(&service, &pidfile).hostile(place).start();
        assert_eq!(run.wait(), Exit::Status(0));
        let text = text_of(&pidfile);
        let pid = service.reports.expect_pid("up");
        assert_eq!(text, format!("{pid}\n"), "pidfile_pid, pidfile_ready");
        assert_eq!(mode_of(&pidfile) & 0o133, 0, "pidfile_mode");
    }
}

#[test]
fn removed_at_a_clean_exit() {
    let mut service = Service::new();
    let pidfile = service.scratch.path("app.pid");
    let launch = with_pidfile(&service, &pidfile).hostile(Hostile::place());
    let mut daemon = service.start(launch);
    assert!(pidfile.exists());
    assert_eq!(daemon.terminate(), Exit::Status(0));
    assert!(!pidfile.exists(), "pidfile_removed");
}

/// The file's name is fixed at the call: a relative one, too.
#[test]
fn relative_name_is_the_launchers() {
    let mut service = Service::new();
    let launch = with_pidfile(&service, Path::new("app.pid")).directory(service.scratch.root());
    let mut daemon = service.start(launch);
    let pidfile = service.scratch.path("app.pid");
    assert_eq!(text_of(&pidfile), format!("{}\n", daemon.pid()));
    assert_eq!(daemon.terminate(), Exit::Status(0));
    assert!(!pidfile.exists());
}

#[test]
fn second_start_is_refused_and_names_the_holder() {
    let mut service = Service::new();
    let pidfile = service.scratch.path("app.pid");
    let launch = with_pidfile(&service, &pidfile);
    let first = service.start(launch.clone());
    let refusal = service.refuse(launch);
    assert_eq!(refusal.check().errno, 11, "second_reported: EAGAIN");
    let expected = format!("pid file {}: held by process {}", pidfile.display(), first.pid());
    assert_eq!(refusal.message, expected);
    assert_eq!(text_of(&pidfile), format!("{}\n", first.pid()), "second_pidfile");
    assert!(first.process.is_alive());
    assert!(service.reports.waiting().is_empty(), "second_refused");
}

/// The lock is not dropped when the daemon itself opens, reads and closes the file.
#[test]
fn lock_survives_the_daemons_own_close() {
    let mut service = Service::new();
    let pidfile = service.scratch.path("app.pid");
    let launch = with_pidfile(&service, &pidfile);
    let reread = format!("reread:{}", pidfile.display());
    let daemon = service.start(launch.clone().option("then", reread));
    let refusal = service.refuse(launch);
    assert!(refusal.message.contains(&daemon.pid().to_string()), "lock_kept: {refusal:?}");
}

#[test]
fn taken_over_after_kill_9() {
    let mut service = Service::new();
    let pidfile = service.scratch.path("app.pid");
    let launch = with_pidfile(&service, &pidfile);
    let mut first = service.start(launch.clone());
    first.kill();
    assert_eq!(text_of(&pidfile), format!("{}\n", first.pid()));
    let second = service.start(launch);
    assert_eq!(text_of(&pidfile), format!("{}\n", second.pid()), "stale_dead");
}

#[test]
fn taken_over_when_its_pid_is_another_process() {
    let mut service = Service::new();
    let other = Launch::command("sleep").arg("1000").start();
    let pidfile = service.scratch.file("app.pid", &format!("{}\n", other.program()));
    let launch = with_pidfile(&service, &pidfile);
    let daemon = service.start(launch);
    assert_eq!(text_of(&pidfile), format!("{}\n", daemon.pid()), "stale_reused");
    assert!(Process::new(other.program()).is_alive());
}

/// A longer text in a stale file leaves nothing behind the pid, and a file with a wrong mode is put right.
#[test]
fn stale_text_and_mode_are_replaced() {
    let mut service = Service::new();
    let pidfile = service.scratch.file("app.pid", "4194303 and much more than a pid\nin lines\n");
    fs::set_permissions(&pidfile, fs::Permissions::from_mode(0o666)).expect("its mode");
    let launch = with_pidfile(&service, &pidfile);
    let daemon = service.start(launch);
    assert_eq!(text_of(&pidfile), format!("{}\n", daemon.pid()));
    assert_eq!(mode_of(&pidfile), 0o644, "nobody else can write another pid there");
}

/// A child that the daemon forked shares the lock's file; it must not hold the lock on.
#[test]
fn forked_child_does_not_keep_the_lock() {
    let mut service = Service::new();
    let pidfile = service.scratch.path("app.pid");
    let launch = with_pidfile(&service, &pidfile);
    let mut run = launch.clone().option("then", "child").start();
    run.succeed();
    let mut reports = [service.reports.next(), service.reports.next()];
    reports.sort();
    let pid = |report: &str, word| report.strip_prefix(word).and_then(|pid| pid.parse().ok()).expect("a pid");
    let (child, daemon) = (Process::new(pid(&reports[0], "child ")), Process::new(pid(&reports[1], "up ")));
    daemon.signal(Signal::KILL);
    run.wait_reaped(daemon.pid());
    assert!(child.is_alive());
    let second = service.start(launch);
    assert_eq!(text_of(&pidfile), format!("{}\n", second.pid()));
}

#[test]
fn symbolic_link_is_not_followed() {
    let mut service = Service::new();
    let victim = service.scratch.file("victim", "precious\n");
    let pidfile = service.scratch.path("app.pid");
    symlink(&victim, &pidfile).expect("a symlink");
    let launch = with_pidfile(&service, &pidfile);
    let refusal = service.refuse(launch);
    assert_eq!(refusal.check().errno, 40, "ELOOP: {refusal:?}");
    assert!(refusal.message.contains(&pidfile.display().to_string()), "{refusal:?}");
    assert_eq!(text_of(&victim), "precious\n", "pidfile_symlink");
    assert!(fs::symlink_metadata(&pidfile).expect("the link").is_symlink());
}

/// Another name of somebody's file, put there to have it overwritten.
#[test]
fn hard_link_is_refused() {
    let mut service = Service::new();
    let victim = service.scratch.file("victim", "precious\n");
    let pidfile = service.scratch.path("app.pid");
    fs::hard_link(&victim, &pidfile).expect("a hard link");
    let launch = with_pidfile(&service, &pidfile);
    let refusal = service.refuse(launch);
    assert!(refusal.check().message.contains(&pidfile.display().to_string()), "{refusal:?}");
    assert_eq!(text_of(&victim), "precious\n");
}

/// A start that fails later leaves no pid file behind, and the one that was there as it was.
#[test]
fn failed_start_leaves_no_pid_file() {
    let mut service = Service::new();
    let pidfile = service.scratch.path("app.pid");
    let failing = with_pidfile(&service, &pidfile).option("directory", "/does/not/exist");
    service.refuse(failing).check();
    assert!(!pidfile.exists());
    let failing = with_pidfile(&service, &pidfile).option("wait-ready", -1).option("init", "fail:3:no");
    let refusal = service.refuse(failing);
    assert_eq!(refusal.exit, Exit::Status(3));
    assert!(!pidfile.exists(), "{:?}", text_of(&pidfile));
}

/// A lock file is a lock without a pid in it.
#[test]
fn lock_file_admits_one() {
    let mut service = Service::new();
    let lockfile = service.scratch.path("app.lock");
    let launch = service.launch().option_path("lockfile", &lockfile);
    let mut first = service.start(launch.clone());
    assert_eq!(text_of(&lockfile), "");
    assert_eq!(mode_of(&lockfile) & 0o022, 0);
    let refusal = service.refuse(launch.clone());
    assert_eq!(refusal.check().errno, 11, "EAGAIN");
    assert!(refusal.message.contains(&lockfile.display().to_string()), "{refusal:?}");
    first.kill();
    let second = service.start(launch);
    assert!(second.process.is_alive());
}

#[test]
fn pid_file_and_lock_file_together() {
    let mut service = Service::new();
    let (pidfile, lockfile) = (service.scratch.path("app.pid"), service.scratch.path("app.lock"));
    let launch = with_pidfile(&service, &pidfile).option_path("lockfile", &lockfile);
    let daemon = service.start(launch);
    let files: Vec<_> =
        daemon.process.descriptors().into_values().filter(|file| *file != Path::new("/dev/null")).collect();
    assert!(files.contains(&pidfile) && files.contains(&lockfile) && files.len() == 2, "{files:?}");
    let other = service.launch().option_path("lockfile", &lockfile);
    assert_eq!(service.refuse(other).check().errno, 11);
}
