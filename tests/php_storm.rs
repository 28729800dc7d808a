//! A storm of asynchronous signals: for some seconds, or for as many as STORM_SECONDS says.

use std::time::Duration;

use crate::harness::{Exit, GUARD};
use crate::php_support::Php;

#[test]
fn each_signal_of_a_storm_is_handled_and_memory_does_not_grow() {
    let seconds = std::env::var("STORM_SECONDS").ok();
    let length = seconds.as_ref().map_or(0, |seconds| seconds.parse().expect("STORM_SECONDS: a number of seconds"));
    let storm = Php::Lacking.script("storm.php");
    let mut run = seconds.into_iter().fold(storm, |storm, seconds| storm.env("STORM_SECONDS", seconds)).start();
    let exit = run.wait_within(Duration::from_secs(length) + GUARD * 2).expect("the storm ends");
    let (stdout, stderr) = (run.stdout(), run.stderr());
    assert!(exit == Exit::Status(0) && stdout.ends_with("\ngood\n") && stderr.is_empty(), "{exit}: {stdout}{stderr}");
}

#[test]
fn exceptions_of_a_storm_make_no_endless_chain() {
    let output = Php::Lacking.output("long_chain.php");
    assert_eq!(output, "3000 handled, 1000 caught: number 1 to number 1000\n");
}
