//! Sockets that a service manager hands over: LISTEN_FDS.

use crate::command_support::command;
use crate::harness::{Exit, Launch, Scratch, program};
use crate::notify_support::{Acts, Notifier};

/// Started with so many descriptors, as the arguments say.
fn activated(notifier: &Notifier, count: &str, open: &[&str]) -> Launch {
    notifier.launch().env("LISTEN_FDS", count).option("own", "LISTEN_PID").args(open)
}

#[test]
fn a_daemon_has_the_sockets_of_its_launcher() {
    let sockets = ["--socket=3", "--memory=4", "--socket=5", "--file=6"];
    for options in [
        &["--close-fds=0"][..],
        &["--close-fds=1", "--wait-ready=-1"],
        &["--close-fds=2", "--clearenv"],
        &["--close-fds=0", "--foreground=2"],
        &["--close-fds=0", "--notify-fd=6"],
    ] {
        let mut notifier = Notifier::new();
        let launch = activated(&notifier, "3", &sockets).env("LISTEN_FDNAMES", "web:kept:ctl").args(options);
        let mut run = launch.acts(&["daemonize", "listen", "listen", "ready"]).start();
        assert_eq!(notifier.reports.next(), "listen 3 web kept ctl", "{options:?}");
        assert_eq!(notifier.reports.next(), "listen 3 web kept ctl", "and again");
        assert_eq!(notifier.reports.next(), "ready 0");
        run.wait_idle();
    }
}

/// By the library and by the command.
#[test]
fn a_program_that_is_started_has_the_sockets_of_its_launcher() {
    let scratch = Scratch::new();
    let (first, second) = (scratch.fifo("first"), scratch.fifo("second"));
    let words = [
        "sh",
        "-c",
        "export LISTEN_FDS=2 LISTEN_FDNAMES=web:ctl LISTEN_PID=$$; exec \"$@\" 3<>\"$FIRST\" 4<>\"$SECOND\" 5</dev/null",
        "sh",
    ];
    let starter = || Launch::program("starter").arg("");
    for (launch, more) in [
        (starter(), &["--"][..]),
        (starter(), &["--close-fds=1", "--clearenv", "--wait-ready=-1", "--"]),
        (starter(), &["--busy=3", "--keep-fd=5", "--"]),
        (command(), &[]),
        (command(), &["--clearenv", "--wait-ready"]),
        (command(), &["--foreground"]),
    ] {
        let mut notifier = Notifier::new();
        let launch = launch.args(more).arg(program("teller")).option_path("events", notifier.reports.path());
        let launch = launch.acts(&["listen", "env:LISTEN_FDNAMES", "env:LISTEN_PID", "pid", "ready"]);
        let launch = launch.env("FIRST", &first).env("SECOND", &second);
        let mut run = launch.under(words).start();
        assert_eq!(notifier.reports.next(), "listen 2 web ctl", "{more:?}");
        assert_eq!(notifier.reports.next(), "env web:ctl", "{more:?}");
        let named = notifier.reports.expect("env");
        assert!(notifier.reports.expect("pid").starts_with(&format!("{named} ")), "{more:?}: LISTEN_PID is {named}");
        run.wait_idle();
    }
}

#[test]
fn descriptors_without_names_are_unknown() {
    let mut notifier = Notifier::new();
    activated(&notifier, "2", &["--socket=3", "--socket=4"]).acts(&["listen"]).start().succeed();
    assert_eq!(notifier.reports.next(), "listen 2 unknown unknown");
}

#[test]
fn those_of_another_process_are_not_taken() {
    let mut notifier = Notifier::new();
    let launch = notifier.launch().env("LISTEN_FDS", "2").env("LISTEN_PID", "1").acts(&["listen"]);
    launch.acts(&["daemonize", "listen", "env:LISTEN_PID"]).start().wait_idle();
    assert_eq!(notifier.reports.next(), "listen 0");
    assert_eq!(notifier.reports.next(), "listen 0");
    assert_eq!(notifier.reports.next(), "env 1");
}

#[test]
fn what_is_no_socket_is_refused_by_name() {
    for (count, open, answer) in [
        ("2", &["--socket=3"][..], "9 LISTEN_FDS: descriptor 4: not open"),
        ("2", &["--socket=3", "--file=4"], "88 LISTEN_FDS: descriptor 4: neither a socket nor a FIFO"),
        ("many", &[], "22 LISTEN_FDS many: Invalid argument"),
        ("-1", &[], "22 LISTEN_FDS -1: Invalid argument"),
        ("2147483647", &[], "22 LISTEN_FDS 2147483647: Invalid argument"),
        ("99999999999999999999", &[], "22 LISTEN_FDS 99999999999999999999: Invalid argument"),
    ] {
        let mut notifier = Notifier::new();
        let launch = activated(&notifier, count, open);
        launch.clone().acts(&["listen"]).start().succeed();
        assert_eq!(notifier.reports.next(), format!("listen -1 {answer}"));
        let mut run = launch.acts(&["daemonize"]).start();
        assert_eq!(run.wait(), Exit::Status(1), "no daemon is made with them");
        assert_eq!(run.stderr(), format!("teller: {}\n", answer.split_once(' ').expect("an errno").1));
    }
    for (name, value, answer) in [
        ("LISTEN_PID", "me", "LISTEN_PID me: Invalid argument"),
        ("LISTEN_FDNAMES", "one", "LISTEN_FDNAMES one: not as many names as descriptors"),
    ] {
        let mut notifier = Notifier::new();
        let own = if name == "LISTEN_PID" { "NOTHING" } else { "LISTEN_PID" };
        let launch = notifier.launch().env("LISTEN_FDS", "2").env(name, value).option("own", own);
        launch.args(["--socket=3", "--socket=4"]).acts(&["listen"]).start().succeed();
        assert_eq!(notifier.reports.next(), format!("listen -1 22 {answer}"));
    }
}
