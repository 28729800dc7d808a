//! Processes with threads.

use crate::faults_support::{ends_well, fault_tests, passes_in};
use crate::harness::{Launch, Scratch, needs, program};

fault_tests! { "faults_threads":
    a_thread_that_reaps_everything_does_no_harm = "reaper",
    a_thread_that_reaps_everything_does_no_harm_while_waiting = "reaper_while_waiting",
    a_helper_thread_is_started_again = "restarted_helper",
    a_helper_thread_is_started_again_while_waiting = "restarted_helper_while_waiting",
    two_launches_at_once_keep_the_handler = "two_launches",
    every_thread_may_say_ready = "ready_by_all",
}

fault_tests! { "faults_locks":
    a_flooded_thread_gets_its_signals_again = "flooded_and_signalled",
    a_flooded_thread_does_not_hold_up_setuid = "flooded_and_setuid",
    a_child_forked_during_a_dispatch_can_dispatch = "fork_during_dispatch",
    a_thread_in_fgets_does_not_hold_up_reset_std = "reset_during_fgets",
    a_daemon_that_has_just_gone_is_no_failure = "lock_left_for_a_moment",
    a_daemon_that_is_just_ending_is_no_failure = "ending_for_a_moment",
}

fault_tests! { "signals_threads":
    signals_to_several_threads_are_not_lost = "many_threads",
    the_thread_that_dispatches_may_change_and_end = "changing_dispatcher",
    signals_to_a_dispatching_thread_that_ends_are_not_lost = "ending_dispatcher",
    threads_that_start_with_a_full_queue_can_dispatch = "threads_after_the_flood",
    a_child_of_a_flooded_process_starts_anew = "forked_child",
    a_signal_among_many_can_be_waited_for = "waited_for",
}

fault_tests! { "signals_dispatchers":
    signals_of_each_thread_keep_their_order = "order_of_each_thread",
    a_thread_that_ends_in_a_handler_leaves_dispatching_to_others = "ended_inside_a_handler",
    threads_that_ask_at_once_get_one_descriptor = "asked_at_once",
    signals_without_memory_for_them_are_not_lost = "without_memory",
    a_thread_executes_a_program_with_nothing_held_back = "executed_by_a_thread",
    a_thread_forks_a_child_with_nothing_held_back = "forked_by_a_thread",
}

fault_tests! { "faults_interposed":
    a_thread_goes_on_when_libc_knows_what_a_fork_needs = "registering",
    a_child_does_not_wait_for_a_thread_of_its_parents = "registering_and_a_child",
    a_thread_waits_for_the_descriptor_that_another_makes = "asking",
    a_signal_announced_after_its_handler_ran_is_not_read_for_ever = "announced_after_a_dispatch",
    a_signal_announced_after_it_was_taken_is_not_read_for_ever = "announced_after_it_was_taken",
}

#[test]
fn a_child_forked_during_a_reopening_can_reset() {
    let scratch = Scratch::new();
    let (directory, program) = (scratch.root().display(), program("faults_locks"));
    let can_hold = format!("cd {directory}; exec {} can_hold_openings", program.display());
    needs::works("no right to hold up the openings of a file", ["sh", "-c", &can_hold]);
    passes_in(&scratch, "faults_locks", "fork_during_reopen");
}

#[test]
fn libcs_own_signals_stay_where_the_kernel_tells_nothing() {
    needs::mounts();
    let scratch = Scratch::new();
    let launch = Launch::program("faults_threads").arg("threads_of_the_daemon").directory(scratch.root());
    let without_proc = "mount -t tmpfs none /proc; exec \"$@\"";
    let mut run = launch.under(["unshare", "--mount", "sh", "-ec", without_proc, "sh"]).start();
    run.succeed();
    ends_well(&mut run);
    assert!(scratch.path("was_here").exists(), "the daemon has been killed");
}

/// What is killed in the middle of a start leaves the launcher's memory and locks as they were.
#[test]
fn a_killed_process_of_the_start_does_not_hold_the_launcher() {
    needs::strace();
    // The first call of the process between, and one of the daemon.
    for call in ["setsid", "close_range"] {
        for name in ["killed_once_threaded", "killed_once_threaded_while_waiting", "killed_with_threads"] {
            let scratch = Scratch::new();
            let trace = format!("trace={call}");
            let inject = format!("inject={call}:signal=SIGKILL:when=1");
            let strace = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", &trace, "-e", &inject];
            let launch = Launch::program("faults_threads").arg(name).directory(scratch.root());
            let mut run = launch.under(strace).start();
            run.succeed();
            ends_well(&mut run);
        }
    }
}
