//! What the surface tests share: tools that are run to their end, and the header taken apart.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::harness::compile::checkout;
use crate::harness::{Scratch, needs, skip};

/// Runs a tool to its end; what it printed on stdout. It has to succeed.
pub fn output(command: &mut Command) -> String {
    let result = result_of(command);
    let complaint = String::from_utf8_lossy(&result.stderr);
    assert!(result.status.success(), "{command:?}: {}\n{complaint}", result.status);
    String::from_utf8_lossy(&result.stdout).into_owned()
}

/// Runs a tool to its end: its status, and all it printed.
pub fn outcome(command: &mut Command) -> (Option<i32>, String) {
    let result = result_of(command);
    let printed = String::from_utf8_lossy(&result.stdout) + String::from_utf8_lossy(&result.stderr);
    (result.status.code(), printed.into_owned())
}

fn result_of(command: &mut Command) -> Output {
    needs::program(command.get_program());
    command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"))
}

/// A library may have no more bytes than that, stripped whole.
pub fn is_no_larger_than(largest: u64, library: &Path) {
    let scratch = Scratch::new();
    let copy = scratch.path("stripped.so");
    output(Command::new("strip").arg("--strip-all").arg("-o").arg(&copy).arg(library));
    let size = fs::metadata(&copy).expect("the stripped library").len();
    let sections = || output(Command::new("size").arg("-A").arg(&copy));
    assert!(size <= largest, "{size} bytes stripped, and {largest} are allowed\n{}", sections());
}

/// The tool with its arguments, to be run in the checkout.
pub fn tool<const N: usize>(name: &str, args: [&str; N]) -> Command {
    let mut command = Command::new(name);
    command.args(args).current_dir(checkout());
    command
}

/// The version in Cargo.toml.
pub fn version() -> String {
    let manifest = fs::read_to_string(checkout().join("Cargo.toml")).expect("Cargo.toml");
    let line = manifest.lines().find_map(|line| line.strip_prefix("version = ")).expect("a version");
    line.trim_matches('"').to_owned()
}

/// The older, unrelated library of the same name.
pub fn older_libdaemon() -> PathBuf {
    let mut directories = vec![PathBuf::from("/usr/lib64"), PathBuf::from("/usr/lib"), PathBuf::from("/lib")];
    let found = fs::read_dir("/usr/lib").expect("/usr/lib").filter_map(|entry| Some(entry.ok()?.path()));
    directories.extend(found.filter(|path| path.to_string_lossy().ends_with("-linux-gnu")));
    let mut candidates = directories.iter().map(|directory| directory.join("libdaemon.so.0"));
    candidates.find(|path| path.exists()).unwrap_or_else(|| skip("libdaemon.so.0 is missing (Debian's libdaemon0)"))
}

/// The names of the functions that the header declares.
pub fn declared_functions() -> Vec<String> {
    let header = fs::read_to_string(checkout().join("include/libdaemon.h")).expect("the header");
    let code = without_directives(&without_comments(&header));
    let mut names: Vec<String> = declarations(&code).iter().filter_map(|text| function_name(text)).collect();
    names.sort();
    assert!(names.len() > 60, "the header declares no more than {names:?}?");
    names
}

fn without_comments(source: &str) -> String {
    let mut code = String::new();
    let mut rest = source;
    while let Some(start) = rest.find("/*").into_iter().chain(rest.find("//")).min() {
        code.push_str(&rest[..start]);
        let comment = &rest[start..];
        let length = if comment.starts_with("/*") {
            comment.find("*/").expect("the end of a comment") + 2
        } else {
            comment.find('\n').unwrap_or(comment.len())
        };
        rest = &comment[length..];
    }
    code + rest
}

/// Without the preprocessor's lines, their continuations, and what is for C++ alone.
fn without_directives(source: &str) -> String {
    let mut code = String::new();
    let (mut continued, mut for_cplusplus) = (false, false);
    for line in source.lines() {
        let directive = line.trim_start().starts_with('#');
        for_cplusplus |= directive && line.contains("ifdef __cplusplus");
        if !directive && !continued && !for_cplusplus {
            code.push_str(line);
            code.push('\n');
        }
        for_cplusplus &= !(directive && (line.contains("#endif") || line.contains("#else")));
        continued = (directive || continued) && line.ends_with('\\');
    }
    code
}

/// What ends with a semicolon outside of all braces.
fn declarations(code: &str) -> Vec<String> {
    let (mut found, mut current, mut depth) = (Vec::new(), String::new(), 0);
    for character in code.chars() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            ';' if depth == 0 => found.push(std::mem::take(&mut current)),
            _ => current.push(character),
        }
    }
    assert_eq!(depth, 0, "the header's braces do not match");
    found
}

fn function_name(declaration: &str) -> Option<String> {
    let text = declaration.trim();
    if text.starts_with("typedef") {
        return None;
    }
    let (before, _) = text.split_once('(')?;
    let name = before.rsplit(|character: char| !character.is_alphanumeric() && character != '_').next()?;
    Some(name.to_owned())
}
