//! How the package finds the shared library, and what it says when it does not.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::harness::compile::{checkout, library};
use crate::harness::{Exit, Launch, Scratch, skip};
use crate::php_support::{Php, extension, output, package, php, requiring};

/// Prints where the library was loaded from, or the exception.
const LOADED: &str = "try { Libdaemon\\Daemon::status('/none'); } catch (Libdaemon\\Exception $e) { exit($e->getMessage()); }
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
    fs::copy(extension(), to).expect("copy of the library");
}

/// The environment, beside the package, the checkout's target/release, the system: the first of these that is there.
#[test]
fn places_are_tried_in_order() {
    let scratch = Scratch::new();
    let package = copy_of_package(&scratch);
    let in_system = scratch.path("system/libdaemon-php.so");
    copied_library(&in_system);
    let system = || loaded_by(&package).env("LD_LIBRARY_PATH", scratch.path("system"));
    assert_eq!(output(system()), in_system.display().to_string(), "the system's");
    let in_package = format!("php-ext/lib/{}/libdaemon-php.so", std::env::consts::ARCH);
    for place in ["target/release/libdaemon_php.so", &in_package, "php-ext/libdaemon-php.so", "elsewhere.so"] {
        let path = scratch.path(place);
        copied_library(&path);
        let launch = if place == "elsewhere.so" { system().env("LIBDAEMON_PATH", &path) } else { system() };
        assert_eq!(output(launch), path.display().to_string());
    }
}

/// This checkout's own, without a word in the environment.
#[test]
fn checkout_works_as_it_is() {
    if extension() != checkout().join("target/release/libdaemon_php.so") {
        skip("the library was built elsewhere, as CARGO_TARGET_DIR says");
    }
    // Cargo has the same file under several names there.
    let loaded = output(loaded_by(&package()));
    assert!(loaded.starts_with(&*checkout().join("target/release").to_string_lossy()), "{loaded}");
}

/// One exception with every place and its own reason.
#[test]
fn failure_lists_what_was_tried() {
    let scratch = Scratch::new();
    let package = copy_of_package(&scratch);
    fs::write(package.join("libdaemon-php.so"), "not a library").expect("a file");
    foreign(&scratch, "libdaemon-php.so", "int daemon_fork(void) { return 0; }");
    let message = output(loaded_by(&package).env("LD_LIBRARY_PATH", scratch.root()));
    let lines: Vec<&str> = message.lines().collect();
    assert_eq!(lines.len(), 5, "{message}");
    let expected = [
        ("libdaemon: ", "no library found"),
        ("php-ext/libdaemon-php.so ", "file too short"),
        ("/libdaemon-php.so (in the package)", "No such file"),
        ("target/release/libdaemon_php.so ", "No such file"),
        ("libdaemon-php.so (the system's)", "another project's library"),
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
    let message = output(loaded_by(&package()).env("LIBDAEMON_PATH", library()));
    assert!(message.contains("it is the library for C, PHP's is libdaemon-php.so"), "{message}");
}

/// The older project of the same name, in the process before ours.
#[test]
fn older_library_may_be_loaded_already() {
    let scratch = Scratch::new();
    let other = foreign(&scratch, "libdaemon.so.0", "int daemon_fork(void) { return 0; }");
    symlink(&other, scratch.path("libdaemon.so")).expect("a symbolic link");
    let preloaded = loaded_by(&package()).env("LD_PRELOAD", &other).env("LIBDAEMON_PATH", extension());
    let printed = output(preloaded);
    let mut loaded: Vec<&str> = printed.split(' ').collect();
    loaded.sort_unstable();
    let ours = fs::canonicalize(extension()).expect("the library's path");
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
    assert_eq!(output(Php::Native.code("echo Libdaemon\\Native\\Loader::VERSION;")), version);
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

/// What is in force, and why, for whoever asks at the command line.
#[test]
fn the_bootstrap_tells_what_is_in_force() {
    let check = |launch: Launch| {
        let mut run = launch.arg(package().join("bootstrap.php")).arg("--check").start();
        let exit = run.wait();
        (exit, run.stdout())
    };
    let (exit, printed) = check(Php::WithoutPosix.bare().env("LIBDAEMON_PATH", extension()));
    assert!(exit == Exit::Status(0) && printed.contains(": opened by FFI, "), "{printed}");
    let (exit, printed) = check(Php::Extension.bare());
    let count = output(Php::NativeBuilt.code("echo count(get_extension_funcs('pcntl'));"));
    let loaded = format!(": loaded by extension=\npcntl: {count} functions\n");
    assert!(exit == Exit::Status(0) && printed.contains(&loaded), "{printed}");
    let (exit, printed) = check(Php::WithoutPosix.bare().env("LIBDAEMON_PATH", "/does/not/exist"));
    assert!(
        exit == Exit::Status(1) && printed.contains("No such file") && printed.contains("posix: missing"),
        "{printed}"
    );
}
