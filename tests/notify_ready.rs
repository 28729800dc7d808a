//! Readiness, told to supervisors and service managers.

use rustix::process::Signal;

use crate::harness::files::text_of;
use crate::harness::{Process, Service, needs};

const WITH_DESCRIPTOR: [&str; 4] = ["sh", "-c", "exec 7>ready; exec \"$@\"", "sh"];

#[test]
fn a_supervisor_reads_a_newline_from_its_descriptor() {
    for options in [&["--close-fds=0"][..], &["--close-fds=1", "--wait-ready=-1"], &["--close-fds=2", "--foreground=2"]]
    {
        let mut service = Service::new();
        let launch = service.launch().args(options).option("notify-fd", 7).directory(service.scratch.root());
        let mut run = launch.under(WITH_DESCRIPTOR).start();
        let daemon = Process::new(service.reports.expect_pid("up"));
        assert_eq!(text_of(&service.scratch.path("ready")), "\n", "{options:?}");
        assert!(!daemon.descriptors().contains_key(&7), "{options:?}: it is closed");
        daemon.signal(Signal::TERM);
        run.wait_idle();
    }
}

#[test]
fn a_daemon_that_is_not_ready_has_not_said_so() {
    let mut service = Service::new();
    let launch = service.launch().option("notify-fd", 7).option("init", "hang").directory(service.scratch.root());
    let mut run = launch.under(WITH_DESCRIPTOR).start();
    run.succeed();
    let daemon = Process::new(service.reports.expect_pid("initialising"));
    assert_eq!(text_of(&service.scratch.path("ready")), "");
    assert!(daemon.descriptors().contains_key(&7));
}

#[test]
fn a_notification_descriptor_that_is_not_open_is_refused() {
    needs::program("sh");
    let mut service = Service::new();
    let refusal =
        service.refuse(service.launch().option("notify-fd", 7).under(["sh", "-c", "exec 7>&-; exec \"$@\"", "sh"]));
    assert_eq!(refusal.check().message, "notification descriptor 7: Bad file descriptor");
    let refusal = service.refuse(service.launch().option("notify-fd", 2));
    assert_eq!(refusal.check().message, "notification descriptor 2: Invalid argument");
}

/// Somebody else's file may have its number by now.
#[test]
fn a_notification_descriptor_that_the_program_has_closed_is_said() {
    let mut service = Service::new();
    let launch = service.launch().option("notify-fd", 7).option("init", "swap:7").directory(service.scratch.root());
    let mut run = launch.under(WITH_DESCRIPTOR).start();
    run.succeed();
    assert_eq!(service.reports.next(), "daemonize_ready: notification descriptor: Bad file descriptor");
    assert_eq!(text_of(&service.scratch.path("ready")), "");
}
