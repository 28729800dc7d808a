//! The package as Composer installs it, without a network, and its stubs for editors.

use std::path::PathBuf;

use crate::harness::compile::checkout;
use crate::harness::{Exit, Launch, Run, Scratch};
use crate::php_support::{Php, extension, output, package, prepended_by};

/// Composer in that directory, with a home of its own and no network.
fn composer(scratch: &Scratch, arguments: &[&str]) -> Run {
    let launch = Launch::command("composer").args(["--no-interaction", "--no-ansi"]).args(arguments);
    let launch = launch.directory(scratch.root()).env("COMPOSER_HOME", scratch.path("home"));
    launch.env("COMPOSER_DISABLE_NETWORK", "1").env("COMPOSER_ALLOW_SUPERUSER", "1").start()
}

/// A project with these requirements, on a platform that has neither extension.
fn project(scratch: &Scratch, requirements: &str) {
    let text = format!(
        r#"{{"name": "test/app", "require": {{{requirements}}}, "repositories": [{{"packagist": false}},
            {{"type": "path", "url": "{}", "options": {{"symlink": false, "versions": {{"libdaemon/libdaemon": "0.1.0"}}}}}}],
            "config": {{"platform": {{"ext-pcntl": false, "ext-posix": false}}, "platform-check": true}}}}"#,
        package().display()
    );
    scratch.file("composer.json", &text);
}

const EXTENSIONS: &str = r#""ext-pcntl": "*", "ext-posix": "*""#;

/// A project that asks for the package and both extensions, installed.
fn installed() -> Scratch {
    let scratch = Scratch::new();
    project(&scratch, &format!(r#""libdaemon/libdaemon": "*", {EXTENSIONS}"#));
    let mut run = composer(&scratch, &["install"]);
    let exit = run.wait();
    assert_eq!(exit, Exit::Status(0), "{}{}", run.stdout(), run.stderr());
    scratch
}

#[test]
fn composer_finds_no_fault_with_the_manifest() {
    let scratch = Scratch::new();
    let manifest: PathBuf = package().join("composer.json");
    let mut run = composer(&scratch, &["validate", "--strict", &manifest.display().to_string()]);
    let exit = run.wait();
    assert_eq!(exit, Exit::Status(0), "{}{}", run.stdout(), run.stderr());
}

/// Only with the package is a project satisfied that asks for the extensions where there are none.
#[test]
fn package_provides_the_extensions() {
    let scratch = Scratch::new();
    project(&scratch, EXTENSIONS);
    let mut run = composer(&scratch, &["install"]);
    assert_eq!(run.wait(), Exit::Status(2));
    let reason = run.stderr();
    assert!(reason.contains("ext-pcntl") && reason.contains("ext-posix"), "{reason}");
    drop(installed());
}

/// vendor/autoload.php brings the functions and the classes. The same when another copy of the package has been prepended.
#[test]
fn autoload_brings_all_of_it() {
    let scratch = installed();
    let code = "<?php require __DIR__ . '/vendor/autoload.php';
        echo function_exists('Libdaemon\\daemonize') && defined('SIGTERM'), ' ', pcntl_wexitstatus(256), ' ';
        echo (new ReflectionClass(Libdaemon\\Exception::class))->isFinal(), ' ', posix_getpid() === getmypid(), ' ';
        echo count((array) (new Libdaemon\\Daemon())->umask(0)) > 0, ' ';
        echo str_starts_with((new ReflectionFunction('Libdaemon\\daemonize'))->getFileName(), __DIR__) ? 'vendor' : 'prepended';";
    let script = scratch.file("app.php", code);
    let alone = Php::Lacking.bare().env("LIBDAEMON_PATH", extension()).arg(&script);
    assert_eq!(output(alone), "1 1 1 1 1 vendor");
    let prepended = Php::Lacking.bare().env("LIBDAEMON_PATH", extension()).args(["-d", &prepended_by(&package())]);
    assert_eq!(output(prepended.arg(&script)), "1 1 1 1 1 prepended");
    // With the extension, where composer finds pcntl and posix by itself.
    assert_eq!(output(Php::Extension.bare().arg(&script)), "1 1 1 1 1 vendor");
}

/// The stubs say what this PHP's reflection says, and leave out nothing that the package has.
#[test]
fn stubs_are_up_to_date() {
    let native = output(Php::Native.script("stubs.php").arg("native"));
    assert!(native.lines().count() > 60, "{native}");
    // Without the package, and with the constants: they are there in a PHP whose functions are disabled.
    let script = checkout().join("tests/php/stubs.php");
    assert_eq!(output(Php::Lacking.bare().args([script.to_str().expect("a path"), "stubs"])), native);
    assert_eq!(output(Php::Native.script("stubs.php").arg("check")), "constants are native\n\n");
}
