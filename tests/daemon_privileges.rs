//! Giving up root: ids, groups, capabilities, and the pid file of a daemon that may not remove it.

use std::fs;
use std::os::unix::fs::{MetadataExt, chown};

use rustix::process::Signal;

use crate::harness::files::{mode_of, text_of};
use crate::harness::{Daemon, Exit, Hostile, Service, as_user, needs};

const NOBODY: &str = "65534";

/// All four of each kind, and no group but these.
fn has_ids(daemon: &Daemon, user: &str, group: &str, groups: &[&str]) {
    assert_eq!(daemon.process.status_words("Uid"), [user; 4], "user_ids");
    assert_eq!(daemon.process.status_words("Gid"), [group; 4], "user_ids");
    let held = daemon.process.status_words("Groups");
    assert!(held.iter().all(|held| groups.contains(&held.as_str())), "user_groups: {held:?}");
}

fn has_no_capability(daemon: &Daemon) {
    for set in ["CapInh", "CapPrm", "CapEff", "CapAmb"] {
        assert_eq!(daemon.process.status(set), "0000000000000000", "user_no_caps: {set}");
    }
}

#[test]
fn gives_up_root_for_good() {
    needs::another_user();
    for place in [Hostile::only(""), Hostile::place(), Hostile::place().closed("012")] {
        let mut service = Service::new();
        let launch = service.launch().option("user", "nobody").hostile(place);
        let daemon = service.start(launch);
        has_ids(&daemon, NOBODY, NOBODY, &[NOBODY]);
        has_no_capability(&daemon);
        assert_eq!(daemon.probe(&mut service.reports)["regained"], 0, "user_no_regain");
        has_ids(&daemon, NOBODY, NOBODY, &[NOBODY]);
    }
}

/// Capabilities do not go with root by themselves everywhere: inherited ones, ambient ones, and secure bits that keep all.
#[test]
fn gives_up_capabilities_of_every_kind() {
    needs::another_user();
    let every_kind =
        ["setpriv", "--securebits=+no_setuid_fixup", "--inh-caps=+kill,+chown", "--ambient-caps=+kill,+chown"];
    let mut service = Service::new();
    let launch = service.launch().option("user", "nobody").under(every_kind);
    let daemon = service.start(launch);
    has_ids(&daemon, NOBODY, NOBODY, &[NOBODY]);
    has_no_capability(&daemon);
    assert_eq!(daemon.probe(&mut service.reports)["regained"], 0);
}

#[test]
fn user_and_group_by_number() {
    needs::another_user();
    let mut service = Service::new();
    let launch = service.launch().hostile(Hostile::only("groups"));
    let by_number = service.start(launch.clone().option("user", NOBODY));
    has_ids(&by_number, NOBODY, NOBODY, &[NOBODY]);
    let nameless = service.start(launch.clone().option("user", "54321").option("group", "54322"));
    has_ids(&nameless, "54321", "54322", &["54322"]);
    has_no_capability(&nameless);
    let other_group = service.start(launch.option("user", "nobody").option("group", "daemon"));
    has_ids(&other_group, NOBODY, "1", &["1"]);
}

/// A group alone: root with that group, and not with those it had.
#[test]
fn group_alone() {
    needs::another_user();
    let mut service = Service::new();
    let launch = service.launch().option("group", "nogroup").hostile(Hostile::only("groups"));
    let daemon = service.start(launch);
    has_ids(&daemon, "0", NOBODY, &[NOBODY]);
}

/// A number that the system knows no group of: it could only be guessed.
#[test]
fn nameless_user_without_a_group_is_refused() {
    needs::another_user();
    let mut service = Service::new();
    let launch = service.launch().option("user", "54321");
    assert!(service.refuse(launch).check().message.contains("54321"));
}

#[test]
fn pid_file_in_roots_directory() {
    needs::another_user();
    for on_term in ["exit", "default"] {
        let mut service = Service::new();
        let directory = service.scratch.directory("run");
        let pidfile = directory.join("app.pid");
        let launch = service.launch().option("user", "nobody").option_path("pidfile", &pidfile);
        let mut daemon = service.start(launch.option("on-term", on_term).hostile(Hostile::place()));
        assert_eq!(text_of(&pidfile), format!("{}\n", daemon.pid()), "user_pid");
        assert_eq!(mode_of(&pidfile) & 0o022, 0);
        daemon.terminate();
        assert_eq!(text_of(&pidfile), "", "user_pid_removed: or at least emptied");
    }
}

/// The emptied file is no obstacle for the next start, nor for asking after the daemon.
#[test]
fn emptied_pid_file_is_taken_over() {
    needs::another_user();
    let mut service = Service::new();
    let pidfile = service.scratch.path("app.pid");
    let launch = service.launch().option("user", "nobody").option_path("pidfile", &pidfile);
    let mut first = service.start(launch.clone());
    assert_eq!(first.terminate(), Exit::Status(0));
    let second = service.start(launch.clone());
    assert_eq!(text_of(&pidfile), format!("{}\n", second.pid()));
    assert!(service.refuse(launch).message.contains(&second.pid().to_string()));
}

/// Nor is one that nobody may write to, if it is the caller's own: of a user who is not root.
#[test]
fn unwritable_pid_file_is_taken_over() {
    needs::another_user();
    let mut service = Service::new();
    let directory = service.scratch.directory("run");
    chown(&directory, Some(65534), Some(65534)).expect("chown");
    let pidfile = directory.join("app.pid");
    let launch = service.launch().option("pidfile-mode", "440").option_path("pidfile", &pidfile);
    let launch = launch.under(as_user(NOBODY));
    let mut first = service.start(launch.clone());
    assert_eq!(mode_of(&pidfile), 0o440);
    assert!(service.refuse(launch.clone()).message.contains(&first.pid().to_string()));
    assert_eq!(mode_of(&pidfile), 0o440, "as it was");
    first.kill();
    let second = service.start(launch);
    assert_eq!((text_of(&pidfile), mode_of(&pidfile)), (format!("{}\n", second.pid()), 0o440));
}

#[test]
fn log_of_root_stays_writable() {
    needs::another_user();
    let mut service = Service::new();
    let log = service.scratch.directory("log").join("app.log");
    let launch = service.launch().option("user", "nobody").option_path("log", &log);
    let daemon = service.start(launch.hostile(Hostile::place()));
    let found = daemon.probe(&mut service.reports);
    assert_eq!((found["stdout"], found["stderr"]), (0, 0));
    assert_eq!(text_of(&log), "probe\nprobe\n");
}

/// A log that the start makes belongs to the user, and in a directory of the user's it can be rotated.
#[test]
fn log_can_be_reopened_by_the_user() {
    needs::another_user();
    let mut service = Service::new();
    let directory = service.scratch.directory("log");
    chown(&directory, Some(65534), Some(65534)).expect("chown");
    let log = directory.join("app.log");
    let launch = service.launch().option("user", "nobody").option_path("log", &log).option("reopen-on", 1);
    let daemon = service.start(launch);
    assert_eq!(fs::metadata(&log).expect("the log").uid(), 65534);
    fs::rename(&log, log.with_extension("1")).expect("rotate the log");
    daemon.process.signal(Signal::HUP);
    daemon.probe(&mut service.reports);
    assert_eq!(text_of(&log), "probe\nprobe\n");
}

/// A signal to reopen a log that the daemon may not make: it goes on with the one it has.
#[test]
fn log_that_cannot_be_reopened_stays() {
    needs::another_user();
    let mut service = Service::new();
    let log = service.scratch.directory("log").join("app.log");
    let launch = service.launch().option("user", "nobody").option_path("log", &log).option("reopen-on", 1);
    let daemon = service.start(launch);
    let moved = log.with_extension("1");
    fs::rename(&log, &moved).expect("rotate the log");
    daemon.process.signal(Signal::HUP);
    daemon.probe(&mut service.reports);
    let said = format!("libdaemon: log {}: not opened again: Permission denied\n", log.display());
    assert_eq!(text_of(&moved), said + "probe\nprobe\n", "rotation_said");
    assert!(!log.exists());
}

#[test]
fn who_is_not_root_cannot_become_another() {
    needs::another_user();
    let mut service = Service::new();
    let launch = service.launch().option("user", "daemon").under(as_user(NOBODY));
    assert_eq!(service.refuse(launch).check().errno, 1, "EPERM");
    let launch = service.launch().option("user", "nobody").under(as_user(NOBODY));
    let daemon = service.start(launch);
    has_ids(&daemon, NOBODY, NOBODY, &[NOBODY]);
}
