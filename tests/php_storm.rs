//! A storm of asynchronous signals: for some seconds, or for as many as STORM_SECONDS says.

use std::time::Duration;

use crate::harness::{Exit, GUARD, Launch};
use crate::php_support::{Php, says};

/// Of a storm that lasts that many seconds by STORM_SECONDS.
fn is_weathered(storm: Launch, seconds: u64) {
    let mut run = storm.start();
    let exit = run.wait_within(Duration::from_secs(seconds) + GUARD * 2).expect("the storm ends");
    let (stdout, stderr) = (run.stdout(), run.stderr());
    assert!(exit == Exit::Status(0) && stdout.ends_with("\ngood\n") && stderr.is_empty(), "{exit}: {stdout}{stderr}");
}

#[test]
fn each_signal_of_a_storm_is_handled_and_each_exception_arrives() {
    let seconds = std::env::var("STORM_SECONDS").map_or(0, |text| text.parse().expect("a number of seconds"));
    is_weathered(Php::Lacking.script("storm.php"), seconds);
}

/// Without exceptions, of which PHP before 8.4 loses memory by itself.
#[test]
fn memory_does_not_grow_in_a_storm() {
    is_weathered(Php::Lacking.script("storm.php").arg("calm"), 0);
}

/// PHP before 8.4 comes to handle the first exception when no signal waits any more; 8.4.28 after a few signals.
#[test]
fn exceptions_of_a_storm_make_no_endless_chain() {
    let printed = Php::Lacking.output("long_chain.php");
    let handled: u32 = printed.split(' ').next().and_then(|number| number.parse().ok()).expect("a number");
    let caught = handled.min(1000);
    assert_eq!(printed, format!("{handled} handled, {caught} caught: number 1 to number {caught}\n"));
    assert!(
        if says("echo PHP_VERSION_ID < 80400 ? 1 : 0;") == "1" { handled == 3000 } else { handled > 1 },
        "{printed}"
    );
}
