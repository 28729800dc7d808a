//! PHP's posix from C and from Python, beside what libc and Python say themselves.

use std::fs::{Permissions, set_permissions};
use std::os::unix::fs::PermissionsExt;

use crate::harness::compile::{checkout, library};
use crate::harness::{Launch, Scratch, as_user, needs};

/// Each name is a test of its own in the C program.
fn passes(name: &str) {
    let scratch = Scratch::new();
    Launch::program("surface_posix").arg(name).directory(scratch.root()).start().succeed();
}

/// The same as a user who may do little.
fn passes_for_nobody(name: &str) {
    let scratch = Scratch::new();
    set_permissions(scratch.root(), Permissions::from_mode(0o777)).expect("a directory for everyone");
    let launch = Launch::program("surface_posix").arg(name).under(as_user("65534"));
    launch.directory(scratch.root()).start().succeed();
}

#[test]
fn numbers_of_the_process_are_libcs() {
    passes("numbers");
}

#[test]
fn identity_changes_in_every_thread() {
    needs::another_user();
    passes("identity");
}

#[test]
fn users_are_libcs() {
    passes("users");
}

#[test]
fn groups_are_libcs() {
    passes("groups");
}

#[test]
fn files_are_made_and_asked_after() {
    passes("files");
}

#[test]
fn files_are_made_and_asked_after_by_nobody() {
    passes_for_nobody("files");
}

#[test]
fn limits_are_libcs() {
    passes("limits");
}

#[test]
fn configuration_is_libcs() {
    passes("configuration");
}

#[test]
fn names_of_the_system_are_libcs() {
    passes("names");
}

#[test]
fn used_time_is_libcs() {
    passes("used_time");
}

#[test]
fn login_is_libcs() {
    passes("login");
}

#[test]
fn python_programs_can_use_it() {
    let scratch = Scratch::new();
    let script = checkout().join("tests/python/posix.py");
    let mut run = Launch::command("python3").arg(script).arg(library()).directory(scratch.root()).start();
    run.succeed();
    assert_eq!(run.stdout(), "all\n");
}
