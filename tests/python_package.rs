//! The Python package by itself: its own tests, its types, its wheel, its documentation.

use std::fs;
use std::process::Command;

use crate::container::needs_container;
use crate::harness::compile::{checkout, target_directory};
use crate::harness::files::{text_of, wait_for_change};
use crate::harness::{Launch, Process, Scratch, needs, skip};
use crate::python_examples::readme_program;
use crate::python_support::{environment, interpreter, package, python};
use crate::surface_tools::{output, version};

/// Runs a class of `python/tests`; none of its tests may be skipped.
fn passes(class: &str) {
    let tests = package().join("tests");
    let path = format!("{}:{}", package().display(), tests.display());
    let mut run = python().args(["-m", "unittest", class]).env("PYTHONPATH", path).directory(tests).start();
    let said = run.stderr();
    run.wait();
    let (count, _) = said.rsplit_once("Ran ").and_then(|(_, rest)| rest.split_once(" test")).unwrap_or(("0", ""));
    assert!(said.ends_with("\nOK\n") && count != "0", "{class}:\n{said}");
}

#[test]
fn prototypes_are_the_headers() {
    passes("test_prototypes.PrototypesTest");
}

#[test]
fn failures_and_nonsense() {
    passes("test_api.ErrorsTest");
}

#[test]
fn another_program_as_a_daemon() {
    passes("test_api.SpawnTest");
}

#[test]
fn daemon_by_its_pid_file() {
    passes("test_api.ControlTest");
}

#[test]
fn python_goes_on_in_the_daemon() {
    passes("test_runtime.RuntimeTest");
}

#[test]
fn python_as_process_1() {
    needs_container();
    passes("test_runtime.Process1Test");
}

#[test]
fn signals_over_the_start() {
    passes("test_signals.SignalsTest");
}

#[test]
fn what_a_program_asks_of_its_daemon() {
    passes("test_start.StartTest");
}

#[test]
fn what_a_service_tells_and_takes() {
    passes("test_service.ServiceTest");
}

#[test]
fn another_root_and_another_user() {
    needs::another_user();
    needs::another_root();
    passes("test_start.RootTest");
}

#[test]
fn daemon_context() {
    passes("test_context.ContextTest");
}

#[test]
fn options_of_daemon_context() {
    passes("test_context_options.ContextOptionsTest");
}

#[test]
fn daemon_context_with_another_root_and_user() {
    needs::another_user();
    needs::another_root();
    passes("test_context_options.RootContextTest");
}

#[test]
fn pid_files_as_objects() {
    passes("test_pidfile.PidfileTest");
}

/// Every class of tests in `python/tests` is one that is run here.
#[test]
fn no_class_is_left_out() {
    for entry in fs::read_dir(package().join("tests")).expect("the package's tests") {
        let path = entry.expect("a file").path();
        // Whoever has run them by hand has a directory of compiled ones there, too.
        if path.extension().is_none_or(|extension| extension != "py") {
            continue;
        }
        let module = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let text = text_of(&path);
        let classes = text.lines().filter_map(|line| line.strip_prefix("class ")?.split('(').next());
        for class in classes.filter(|class| class.ends_with("Test") && !class.ends_with("ProgramTest")) {
            let run = format!("passes(\"{module}.{class}\")");
            assert!(include_str!("python_package.rs").contains(&run), "{run}");
        }
    }
}

#[test]
fn its_version_is_the_librarys() {
    assert!(text_of(&package().join("libdaemon/_library.py")).contains(&format!("\nVERSION = \"{}\"\n", version())));
}

/// A source archive has no other place to take them from.
#[test]
fn its_licences_are_the_librarys() {
    for name in ["LICENSE-MIT", "LICENSE-APACHE"] {
        assert_eq!(text_of(&package().join(name)), text_of(&checkout().join(name)), "{name}");
    }
}

/// mypy --strict, on the package and on a program that uses all of it.
#[test]
fn types_are_complete() {
    let (environment, scratch) = (environment("types"), Scratch::new());
    let mypy = || {
        let mut mypy = Command::new(environment.join("bin/python"));
        mypy.args(["-m", "mypy", "--strict", "--cache-dir"]).arg(scratch.path("cache"));
        mypy.env("MYPYPATH", package()).current_dir(scratch.root());
        mypy
    };
    output(mypy().args(["-p", "libdaemon"]));
    output(mypy().arg(checkout().join("tests/python/typed.py")));
    let wrong = scratch.file("wrong.py", "import libdaemon\nlibdaemon.daemonize(umask=\"022\")\nlibdaemon.status(1)\n");
    let complaint = mypy().arg(wrong).output().expect("mypy runs");
    let complaint = String::from_utf8_lossy(&complaint.stdout).into_owned();
    assert!(complaint.contains("Found 2 errors"), "{complaint}");
}

/// As a new user would: one command builds the wheel, pip installs it into a new environment, and the README's programs run.
#[test]
fn wheel_is_built_and_used() {
    needs::program("make");
    let target = target_directory();
    let mut make = Command::new("make");
    make.arg("wheel").current_dir(checkout()).env("CARGO_TARGET_DIR", target).env("PYTHON", interpreter());
    let built = make.output().expect("make runs");
    let said = String::from_utf8_lossy(&built.stderr);
    if !built.status.success() && said.contains("No matching distribution found for build") {
        skip("what builds wheels is not installed and cannot be fetched");
    }
    assert!(built.status.success(), "{said}");
    let machine = std::env::consts::ARCH;
    let wheels: Vec<_> =
        fs::read_dir(target.join("wheels")).expect("wheels").map(|entry| entry.expect("a wheel").path()).collect();
    let wheel = wheels.iter().find(|wheel| wheel.to_string_lossy().ends_with(&format!("_{machine}.whl")));
    let wheel = wheel.unwrap_or_else(|| panic!("{wheels:?}: {said}"));
    let name = wheel.file_name().expect("a name").to_string_lossy().into_owned();
    assert!(name.starts_with(&format!("libdaemon-{}-py3-none-manylinux_2_", version())), "{name}");
    assert!(name.contains("manylinux_2_28") || said.contains("zig is not to be had"), "{name}: {said}");

    let scratch = Scratch::new();
    let venv = scratch.path("venv");
    output(Command::new(interpreter()).args(["-m", "venv"]).arg(&venv));
    output(Command::new(venv.join("bin/pip")).args(["install", "-q", "--no-index"]).arg(wheel));
    let launch = |program: &str| Launch::command(venv.join("bin/python")).arg(scratch.file("program.py", program));
    let mut run = launch(&readme_program("daemonize(log=", &scratch)).start();
    run.succeed();
    let pid: i32 = text_of(&scratch.path("hello.pid")).trim().parse().expect("its pid");
    assert_eq!(Process::new(pid).parent(), run.keeper());
    wait_for_change(scratch.root(), "hello in the log", || text_of(&scratch.path("hello.log")).contains("hello\n"));
    let mut stop = launch(&readme_program("runs as", &scratch)).start();
    stop.succeed();
    assert_eq!(stop.stdout(), format!("runs as {pid}\nstopped\n"));
    run.wait_idle();
    assert!(!scratch.path("hello.pid").exists());
}
