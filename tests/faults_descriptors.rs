//! The library's descriptors are its own only as long as the program leaves them open.

use crate::faults_support::{ends_well, fault_tests, passes_in};
use crate::harness::files::text_of;
use crate::harness::{Launch, Scratch, needs};

/// A daemon that closes everything and opens files of its own: none of them is taken for the pid file.
fn leaves_files_alone(name: &str) {
    let scratch = Scratch::new();
    passes_in(&scratch, "faults_descriptors", name);
    for number in 0..12 {
        assert_eq!(text_of(&scratch.path(&format!("data{number}"))), "precious\n", "data{number}");
    }
}

#[test]
fn own_files_survive_the_exit() {
    leaves_files_alone("exits");
}

#[test]
fn own_files_survive_sigterm() {
    leaves_files_alone("is_terminated");
}

#[test]
fn own_files_survive_a_fork() {
    leaves_files_alone("forks");
}

#[test]
fn a_file_of_the_same_number_elsewhere_is_another_file() {
    needs::mounts();
    let scratch = Scratch::new();
    let mounts = "mkdir here there; mount -t tmpfs none here; mount -t tmpfs none there; exec \"$@\"";
    let launch = Launch::program("faults_descriptors").arg("same_number_on_another_device").directory(scratch.root());
    let mut run = launch.under(["unshare", "--mount", "sh", "-ec", mounts, "sh"]).start();
    run.succeed();
    ends_well(&mut run);
}

fault_tests! { "faults_signal_fd":
    a_launchers_signal_descriptor_is_not_the_daemons = "launchers_signal_fd",
    a_closed_signal_descriptor_is_left_alone = "closed_signal_fd",
    an_early_signal_descriptor_is_not_shared = "early_signal_fd",
    an_event_counter_of_the_programs_is_left_alone = "own_event_counter",
    a_child_without_descriptors_takes_no_wake_ups = "child_without_descriptors",
}

/// In a /dev of its own, where the program is the system's log.
fn keeps_libcs_apart(name: &str) {
    needs::mounts();
    let scratch = Scratch::new();
    let dev = "mount -t tmpfs none /dev; mknod -m 666 /dev/null c 1 3; exec \"$@\" </dev/null";
    let launch = Launch::program("faults_libc").arg(name).directory(scratch.root());
    let mut run = launch.under(["unshare", "--mount", "sh", "-ec", dev, "sh"]).start();
    run.succeed();
    ends_well(&mut run);
}

#[test]
fn the_logs_connection_stays() {
    keeps_libcs_apart("connected_log");
}

#[test]
fn the_logs_connection_stays_wherever_that_is() {
    keeps_libcs_apart("linked_log");
}

#[test]
fn the_logs_connection_among_many_is_closed_by_libc() {
    keeps_libcs_apart("log_among_many");
}

#[test]
fn the_logs_name_stays() {
    keeps_libcs_apart("unconnected_log");
}

fault_tests! { "faults_libc":
    files_of_databases_are_closed_by_libc = "databases",
}
