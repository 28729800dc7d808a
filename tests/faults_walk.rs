//! A slice of the fault walk: the points of a plain start, and of all operations every so manieth, as FAULTS_SLICE says.
//! `make faults` walks them all.

use std::process::Command;

use crate::harness::compile::{checkout, target_directory};
use crate::harness::needs;

#[test]
fn whatever_fails_a_call_works_or_says_why_and_leaves_nothing() {
    needs::strace();
    let slice = std::env::var("FAULTS_SLICE").unwrap_or_else(|_| "40".to_owned());
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["run", "--quiet", "--locked", "--package", "libdaemon-faults", "--target-dir"]);
    cargo.arg(target_directory()).args(["--", &format!("--slice={slice}")]).current_dir(checkout());
    let output = cargo.output().expect("cargo runs");
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{}:\n{stdout}{stderr}", output.status);
}
