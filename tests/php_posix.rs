//! All of posix on a PHP that lacks it, beside the native one: the same scripts, the same output, for root and for others.

use std::fs::{Permissions, set_permissions};
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use crate::harness::{Scratch, as_user, needs};
use crate::php_support::{Php, assert_same, extension, output, package, requiring};

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
}

fn same_as_native_for_nobody(script: &str) {
    assert_same(&printed(Php::Native, script, true), &printed(Php::Lacking, script, true));
}

#[test]
fn processes_and_terminals_are_as_native() {
    same_as_native("compare_posix_terminals.php");
}

#[test]
fn processes_and_terminals_are_as_native_for_nobody() {
    same_as_native_for_nobody("compare_posix_terminals.php");
}

#[test]
fn processes_and_the_system_are_as_native() {
    same_as_native("compare_posix_system.php");
}

#[test]
fn processes_and_the_system_are_as_native_for_nobody() {
    same_as_native_for_nobody("compare_posix_system.php");
}

#[test]
fn users_and_groups_are_as_native() {
    same_as_native("compare_posix_ids.php");
}

#[test]
fn users_and_groups_are_as_native_for_nobody() {
    same_as_native_for_nobody("compare_posix_ids.php");
}

#[test]
fn files_are_as_native() {
    same_as_native("compare_posix_files.php");
}

#[test]
fn files_are_as_native_for_nobody() {
    same_as_native_for_nobody("compare_posix_files.php");
}

#[test]
fn open_basedir_is_as_native() {
    same_as_native("compare_posix_basedir.php");
}

#[test]
fn open_basedir_is_as_native_for_nobody() {
    same_as_native_for_nobody("compare_posix_basedir.php");
}

#[test]
fn limits_are_as_native() {
    same_as_native("compare_posix_limits.php");
}

#[test]
fn limits_are_as_native_for_nobody() {
    same_as_native_for_nobody("compare_posix_limits.php");
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

/// A function that the program has defined before stays the program's.
#[test]
fn functions_of_the_program_stay_its_own() {
    let code =
        "eval('function posix_getrlimit() { return \\'own\\'; }'); @require getenv('PACKAGE') . '/bootstrap.php';
        echo posix_getrlimit(), function_exists('posix_setrlimit') ? ' set' : ' none';";
    let launch = Php::WithoutPosix.bare().args(["-r", code]).env("PACKAGE", package());
    assert_eq!(output(launch.env("LIBDAEMON_PATH", extension())), "own set");
}

/// A program that handles signals lives long, and may have no descriptor left when it first calls something else.
#[test]
fn descriptors_may_run_out_later() {
    let code = "pcntl_signal(SIGUSR1, fn () => null); $open = [];
        while ($file = @fopen('/dev/null', 'r')) { $open[] = $file; }
        echo posix_getuid() === getmyuid() ? 'own' : 'other', posix_kill(0x3fffffff, 0) ? 'there' : posix_errno(),
            posix_getgid() === posix_getegid() ? 'same' : 'different', pcntl_signal_dispatch() ? 'done' : '',
            pcntl_sigprocmask(SIG_BLOCK, [SIGUSR2, 40], $old) ? 'blocked' : '', json_encode($old), count($open) > 9 ? 1 : 0,
            @pcntl_sigprocmask(SIG_BLOCK, [32]) ? 'blocked' : pcntl_get_last_error();";
    let native = output(Php::Native.bare().args(["-r", code]));
    assert_eq!(output(Php::Lacking.code(code)), native);
}

/// What a program calls after it has given up root, or the right to open files, when its package is out of reach.
const LATER: &str = "posix_kill(0x3fffffff, 0);
    echo posix_get_last_error(), posix_strerror(1), count(posix_uname()), count(posix_times()), posix_getpwnam('root')['uid'],
        posix_getgrgid(0)['name'], posix_access('/') ? 'yes' : 'no', @posix_isatty(STDIN) ? 'yes' : 'no',
        count(posix_getrlimit()), posix_ctermid(), count(posix_getgroups()), posix_setsid() > 0 ? 'yes' : 'no';
    pcntl_signal(SIGUSR1, fn () => print 'handled'); posix_kill(posix_getpid(), SIGUSR1); pcntl_signal_dispatch();
    $pid = pcntl_fork(); if ($pid === 0) exit(7); pcntl_waitpid($pid, $status); echo pcntl_wexitstatus($status);
    try { posix_mkfifo(\"nul\\0\", 0); } catch (ValueError $error) { echo $error->getMessage(); }";

#[test]
fn package_may_be_out_of_reach_later() {
    needs::another_user();
    let scratch = Scratch::new();
    let copy = scratch.path("php-ext");
    assert!(Command::new("cp").arg("-r").arg(package()).arg(&copy).status().is_ok_and(|status| status.success()));
    set_permissions(&copy, Permissions::from_mode(0o700)).expect("a directory for root alone");
    for before in ["posix_setgid(65534) && posix_setuid(65534);", "posix_seteuid(65534);", ""] {
        let code = format!("{before} {LATER}");
        let native = output(Php::Native.bare().args(["-r", &code]));
        let launch = Php::Lacking.bare().env("LIBDAEMON_PATH", extension());
        assert_eq!(output(launch.args(["-r", &requiring(&copy, &code)])), native, "{before}");
    }
    let limited =
        "posix_setrlimit(POSIX_RLIMIT_NOFILE, 3, 3); echo posix_kill(0x3fffffff, 0) ? 'there' : posix_errno(),
        posix_isatty(STDIN) ? 'yes' : 'no', count(posix_getrlimit()), posix_mkfifo('/', 0) ? 'made' : posix_errno();";
    let native = output(Php::Native.bare().args(["-r", limited]));
    assert_eq!(output(Php::Lacking.code(limited)), native);
}
