//! How the package finds the shared library, and what it says when it does not.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::harness::compile::{checkout, library, library_directory};
use crate::harness::{Exit, Launch, Scratch, skip};
use crate::php_support::{Php, output, package, php, requiring};

/// Prints where the library was loaded from, or the exception.
const LOADED: &str = "try { Libdaemon\\Native\\Library::get(); } catch (Libdaemon\\Exception $e) { exit($e->getMessage()); }
    preg_match_all('~ (/.*libdaemon.*)$~m', file_get_contents('/proc/self/maps'), $m); echo implode(' ', array_unique($m[1]));";

/// A copy of the package in a checkout's place: DIRECTORY/php-ext, beside DIRECTORY/target.
fn copy_of_package(scratch: &Scratch) -> PathBuf {
    let copy = scratch.path("php-ext");
    let status = Command::new("cp").arg("-r").arg(package()).arg(&copy).status().expect("cp runs");
    assert!(status.success());
    copy
}

fn loaded_by(package: &Path) -> Launch {
    let launch = Launch::command(php()).args(["-r", &requiring(package, LOADED)]);
    launch.env("LIBDAEMON_PATH", "").env("LD_LIBRARY_PATH", "")
}

/// A library of that name that is not ours, with these functions.
fn foreign(scratch: &Scratch, name: &str, code: &str) -> PathBuf {
    let (source, path) = (scratch.file(&format!("{name}.c"), code), scratch.path(name));
    let mut gcc = Command::new("gcc");
    gcc.args(["-shared", "-fPIC", "-o"]).arg(&path).arg(source);
    assert!(gcc.status().expect("gcc runs").success());
    path
}

fn copied_library(to: &Path) {
    fs::create_dir_all(to.parent().expect("a directory")).expect("directory for the library");
    fs::copy(library(), to).expect("copy of the library");
}

/// The environment, beside the package, the checkout's target/release, the system: the first of these that is there.
#[test]
fn places_are_tried_in_order() {
    let scratch = Scratch::new();
    let package = copy_of_package(&scratch);
    let system = || loaded_by(&package).env("LD_LIBRARY_PATH", library_directory());
    let resolved = fs::canonicalize(library()).expect("the library's path");
    assert_eq!(output(system()), resolved.display().to_string(), "the system's");
    for place in ["target/release/libdaemon.so", "php-ext/libdaemon.so", "php-ext/libdaemon.so.1", "elsewhere.so"] {
        let path = scratch.path(place);
        copied_library(&path);
        let launch = if place == "elsewhere.so" { system().env("LIBDAEMON_PATH", &path) } else { system() };
        assert_eq!(output(launch), path.display().to_string());
    }
}

/// This checkout's own, without a word in the environment.
#[test]
fn checkout_works_as_it_is() {
    if library() != checkout().join("target/release/libdaemon.so") {
        skip("the library was built elsewhere, as CARGO_TARGET_DIR says");
    }
    assert_eq!(output(loaded_by(&package())), library().display().to_string());
}

/// One exception with every place and its own reason.
#[test]
fn failure_lists_what_was_tried() {
    let scratch = Scratch::new();
    let package = copy_of_package(&scratch);
    fs::write(package.join("libdaemon.so.1"), "not a library").expect("a file");
    foreign(&scratch, "libdaemon.so.1", "int daemon_fork(void) { return 0; }");
    let message = output(loaded_by(&package).env("LD_LIBRARY_PATH", scratch.root()));
    let lines: Vec<&str> = message.lines().collect();
    assert_eq!(lines.len(), 5, "{message}");
    let expected = [
        ("libdaemon: ", "no library found"),
        ("php-ext/libdaemon.so.1 ", "file too short"),
        ("php-ext/libdaemon.so ", "No such file"),
        ("target/release/libdaemon.so ", "No such file"),
        ("libdaemon.so.1 ", "another project's library"),
    ];
    for (line, (place, reason)) in lines.iter().zip(expected) {
        assert!(line.contains(place) && line.contains(reason), "{place}{reason}: {line}");
    }
}

/// A path that the user names is that or nothing.
#[test]
fn named_path_is_not_passed_over() {
    // PHP takes the second for a number where it can.
    for path in ["/does/not/exist.so", "1"] {
        let message = output(loaded_by(&package()).env("LIBDAEMON_PATH", path));
        let reason = format!("  {path} (LIBDAEMON_PATH, and nothing else while that is set): ");
        assert!(message.contains(&reason) && message.contains("No such file"), "{message}");
        assert!(!message.contains("target/release"), "{message}");
    }
}

#[test]
fn other_versions_are_refused() {
    let scratch = Scratch::new();
    for version in ["0.2.0", "1.1.0", ""] {
        let code = format!("const char *libdaemon_version(void) {{ return \"{version}\"; }}");
        let other = foreign(&scratch, &format!("version{version}.so"), &code);
        let message = output(loaded_by(&package()).env("LIBDAEMON_PATH", other));
        assert!(message.contains(&format!("version {version}, this package is for 0.1")), "{message}");
    }
    let code = "const char *libdaemon_version(void) { return \"0.1.9\"; }";
    let incomplete = foreign(&scratch, "incomplete.so", code);
    let message = output(loaded_by(&package()).env("LIBDAEMON_PATH", incomplete));
    assert!(message.contains("does not fit this package"), "{message}");
}

/// The older project of the same name, in the process before ours.
#[test]
fn older_library_may_be_loaded_already() {
    let scratch = Scratch::new();
    let other = foreign(&scratch, "libdaemon.so.0", "int daemon_fork(void) { return 0; }");
    symlink(&other, scratch.path("libdaemon.so")).expect("a symbolic link");
    let preloaded = loaded_by(&package()).env("LD_PRELOAD", &other).env("LIBDAEMON_PATH", library());
    let printed = output(preloaded);
    let mut loaded: Vec<&str> = printed.split(' ').collect();
    loaded.sort_unstable();
    let ours = fs::canonicalize(library()).expect("the library's path");
    let mut expected = [ours.to_str().expect("a path"), other.to_str().expect("a path")];
    expected.sort_unstable();
    assert_eq!(loaded, expected);
}

/// The version is written in two places, which must agree.
#[test]
fn version_is_the_crates() {
    let manifest = fs::read_to_string(checkout().join("Cargo.toml")).expect("Cargo.toml");
    let version =
        manifest.lines().find_map(|line| line.strip_prefix("version = ")).expect("a version").trim_matches('"');
    assert_eq!(output(Php::Native.code("echo Libdaemon\\Native\\Library::VERSION;")), version);
}

#[test]
fn ffi_that_is_off_is_named() {
    let code = requiring(&package(), LOADED);
    for setting in ["0", "off", "false"] {
        let message = output(Launch::command(php()).args(["-d", &format!("ffi.enable={setting}"), "-r", &code]));
        assert!(message.contains("ffi.enable is"), "{setting}: {message}");
    }
    let message = output(Launch::command(php()).args(["-n", "-r", &code]));
    assert!(message.contains("extension FFI is not loaded"), "{message}");
}

/// The bootstrap only declares: no library is opened before it is needed, and a missing one is no obstacle before that.
#[test]
fn nothing_is_opened_before_it_is_needed() {
    let code = "echo function_exists('pcntl_fork'), defined('SIGTERM'), pcntl_get_last_error(), pcntl_wifexited(0);
        echo str_contains(file_get_contents('/proc/self/maps'), 'libdaemon.so') ? ' opened' : ' not opened';";
    assert_eq!(output(Php::Lacking.code(code)), "1101 not opened");
    assert_eq!(output(Php::Lacking.code(code).env("LIBDAEMON_PATH", "/does/not/exist")), "1101 not opened");
    let mut run = Php::Lacking.code("pcntl_fork();").env("LIBDAEMON_PATH", "/does/not/exist").start();
    assert_eq!(run.wait(), Exit::Status(255));
    assert!(run.stderr().contains("Libdaemon\\Exception"));
}

/// What the package declares by itself, to spare FFI the whole header, is what the header says.
#[test]
fn short_declarations_are_those_of_the_header() {
    let text = fs::read_to_string(package().join("libdaemon.h")).expect("the header");
    let header: Vec<String> = text.split(';').map(one_line).collect();
    let code = fs::read_to_string(package().join("src/Native/Calls.php")).expect("the class");
    let short = code.split("<<<'C'").nth(1).and_then(|rest| rest.split(" C;").next()).expect("its declarations");
    let short: Vec<String> = short.split(';').map(one_line).filter(|line| !line.is_empty()).collect();
    for declaration in &short {
        let whole = declaration.replace("void *resource_usage", "struct pcntl_rusage *resource_usage");
        assert!(header.contains(&whole), "{declaration}");
    }
    assert!(short.len() > 5, "{short:?}");
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
