//! How the library builds: without a network, with old crates, and what is said where it cannot be linked.

use std::fs;
use std::process::Command;

use crate::harness::compile::checkout;
use crate::harness::{Scratch, needs, skip};
use crate::surface_library::exported;
use crate::surface_tools::{outcome, output, tool};

#[test]
fn builds_without_a_network_and_without_cbindgen() {
    needs::works("no network namespace", ["unshare", "--net", "true"]);
    let scratch = Scratch::new();
    let mut build = tool("unshare", ["--net", "cargo", "build", "--release", "--offline", "--locked", "--target-dir"]);
    let log = build.arg(scratch.path("target")).env_remove("CARGO_TARGET_DIR").output().expect("unshare runs");
    let log = String::from_utf8_lossy(&log.stderr).into_owned();
    assert!(log.contains("Compiling libdaemon"), "{log}");
    assert!(!log.contains("cbindgen"), "{log}");
    let release = scratch.path("target/release");
    output(Command::new(checkout().join("scripts/link")).arg(&release));
    for name in ["libdaemon.so.1", "libdaemon-1.so", "libdaemon.so"] {
        assert!(release.join(name).exists(), "{name}: {log}");
    }
}

#[test]
fn what_libc_lacks_is_named_in_one_line() {
    let scratch = Scratch::new();
    // All that the library exports, one of which asks for a function of no libc.
    let functions =
        exported().into_iter().map(|(name, _)| format!("int {name}(void) {{ return of_a_later_libc(); }}\n"));
    let source = format!("int of_a_later_libc(void);\n{}", functions.collect::<String>());
    fs::write(scratch.path("part.c"), source).expect("source");
    let mut gcc = Command::new("gcc");
    output(
        gcc.args(["-w", "-fno-builtin", "-fPIC", "-c", "-o"]).arg(scratch.path("part.o")).arg(scratch.path("part.c")),
    );
    output(Command::new("ar").arg("rc").arg(scratch.path("libdaemon.a")).arg(scratch.path("part.o")));
    let (status, said) = outcome(Command::new(checkout().join("scripts/link")).arg(scratch.path("")));
    assert_eq!(status, Some(1), "{said}");
    let expected = "link: neither the library nor the C library has of_a_later_libc: ";
    let version = said.rsplit_once("this is 2.").expect("the version of glibc").1.trim_end();
    assert!(said.starts_with(expected) && version.parse::<u32>().is_ok() && said.lines().count() == 1, "{said}");
    assert!(!scratch.path("libdaemon.so.1").exists());
}

/// As a distribution builds it: with the crates that it has, and without the tests, which need more.
#[test]
fn builds_with_the_crates_of_debian_13() {
    let scratch = Scratch::new();
    let manifest = fs::read_to_string(checkout().join("Cargo.toml")).expect("Cargo.toml");
    let lines = manifest.lines().filter(|line| !line.starts_with("members") && !line.starts_with("default-members"));
    let manifest: String = lines.map(|line| format!("{line}\n")).collect();
    fs::write(scratch.path("Cargo.toml"), manifest).expect("a manifest");
    output(
        Command::new("cp").arg("-r").args(["src", "build.rs"].map(|name| checkout().join(name))).arg(scratch.root()),
    );
    let cargo = |words: &[&str]| {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.args(words).current_dir(scratch.root()).env("CARGO_TARGET_DIR", scratch.path("target"));
        cargo
    };
    for (name, version) in [("libc", "0.2.169"), ("cc", "1.2.19")] {
        let (status, said) = outcome(&mut cargo(&["update", "--quiet", "--package", name, "--precise", version]));
        if status != Some(0) {
            skip(format_args!("no {name} {version}: {}", said.lines().next().unwrap_or_default()));
        }
    }
    let (status, said) = outcome(&mut cargo(&["fetch", "--quiet"]));
    if status != Some(0) {
        skip(format_args!("no crates: {}", said.lines().next().unwrap_or_default()));
    }
    output(&mut cargo(&["build", "--quiet", "--release", "--offline", "--locked"]));
    assert!(scratch.path("target/release/libdaemon.a").exists());
}
