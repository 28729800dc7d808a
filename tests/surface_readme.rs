//! What the documentation says, tried: the programs in README.md, the functions in the man pages.

use std::fs;

use crate::harness::compile::{checkout, library_directory, release_directory};
use crate::harness::files::{text_of, wait_for_change};
use crate::harness::{Exit, Launch, Process, Scratch};
use crate::php_support::{extension, php};
use crate::surface_tools::{declared_functions, output, tool};

fn readme() -> String {
    fs::read_to_string(checkout().join("README.md")).expect("README.md")
}

/// The README's only program in that language, with its files in the test's directory.
fn program_in(language: &str, scratch: &Scratch) -> String {
    let readme = readme();
    let fence = format!("```{language}\n");
    let mut blocks = readme.split(&fence).skip(1);
    let block = blocks.next().and_then(|rest| rest.split("```").next()).expect("a program in that language");
    assert!(blocks.next().is_none(), "more than one program in {language}");
    assert!(block.contains("/tmp/hello.log"), "{block}");
    block.replace("/tmp/hello", &scratch.path("hello").display().to_string())
}

/// It starts, says hello in its log, refuses a second start by naming the first, and stops.
fn says_hello(launch: &Launch, scratch: &Scratch) {
    let mut run = launch.clone().start();
    run.succeed();
    let pid: i32 = text_of(&scratch.path("hello.pid")).trim().parse().expect("its pid");
    let daemon = Process::new(pid);
    assert_eq!(daemon.parent(), run.keeper());
    wait_for_change(scratch.root(), "hello in the log", || text_of(&scratch.path("hello.log")).contains("hello\n"));
    let mut second = launch.clone().start();
    assert_eq!(second.wait(), Exit::Status(1));
    let reason = second.stderr();
    assert!(reason.contains(&format!("held by process {pid}")), "{reason}");
    daemon.signal(rustix::process::Signal::TERM);
    run.wait_reaped(pid);
    assert_eq!(text_of(&scratch.path("hello.pid")), "");
}

/// Its session with the command, in places of the test's, as the user who runs it.
#[test]
fn the_readmes_command_works() {
    let scratch = Scratch::new();
    let readme = readme();
    let session = readme.split("```console\n").find(|block| block.starts_with("$ daemonize ")).expect("a session");
    let lines = session.split("```").next().expect("a session").lines();
    let commands: Vec<&str> = lines.filter_map(|line| line.strip_prefix("$ ")).collect();
    assert_eq!(commands.len(), 5, "{commands:?}");
    let program = scratch.file("app", "#!/bin/sh\necho \"$*\"; exec sleep 1000\n");
    output(tool("chmod", ["755"]).arg(&program));
    let here = scratch.root().display().to_string();
    let mut script = commands.join("\n").replace(" -u app", "");
    for place in ["/run/", "/var/log/", "/usr/bin/"] {
        script = script.replace(place, &format!("{here}/"));
    }
    let path = format!("{}:{}", release_directory().display(), std::env::var("PATH").unwrap_or_default());
    let mut run = Launch::command("sh").args(["-c", &script]).env("PATH", path).start();
    assert_eq!(run.wait(), Exit::Status(1), "the last one is a failure");
    run.wait_idle();
    let (stdout, stderr) = (run.stdout(), run.stderr());
    let (pid, rest) = stdout.split_once('\n').expect("its pid");
    assert_eq!(rest, "runs\n");
    let held = format!("daemonize: pid file {here}/app.pid: held by process {pid}\n");
    let missing = format!("daemonize: program {here}/ap: No such file or directory\n");
    assert_eq!(stderr, held + &missing);
    assert!(!scratch.path("app.pid").exists());
}

#[test]
fn the_readmes_c_program_works() {
    let scratch = Scratch::new();
    let source = scratch.file("hello.c", &program_in("c", &scratch));
    let mut cc = tool("cc", ["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-Iinclude", "-o"]);
    cc.arg(scratch.path("hello")).arg(source).arg("-L").arg(library_directory()).arg("-l:libdaemon.so.1");
    output(cc.arg(format!("-Wl,-rpath,{}", library_directory().display())));
    says_hello(&Launch::command(scratch.path("hello")), &scratch);
}

#[test]
fn the_readmes_php_program_works() {
    let scratch = Scratch::new();
    let source = scratch.file("hello.php", &program_in("php", &scratch));
    let launch = Launch::command(php()).args(["-d", "ffi.enable=1"]).arg(source).directory(checkout());
    says_hello(&launch.env("LIBDAEMON_PATH", extension()), &scratch);
}

#[test]
fn the_readmes_python_program_works() {
    let scratch = Scratch::new();
    let source = scratch.file("hello.py", &program_in("python", &scratch));
    let launch = Launch::command("python3").arg(source).env("LD_LIBRARY_PATH", library_directory());
    says_hello(&launch.env("PYTHONPATH", checkout().join("python")), &scratch);
}

#[test]
fn every_function_has_its_place_in_the_man_pages() {
    let pages = fs::read_dir(checkout().join("man")).expect("man").map(|page| text_of(&page.expect("a page").path()));
    let pages: String = pages.collect();
    let missing: Vec<_> =
        declared_functions().into_iter().filter(|name| !pages.contains(&format!("\n.Fn {name} "))).collect();
    assert!(missing.is_empty(), "no synopsis of {missing:?}");
}

#[test]
fn the_man_pages_are_clean() {
    for page in fs::read_dir(checkout().join("man")).expect("man") {
        output(tool("mandoc", ["-Tlint", "-Wwarning"]).arg(page.expect("a page").path()));
    }
}

#[test]
fn the_licence_is_there_in_full() {
    assert!(text_of(&checkout().join("LICENSE-APACHE")).contains("END OF TERMS AND CONDITIONS"));
    assert!(text_of(&checkout().join("LICENSE-MIT")).contains("WITHOUT WARRANTY OF ANY KIND"));
}
