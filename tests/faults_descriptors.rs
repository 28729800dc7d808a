//! The library's descriptors are its own only as long as the program leaves them open.

use crate::faults_support::{fault_tests, passes_in};
use crate::harness::Scratch;
use crate::harness::files::text_of;

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

fault_tests! { "faults_signal_fd":
    a_launchers_signal_descriptor_is_not_the_daemons = "launchers_signal_fd",
    a_closed_signal_descriptor_is_left_alone = "closed_signal_fd",
    an_early_signal_descriptor_is_not_shared = "early_signal_fd",
    an_event_counter_of_the_programs_is_left_alone = "own_event_counter",
    a_child_without_descriptors_takes_no_wake_ups = "child_without_descriptors",
}
