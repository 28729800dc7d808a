//! The library as a file: what it exports and asks for, how large it is, what is not in it, how it builds.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::harness::compile::{checkout, library, library_directory};
use crate::harness::{Launch, Scratch, needs};
use crate::surface_tools::{declared_functions, older_libdaemon, output, tool, version};

const LARGEST: u64 = 160 * 1024;

fn dynamic_section() -> String {
    output(Command::new("readelf").arg("-dW").arg(library()))
}

/// The bracketed values of a tag of the dynamic section.
fn dynamic_values(tag: &str) -> Vec<String> {
    let section = dynamic_section();
    let lines = section.lines().filter(|line| line.contains(&format!("({tag})")));
    let values = lines.filter_map(|line| line.split_once('[')?.1.split_once(']'));
    values.map(|(value, _)| value.to_owned()).collect()
}

fn stripped(scratch: &Scratch) -> PathBuf {
    let copy = scratch.path("stripped.so");
    output(Command::new("strip").arg("--strip-unneeded").arg("-o").arg(&copy).arg(library()));
    copy
}

#[test]
fn exports_the_documented_functions_and_nothing_else() {
    let symbols = output(Command::new("nm").args(["-D", "--defined-only"]).arg(library()));
    let exported: BTreeSet<_> = symbols.lines().filter_map(|line| line.split(' ').nth(2)).collect();
    let declared = declared_functions();
    let declared: BTreeSet<_> = declared.iter().map(String::as_str).collect();
    assert_eq!(exported, declared, "left: exported, right: declared in the header");
}

#[test]
fn exports_no_name_of_the_older_library_nor_of_libc() {
    let theirs = output(Command::new("nm").args(["-D", "--defined-only"]).arg(older_libdaemon()));
    let theirs: BTreeSet<_> = theirs.lines().filter_map(|line| line.split(' ').nth(2)).collect();
    assert!(theirs.contains("daemon_fork"), "the wrong library to compare with: {theirs:?}");
    for name in declared_functions() {
        assert!(!theirs.contains(name.as_str()) && name != "daemon", "{name} belongs to another library");
    }
}

#[test]
fn names_itself_and_needs_only_libc() {
    assert_eq!(dynamic_values("SONAME"), ["libdaemon.so.1"]);
    let needed = dynamic_values("NEEDED");
    assert!(needed.contains(&"libc.so.6".to_owned()), "{needed:?}");
    let others: Vec<_> = needed.iter().filter(|name| *name != "libc.so.6" && !name.starts_with("ld-linux")).collect();
    assert!(others.is_empty(), "needs more than libc: {others:?}");
}

#[test]
fn is_never_unloaded() {
    let section = dynamic_section();
    let flags = section.lines().find(|line| line.contains("(FLAGS_1)")).expect("FLAGS_1");
    assert!(flags.contains("NODELETE"), "{flags}");
}

#[test]
fn holds_no_panic_machinery() {
    let symbols = output(Command::new("nm").arg("-C").arg(library()));
    // A stripped library would pass whatever is in it.
    let local = symbols.lines().filter(|line| line.contains(" t ")).count();
    assert!(local > 20, "only {local} local functions: is this the unstripped library?");
    let machinery = ["panic", "rust_begin_unwind", "_Unwind_", "unwrap_failed", "expect_failed"];
    let machinery = machinery.into_iter().chain(["slice_index", "index_fail", "rust_eh_personality"]);
    for word in machinery {
        let found: Vec<_> = symbols.lines().filter(|line| line.contains(word)).collect();
        assert!(found.is_empty(), "{word}: {found:?}");
    }
}

#[test]
fn keeps_its_unwind_tables() {
    let frames = output(Command::new("readelf").arg("--debug-dump=frames").arg(library()));
    let eh_frame = frames.split("Contents of the ").find(|part| part.starts_with(".eh_frame")).unwrap_or_default();
    let entries = eh_frame.lines().filter(|line| line.contains(" FDE ")).count();
    assert!(entries > 100, "{entries} in .eh_frame");
}

#[test]
fn is_small() {
    let scratch = Scratch::new();
    let library = stripped(&scratch);
    let size = fs::metadata(&library).expect("the stripped library").len();
    // None with LLVM's linker, up to a page with GNU's.
    let padding = output(Command::new(checkout().join("scripts/padding")).arg(&library));
    let padding: u64 = padding.trim().parse().expect("a number");
    assert!(padding < 4096 && size - padding <= LARGEST, "{size} bytes stripped, {padding} of them padding");
}

#[test]
fn says_its_version() {
    let mut run = Launch::program("surface_header").start();
    run.succeed();
    assert_eq!(run.stdout(), format!("{}\n", version()));
}

#[test]
fn links_statically() {
    let scratch = Scratch::new();
    let program = scratch.path("static");
    let source = checkout().join("tests/c/surface_header.c");
    let mut gcc = tool("gcc", ["-std=c99", "-static", "-Iinclude", "-o"]);
    output(gcc.arg(&program).arg(source).arg(library().with_file_name("libdaemon.a")));
    assert_eq!(output(&mut Command::new(&program)), format!("{}\n", version()));
}

#[test]
fn lives_with_the_older_library_loaded_by_name() {
    both_make_daemons("loaded", &["-ldl"]);
}

#[test]
fn lives_with_the_older_library_linked() {
    let ours = format!("-L{}", library_directory().display());
    let theirs = older_libdaemon();
    both_make_daemons("linked", &["-DLINKED", &ours, "-l:libdaemon.so.1", &theirs.to_string_lossy()]);
}

fn both_make_daemons(how: &str, flags: &[&str]) {
    let scratch = Scratch::new();
    let program = scratch.path(how);
    let mut gcc = tool("gcc", ["-std=gnu11", "-Wall", "-Wextra", "-Werror", "-Iinclude"]);
    gcc.arg(format!("-Wl,-rpath,{}", library_directory().display())).arg("-o").arg(&program);
    output(gcc.arg("tests/c/surface_both.c").args(flags));
    let mut run = Launch::command(&program).arg(library()).arg(older_libdaemon()).start();
    run.succeed();
    assert_eq!(run.stdout(), "both\n");
}

#[test]
fn builds_without_a_network_and_without_cbindgen() {
    needs::works("no network namespace", ["unshare", "--net", "true"]);
    let scratch = Scratch::new();
    let mut build = tool("unshare", ["--net", "cargo", "build", "--release", "--offline", "--locked", "--target-dir"]);
    let log = build.arg(scratch.path("target")).env_remove("CARGO_TARGET_DIR").output().expect("unshare runs");
    let log = String::from_utf8_lossy(&log.stderr).into_owned();
    assert!(scratch.path("target/release/libdaemon.so").exists(), "{log}");
    assert!(log.contains("Compiling libdaemon"), "{log}");
    assert!(!log.contains("cbindgen"), "{log}");
}
