//! Starts whose forks or session are refused, or come to be in another place; and what the program sees of the children.

use crate::faults_support::{ends_well, fault_tests, passes};
use crate::harness::{Launch, Scratch, needs};

fault_tests! { "faults_forks":
    a_refused_session_fails_the_start_and_kills_nobody = "refused_session",
    a_program_is_no_lost_daemon_where_waitid_is_refused = "refused_look",
    no_sigchld_of_the_librarys_own_children = "no_sigchld",
    a_child_forked_during_reset_std_finds_its_log = "reopened_by_a_child_of_a_reset",
}

/// The program by another one that runs it.
fn passes_under(words: &[&str], name: &str) {
    let scratch = Scratch::new();
    let launch = Launch::program("faults_forks").arg(name).directory(scratch.root());
    let mut run = launch.under(words).start();
    run.succeed();
    ends_well(&mut run);
}

#[test]
fn a_refused_system_call_is_a_plain_fork() {
    needs::strace();
    let strace = ["strace", "-qq", "-o", "/dev/null", "-e", "trace=clone", "-e", "inject=clone:error=EPERM:when=1"];
    passes_under(&strace, "refused_clone");
}

#[test]
fn too_many_processes_are_said_to_be_too_many() {
    needs::another_user();
    passes("faults_forks", "one_process");
    passes("faults_forks", "two_processes");
}

#[test]
fn a_daemon_that_would_end_with_its_pid_namespace_is_refused() {
    needs::pid_namespace();
    passes("faults_forks", "new_pid_namespace");
    passes("faults_forks", "new_pid_namespace_while_waiting");
    passes_under(&["unshare", "--pid", "--fork", "--kill-child"], "as_process_1");
}

#[test]
fn a_daemon_in_another_pid_namespace_is_told_by_its_pid_here() {
    needs::pid_namespace();
    passes("faults_forks", "pid_namespace_with_a_process_1");
}

#[test]
fn threads_are_noticed_without_proc() {
    needs::mounts();
    let without_proc = ["unshare", "--mount", "sh", "-ec", "mount -t tmpfs none /proc; exec \"$@\"", "sh"];
    passes_under(&without_proc, "threads_are_noticed");
    passes_under(&without_proc, "threads_are_noticed_by_libc");
}
