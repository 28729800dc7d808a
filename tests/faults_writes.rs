//! What the library writes while signals come and others change its files, and calls that never give what is wanted.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::Command;

use crate::faults_support::{fault_tests, passes_in};
use crate::harness::{Scratch, needs};

fault_tests! { "faults_writes":
    a_signal_that_comes_while_readiness_is_told_is_the_programs = "signal_while_writing",
    a_signal_that_comes_while_the_supervisor_goes_is_the_programs = "signal_while_the_reader_goes",
    the_log_of_a_start_that_fails_is_left_alone = "log_of_a_failed_start",
    a_line_for_which_the_log_has_no_room_does_not_end_the_daemon = "log_that_is_full_and_cannot_be_opened_again",
    a_service_manager_without_room_is_not_waited_for_longer_because_of_signals = "manager_without_room",
    a_thread_that_waits_for_another_to_be_ready_sleeps = "two_threads_that_are_ready",
    groups_that_never_fit_are_told = "groups_that_never_fit",
}

#[test]
fn a_pid_file_that_is_never_the_same_is_told() {
    let scratch = Scratch::new();
    scratch.file("app.pid", "");
    passes_in(&scratch, "faults_writes", "file_of_changing_number");
}

/// A file that can only be appended to, and not be removed, as long as this lives.
struct AppendOnly(PathBuf);

impl AppendOnly {
    fn make(file: PathBuf) -> AppendOnly {
        needs::works(
            "no files that can only be appended to",
            [OsStr::new("chattr"), OsStr::new("+a"), file.as_os_str()],
        );
        AppendOnly(file)
    }
}

impl Drop for AppendOnly {
    fn drop(&mut self) {
        let _ = Command::new("chattr").arg("-a").arg(&self.0).status();
    }
}

#[test]
fn a_log_that_can_only_be_appended_to_is_told() {
    let scratch = Scratch::new();
    let _log = AppendOnly::make(scratch.file("app.log", "old\n"));
    passes_in(&scratch, "faults_writes", "log_that_only_grows");
}
