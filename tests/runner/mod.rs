//! Runs the tests, as `cargo test` does by itself, with one difference: a test can find out while it runs that it cannot be
//! run here. It is then skipped, with the reason, and counted as such. The last line says how many passed, failed and were
//! skipped.

mod allowed;
mod arguments;
mod library;
mod outcome;
mod report;
mod schedule;

use std::process::ExitCode;

use arguments::Arguments;
pub use outcome::skip;
use report::Report;

/// A test, registered by the attribute `#[test]`.
pub struct Test {
    /// With the module's path, and the name of the suite before it.
    pub path: &'static str,
    pub function: fn(),
}

inventory::collect!(Test);

impl Test {
    /// The name it is asked for by.
    pub fn name(&self) -> &'static str {
        self.path.split_once("::").map_or(self.path, |(_, name)| name)
    }
}

/// The whole of the suite's `main`.
pub fn run() -> ExitCode {
    let arguments = Arguments::of_process();
    let mut tests: Vec<&'static Test> =
        inventory::iter::<Test>().filter(|test| arguments.select(test.name())).collect();
    tests.sort_by_key(|test| test.name());
    if arguments.list {
        tests.iter().for_each(|test| println!("{}: test", test.name()));
        return ExitCode::SUCCESS;
    }
    if let Err(reason) = library::build(tests.is_empty()) {
        eprintln!("{reason}");
        return ExitCode::FAILURE;
    }
    outcome::catch_panics(arguments.no_capture);
    let mut report = Report::new(&arguments, tests.len());
    schedule::run_all(&tests, arguments.threads(), &mut report);
    report.conclude()
}
