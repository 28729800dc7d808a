//! PHP's own tests of pcntl and posix, unmodified: on native functions and on ours, file by file the same outcome. And the
//! package's own tests in PHP's format.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::OnceLock;

use crate::harness::needs;
use crate::php_support::Php;
use crate::phpt_support::{Outcomes, Phpt, source};

/// None of those whose numbers the tests use: 0, 1, and 65534, which is what a user becomes in a namespace without names.
pub const USER: &str = "www-data";

/// It expects that process 1 is another user's, which in a container it need not be.
const OF_ANOTHER_PROCESS_1: &str = "ext/pcntl/tests/pcntl_setpriority_error_linux.phpt";

fn is_process_1_of_this_user() -> bool {
    let user_of = |process| fs::metadata(process).expect("a process").uid();
    user_of("/proc/1") == user_of("/proc/self")
}

pub fn directories() -> [&'static Path; 2] {
    [Path::new("ext/pcntl/tests"), Path::new("ext/posix/tests")]
}

/// The outcomes on native functions, as the user of the tests and as an unprivileged one.
fn native(source: &Path, user: Option<&str>) -> &'static Outcomes {
    static NATIVE: [OnceLock<Outcomes>; 2] = [const { OnceLock::new() }; 2];
    let [own, unprivileged] = &NATIVE;
    let slot = if user.is_some() { unprivileged } else { own };
    slot.get_or_init(|| {
        let phpt = Phpt::new(Php::Native, source);
        let phpt = if let Some(user) = user { phpt.user(user) } else { phpt };
        let outcomes = phpt.outcomes(&directories());
        let passed = outcomes.values().filter(|outcome| *outcome == "PASSED").count();
        assert!(passed > 70, "{passed} passed: {outcomes:?}");
        outcomes
    })
}

/// The tests on ours, with these settings of php.ini.
pub fn same_as_native(php: Php, settings: &[&str], user: Option<&str>) {
    let source = source();
    let phpt = Phpt::new(php, source).settings(settings.iter().copied());
    let phpt = if let Some(user) = user { phpt.user(user) } else { phpt };
    let ours = phpt.outcomes(&directories());
    let native = native(source, user);
    let mut wrong = String::new();
    for (file, outcome) in &ours {
        let expected = native.get(file).map_or("nothing", String::as_str);
        // Borked: where no user namespace can be made, the condition of skipping a test warns instead.
        let is_allowed = match outcome.as_str() {
            "PASSED" | "SKIPPED" | "BORKED" => true,
            "FAILED" => file == OF_ANOTHER_PROCESS_1 && is_process_1_of_this_user(),
            _ => false,
        };
        if outcome != expected || !is_allowed {
            wrong += &format!("{file}: {outcome}, native {expected}\n{}\n", phpt.difference(file));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn tests_of_php_pass_with_functions_disabled() {
    same_as_native(Php::Lacking, &[], None);
}

#[test]
fn tests_of_php_pass_without_posix() {
    same_as_native(Php::WithoutPosix, &[], None);
}

#[test]
fn tests_of_php_pass_with_opcache() {
    let settings = ["opcache.enable_cli=1", "opcache.jit=disable"];
    same_as_native(Php::Lacking, &settings, None);
}

/// run-tests.php itself has files compiled that were just written, and hot at their first call.
#[test]
fn tests_of_php_pass_with_jit() {
    let settings = ["opcache.enable_cli=1", "opcache.jit=tracing", "opcache.jit_buffer_size=16M"];
    same_as_native(Php::Lacking, &settings, None);
}

#[test]
fn tests_of_php_pass_unprivileged() {
    needs::another_user();
    same_as_native(Php::Lacking, &[], Some(USER));
}

/// The tests that the package brings along, for those who package it.
fn package_passes(user: Option<&str>) {
    for php in Php::ALL {
        let phpt = Phpt::new(php, source());
        let phpt = if let Some(user) = user { phpt.user(user) } else { phpt };
        for (file, outcome) in phpt.outcomes(&[Path::new("../php-ext/tests")]) {
            assert_eq!(
                outcome,
                "PASSED",
                "{php:?} {user:?} {file}:
{}",
                phpt.difference(&file)
            );
        }
    }
}

#[test]
fn tests_of_the_package_pass() {
    package_passes(None);
}

#[test]
fn tests_of_the_package_pass_unprivileged() {
    needs::another_user();
    package_passes(Some(USER));
}
