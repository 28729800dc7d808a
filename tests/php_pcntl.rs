//! All of pcntl on a PHP that lacks it, beside the native one: the same scripts, the same output, for root and for others.

use crate::harness::as_user;
use crate::php_support::{Php, assert_same, output};

fn printed(php: Php, script: &str, as_nobody: bool) -> String {
    let launch = php.script(script);
    output(if as_nobody { launch.under(as_user("65534")) } else { launch })
}

fn same_as_native(script: &str) {
    assert_same(&printed(Php::Native, script, false), &printed(Php::Lacking, script, false));
}

fn same_as_native_for_nobody(script: &str) {
    assert_same(&printed(Php::Native, script, true), &printed(Php::Lacking, script, true));
}

#[test]
fn processes_and_programs_are_as_native() {
    same_as_native("compare_processes.php");
}

#[test]
fn processes_and_programs_are_as_native_for_nobody() {
    same_as_native_for_nobody("compare_processes.php");
}

#[test]
fn masks_are_as_native() {
    same_as_native("compare_masks.php");
}

#[test]
fn masks_are_as_native_for_nobody() {
    same_as_native_for_nobody("compare_masks.php");
}

#[test]
fn waiting_for_signals_is_as_native() {
    same_as_native("compare_sigwait.php");
}

#[test]
fn waiting_for_signals_is_as_native_for_nobody() {
    same_as_native_for_nobody("compare_sigwait.php");
}

#[test]
fn waiting_by_kind_is_as_native() {
    same_as_native("compare_waitid.php");
}

#[test]
fn waiting_by_kind_is_as_native_for_nobody() {
    same_as_native_for_nobody("compare_waitid.php");
}

#[test]
fn priorities_and_processors_are_as_native() {
    same_as_native("compare_scheduling.php");
}

#[test]
fn priorities_and_processors_are_as_native_for_nobody() {
    same_as_native_for_nobody("compare_scheduling.php");
}

#[test]
fn namespaces_are_as_native() {
    same_as_native("compare_namespaces.php");
}

#[test]
fn namespaces_are_as_native_for_nobody() {
    same_as_native_for_nobody("compare_namespaces.php");
}
