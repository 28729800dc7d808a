//! The engine's memory under valgrind: no error, and nothing lost, while a storm of signals is handled.

use std::time::Duration;

use crate::harness::files::text_of;
use crate::harness::{Launch, Scratch, needs};
use crate::php_support::{Php, extension_setting};

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
