//! Starts from a launcher that is not in its usual state.

use crate::faults_support::fault_tests;

fault_tests! { "faults_launch":
    a_crash_is_noticed_with_a_full_queue = "full_queue_and_a_crash",
    a_timeout_kills_with_a_full_queue = "full_queue_and_a_timeout",
    a_full_queue_does_not_go_into_the_kept_mask = "full_queue_and_the_mask",
    a_full_queue_does_not_go_into_a_programs_mask = "full_queue_and_a_program",
    a_timeout_kills_though_the_process_between_is_gone = "killed_between_and_a_timeout",
    an_interrupt_kills_though_the_process_between_is_gone = "killed_between_and_an_interrupt",
    sigchld_stays_ignored_for_other_children = "ignored_sigchld",
    sigchld_stays_pending = "pending_sigchld",
    sigchld_stays_pending_while_waiting = "pending_sigchld_while_waiting",
    a_second_daemon_that_keeps_signals_ends_by_sigterm = "second_daemon",
    a_message_of_several_lines_becomes_one = "several_lines",
}
