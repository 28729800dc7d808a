//! The extension on a PHP that has neither pcntl nor posix nor FFI, beside the native ones of the same release: reflection,
//! what every function gives, and PHP's own tests.

use crate::harness::{Launch, as_user, needs};
use crate::php_src::{USER, same_as_native};
use crate::php_support::{Php, assert_same, disabled_functions, extension, extension_setting, has_posix, output};

/// opcache without its compiler, for PHP's own tests.
pub const OPCACHE: &[&str] = &["zend_extension=opcache", "opcache.enable_cli=1", "opcache.jit=disable"];
/// opcache with its compiler. By extension= the hook is there before it compiles: it stays on, and loops are interrupted.
pub const JIT: &[&str] =
    &["zend_extension=opcache", "opcache.enable_cli=1", "opcache.jit=tracing", "opcache.jit_buffer_size=16M"];

#[test]
fn reflection_is_as_native() {
    surface_is_as_native(Php::NativeBuilt, Php::Extension);
}

/// Functions, arguments, types, defaults, constants, classes, what phpinfo() shows.
pub fn surface_is_as_native(native: Php, ours: Php) {
    let [native, ours] = [native, ours].map(|php| php.bare_output("extension_surface.php"));
    assert_same(&native, &ours);
}

/// It is loaded beside native pcntl and posix, and leaves them alone.
#[test]
fn native_extensions_are_left_alone() {
    let code = "echo extension_loaded('libdaemon') ? 'loaded ' : 'missing ', pcntl_fork(...)::class, ' ',
        (new ReflectionFunction('posix_kill'))->getExtension()->getVersion() === PHP_VERSION ? 'native' : 'ours';";
    let setting = format!("extension={}", extension().display());
    assert_eq!(output(Php::Native.bare().args(["-d", &setting, "-r", code])), "loaded Closure native");
}

fn scripts() -> impl Iterator<Item = String> {
    let directory = std::fs::read_dir(crate::harness::compile::checkout().join("tests/php")).expect("scripts");
    let names = directory.map(|entry| entry.expect("a file").file_name().to_string_lossy().into_owned());
    names.filter(|name| name.starts_with("compare_"))
}

#[test]
fn functions_are_as_native() {
    are_as_native(Php::NativeBuilt, Php::Extension);
}

/// Every comparison of the suite, on native functions and on ours.
pub fn are_as_native(native: Php, ours: Php) {
    let mut count = 0;
    for script in scripts() {
        let [native, ours] = [native, ours].map(|php| in_scratch(php, &script, false));
        println!("{script}");
        assert_same(&native, &ours);
        count += 1;
    }
    assert!(count >= 16, "{count}");
}

#[test]
fn functions_are_as_native_for_nobody() {
    needs::another_user();
    for script in scripts() {
        let [native, ours] = [Php::NativeBuilt, Php::Extension].map(|php| in_scratch(php, &script, true));
        println!("{script}");
        assert_same(&native, &ours);
    }
}

/// What the script prints in a directory of its own, which is called the same for everyone.
fn in_scratch(php: Php, script: &str, as_nobody: bool) -> String {
    use std::os::unix::fs::PermissionsExt;
    let scratch = crate::harness::Scratch::new();
    let open = std::fs::Permissions::from_mode(0o777);
    std::fs::set_permissions(scratch.root(), open).expect("a directory for everyone");
    let path = crate::harness::compile::checkout().join("tests/php").join(script);
    let launch = php.bare().arg(path).directory(scratch.root());
    let printed = output(if as_nobody { launch.under(as_user("65534")) } else { launch });
    printed.replace(&*scratch.root().to_string_lossy(), "SCRATCH")
}

#[test]
fn tests_of_php_pass() {
    same_as_native(Php::Extension, &[], None);
}

#[test]
fn tests_of_php_pass_with_opcache() {
    same_as_native(Php::Extension, OPCACHE, None);
}

#[test]
fn tests_of_php_pass_with_jit() {
    same_as_native(Php::Extension, JIT, None);
}

#[test]
fn tests_of_php_pass_unprivileged() {
    needs::another_user();
    same_as_native(Php::Extension, &[], Some(USER));
}

/// A busy loop that JIT has compiled.
#[test]
fn compiled_loops_are_interrupted() {
    is_interrupted(Php::Extension);
}

/// Also where PHP's own functions are disabled, and ours are registered as the request begins.
#[test]
fn forced_functions_interrupt_compiled_loops() {
    if !has_posix() {
        crate::harness::skip(format_args!("the PHP under test has no posix whose functions could be disabled"));
    }
    let launch = Php::Native.bare().args(["-d", &extension_setting(), "-d", disabled_functions()]);
    loop_is_interrupted(launch.env("LIBDAEMON_POLYFILL", "force"));
}

pub fn is_interrupted(php: Php) {
    loop_is_interrupted(php.bare());
}

fn loop_is_interrupted(php: Launch) {
    let code = "pcntl_async_signals(true); pcntl_signal(SIGALRM, function () { echo 'interrupted'; exit(3); });
        function spin(int $count): int { for ($i = 0, $sum = 0; $i < $count; $i++) { $sum += $i; } return $sum; }
        spin(100000); pcntl_alarm(1); while (true) { spin(1 << 40); }";
    let jit = ["zend_extension=opcache", "opcache.enable_cli=1", "opcache.jit=function", "opcache.jit_buffer_size=16M"];
    let scratch = crate::harness::Scratch::new();
    let script = scratch.file("spin.php", &format!("<?php {code}"));
    let launch = php.args(jit.iter().flat_map(|setting| ["-d", setting]));
    let mut run = launch.args(["-d", "opcache.file_update_protection=0"]).arg(script).start();
    let printed = run.stdout();
    assert_eq!((run.wait(), printed.as_str()), (crate::harness::Exit::Status(3), "interrupted"));
}

/// Under web servers there is no pcntl and no posix, and a php.ini that names the extension does no harm.
#[test]
fn web_servers_are_left_alone() {
    let launch = crate::harness::Launch::command("php-cgi").args(["-n", "-q", "-d", "display_errors=stderr"]);
    let setting = format!("extension={}", extension().display());
    let path = crate::harness::compile::checkout().join("tests/php/extension_web.php");
    assert_eq!(output(launch.args(["-d", &setting]).arg(path)), "cgi-fcgi loaded without posix");
}

/// An engine whose tables are not of a known kind: one message, and nothing is touched.
#[test]
fn unknown_engines_are_left_alone() {
    let says = |what: &str| {
        let mut run = crate::harness::Launch::program("fake_engine").arg(extension()).arg(what).start();
        run.succeed();
        run.stdout()
    };
    let left_alone = |why: &str| format!("32 libdaemon: this PHP is left alone: {why}\n");
    assert_eq!(says("as it should be"), "libdaemon: taken\n");
    assert_eq!(says("newer stride"), "libdaemon: taken\n");
    assert_eq!(says("command line"), "libdaemon: taken\npcntl: started\nposix: started\n");
    assert_eq!(says("other size"), "libdaemon: refused by the engine itself\n");
    for (what, why) in [
        ("debug build", "it is a debug build"),
        ("other stride", "its tables of functions are of an unknown kind"),
        ("other arguments", "its descriptions of arguments are of an unknown kind"),
        ("other references", "its arguments by reference are of an unknown kind"),
        ("other lists", "its arrays are of an unknown kind"),
        ("old version", "it is older than PHP 8.1"),
    ] {
        assert_eq!(says(what), left_alone(why), "{what}");
    }
}

/// A version whose state is not known: everything but asynchronous handlers works, also when FFI has opened the library.
#[test]
fn unknown_versions_dispatch() {
    let code = "echo @pcntl_async_signals(true) ? 'on ' : 'off '; pcntl_signal(SIGUSR1, function () { throw new Exception('thrown'); });
        posix_kill(posix_getpid(), SIGUSR1); try { pcntl_signal_dispatch(); } catch (Exception $e) { echo $e->getMessage(); }
        echo json_encode(pcntl_async_signals());";
    for php in [Php::Extension, Php::Lacking] {
        let launch = if php == Php::Extension { php.bare().args(["-r", code]) } else { php.code(code) };
        assert_eq!(output(launch.env("LIBDAEMON_PHP_VERSION", "90000")), "off thrownfalse", "{php:?}");
    }
}

/// As a file: small, in need of libc alone, with the whole C interface for FFI::cdef, and nothing else but what PHP loads it by.
#[test]
fn extension_is_one_small_file() {
    const LARGEST: u64 = 256 * 1024;
    crate::surface_tools::is_no_larger_than(LARGEST, &extension());
    let readelf = |argument: &str| {
        let output = std::process::Command::new("readelf").args([argument, "-W"]).arg(extension()).output();
        String::from_utf8(output.expect("readelf runs").stdout).expect("text")
    };
    let dynamic = readelf("-d");
    let needed: Vec<&str> = dynamic.lines().filter(|line| line.contains("(NEEDED)")).collect();
    assert!(needed.iter().all(|line| line.contains("[libc.so.6]") || line.contains("[ld-linux")), "{needed:?}");
    let symbols = readelf("--dyn-syms");
    let rows = symbols.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let defined = rows.filter(|row| row.len() == 8 && !["UND", "ABS", "Ndx"].contains(&row[6]));
    let exported: std::collections::BTreeSet<String> = defined.map(|row| row[7].to_owned()).collect();
    let mut expected: std::collections::BTreeSet<String> =
        crate::surface_tools::declared_functions().into_iter().collect();
    expected.extend(["get_module".to_owned(), "libdaemon_php_load_0_1".to_owned()]);
    assert_eq!(exported, expected);
}
