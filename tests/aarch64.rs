//! The C programs, and the library's unit tests, on aarch64: by qemu-user, where the cross compiler and Rust's library for it
//! are installed. Each test here is a run of the suite for the tests of one kind.

use std::env;
use std::process::Command;

use crate::harness::emulation::AARCH64;
use crate::harness::skip;

/// Tests of these kinds that cannot see through the emulator. A new one of that sort goes here, too.
const NOT_EMULATED: [&str; 28] = [
    // The signals, threads and system calls that /proc/PID shows are the emulator's, and so is what a tracer sees.
    "a_child_of_a_flooded_process_starts_anew",
    "a_child_forked_during_a_reopening_can_reset",
    "a_daemon_that_has_just_gone_is_no_failure",
    "a_daemon_that_is_just_ending_is_no_failure",
    "a_thread_in_fgets_does_not_hold_up_reset_std",
    "busy_threads_are_allowed_when_asked_for",
    "file_removed_between_its_opening_and_the_lock",
    "foreground_daemon_is_the_launcher_itself",
    "named_signals_are_kept",
    "no_loop_over_descriptors",
    "signals_are_kept",
    "signals_to_a_dispatching_thread_that_ends_are_not_lost",
    "signals_to_several_threads_are_not_lost",
    "system_calls_are_interrupted_when_asked",
    "system_calls_go_on_when_asked",
    "the_thread_that_dispatches_may_change_and_end",
    "threads_that_start_with_a_full_queue_can_dispatch",
    // It needs descriptors and a thread itself.
    "no_descriptor_left",
    "no_process_left",
    // The emulator copies the memory that daemonize_exec lends.
    "a_full_queue_does_not_go_into_a_programs_mask",
    // It does not start without /proc.
    "libcs_own_signals_stay_where_the_kernel_tells_nothing",
    // It has its own word about a crash on stderr.
    "a_crash_is_noticed_with_a_full_queue",
    // pthread_exit(3) needs libgcc_s.so.1, which only our own machine has.
    "a_thread_that_ends_in_a_handler_leaves_dispatching_to_others",
    // It keeps signal 64 for itself.
    "masks_are_libcs",
    // They are for the machine that the suite runs on.
    "python_programs_can_use",
    "is_c99",
    "is_c11",
    "is_cpp17",
];

fn passes(kind: &str) {
    AARCH64.is_needed();
    let suite = env::current_exe().expect("the suite's path");
    let mut run = Command::new(suite);
    run.arg(format!("{kind}::")).args(NOT_EMULATED.iter().flat_map(|name| ["--skip", name]));
    let output = run.args(["--test-threads", "1"]).env("LIBDAEMON_TEST_MACHINE", AARCH64.name).output();
    let output = output.expect("the suite runs");
    let (printed, said) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{printed}{said}");
    if printed.contains("\n0 passed, ") {
        skip(printed.lines().find_map(|line| line.split_once("skipped: ")).expect("a reason").1);
    }
}

macro_rules! kinds {
    ($($kind:ident,)*) => {
        $(
            #[test]
            fn $kind() {
                passes(stringify!($kind));
            }
        )*
    };
}

kinds! {
    daemon_control,
    daemon_errors,
    daemon_launch,
    daemon_log,
    daemon_options,
    daemon_pidfile,
    daemon_pidfile_races,
    daemon_privileges,
    daemon_ready,
    daemon_std,
    faults_descriptors,
    faults_launch,
    faults_places,
    faults_threads,
    surface_header,
    surface_posix,
    surface_signals,
    unit,
}
