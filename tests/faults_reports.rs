//! The launcher's success and failure are the truth, whatever the daemon says or cannot say.

use crate::faults_support::{ends_well, fault_tests};
use crate::harness::{Launch, Scratch, needs};

fault_tests! { "faults_reports":
    a_daemon_is_set_up_once = "second_set_up",
    a_daemon_is_not_the_process_that_watches_it = "forged_watch",
    a_daemon_does_not_tell_its_own_end = "forged_end",
    a_message_too_short_is_no_report = "short_message",
    an_empty_message_is_no_report = "empty_message",
    a_flood_does_not_hold_the_launcher = "flood",
    a_reported_failure_is_cleaned = "failure_of_nonsense",
    a_reported_line_has_an_end = "failure_without_end",
    only_the_first_failure_counts = "failures_without_end",
    descriptors_that_a_daemon_sends_are_closed = "many_descriptors",
    a_daemons_child_is_not_the_daemon = "ready_by_another",
    a_failure_is_told_before_output_that_nobody_reads = "failure_of_unread_output",
}

fault_tests! { "faults_answers":
    a_daemon_killed_before_the_answer_is_no_success = "killed_before_the_answer",
    a_ready_daemon_killed_before_the_answer_is_no_success = "ready_but_killed_before_the_answer",
}

/// The program under strace, which has the n-th message that each process sends fail.
fn loses(which: u32, name: &str) {
    needs::strace();
    let scratch = Scratch::new();
    let inject = format!("inject=sendto,sendmsg:error=ENOBUFS:when={which}");
    let strace = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=sendto,sendmsg", "-e", &inject];
    let mut run = Launch::program("faults_answers").arg(name).directory(scratch.root()).under(strace).start();
    run.succeed();
    ends_well(&mut run);
}

#[test]
fn a_lost_report_of_the_set_up_fails_the_start() {
    loses(1, "lost_set_up");
    loses(1, "lost_set_up_without_waiting");
}

#[test]
fn a_lost_report_of_readiness_can_be_made_again() {
    loses(2, "lost_ready");
}
