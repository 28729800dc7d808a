//! Whom a pid file means: the process that is shown to hold the lock on it, and nobody else.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};

use crate::harness::control::{control, refusal_of, result_of, status, stop, with_mounts};
use crate::harness::{Daemon, Exit, Launch, Process, Run, Service, as_user, needs};

const EPERM: i32 = 1;
const EAGAIN: i32 = 11;
const EMLINK: i32 = 31;

const NOBODY: &str = "65534";

/// A process that has nothing to do with any of it.
fn stranger() -> Run {
    Launch::command("sleep").arg("1000").start()
}

/// A daemon that does that to its pid file (`tests/c/holder.c`), and that file, in a directory of root's.
fn holder(service: &mut Service, then: &str, options: &[&str]) -> (Daemon, PathBuf) {
    let pidfile = service.scratch.path("app.pid");
    let launch = Launch::program("holder").option_path("events", service.reports.path()).option("then", then);
    (service.start(launch.option_path("pidfile", &pidfile).args(options)), pidfile)
}

/// Nothing takes that process for the daemon.
fn is_refused(pidfile: &Path, pid: i32, words: &str) {
    let words = words.replace("PID", &pid.to_string());
    refusal_of(control("status", pidfile, &[]), EPERM, &words);
    refusal_of(control("signal", pidfile, &["0"]), EPERM, &words);
    refusal_of(control("stop", pidfile, &["1000", "1"]), EPERM, &words);
    refusal_of(control("stop-by", pidfile, &["KILL/1", "1"]), EPERM, &words);
    assert!(Process::new(pid).is_alive());
}

/// Who owns the file has written another pid into it and locked it as a daemon does.
#[test]
fn pid_that_the_files_owner_has_made_up() {
    needs::another_owner();
    let mut service = Service::new();
    let victim = stranger();
    let pidfile = service.scratch.file("app.pid", "");
    chown(&pidfile, Some(65534), None).expect("chown");
    for lock in ["write-first", "write", "posix-write"] {
        let actions = [lock.to_owned(), format!("put:{}", victim.program())];
        let locker = Launch::program("locker").arg(service.reports.path()).arg(&pidfile).args(actions);
        let _locker = locker.under(as_user(NOBODY)).start();
        service.reports.expect("locked");
        match lock {
            "write-first" => is_refused(&pidfile, victim.program(), "process PID does not hold it"),
            // As in a start, when the pid is not to be read.
            "write" => drop(refusal_of(control("stop", &pidfile, &["1000", "1"]), EAGAIN, "just starting or ending")),
            _ => assert_eq!(status(&pidfile), 0, "no lock of a daemon"),
        }
    }
}

/// The daemon itself still has the file open, though it could not open it again.
#[test]
fn pid_that_a_daemon_without_privileges_has_made_up() {
    needs::another_user();
    let mut service = Service::new();
    let victim = stranger();
    let forged = format!("forge:{}", victim.program());
    let (daemon, pidfile) = holder(&mut service, &forged, &["--user=nobody"]);
    is_refused(&pidfile, victim.program(), "process PID does not hold it");
    assert!(daemon.process.is_alive());
}

/// A child that no fork handler has run in has the descriptor, too; it has not taken the lock.
#[test]
fn process_that_was_handed_the_descriptor() {
    let mut service = Service::new();
    let pidfile = service.scratch.path("app.pid");
    let launch = Launch::program("holder").option_path("events", service.reports.path()).option("then", "hand-over");
    let mut run = launch.option_path("pidfile", &pidfile).start();
    run.succeed();
    let mut reports = [service.reports.next(), service.reports.next()];
    reports.sort();
    let child = reports[0].strip_prefix("child ").and_then(|pid| pid.parse().ok()).expect("a child");
    is_refused(&pidfile, child, "process PID does not hold it");
}

/// Killed, it leaves a process behind that holds the lock on.
#[test]
fn daemon_that_has_left_its_lock_to_a_child() {
    let mut service = Service::new();
    let pidfile = service.scratch.path("app.pid");
    let launch = Launch::program("holder").option_path("events", service.reports.path()).option("then", "leave");
    let mut run = launch.option_path("pidfile", &pidfile).start();
    run.succeed();
    let mut reports = [service.reports.next(), service.reports.next()];
    reports.sort();
    let daemon: i32 = reports[1].strip_prefix("up ").and_then(|pid| pid.parse().ok()).expect("a daemon");
    assert_eq!(status(&pidfile), daemon);
    let process = Process::new(daemon);
    process.signal(rustix::process::Signal::KILL);
    run.wait_reaped(daemon);
    // In a pid namespace of its own, as in a container, the kernel leaves a lock out whose taker is no more.
    let in_first_namespace = fs::read_link("/proc/self/ns/pid").is_ok_and(|name| name == Path::new("pid:[4026531836]"));
    let (errno, words) = if in_first_namespace {
        (EAGAIN, "has ended, but what it has left behind holds the lock")
    } else {
        (EPERM, "is not there: held in another pid namespace, on another machine, or by what it has left behind")
    };
    refusal_of(control("stop", &pidfile, &["1000", "1"]), errno, &format!("process {daemon} {words}"));
}

/// A daemon in another pid namespace: its pid there is somebody else's here.
#[test]
fn daemon_in_another_pid_namespace() {
    needs::pid_namespace();
    let mut service = Service::new();
    let pidfile = service.scratch.path("app.pid");
    // Process 1 of the namespace stays; the daemon gets a low pid.
    let inside = ["unshare", "--pid", "--fork", "--kill-child", "sh", "-c", "\"$@\" && sleep 1000", "sh"];
    let _run = service.launch().option_path("pidfile", &pidfile).under(inside).start();
    let pid = service.reports.expect_pid("up");
    let victim = Process::find(pid);
    for command in [control("status", &pidfile, &[]), control("stop", &pidfile, &["1000", "1"])] {
        refusal_of(command, EPERM, "held in another pid namespace, by process ");
    }
    assert!(victim.is_none_or(|victim| victim.is_alive()));
}

/// The other way round: asked from inside a pid namespace after a daemon outside.
#[test]
fn daemon_outside_of_the_pid_namespace() {
    needs::pid_namespace();
    let mut service = Service::new();
    let pidfile = service.scratch.path("app.pid");
    let launch = service.launch().option_path("pidfile", &pidfile);
    let daemon = service.start(launch);
    let inside = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"];
    for command in [control("status", &pidfile, &[]), control("stop", &pidfile, &["1000", "1"])] {
        refusal_of(command.under(inside), EPERM, "held in another pid namespace");
    }
    assert!(daemon.process.is_alive());
}

/// /proc shows another pid namespace than the one of the process: its numbers mean others.
#[test]
fn proc_of_another_pid_namespace() {
    needs::pid_namespace();
    let mut service = Service::new();
    let pidfile = service.scratch.path("app.pid");
    let launch = service.launch().option_path("pidfile", &pidfile);
    let inside = ["unshare", "--pid", "--fork", "--kill-child"];
    let script = "\"$@\" && exec sleep 1000";
    let run = launch.under(inside.iter().chain(&["sh", "-c", script, "sh"])).start();
    let pid = service.reports.expect_pid("up");
    // nsenter goes into the namespace, and leaves /proc as it is.
    let first = Process::children_of(run.program()).first().map(Process::pid).expect("process 1 of the namespace");
    let enter = ["nsenter".to_owned(), format!("--target={first}"), "--pid".to_owned()];
    assert_eq!(result_of(control("status", &pidfile, &[]).under(&enter)), pid);
    assert_eq!(result_of(control("stop", &pidfile, &["-1", "0"]).under(&enter)), 0);
}

/// Whoever may not look at root's processes is told by the list of all locks.
#[test]
fn daemon_of_root_asked_after_by_another_user() {
    needs::another_user();
    let mut service = Service::new();
    let pidfile = service.scratch.path("app.pid");
    let launch = service.launch().option_path("pidfile", &pidfile);
    let daemon = service.start(launch);
    assert_eq!(result_of(control("status", &pidfile, &[]).under(as_user(NOBODY))), daemon.pid());
    let stop = control("stop", &pidfile, &["1000", "1"]).under(as_user(NOBODY));
    refusal_of(stop, EPERM, &format!("process {}: Operation not permitted", daemon.pid()));
    let mut hidden =
        vec!["unshare", "--mount", "sh", "-ec", "mount -t proc -o hidepid=2 proc /proc; exec \"$@\"", "sh"];
    let user = as_user(NOBODY);
    hidden.extend(user.iter().map(String::as_str));
    assert_eq!(result_of(control("status", &pidfile, &[]).under(hidden)), daemon.pid());
}

/// Root without the right to look into the processes of others, as in a container: the same.
#[test]
fn daemon_of_another_user_asked_after_by_a_confined_root() {
    needs::another_user();
    let confined = ["setpriv", "--bounding-set=-sys_ptrace", "--inh-caps=-sys_ptrace"];
    let mut service = Service::new();
    let (mut daemon, pidfile) = holder(&mut service, "", &["--user=nobody"]);
    assert_eq!(result_of(control("status", &pidfile, &[]).under(confined)), daemon.pid());
    assert_eq!(result_of(control("stop", &pidfile, &["-1", "0"]).under(confined)), 0);
    assert_eq!(daemon.run.wait_reaped(daemon.process.pid()), Exit::Signal(15));
    let victim = Launch::command("sleep").arg("1000").under(as_user("54321")).start();
    let (daemon, pidfile) = holder(&mut service, &format!("forge:{}", victim.program()), &["--user=nobody"]);
    let words = format!("process {} cannot be shown to hold it", victim.program());
    refusal_of(control("stop", &pidfile, &["1000", "1"]).under(confined), EPERM, &words);
    assert!(daemon.process.is_alive() && Process::new(victim.program()).is_alive());
}

/// It has given up the lock that the list shows the holder of: root can still look, another user cannot be told.
#[test]
fn daemon_that_is_not_in_the_list_of_locks() {
    needs::another_user();
    let mut service = Service::new();
    let (daemon, pidfile) = holder(&mut service, "unlock", &[]);
    assert_eq!(status(&pidfile), daemon.pid());
    let words = format!("process {} cannot be shown to hold it", daemon.pid());
    refusal_of(control("status", &pidfile, &[]).under(as_user(NOBODY)), EPERM, &words);
}

/// Without /proc the file is believed where nobody else could have written it.
#[test]
fn without_proc() {
    let mut service = Service::new();
    let (daemon, pidfile) = holder(&mut service, "", &[]);
    let no_proc = "mount -t tmpfs none /proc";
    assert_eq!(result_of(with_mounts(control("status", &pidfile, &[]), no_proc)), daemon.pid());
    for (path, mode) in [(service.scratch.root(), 0o777), (&pidfile, 0o664)] {
        let former = fs::metadata(path).expect("the mode").permissions();
        fs::set_permissions(path, Permissions::from_mode(mode)).expect("another mode");
        let words = format!("process {} cannot be shown to hold it", daemon.pid());
        refusal_of(with_mounts(control("stop", &pidfile, &["1000", "1"]), no_proc), EPERM, &words);
        fs::set_permissions(path, former).expect("the former mode");
    }
    assert_eq!(result_of(with_mounts(control("stop", &pidfile, &["-1", "0"]), no_proc)), 0);
    assert!(!daemon.process.is_alive());
}

/// The first thread has ended: /proc shows nothing of what the process has open but by its other threads.
#[test]
fn daemon_whose_first_thread_has_ended() {
    let mut service = Service::new();
    let (daemon, pidfile) = holder(&mut service, "thread", &[]);
    assert_eq!(status(&pidfile), daemon.pid());
    stop(&pidfile);
    assert!(!daemon.process.is_alive());
}

/// Another name of the file: it may be one of somebody else's that was put there.
#[test]
fn file_with_a_second_link() {
    let mut service = Service::new();
    let (daemon, pidfile) = holder(&mut service, "", &[]);
    fs::hard_link(&pidfile, service.scratch.path("other")).expect("a hard link");
    for command in [control("status", &pidfile, &[]), control("stop", &pidfile, &["1000", "1"])] {
        refusal_of(command, EMLINK, "has another hard link");
    }
    assert!(daemon.process.is_alive());
}
