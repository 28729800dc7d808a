//! A daemon in the foreground: a start that fails late leaves the process as it was; and the signals that end it.

use crate::faults_support::{fault_tests, passes};
use crate::harness::{Exit, Launch, Scratch, needs};

fault_tests! { "faults_foreground":
    a_late_failure_changes_nothing = "late_failure",
    a_late_failure_leaves_closed_streams_closed = "late_failure_with_closed_streams",
    a_file_too_large_is_a_failure_and_no_signal = "limited_file_size",
    a_log_too_large_takes_no_status_away = "limited_file_size_of_a_log",
    the_pid_file_goes_with_what_ends_the_daemon = "ended_by_signals",
}

#[test]
fn a_late_failure_leaves_the_root_directory() {
    needs::another_root();
    passes("faults_foreground", "late_failure_in_a_jail");
}

#[test]
fn a_working_directory_that_cannot_be_entered_is_no_failure() {
    needs::another_user();
    passes("faults_foreground", "unsearchable_directory");
}

#[test]
fn process_1_without_a_pid_file_is_ended_by_signals() {
    needs::pid_namespace();
    for (name, status) in [("process_1_ended_by_term", 143), ("process_1_ended_by_int", 130)] {
        let scratch = Scratch::new();
        let launch = Launch::program("faults_foreground").arg(name).directory(scratch.root());
        let mut run = launch.under(["unshare", "--pid", "--fork", "--kill-child"]).start();
        assert_eq!(run.wait(), Exit::Status(status), "{name}");
    }
}
