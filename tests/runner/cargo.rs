//! What cargo builds for the suite where it has built the suite itself: the library under test, so that it is never older
//! than its sources, and the library's unit tests.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::harness::compile::{checkout, release_directory, target_directory};
use crate::harness::emulation::machine;

/// The library and the command, in target/release, as `make build` has them, and the extension of PHP.
pub fn build_library() -> Result<(), String> {
    let mut build = cargo("build");
    build.arg("--release");
    if machine().is_none() {
        build.args(["--package", "libdaemon-php"]);
    }
    run(&mut build)?;
    link("scripts/link")?;
    link("scripts/link-command")
}

fn link(script: &str) -> Result<(), String> {
    let mut link = Command::new(checkout().join(script));
    if let Some(machine) = machine() {
        link.env("CC", machine.compiler);
    }
    match link.arg(release_directory()).status() {
        Ok(ended) if ended.success() => Ok(()),
        Ok(ended) => Err(format!("the tests cannot run: {script} ended with {ended}")),
        Err(error) => Err(format!("{script} cannot be run: {error}")),
    }
}

/// The program with the unit tests.
pub fn build_unit_tests() -> Result<PathBuf, String> {
    let printed = run(cargo("test").args(["--lib", "--no-run", "--message-format=json-render-diagnostics"]))?;
    let messages = printed.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut programs = messages.filter_map(|message| message["executable"].as_str().map(PathBuf::from));
    programs.next().ok_or_else(|| "cargo has built no program with the unit tests".to_owned())
}

/// The cargo that runs this suite says which it is.
fn cargo(subcommand: &str) -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args([subcommand, "--locked", "--package", "libdaemon", "--target-dir"]).arg(target_directory());
    if let Some(machine) = machine() {
        let target = machine.target.to_uppercase().replace('-', "_");
        let flags = machine.linker_flags().map(|flag| format!("-Clink-arg={flag}")).join(" ");
        cargo.args(["--target", machine.target]).env(format!("CARGO_TARGET_{target}_LINKER"), machine.compiler);
        cargo.env(format!("CARGO_TARGET_{target}_RUSTFLAGS"), flags);
    }
    cargo.current_dir(checkout()).stdin(Stdio::null()).stderr(Stdio::inherit());
    cargo
}

/// What it prints on stdout; what goes wrong, and its progress, it says itself on stderr.
fn run(cargo: &mut Command) -> Result<String, String> {
    let output = cargo.output().map_err(|error| format!("cargo cannot be run: {error}"))?;
    if !output.status.success() {
        return Err(format!("the tests cannot run: cargo ended with {}", output.status));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
