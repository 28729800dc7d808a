//! What a PHP script tells its service manager, takes from it, and how it is called.

use crate::harness::{Exit, Reports, Scratch};
use crate::notify_support::Manager;
use crate::php_support::{Php, output};

/// What these statements give, in a script that has the package.
fn answer(statements: &str) -> String {
    output(Php::Lacking.code(&format!("echo json_encode((function () {{ {statements} }})(), JSON_UNESCAPED_SLASHES);")))
}

#[test]
fn states_are_told() {
    let scratch = Scratch::new();
    let manager = Manager::new(&scratch);
    let mut reports = Reports::new(&scratch, "report");
    let code = "putenv('SYSTEMD_EXEC_PID=' . getmypid());
        $before = getmypid();
        Libdaemon\\daemonize();
        Libdaemon\\notify('STATUS=3 clients');
        Libdaemon\\reloading();
        Libdaemon\\extend_timeout(1.5);
        Libdaemon\\watchdog();
        Libdaemon\\stopping();
        Libdaemon\\ready();
        file_put_contents(getenv('REPORT'), json_encode([getmypid() === $before, Libdaemon\\watchdog_interval()]) . \"\\n\");";
    let launch = Php::Lacking.code(code).env("NOTIFY_SOCKET", &manager.address).env("WATCHDOG_USEC", "3000000");
    let mut run = launch.env("REPORT", reports.path()).directory(scratch.root()).start();
    manager.expect(&["STATUS=3 clients"]);
    assert!(manager.next().starts_with("RELOADING=1\nMONOTONIC_USEC="));
    manager.expect(&["EXTEND_TIMEOUT_USEC=1500000", "WATCHDOG=1", "STOPPING=1", "READY=1", "BARRIER=1"]);
    assert_eq!(reports.next(), "[true,3]");
    assert_eq!(run.wait(), Exit::Status(0));
}

#[test]
fn without_a_service_manager_nothing_happens() {
    let calls = "Libdaemon\\notify('A=b'); Libdaemon\\reloading(); Libdaemon\\stopping(); Libdaemon\\watchdog();
        Libdaemon\\extend_timeout(1); return [Libdaemon\\watchdog_interval(), Libdaemon\\listen_fds()];";
    assert_eq!(answer(calls), "[0,[]]");
}

#[test]
fn failures_are_exceptions() {
    let calls = "$said = [];
        putenv('NOTIFY_SOCKET=vsock:2:1');
        putenv('LISTEN_FDS=many'); putenv('LISTEN_PID=' . getmypid());
        foreach ([fn () => Libdaemon\\notify('A=b'), fn () => Libdaemon\\listen_fds(), fn () => Libdaemon\\set_title('')] as $call) {
            try { $call(); $said[] = null; } catch (Libdaemon\\Exception $failure) { $said[] = $failure->getMessage(); }
        }
        return $said;";
    let said = "[\"NOTIFY_SOCKET vsock:2:1: Address family not supported by protocol\",\"LISTEN_FDS many: Invalid argument\",\
                \"title: empty\"]";
    assert_eq!(answer(calls), said);
}

/// Beside PHP's own function for it: the last one that was called counts.
#[test]
fn titles_are_shown() {
    let calls = "$shown = fn () => [rtrim(file_get_contents('/proc/self/cmdline'), \"\\0\"), trim(file_get_contents('/proc/self/comm'))];
        Libdaemon\\set_title('app: first'); $all = $shown();
        cli_set_process_title('by PHP'); array_push($all, $shown()[0]);
        Libdaemon\\set_title('app: second'); array_push($all, ...$shown());
        return $all;";
    assert_eq!(answer(calls), r#"["app: first","app: first","by PHP","app: second","app: second"]"#);
}
