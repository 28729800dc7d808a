//! What the run says: a line a test, what went wrong, what was skipped and why, and at last the numbers.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;
use std::time::Instant;

use super::allowed;
use super::arguments::{Arguments, Color};
use super::outcome::Outcome;

const GREEN: &str = "\x1b[32m";
const RED: &str = "\x1b[31m";
const YELLOW: &str = "\x1b[33m";

pub struct Report {
    began: Instant,
    terse: bool,
    colored: bool,
    passed: usize,
    failed: Vec<(String, String)>,
    /// The names of tests by the reason.
    skipped: BTreeMap<String, Vec<String>>,
}

impl Report {
    pub fn new(arguments: &Arguments, tests: usize) -> Report {
        let colored = match arguments.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none(),
        };
        print(&format!("\nrunning {tests} {}\n", if tests == 1 { "test" } else { "tests" }));
        let (passed, failed, skipped) = (0, Vec::new(), BTreeMap::new());
        Report { began: Instant::now(), terse: arguments.terse(), colored, passed, failed, skipped }
    }

    /// A test has ended.
    pub fn add(&mut self, name: &str, outcome: Outcome) {
        let outcome = match outcome {
            Outcome::Skipped(why) if allowed::must_run(name) => {
                Outcome::Failed(format!("skipped, which tests/may-be-skipped-in-ci does not allow here: {why}"))
            }
            outcome => outcome,
        };
        match outcome {
            Outcome::Passed => {
                self.line(name, GREEN, "ok", "", '.');
                self.passed += 1;
            }
            Outcome::Failed(message) => {
                self.line(name, RED, "FAILED", "", 'F');
                self.failed.push((name.to_owned(), message));
            }
            Outcome::Skipped(why) => {
                self.line(name, YELLOW, "skipped", &format!(": {why}"), 's');
                self.skipped.entry(why).or_default().push(name.to_owned());
            }
        }
    }

    pub fn is_slow(&self, name: &str) {
        print(&format!("test {name} has been running for over 60 seconds\n"));
    }

    /// The end of the run; the last line is the numbers alone.
    pub fn conclude(mut self) -> ExitCode {
        self.failed.sort();
        let mut text = String::new();
        for (name, message) in &self.failed {
            text += &format!("\n---- {name} ----\n{}\n", message.trim_end());
        }
        if !self.failed.is_empty() {
            text += "\nfailed:\n";
            self.failed.iter().for_each(|(name, _)| text += &format!("    {name}\n"));
        }
        if !self.skipped.is_empty() {
            text += "\nskipped:\n";
        }
        for (why, names) in &self.skipped {
            text += &format!("    {why}\n");
            names.iter().for_each(|name| text += &format!("        {name}\n"));
        }
        let skipped: usize = self.skipped.values().map(Vec::len).sum();
        let (passed, failed) = (self.passed, self.failed.len());
        text += &format!("\nin {:.1} seconds:\n", self.began.elapsed().as_secs_f64());
        text += &format!("{passed} passed, {failed} failed, {skipped} skipped\n");
        print(&text);
        if self.failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(101) }
    }

    fn line(&self, name: &str, color: &str, word: &str, rest: &str, letter: char) {
        let (color, plain) = if self.colored { (color, "\x1b[0m") } else { ("", "") };
        if self.terse {
            print(&format!("{color}{letter}{plain}"))
        } else {
            print(&format!("test {name} ... {color}{word}{plain}{rest}\n"))
        }
    }
}

/// Whole lines, so that what a test prints comes between them. Whoever read this may be gone: the tests go on.
fn print(text: &str) {
    let mut stdout = io::stdout().lock();
    let _ = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
}
