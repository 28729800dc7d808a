//! The program of the examples under s6 and runit.

use crate::harness::process::wait_until;
use crate::services_support::{System, example};

#[test]
fn s6_waits_for_the_newline() {
    let files = [
        ("service/greeter/run", example("s6/greeter/run")),
        ("service/greeter/notification-fd", example("s6/greeter/notification-fd")),
    ];
    let files = files.each_ref().map(|(name, text)| (*name, text.as_str()));
    let system = System::boot("s6-svscan /service", &files);
    let service = "/service/greeter";
    wait_until("its supervisor", || system.run(&["s6-svok", service]).status.success());
    system.succeed(&["s6-svwait", "-U", "-t", "60000", service]);
    let status = |what: &str| system.succeed(&["s6-svstat", "-o", what, service]).trim().to_owned();
    assert_eq!(status("ready"), "true");
    let first = status("pid");
    system.succeed(&["s6-svc", "-wR", "-T", "60000", "-r", service]);
    assert_ne!(status("pid"), first, "TERM has ended it, and it is started again");
    system.succeed(&["s6-svc", "-wD", "-T", "60000", "-d", service]);
    assert_eq!(status("exitcode"), "0");
}

#[test]
fn runit_starts_and_stops_it() {
    let run = example("s6/greeter/run").replace(" --notify-fd=3", "");
    let system = System::boot("runsvdir /service", &[("service/greeter/run", &run)]);
    let service = "/service/greeter";
    // Its supervisor is there first, and says "down" until it has started the program.
    wait_until("the program", || system.run(&["sv", "status", service]).stdout.starts_with(b"run: "));
    system.succeed(&["sv", "-w", "60", "down", service]);
    assert!(system.succeed(&["sv", "status", service]).starts_with("down: "));
}
