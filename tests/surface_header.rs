//! The header as a compiler sees it, and every function it declares with NULL and nonsense.

use std::fs;
use std::process::Command;

use crate::harness::compile::library_directory;
use crate::harness::{Launch, Scratch};
use crate::surface_tools::{declared_functions, output, tool, version};

/// Compiles, links and runs the same source by one standard of one language, every warning an error.
fn compiles_as(compiler: &str, language: &str, standard: &str) {
    let scratch = Scratch::new();
    let binary = scratch.path("program");
    let mut command = tool(compiler, ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-Iinclude", "-x", language]);
    command.arg(format!("-std={standard}")).arg("-o").arg(&binary).arg("tests/c/surface_header.c");
    command.args(["-x", "none", "-L"]).arg(library_directory()).arg("-l:libdaemon.so.1");
    output(command.arg(format!("-Wl,-rpath,{}", library_directory().display())));
    assert_eq!(output(&mut Command::new(&binary)), format!("{}\n", version()));
}

#[path = "headers/generate.rs"]
mod generate;

#[test]
fn is_what_the_sources_say() {
    for (path, generated) in generate::files() {
        let checked_in = fs::read_to_string(&path).expect("a generated file");
        let first_difference = checked_in.lines().zip(generated.lines()).find(|(left, right)| left != right);
        assert!(checked_in == generated, "{}: run `make headers`: {first_difference:?}", path.display());
    }
}

#[test]
fn is_c99() {
    compiles_as("gcc", "c", "c99");
}

#[test]
fn is_c11() {
    compiles_as("gcc", "c", "c11");
}

#[test]
fn is_cpp17() {
    compiles_as("g++", "c++", "c++17");
}

#[test]
fn every_function_refuses_nonsense() {
    let calls = Launch::program("surface_null").arg("--list").start().stdout();
    let calls_to = |name: &str| calls.contains(&format!("{name}("));
    let forgotten: Vec<_> = declared_functions().into_iter().filter(|name| !calls_to(name)).collect();
    assert!(forgotten.is_empty(), "tests/c/surface_null.c calls none of {forgotten:?}");
    refuses("surface_null");
}

#[test]
fn every_place_for_a_result_is_an_address_or_null() {
    refuses("surface_null_places");
}

/// Runs a program that complains of what was not refused.
fn refuses(calls: &str) {
    let mut run = Launch::program(calls).start();
    let exit = run.wait();
    run.wait_idle();
    let complaints = run.stderr();
    assert!(complaints.is_empty(), "{complaints}");
    assert_eq!(exit, crate::harness::Exit::Status(0));
}
