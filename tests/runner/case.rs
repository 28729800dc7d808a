//! A test as the runner sees it: a function of the suite, or a unit test in the library's own test program.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::Test;
use super::outcome::Outcome;
use crate::harness::emulation::machine;

pub struct Case {
    pub name: String,
    body: Body,
}

enum Body {
    Function(fn()),
    /// The program, and the test's name in it.
    Unit(PathBuf, String),
}

impl Case {
    /// The functions of the suite.
    pub fn of_suite() -> impl Iterator<Item = Case> {
        let tests = inventory::iter::<Test>();
        tests.map(|test| Case { name: test.name().to_owned(), body: Body::Function(test.function) })
    }

    /// The library's unit tests, which that program names.
    pub fn of_units(program: &Path) -> Result<Vec<Case>, String> {
        let list = command(program).args(["--list", "--format", "terse"]).output();
        let list = list.map_err(|error| format!("{}: {error}", program.display()))?;
        let text = String::from_utf8_lossy(&list.stdout);
        let names = text.lines().filter_map(|line| line.strip_suffix(": test"));
        let case =
            |name: &str| Case { name: format!("unit::{name}"), body: Body::Unit(program.to_owned(), name.to_owned()) };
        Ok(names.map(case).collect())
    }

    pub fn run(&self) -> Outcome {
        match &self.body {
            Body::Function(function) => Outcome::of(*function),
            Body::Unit(program, name) => Outcome::of(|| {
                let mut command = command(program);
                command.args(["--exact", "--nocapture", name]).stdin(Stdio::null());
                let output = command.output().expect("the unit tests run");
                let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
                assert!(output.status.success(), "{}\n{}", output.status, said.concat());
                assert!(said[0].contains("1 passed"), "not run: {}", said.concat());
            }),
        }
    }
}

/// A program that cargo has built for the machine of the tests.
fn command(program: &Path) -> Command {
    let words = machine().map_or_else(|| vec![program.into()], |machine| machine.command(program));
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]);
    command
}
