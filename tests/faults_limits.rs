//! Every wait of a launcher ends at its time and at signals, whatever is stopped, refused or hangs; and nothing is left.

use crate::faults_support::{ends_well, fault_tests, passes};
use crate::harness::files::text_of;
use crate::harness::{Launch, Scratch, needs};

fault_tests! { "faults_limits":
    a_set_up_that_hangs_is_ended = "hanging_set_up",
    a_set_up_that_hangs_is_ended_while_waiting = "hanging_set_up_while_waiting",
    a_shorter_wait_for_readiness_ends_a_set_up = "hanging_set_up_while_waiting_shortly",
    a_set_up_can_be_interrupted = "interrupted_set_up",
    a_set_up_can_be_interrupted_while_waiting = "interrupted_set_up_while_waiting",
    a_timeout_kills_where_kill_is_refused = "refused_kill",
    a_start_fails_where_kill_is_refused = "refused_kill_of_a_good_start",
    a_timeout_kills_where_pidfds_are_refused = "refused_pidfds",
    a_timeout_kills_where_shutdown_is_refused = "refused_shutdown",
    a_timeout_kills_a_daemon_with_a_session_of_its_own = "own_session",
    a_stopped_group_is_ended = "stopped_group",
    a_crash_is_noticed_without_a_witness = "crash_without_witness",
}

#[test]
fn a_timeout_kills_a_daemon_that_the_launcher_may_not_kill() {
    needs::another_user();
    passes("faults_limits", "saved_root");
    passes("faults_limits", "another_user_by_capability");
}

/// The program under strace, which has this done to system calls of each process.
fn passes_under(inject: &str, name: &str) {
    needs::strace();
    let scratch = Scratch::new();
    let (call, _) = inject.split_once(':').expect("a system call, and what is done to it");
    let (trace, inject) = (format!("trace={call}"), format!("inject={inject}"));
    let strace = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", &trace, "-e", &inject];
    let mut run = Launch::program("faults_limits").arg(name).directory(scratch.root()).under(strace).start();
    run.succeed();
    ends_well(&mut run);
}

#[test]
fn a_set_up_can_be_interrupted_without_a_signal_descriptor() {
    passes_under("signalfd4:error=ENOSYS", "interrupted_without_descriptor");
}

#[test]
fn a_stopped_process_between_does_not_hold_the_launcher() {
    passes_under("setsid:signal=SIGSTOP:when=1", "stopped_between");
    passes_under("setsid:signal=SIGSTOP:when=1", "stopped_between_while_waiting");
    passes_under("getppid:signal=SIGSTOP:when=1", "stopped_watcher");
}

#[test]
fn a_stopped_daemon_does_not_hold_the_launcher() {
    passes_under("close_range:signal=SIGSTOP:when=1", "stopped_between");
    passes_under("close_range:signal=SIGSTOP:when=1", "stopped_between_while_waiting");
}

#[test]
fn a_stopped_daemon_of_another_user_does_not_hold_the_launcher() {
    needs::another_user();
    passes_under("close_range:signal=SIGSTOP:when=1", "another_user_in_set_up");
}

#[test]
fn a_set_up_has_half_a_minute_unless_the_caller_says_otherwise() {
    needs::strace();
    let scratch = Scratch::new();
    let trace = scratch.path("trace");
    let strace = ["strace", "-qq", "-e", "trace=poll,ppoll", "-o", trace.to_str().expect("a name in UTF-8")];
    let launch = Launch::program("faults_limits").arg("unlimited_by_the_caller").directory(scratch.root());
    let mut run = launch.under(strace).start();
    run.succeed();
    ends_well(&mut run);
    // poll([...], 3, 29999) = 1; or ppoll([...], 3, {tv_sec=29, ... Those that only ask have no time.
    let calls = text_of(&trace);
    let mut waits = calls.lines().filter_map(|call| Some((call, call.split_once("], ")?.1.split_once(", ")?.1)));
    let (call, time) = waits.find(|(_, time)| !time.starts_with("0)")).expect("the launcher's wait");
    let time = time.trim_start_matches("{tv_sec=");
    let digits: String = time.chars().take_while(char::is_ascii_digit).collect();
    let limit: u32 = digits.parse().expect("a time");
    let seconds = if call.starts_with("poll(") { limit.div_ceil(1000) } else { limit + 1 };
    assert!((20..=30).contains(&seconds), "{call}");
}
