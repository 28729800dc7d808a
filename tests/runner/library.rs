//! The library under test is built before the first test runs, so that it is never older than its sources.

use std::path::PathBuf;
use std::process::Command;

use crate::harness::compile::{checkout, target_directory};

/// Has cargo build it where this suite was built. `in_vain` when no test is to be run.
pub fn build(in_vain: bool) -> Result<(), String> {
    if in_vain {
        return Ok(());
    }
    // The cargo that runs this suite says which it is.
    let cargo = PathBuf::from(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    let mut build = Command::new(&cargo);
    build.args(["build", "--release", "--locked", "--package", "libdaemon", "--target-dir"]).arg(target_directory());
    let ended = build.current_dir(checkout()).status().map_err(|error| format!("{}: {error}", cargo.display()))?;
    if ended.success() { Ok(()) } else { Err(format!("the library cannot be built: cargo {ended}")) }
}
