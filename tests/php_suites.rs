//! The suites of programs, unmodified, on a PHP without pcntl, posix and FFI: test by test as natively.
//!
//! `LIBDAEMON_PHP_SUITES=DIRECTORY[:DIRECTORY...]` names checkouts, each with `vendor/bin/phpunit` as Composer makes it, and
//! `LIBDAEMON_BARE_PHP` a PHP that has its own pcntl and posix to be loaded, as `scripts/php-build` builds it, and what PHPUnit
//! needs.

use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::harness::files::text_of;
use crate::harness::{Launch, Scratch, skip};
use crate::php_support::{built_php, extension_setting};

/// For the suite of a program.
const PATIENCE: Duration = Duration::from_secs(1200);

/// How each test ended, by its class and name.
type Outcomes = BTreeMap<String, &'static str>;

fn checkouts() -> Vec<PathBuf> {
    let missing = || skip("the environment variable LIBDAEMON_PHP_SUITES names no checkout of a program");
    env::split_paths(&env::var_os("LIBDAEMON_PHP_SUITES").unwrap_or_else(missing)).collect()
}

/// The outcomes in a report of PHPUnit's, which has an element in a line.
fn outcomes(report: &str) -> Outcomes {
    let attribute = |line: &str, name: &str| {
        let value = line.split_once(&format!(" {name}=\"")).and_then(|(_, rest)| rest.split_once('"'));
        value.map_or("", |(value, _)| value).to_owned()
    };
    let mut outcomes = Outcomes::new();
    let mut test = String::new();
    for line in report.lines().map(str::trim_start) {
        if line.starts_with("<testcase ") {
            test = format!("{}::{}", attribute(line, "class"), attribute(line, "name"));
            outcomes.insert(test.clone(), "passed");
        }
        for outcome in ["failure", "error", "skipped"] {
            if line.starts_with(&format!("<{outcome}")) {
                outcomes.insert(test.clone(), outcome);
            }
        }
    }
    outcomes
}

/// The suite on a PHP with these extensions, which the programs that it starts have, too.
fn run(checkout: &Path, extensions: &[&str]) -> Outcomes {
    let scratch = Scratch::new();
    let settings = extensions.iter().map(|setting| format!("{setting}\n"));
    scratch.file("php.ini", &settings.chain(["memory_limit=512M\n".to_owned()]).collect::<String>());
    let report = scratch.path("report.xml");
    let path = env::var("PATH").unwrap_or_default();
    let own = built_php().parent().map(|directory| directory.display().to_string()).unwrap_or_default();
    // Its output is not read while it runs.
    let launch = Launch::command("sh").args(["-c", "exec \"$@\" >\"$OUTPUT\" 2>&1", "sh"]).arg(built_php());
    let launch =
        launch.args(["vendor/bin/phpunit", "--no-coverage", "--do-not-cache-result", "--log-junit"]).arg(&report);
    let launch = launch.env("PHPRC", scratch.root()).env("PHP_INI_SCAN_DIR", "").env("PATH", format!("{own}:{path}"));
    let mut run = launch.env("OUTPUT", scratch.path("output")).directory(checkout).start();
    run.wait_within(PATIENCE).expect("the suite ends");
    let outcomes = outcomes(&text_of(&report));
    assert!(outcomes.values().any(|outcome| *outcome == "passed"), "{}", text_of(&scratch.path("output")));
    outcomes
}

#[test]
fn suites_go_as_natively() {
    for checkout in checkouts() {
        let native = run(&checkout, &["extension=pcntl", "extension=posix"]);
        let ours = run(&checkout, &[&extension_setting()]);
        println!("{}: {} tests", checkout.display(), ours.len());
        let differs = |(test, outcome): &(&String, &&str)| ours.get(*test) != Some(outcome);
        let different: Vec<_> =
            native.iter().filter(differs).map(|(test, outcome)| (test, outcome, ours.get(test))).collect();
        assert!(different.is_empty() && ours.len() == native.len(), "{}: {different:#?}", checkout.display());
    }
}
