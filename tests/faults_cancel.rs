//! Threads that are cancelled while they are in a call of the library.

use crate::faults_support::ends_well;
use crate::harness::compile::library_directory;
use crate::harness::{Launch, Scratch};
use crate::surface_tools::{output, tool};

const PARTS: [&str; 8] = ["redirect", "ask", "launch", "forks", "signals", "in_wait", "in_stop", "in_start"];

/// Every part of tests/c/faults_cancel.c, compiled so that its clean-up handlers run when its threads are unwound.
fn cleans_up(compiler: &str, flags: &[&str]) {
    let scratch = Scratch::new();
    let program = scratch.path("program");
    let mut command = tool(compiler, ["-Wall", "-Wextra", "-Werror", "-g", "-pthread", "-Iinclude"]);
    command.args(flags).arg("tests/c/faults_cancel.c").args(["-x", "none", "-L"]).arg(library_directory());
    command.arg("-l:libdaemon.so.1").arg(format!("-Wl,-rpath,{}", library_directory().display()));
    output(command.arg("-o").arg(&program));
    for part in PARTS {
        let mut run = Launch::command(&program).arg(part).directory(scratch.directory(part)).start();
        run.succeed();
        ends_well(&mut run);
    }
}

#[test]
fn a_cancelled_thread_of_a_c_program_ends_after_the_call() {
    cleans_up("gcc", &["-std=c11", "-fexceptions"]);
}

#[test]
fn a_cancelled_thread_of_a_cpp_program_ends_after_the_call() {
    cleans_up("g++", &["-std=c++17", "-x", "c++"]);
}
