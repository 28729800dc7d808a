//! The examples' units under systemd itself.

use std::io::Read;
use std::os::unix::net::UnixStream;

use crate::harness::process::wait_until;
use crate::services_support::{System, example};

fn greeting(system: &System) -> String {
    let mut text = String::new();
    let mut stream = UnixStream::connect(system.path("run/greeter.sock")).expect("the socket");
    stream.read_to_string(&mut text).expect("a greeting");
    text
}

/// Sends a signal to the unit's main process alone.
fn kill_main(system: &System, unit: &str, signal: &str) {
    system.succeed(&["systemctl", "kill", "--kill-whom=main", "-s", signal, unit]);
}

#[test]
fn notify_reload_with_a_hardened_user_of_its_own_and_a_watchdog() {
    let unit = example("systemd/greeter.service").replace("WatchdogSec=10", "WatchdogSec=2\nRestartSec=0");
    let system = System::boot("", &[("run/systemd/system/greeter.service", &unit)]);
    system.succeed(&["systemctl", "start", "greeter.service"]);
    let first = system.number("greeter.service", "MainPID");
    let user = system.succeed(&["stat", "-c", "%u", &format!("/proc/{first}")]);
    assert!((61184..=65519).contains(&user.trim().parse().expect("a number")), "DynamicUser: {user}");
    system.succeed(&["systemctl", "reload", "greeter.service"]);
    assert_eq!(system.property("greeter.service", "ActiveState"), "active");
    assert_eq!(system.number("greeter.service", "MainPID"), first, "the same process");

    // It crashes, and is started again.
    kill_main(&system, "greeter.service", "SEGV");
    wait_until("a restart", || system.number("greeter.service", "NRestarts") == 1);
    wait_until("the second", || system.property("greeter.service", "ActiveState") == "active");

    // It hangs: its watchdog notices that.
    kill_main(&system, "greeter.service", "STOP");
    wait_until("the watchdog", || system.number("greeter.service", "NRestarts") == 2);
    wait_until("the third", || system.property("greeter.service", "ActiveState") == "active");
    system.succeed(&["systemctl", "stop", "greeter.service"]);
    assert_eq!(system.property("greeter.service", "Result"), "success");
}

#[test]
fn a_socket_of_systemds_outlives_its_service() {
    for forks in [false, true] {
        let mut unit = example("systemd/greeter.service");
        if forks {
            unit = unit.replace("bin/greeter", "bin/greeter --daemon").replace("notify-reload", "notify");
        }
        let files = [
            ("run/systemd/system/greeter.service", unit.as_str()),
            ("run/systemd/system/greeter.socket", &example("systemd/greeter.socket")),
        ];
        let system = System::boot("", &files);
        system.succeed(&["systemctl", "start", "greeter.socket"]);
        assert_eq!(system.property("greeter.service", "ActiveState"), "inactive");
        assert_eq!(greeting(&system), "hello\n");
        let first = system.number("greeter.service", "MainPID");
        system.succeed(&["systemctl", "restart", "greeter.service"]);
        assert_eq!(greeting(&system), "hello\n");
        assert_ne!(system.number("greeter.service", "MainPID"), first);
    }
}

#[test]
fn forking_with_a_pid_file() {
    let unit = example("systemd/greeter-forking.service").replace("[Service]", "[Service]\nRestartSec=0");
    let system = System::boot("", &[("run/systemd/system/greeter-forking.service", &unit)]);
    system.succeed(&["systemctl", "start", "greeter-forking.service"]);
    let first = system.property("greeter-forking.service", "MainPID");
    assert_eq!(system.succeed(&["cat", "/run/greeter.pid"]).trim(), first);
    kill_main(&system, "greeter-forking.service", "KILL");
    wait_until("a restart", || system.number("greeter-forking.service", "NRestarts") == 1);
    wait_until("the second", || system.property("greeter-forking.service", "ActiveState") == "active");
    assert_ne!(system.property("greeter-forking.service", "MainPID"), first);
    system.succeed(&["systemctl", "stop", "greeter-forking.service"]);
    assert_eq!(system.property("greeter-forking.service", "Result"), "success");
}

#[test]
fn notify_with_a_program_that_forks_away() {
    let unit = example("systemd/greeter-daemon.service");
    let system = System::boot("", &[("run/systemd/system/greeter-daemon.service", &unit)]);
    system.succeed(&["systemctl", "start", "greeter-daemon.service"]);
    let daemon = system.number("greeter-daemon.service", "MainPID");
    let started = system.number("greeter-daemon.service", "ExecMainPID");
    assert!(daemon > 0 && started == daemon, "{daemon}, {started}: systemd follows the daemon");
    let status = system.succeed(&["cat", &format!("/proc/{daemon}/status")]);
    assert!(status.contains("PPid:\t1\n"), "its launcher is gone: {status}");
    system.succeed(&["systemctl", "stop", "greeter-daemon.service"]);
    assert_eq!(system.property("greeter-daemon.service", "Result"), "success");
}

/// A service that cannot start says so, and has the status that it gave.
#[test]
fn a_service_that_fails_has_its_status() {
    let unit = example("systemd/greeter-daemon.service").replace("--daemon", "--port=70000 --pidfile=/nowhere/pid");
    let system = System::boot("", &[("run/systemd/system/greeter-daemon.service", &unit.replace("on-failure", "no"))]);
    assert!(!system.run(&["systemctl", "start", "greeter-daemon.service"]).status.success());
    assert_eq!(system.property("greeter-daemon.service", "ExecMainStatus"), "1");
}
