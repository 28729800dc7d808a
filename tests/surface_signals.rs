//! The signal queue and process control, from C: each name is a test of its own in the C program.

use crate::harness::compile::{checkout, library};
use crate::harness::{Launch, needs};

fn passes(program: &str, name: &str) {
    let mut run = Launch::program(program).arg(name).start();
    run.succeed();
}

macro_rules! c_tests {
    ($program:literal: $($name:ident = $argument:literal,)*) => {
        $(
            #[test]
            fn $name() {
                passes($program, $argument);
            }
        )*
    };
}

c_tests! { "surface_signals":
    signals_are_handled_in_order = "order",
    queued_values_arrive_in_order = "values",
    more_than_the_queue_holds_is_not_lost = "flood",
    a_childs_end_is_told_in_full = "child_info",
    the_next_signal_without_a_handler = "next",
    the_descriptor_is_readable_while_signals_wait = "descriptor",
    the_descriptor_knows_of_earlier_signals = "descriptor_late",
    a_handler_may_dispatch = "nested",
    a_forked_child_has_its_own_queue = "forked",
    handlers_can_be_taken_back = "taken_back",
    errno_stays_the_interrupted_codes = "errno",
}

c_tests! { "surface_waiting":
    every_truth_value_restarts_and_does_nothing_else = "restart_values",
    system_calls_go_on_when_asked = "restarts",
    system_calls_are_interrupted_when_asked = "interrupts",
    the_alarm_comes = "alarm",
    a_storm_of_signals_is_handled_exactly_once = "storm",
    a_storm_on_many_threads_is_handled_exactly_once = "crowd",
}

c_tests! { "surface_pcntl":
    masks_are_libcs = "masks",
    a_mask_kept_while_the_queue_is_full_blocks_nothing_later = "full_queue",
    a_signal_blocked_while_the_queue_is_full_stays_blocked = "blocked_meanwhile",
    signals_can_be_waited_for = "signals_by_waiting",
    queued_signals_can_be_waited_for = "queued_signals_by_waiting",
    children_can_be_waited_for_by_kind = "children",
    priorities_are_the_kernels = "priorities",
    processors_can_be_chosen = "processors",
}

#[test]
fn namespaces_can_be_left_and_entered() {
    needs::works("no namespaces", ["unshare", "true"]);
    passes("surface_pcntl", "namespaces");
}

c_tests! { "surface_process":
    statuses_are_read_as_libc_reads_them = "statuses",
    fork_gives_both_their_pids = "forks",
    wait_and_waitpid_tell_what_happened = "waits",
    resource_usage_is_the_kernels = "usage",
    exec_passes_arguments_and_environment = "execs",
    a_failed_exec_says_why = "exec_explains",
    an_exec_with_a_full_queue_hands_on_the_programs_mask = "exec_of_a_full_queue",
    sessions_groups_and_kill_are_libcs = "ids",
    terminals_are_known_by_name = "terminals",
    messages_are_libcs = "messages",
}

#[test]
fn python_programs_can_use_pcntl() {
    let mut run = Launch::command("python3").arg(checkout().join("tests/python/pcntl.py")).arg(library()).start();
    run.succeed();
    assert_eq!(run.stdout(), "all\n");
}

#[test]
fn a_library_opened_deep_has_the_programs_environment() {
    let mut run = Launch::program("surface_deepbind").arg(library()).start();
    run.succeed();
    assert_eq!(run.stdout(), "before during after\n");
}
