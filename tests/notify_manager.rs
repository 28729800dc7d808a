//! What a service manager is told, by NOTIFY_SOCKET.

use rustix::fs::{Access, access};

use crate::harness::{Exit, Launch, Scratch, needs};
use crate::notify_support::{Acts, Manager, Notifier};

#[test]
fn a_service_of_systemds_stays_in_the_foreground_and_says_when_it_is_ready() {
    let mut notifier = Notifier::new();
    let manager = Manager::new(&notifier.scratch);
    let launch = notifier.launch().env("NOTIFY_SOCKET", &manager.address).option("own", "SYSTEMD_EXEC_PID");
    let mut run = launch.acts(&["daemonize", "ready", "pid"]).start();
    manager.expect(&["READY=1", "BARRIER=1"]);
    assert_eq!(notifier.reports.next(), "ready 0");
    assert_eq!(notifier.reports.next(), format!("pid {} {}", run.program(), run.keeper()));
    run.succeed();
    assert!(manager.is_silent());
}

/// As from a shell in such a service.
#[test]
fn who_was_not_started_by_systemd_itself_becomes_a_daemon() {
    let mut notifier = Notifier::new();
    let manager = Manager::new(&notifier.scratch);
    let launch = notifier.launch().env("NOTIFY_SOCKET", &manager.address).env("SYSTEMD_EXEC_PID", "1");
    let mut run = launch.acts(&["daemonize", "pid", "ready"]).start();
    let told = manager.next();
    let daemon = told.strip_prefix("MAINPID=").expect("the launcher says who is the service").to_owned();
    manager.expect(&["BARRIER=1"]);
    assert_eq!(notifier.reports.expect("pid"), format!("{daemon} {}", run.keeper()));
    manager.expect(&[&format!("READY=1\nMAINPID={daemon}"), "BARRIER=1"]);
    assert_eq!(notifier.reports.next(), "ready 0");
    run.wait_idle();
}

#[test]
fn a_launcher_that_waits_says_who_is_the_service_before_the_daemon_says_that_it_is_ready() {
    for address in ["path", "abstract"] {
        let mut notifier = Notifier::new();
        let manager = match address {
            "path" => Manager::new(&notifier.scratch),
            _ => Manager::of_abstract_address(&format!("libdaemon-{}", notifier.scratch.root().display())),
        };
        let launch = notifier.launch().env("NOTIFY_SOCKET", &manager.address).option("wait-ready", -1);
        let mut run = launch.option("foreground", 1).acts(&["daemonize", "ready", "pid"]).start();
        let told = manager.next();
        let daemon = told.strip_prefix("MAINPID=").expect("the launcher speaks first").to_owned();
        manager.expect(&["BARRIER=1", &format!("READY=1\nMAINPID={daemon}"), "BARRIER=1"]);
        assert_eq!(notifier.reports.next(), "ready 0");
        assert!(notifier.reports.expect("pid").starts_with(&format!("{daemon} ")));
        run.wait_idle();
    }
}

/// It has been started as a service, but nobody has made it a daemon: as by daemonize_exec.
#[test]
fn a_program_that_is_no_daemon_tells_its_service_manager() {
    let mut notifier = Notifier::new();
    let manager = Manager::new(&notifier.scratch);
    let mut run = notifier.launch().env("NOTIFY_SOCKET", &manager.address).acts(&["ready"]).start();
    manager.expect(&["READY=1", "BARRIER=1"]);
    assert_eq!(notifier.reports.next(), "ready 0");
    run.succeed();
}

/// Its path means nothing in the new root directory.
#[test]
fn the_socket_is_kept_in_another_root_directory() {
    needs::another_root();
    let outside = Scratch::new();
    for options in [
        &["--foreground=2"][..],
        &["--foreground=2", "--close-fds=1"],
        &["--foreground=1"],
        &["--foreground=1", "--wait-ready=-1", "--close-fds=2", "--user=nobody"],
    ] {
        let mut notifier = Notifier::new();
        let manager = Manager::new(&outside);
        let launch =
            Launch::program("teller").option("events", "/events").option_path("chroot", notifier.scratch.root());
        let launch = launch.args(options).env("NOTIFY_SOCKET", &manager.address);
        if options.contains(&"--user=nobody") {
            needs::another_user();
        }
        let mut run = launch.acts(&["daemonize", "ready", "notify:STATUS=up"]).start();
        let told: Vec<String> =
            std::iter::repeat_with(|| manager.next()).take_while(|told| told != "STATUS=up").collect();
        assert!(told.iter().any(|told| told.starts_with("READY=1")), "{options:?}: {told:?}");
        assert_eq!(notifier.reports.next(), "ready 0", "{options:?}");
        assert_eq!(notifier.reports.next(), "notify 0", "{options:?}");
        run.wait_idle();
        std::fs::remove_file(outside.path("notify")).expect("remove");
    }
}

#[test]
fn a_service_that_gives_up_tells_its_service_manager_why() {
    let notifier = Notifier::new();
    let manager = Manager::new(&notifier.scratch);
    for acts in [&["daemonize", "fail:no port"][..], &["fail:no port"]] {
        let launch = notifier.launch().env("NOTIFY_SOCKET", &manager.address).option("foreground", 2).acts(acts);
        let mut run = launch.start();
        manager.expect(&["X_LIBDAEMON_FAILED=1\nSTATUS=no port"]);
        assert_eq!(run.wait(), Exit::Status(9));
        assert_eq!(run.stderr(), "no port\n");
    }
}

#[test]
fn every_state_is_told() {
    let mut notifier = Notifier::new();
    let manager = Manager::new(&notifier.scratch);
    let acts =
        ["notify:STATUS=3 clients", "reloading", "stopping", "watchdog", "extend:1500", "store:FDSTORE=1\nFDNAME=a"];
    let mut run = notifier.launch().env("NOTIFY_SOCKET", &manager.address).acts(&acts).start();
    manager.expect(&["STATUS=3 clients"]);
    let reloading = manager.next();
    let time = reloading.strip_prefix("RELOADING=1\nMONOTONIC_USEC=").and_then(|time| time.parse::<u64>().ok());
    let uptime = std::fs::read_to_string("/proc/uptime").expect("a time since the start");
    let uptime: f64 = uptime.split(' ').next().and_then(|time| time.parse().ok()).expect("seconds");
    assert!(time.is_some_and(|time| (time as f64) < (uptime + 1.0) * 1e6 && time > 0), "{reloading} at {uptime}");
    manager.expect(&["STOPPING=1", "WATCHDOG=1", "EXTEND_TIMEOUT_USEC=1500000", "FDSTORE=1\nFDNAME=a"]);
    run.succeed();
    for name in ["notify", "reloading", "stopping", "watchdog", "extend", "store"] {
        assert_eq!(notifier.reports.next(), format!("{name} 0"));
    }
}

#[test]
fn without_a_service_manager_nothing_is_told_and_nothing_fails() {
    let mut notifier = Notifier::new();
    let acts = ["notify:STATUS=a", "reloading", "stopping", "watchdog", "interval", "extend:1", "listen"];
    notifier.launch().acts(&acts).start().succeed();
    for name in ["notify", "reloading", "stopping", "watchdog", "interval", "extend", "listen"] {
        assert_eq!(notifier.reports.next(), format!("{name} 0"));
    }
}

#[test]
fn nonsense_is_refused() {
    let mut notifier = Notifier::new();
    notifier.launch().acts(&["notify:", "extend:0", "ready"]).start().succeed();
    assert_eq!(notifier.reports.next(), "notify -1 22 service state: empty");
    assert_eq!(notifier.reports.next(), "extend -1 22 service state: the time is not positive");
    assert_eq!(notifier.reports.next(), "ready -1 22 readiness: this process is not a daemon");
}

#[test]
fn a_socket_that_is_not_there_is_said() {
    // The kernel asks for the right to write first, and then whether it is a socket.
    let may_write = access("/", Access::WRITE_OK).is_ok();
    let root =
        if may_write { "111 NOTIFY_SOCKET /: Connection refused" } else { "13 NOTIFY_SOCKET /: Permission denied" };
    for (address, answer) in [
        ("/nowhere/notify", "2 NOTIFY_SOCKET /nowhere/notify: No such file or directory"),
        ("/dev/null", "111 NOTIFY_SOCKET /dev/null: Connection refused"),
        ("@libdaemon-nobody", "111 NOTIFY_SOCKET @libdaemon-nobody: Connection refused"),
        ("vsock:2:1234", "97 NOTIFY_SOCKET vsock:2:1234: Address family not supported by protocol"),
        ("run/notify", "97 NOTIFY_SOCKET run/notify: Address family not supported by protocol"),
        ("/", root),
    ] {
        let mut notifier = Notifier::new();
        let launch = notifier.launch().env("NOTIFY_SOCKET", address).option("foreground", 2);
        launch.acts(&["notify:STATUS=a", "daemonize", "ready", "ready"]).start().succeed();
        assert_eq!(notifier.reports.next(), format!("notify -1 {answer}"));
        assert_eq!(notifier.reports.next(), format!("ready -1 {answer}"));
        assert_eq!(notifier.reports.next(), format!("ready -1 {answer}"), "it says so again");
    }
}

#[test]
fn a_socket_that_does_not_answer_is_said() {
    let mut notifier = Notifier::new();
    let manager = Manager::new(&notifier.scratch);
    let mut run = notifier.launch().env("NOTIFY_SOCKET", &manager.address).acts(&["ready"]).start();
    let answer = format!("ready -1 110 NOTIFY_SOCKET {}: does not answer", manager.address);
    assert_eq!(notifier.reports.next(), answer);
    run.succeed();
}

#[test]
fn the_watchdogs_interval() {
    let interval = |usec: &str, pid: Option<&str>| {
        let mut notifier = Notifier::new();
        let launch = notifier.launch().env("WATCHDOG_USEC", usec);
        let launch = match pid {
            Some("own") => launch.option("own", "WATCHDOG_PID"),
            Some(pid) => launch.env("WATCHDOG_PID", pid),
            None => launch,
        };
        launch.acts(&["interval"]).start().succeed();
        notifier.reports.expect("interval")
    };
    assert_eq!(interval("3000000", None), "3000");
    assert_eq!(interval("3000000", Some("own")), "3000");
    assert_eq!(interval("3000000", Some("1")), "0", "another process is meant");
    assert_eq!(interval("1", None), "1");
    assert_eq!(interval("9223372036854775807", None), "2147483647");
    for nonsense in ["0", "-1", "3s", " 3", "18446744073709551615"] {
        assert_eq!(interval(nonsense, None), format!("-1 22 WATCHDOG_USEC {nonsense}: Invalid argument"));
    }
    for nonsense in ["0", "-1", "init"] {
        assert_eq!(interval("3000000", Some(nonsense)), format!("-1 22 WATCHDOG_PID {nonsense}: Invalid argument"));
    }
}

/// What the service manager has said of the launcher is the daemon's then, also in an environment of its own.
#[test]
fn the_watchdog_watches_the_daemon() {
    for options in [&[][..], &["--clearenv"]] {
        let mut notifier = Notifier::new();
        let launch = notifier.launch().env("WATCHDOG_USEC", "3000000").env("OTHER", "x").option("own", "WATCHDOG_PID");
        let mut run = launch.args(options).acts(&["daemonize", "interval", "env:OTHER"]).start();
        assert_eq!(notifier.reports.next(), "interval 3000");
        assert_eq!(notifier.reports.next(), if options.is_empty() { "env x" } else { "env (none)" });
        run.wait_idle();
    }
}

#[test]
fn a_failure_where_nobody_waits_is_printed_and_is_the_status() {
    for options in [&["--foreground=2"][..], &["--foreground=0", "--own=SYSTEMD_EXEC_PID"]] {
        let notifier = Notifier::new();
        let manager = Manager::new(&notifier.scratch);
        let launch = notifier.launch().env("NOTIFY_SOCKET", &manager.address).args(options);
        let mut run = launch.acts(&["daemonize", "fail:no database"]).start();
        assert_eq!(run.wait(), Exit::Status(9));
        assert_eq!(run.stderr(), "no database\n");
    }
}
