//! The findings that are being mended: a walk that shows another one fails, and so does one that no longer shows them all.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// `operation | process | call | fault`, and the names of what must not be.
pub type Findings = BTreeMap<String, BTreeSet<String>>;

const HEAD: &str = "\
# What the fault walk finds and is yet to be mended: operation | process | call | fault | what must not be.
# It fails for what is not listed here, and for what is listed and happens no more: then its line goes.
# With a ~ before it, a line is about what happens only sometimes.
# `make faults FAULTS=--bless` writes what happens now.
";

fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("known")
}

pub struct Known {
    findings: Findings,
    /// Those that happen only sometimes.
    rare: Findings,
}

impl Known {
    pub fn read() -> Result<Known, String> {
        let text = std::fs::read_to_string(path()).map_err(|error| format!("{}: {error}", path().display()))?;
        let mut known = Known { findings: Findings::new(), rare: Findings::new() };
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (list, line) = match line.strip_prefix("~ ") {
                Some(rest) => (&mut known.rare, rest),
                None => (&mut known.findings, line),
            };
            let (point, kinds) = line.rsplit_once(" | ").ok_or_else(|| format!("known: {line:?}"))?;
            list.entry(point.to_owned()).or_default().extend(kinds.split(", ").map(str::to_owned));
        }
        Ok(known)
    }

    pub fn holds(&self, point: &str, kind: &str) -> bool {
        [&self.findings, &self.rare].iter().any(|list| list.get(point).is_some_and(|kinds| kinds.contains(kind)))
    }

    /// What is known and has not shown where `walked` says that all was tried; in a `whole` walk, also what could not be
    /// tried any more.
    pub fn gone(&self, walked: &Findings, whole: bool) -> Vec<String> {
        let mut gone = Vec::new();
        for (point, kinds) in &self.findings {
            match walked.get(point) {
                None if !whole => {}
                shown => {
                    let is_shown = |kind: &&String| !shown.is_some_and(|shown| shown.contains(*kind));
                    gone.extend(kinds.iter().filter(is_shown).map(|kind| format!("{point} | {kind}")));
                }
            }
        }
        gone
    }

    /// Makes what was found the list, as far as was tried.
    pub fn write(&mut self, walked: Findings, whole: bool) -> Result<(), String> {
        if whole {
            self.findings.clear();
        }
        self.findings.extend(walked);
        let line = |mark: &str, (point, kinds): (&String, &BTreeSet<String>)| {
            let kinds: Vec<&str> = kinds.iter().map(String::as_str).collect();
            (!kinds.is_empty()).then(|| format!("{mark}{point} | {}", kinds.join(", ")))
        };
        let is_steady = |(point, kinds): &(&String, &BTreeSet<String>)| self.rare.get(*point) != Some(*kinds);
        let mut lines: Vec<String> =
            self.findings.iter().filter(is_steady).filter_map(|found| line("", found)).collect();
        lines.extend(self.rare.iter().filter_map(|found| line("~ ", found)));
        lines.sort();
        std::fs::write(path(), format!("{HEAD}{}\n", lines.join("\n")))
            .map_err(|error| format!("{}: {error}", path().display()))
    }
}
