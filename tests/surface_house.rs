//! The house: which floor of the sources may use which, how long a file may be, and what is written down of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::harness::compile::checkout;

/// From the top down; those on one floor do not use each other. The same table stands in ARCHITECTURE.md.
const FLOORS: [&[&str]; 7] = [
    &["c_api", "runtime_host"],
    &["launch"],
    &["instance", "stdio", "notify"],
    &["process"],
    &["signals"],
    &["error", "memory"],
    &["sys"],
];

/// The crate's root, and what the language asks for.
const OUTSIDE: [&str; 2] = ["lib", "panic"];

const LONGEST: usize = 300;

fn height(part: &str) -> usize {
    let floor = FLOORS.iter().position(|floor| floor.contains(&part));
    FLOORS.len() - floor.unwrap_or_else(|| panic!("src/{part} is on no floor"))
}

fn sources(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).expect("a directory of the sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { found.extend(sources(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

/// The part of the house that a file belongs to: its folder or file right under src.
fn part_of(file: &Path) -> String {
    let inside = file.strip_prefix(checkout().join("src")).expect("a file of the sources");
    let first = inside.components().next().expect("a name").as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

/// What a source uses below `root`, by whatever path: `use crate::{a, b::c}`, `crate::a::f()`.
fn uses(source: &str, root: &str) -> Vec<String> {
    let code: String =
        source.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let mut parts = Vec::new();
    for (place, _) in code.match_indices(root) {
        let rest = &code[place + root.len()..];
        match rest.strip_prefix('{') {
            Some(group) => parts.extend(first_names(group)),
            None => parts.extend(name_at(rest)),
        }
    }
    parts
}

fn name_at(text: &str) -> Option<String> {
    let name: String = text.chars().take_while(|&character| character.is_alphanumeric() || character == '_').collect();
    (!name.is_empty()).then_some(name)
}

/// The first name of each member of a group `a, b::{c, d}}`.
fn first_names(group: &str) -> Vec<String> {
    let (mut names, mut depth, mut at_start) = (Vec::new(), 1, true);
    for (place, character) in group.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth == 1 => return names,
            '}' => depth -= 1,
            ',' if depth == 1 => at_start = true,
            character if at_start && !character.is_whitespace() => {
                names.extend(name_at(&group[place..]));
                at_start = false;
            }
            _ => {}
        }
    }
    names
}

#[test]
fn every_use_goes_down_to_a_lower_floor() {
    let mut wrong = Vec::new();
    let mut counted = 0;
    for file in sources(&checkout().join("src")).iter().filter(|file| file.extension().is_some_and(|end| end == "rs")) {
        let part = part_of(file);
        if OUTSIDE.contains(&part.as_str()) {
            continue;
        }
        for used in uses(&fs::read_to_string(file).expect("a source"), "crate::") {
            counted += 1;
            if used != part && height(&used) >= height(&part) {
                wrong.push(format!("{} uses {used}", file.display()));
            }
        }
    }
    assert!(counted > 100, "only {counted} uses: are they still written with `crate::`?");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn uses_are_found_however_they_are_written() {
    let source = "use crate::error::{Error, Step};\nuse crate::{memory, sys::{fd, file}};\n// crate::launch\n\
                  fn f() { crate::signals::g() }\npub(crate) fn h() {}\n";
    assert_eq!(uses(source, "crate::"), ["error", "memory", "sys", "signals"]);
}

/// The files of each part, and which of the others each of them uses. What is in a folder of its own counts as one file.
fn neighbours() -> BTreeMap<PathBuf, BTreeSet<PathBuf>> {
    let mut neighbours = BTreeMap::<_, BTreeSet<_>>::new();
    for part in FLOORS.iter().flat_map(|floor| floor.iter()) {
        let folder = checkout().join("src").join(part);
        for file in sources(&folder) {
            let name = file.strip_prefix(&folder).expect("a file of the part").components().next().expect("a name");
            let module = folder.join(name).with_extension("");
            let used = uses(&fs::read_to_string(&file).expect("a source"), "super::");
            let used = used
                .into_iter()
                .map(|used| folder.join(used))
                .filter(|used| *used != module && used.with_extension("rs").exists());
            neighbours.entry(module.clone()).or_default().extend(used);
        }
    }
    neighbours
}

#[test]
fn no_files_of_a_part_use_each_other_in_a_circle() {
    let mut left = neighbours();
    let arrows: usize = left.values().map(BTreeSet::len).sum();
    assert!(arrows > 100, "only {arrows} uses: are they still written with `super::`?");
    // Whatever uses nothing that is left is in no circle.
    while let Some(free) = left.iter().find(|(_, used)| !used.iter().any(|used| left.contains_key(used))) {
        let free = free.0.clone();
        left.remove(&free);
    }
    assert!(left.is_empty(), "these use each other: {left:#?}");
}

#[test]
fn lines_are_as_wide_as_the_formatter_makes_them() {
    const WIDEST: usize = 120;
    let mut wide = Vec::new();
    for file in sources(&checkout().join("src")) {
        for (number, line) in (1..).zip(fs::read_to_string(&file).expect("a source").lines()) {
            if line.chars().count() > WIDEST {
                wide.push(format!("{}:{number}", file.display()));
            }
        }
    }
    assert!(wide.is_empty(), "wider than {WIDEST} columns: {wide:#?}");
}

#[test]
fn files_are_short() {
    let mut files = sources(&checkout().join("src"));
    files.extend(sources(&checkout().join("tests")));
    files.extend(sources(&checkout().join("php-ext/engine")));
    files.retain(|file| file.extension().is_some());
    let text = |file: &PathBuf| fs::read_to_string(file).unwrap_or_default();
    let long: Vec<_> = files.iter().filter(|file| text(file).lines().count() > LONGEST).collect();
    assert!(long.is_empty(), "more than {LONGEST} lines: {long:#?}");
}

#[test]
fn the_floors_are_written_down() {
    let architecture = fs::read_to_string(checkout().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    let rows: Vec<Vec<String>> = architecture
        .lines()
        .filter(|line| line.starts_with("| `src/"))
        .map(|line| {
            let cell = line.split('|').nth(1).expect("a first cell");
            cell.split('`')
                .filter_map(|name| Some(name.strip_prefix("src/")?.trim_end_matches('/').to_owned()))
                .collect()
        })
        .collect();
    assert_eq!(rows, FLOORS.map(|floor| floor.iter().map(|part| (*part).to_owned()).collect::<Vec<_>>()));
}

#[test]
fn every_step_of_an_error_is_in_the_manual() {
    let steps = fs::read_to_string(checkout().join("src/error/step.rs")).expect("the steps");
    let manual = fs::read_to_string(checkout().join("man/libdaemon.3")).expect("the manual");
    let texts: Vec<&str> =
        steps.lines().filter_map(|line| line.trim().split_once(" = \"")?.1.strip_suffix("\",")).collect();
    assert!(texts.len() > 50, "only {} steps", texts.len());
    let listed: Vec<&str> = manual.split("\n.It\n.Qq ").skip(1).filter_map(|item| item.lines().next()).collect();
    for text in &texts {
        assert!(listed.contains(text), "{text:?} is not in libdaemon(3)");
    }
    for text in &listed {
        assert!(texts.contains(text), "{text:?} in libdaemon(3) is no step");
    }
}
