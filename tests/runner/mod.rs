//! Runs the tests, as `cargo test` does by itself, with one difference: a test can find out while it runs that it cannot be
//! run here. It is then skipped, with the reason, and counted as such. The last line says how many passed, failed and were
//! skipped.

mod allowed;
mod arguments;
mod cargo;
mod case;
mod outcome;
mod report;
mod schedule;

use std::process::ExitCode;

use arguments::Arguments;
use case::Case;
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
    run_with(&Arguments::of_process()).unwrap_or_else(|reason| {
        eprintln!("{reason}");
        ExitCode::FAILURE
    })
}

fn run_with(arguments: &Arguments) -> Result<ExitCode, String> {
    let units = Case::of_units(&cargo::build_unit_tests()?)?;
    let mut cases: Vec<Case> = Case::of_suite().chain(units).filter(|case| arguments.select(&case.name)).collect();
    cases.sort_by(|one, other| one.name.cmp(&other.name));
    if arguments.list {
        cases.iter().for_each(|case| println!("{}: test", case.name));
        return Ok(ExitCode::SUCCESS);
    }
    if !cases.is_empty() {
        cargo::build_library()?;
    }
    outcome::catch_panics(arguments.no_capture);
    let mut report = Report::new(arguments, cases.len());
    schedule::run_all(&cases, arguments.threads(), &mut report);
    Ok(report.conclude())
}
