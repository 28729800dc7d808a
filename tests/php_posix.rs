//! All of posix on a PHP that lacks it, beside the native one: the same scripts, the same output, for root and for others.

use std::fs::{Permissions, set_permissions};
use std::os::unix::fs::PermissionsExt;

use crate::harness::{Scratch, as_user, is_root};
use crate::php_support::{Php, assert_same, output};

/// What the script prints in a directory of its own.
fn printed(php: Php, script: &str, as_nobody: bool) -> String {
    let scratch = Scratch::new();
    set_permissions(scratch.root(), Permissions::from_mode(0o777)).expect("a directory for everyone");
    let launch = php.script(script).directory(scratch.root());
    output(if as_nobody { launch.under(as_user("65534")) } else { launch })
}

fn same_as_native(script: &str) {
    let native = printed(Php::Native, script, false);
    assert_same(&native, &printed(Php::Lacking, script, false));
    assert_same(&native, &printed(Php::WithoutPosix, script, false));
    if is_root(&format!("{script} as nobody")) {
        assert_same(&printed(Php::Native, script, true), &printed(Php::Lacking, script, true));
    }
}

#[test]
fn processes_and_terminals_are_as_native() {
    same_as_native("compare_posix_terminals.php");
}

#[test]
fn processes_and_the_system_are_as_native() {
    same_as_native("compare_posix_system.php");
}

#[test]
fn users_and_groups_are_as_native() {
    same_as_native("compare_posix_ids.php");
}

#[test]
fn files_are_as_native() {
    same_as_native("compare_posix_files.php");
}

#[test]
fn open_basedir_is_as_native() {
    same_as_native("compare_posix_basedir.php");
}

#[test]
fn limits_are_as_native() {
    same_as_native("compare_posix_limits.php");
}

/// A PHP without the extension has every function of it, with the native parameters and types, and every constant, with the
/// native type and value.
#[test]
fn whole_extension_is_there() {
    let native = Php::Native.output("posix_surface.php");
    let (functions, constants) = (native.matches(" required)").count(), native.matches("POSIX_").count());
    assert!(functions >= 37 && constants >= 26, "{native}");
    assert_same(&native, &Php::WithoutPosix.output("posix_surface.php"));
}

/// A group that the program has in part is left alone, its constants too, and the rest is there.
#[test]
fn groups_are_defined_whole() {
    let code = "function posix_getrlimit() { return 'own'; }";
    let code = format!(
        "eval(\"{code}\"); require getenv('PACKAGE') . '/bootstrap.php';
        echo posix_getrlimit(), function_exists('posix_setrlimit') ? ' set' : ' none', defined('POSIX_RLIMIT_AS') ? ' defined' : ' none',
            function_exists('posix_getuid') ? ' ids' : ' none', POSIX_R_OK;"
    );
    let launch = Php::WithoutPosix.bare().args(["-r", &code]).env("PACKAGE", crate::php_support::package());
    assert_eq!(output(launch), "own none none ids4");
}
