//! Starts and questions where something is not as usual.

use std::os::unix::fs::symlink;

use crate::faults_support::{ends_well, fault_tests, passes, passes_in};
use crate::harness::files::text_of;
use crate::harness::{Exit, Launch, Scratch, needs};

fault_tests! { "faults_places":
    a_reader_with_a_lock_is_no_daemon = "read_lock",
}

#[test]
fn root_in_the_saved_id_is_given_up() {
    needs::another_user();
    passes("faults_places", "saved_root");
}

#[test]
fn sigterm_ends_process_1() {
    needs::pid_namespace();
    let scratch = Scratch::new();
    let launch = Launch::program("faults_places").arg("process_one").directory(scratch.root());
    let mut run = launch.under(["unshare", "--pid", "--fork", "--kill-child"]).start();
    let exit = run.wait();
    ends_well(&mut run);
    assert_ne!(exit, Exit::Status(99), "SIGTERM did nothing");
    assert!(!scratch.path("app.pid").exists());
}

#[test]
fn a_full_disk_leaves_the_log_its_content() {
    needs::mounts();
    for name in ["full_disk", "full_disk_while_waiting"] {
        let scratch = Scratch::new();
        scratch.directory("full");
        let log = scratch.file("app.log", "of before\n");
        let script = "mount -t tmpfs -o size=4k none full; head -c 4096 /dev/zero > full/big; exec \"$@\"";
        let launch = Launch::program("faults_places").arg(name).directory(scratch.root());
        let mut run = launch.under(["unshare", "--mount", "sh", "-ec", script, "sh"]).start();
        run.succeed();
        ends_well(&mut run);
        assert_eq!(text_of(&log), "of before\n", "{name}");
    }
}

/// However the root directory and the files in it are named: the log is opened again there, and the pid file is removed.
fn works_in_jail(name: &str) {
    needs::another_root();
    let scratch = Scratch::new();
    let jail = scratch.directory("jail");
    symlink("jail", scratch.path("link")).expect("a symbolic link");
    passes_in(&scratch, "faults_places", name);
    assert_eq!(text_of(&jail.join("app.log.1")), "before\n");
    assert_eq!(text_of(&jail.join("app.log")), "after\n");
    assert!(!jail.join("app.pid").exists(), "the pid file is removed");
}

#[test]
fn a_jail_by_a_relative_path() {
    works_in_jail("relative_jail");
}

#[test]
fn a_jail_by_a_symbolic_link() {
    works_in_jail("linked_jail");
}

#[test]
fn a_jail_and_its_files_by_a_symbolic_link() {
    works_in_jail("jail_by_links");
}
