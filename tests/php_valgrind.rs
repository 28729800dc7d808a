//! The engine's memory under valgrind: no error, and nothing lost, while a storm of signals is handled, and in PHP's own tests.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::harness::files::text_of;
use crate::harness::{Launch, Scratch, needs, skip};
use crate::php_extension::OPCACHE;
use crate::php_src::directories;
use crate::php_support::{Php, extension_setting};
use crate::phpt_support::{Phpt, source};

/// For a storm under valgrind.
const PATIENCE: Duration = Duration::from_secs(300);

/// Every block of memory is one of malloc's. The senders, whose processes are killed, have no say.
const SETTINGS: [&str; 5] = [
    "--child-silent-after-fork=yes",
    "--leak-check=full",
    "--show-leak-kinds=definite",
    "--errors-for-leak-kinds=definite",
    "--error-exitcode=99",
];

/// No handler throws: PHP before 8.4 loses by itself what the interrupted expression had at hand.
fn is_clean(storm: Launch) {
    needs::works("no valgrind", ["valgrind", "--tool=none", "true"]);
    let scratch = Scratch::new();
    let log = scratch.path("log");
    let storm = storm.under(
        ["valgrind".to_owned(), format!("--log-file={}", log.display())].into_iter().chain(SETTINGS.map(str::to_owned)),
    );
    let storm = storm.arg("calm").env("USE_ZEND_ALLOC", "0").env("STORM_SIGNALS", "20000");
    let mut run = storm.start();
    run.wait_within(PATIENCE).expect("the storm ends");
    let (printed, log) = (run.stdout(), text_of(&log));
    let numbers =
        |word: &str| printed.split_once(word).and_then(|(_, rest)| rest.split_once('}')).map(|(numbers, _)| numbers);
    assert!(numbers("sent {").is_some() && numbers("sent {") == numbers("handled {"), "{printed}{}", run.stderr());
    assert!(log.contains("ERROR SUMMARY: 0 errors"), "{log}");
}

#[test]
fn a_storm_is_clean_by_ffi() {
    is_clean(Php::Lacking.script("storm.php"));
}

#[test]
fn a_storm_is_clean_by_extension() {
    let storm = crate::harness::compile::checkout().join("tests/php/storm.php");
    is_clean(Php::Lacking.bare().args(["-d", &extension_setting()]).arg(storm));
}

/// PHP's own tests: no error, and nothing lost but in those where native pcntl and posix lose something as well. Those end
/// without cleaning up, killed by a signal, or are known to PHP to lose memory.
fn tests_of_php_are_clean(native: Php, ours: Php, settings: &[&str]) {
    if std::env::var_os("LIBDAEMON_PHP_VALGRIND").is_none() {
        skip("it takes minutes, and the environment variable LIBDAEMON_PHP_VALGRIND does not ask for it");
    }
    needs::works("no valgrind", ["valgrind", "--tool=none", "true"]);
    let options = &SETTINGS[1..SETTINGS.len() - 1];
    let run = |php: Php| Phpt::new(php, source()).settings(settings.iter().copied()).valgrind(options);
    let ours = run(ours);
    let outcomes = ours.outcomes(&directories());
    let passed = outcomes.values().filter(|outcome| *outcome == "PASSED").count();
    assert!(passed > 70, "{passed} passed: {outcomes:?}");
    let findings = ours.findings();
    let is_found = |file: &&String| {
        Path::new(file).file_stem().is_some_and(|name| findings.contains_key(&*name.to_string_lossy()))
    };
    let files: Vec<PathBuf> = outcomes.keys().filter(is_found).map(PathBuf::from).collect();
    assert!(files.len() < 5, "{findings:#?}");
    let native = run(native);
    native.run(&files, 20);
    let native = native.findings();
    for (test, said) in findings {
        let is_loss = |line: &str| line.contains(" definitely lost in ");
        let errors = said.matches(" at 0x").count() - said.lines().filter(|line| is_loss(line)).count();
        assert!(native.contains_key(&test) && errors == 0, "{test}: {said}");
    }
}

#[test]
fn tests_of_php_lose_nothing() {
    tests_of_php_are_clean(Php::NativeBuilt, Php::Extension, &[]);
}

#[test]
fn tests_of_php_lose_nothing_with_opcache() {
    tests_of_php_are_clean(Php::NativeBuilt, Php::Extension, OPCACHE);
}

#[test]
fn tests_of_php_lose_nothing_with_threads() {
    tests_of_php_are_clean(Php::NativeThreadSafe, Php::ThreadSafe, &[]);
}

/// With opcache, too.
#[test]
fn a_storm_is_clean_with_opcache() {
    let storm = crate::harness::compile::checkout().join("tests/php/storm.php");
    let settings = ["-d", "opcache.enable_cli=1", "-d", "opcache.jit=disable", "-d", &extension_setting()];
    is_clean(Php::Lacking.bare().args(settings).arg(storm));
}
