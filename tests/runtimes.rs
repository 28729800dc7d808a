//! Programs of runtimes that do not survive a fork: the examples for Node, Go, Java and Ruby.

use std::fs;
use std::io::Read;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::harness::compile::{checkout, library, library_directory, target_directory};
use crate::harness::files::text_of;
use crate::harness::{Exit, Launch, Process, Scratch, needs, skip};

fn example(path: &str) -> PathBuf {
    checkout().join("examples").join(path)
}

/// Starts, asks after and stops the service.
fn works(launch: Launch) {
    let scratch = Scratch::new();
    let directory = scratch.directory("service");
    let service = |action: &str, status: i32| {
        let launch = launch.clone().env("LIBDAEMON", library()).env("LD_LIBRARY_PATH", library_directory());
        let mut run = launch.arg(&directory).arg(action).start();
        let exit = run.wait();
        assert_eq!(exit, Exit::Status(status), "{action}: {}{}", run.stderr(), text_of(&directory.join("service.log")));
        run
    };
    assert_eq!(service("status", 3).stdout(), "not running\n");
    let mut run = service("start", 0);
    let daemon = Process::new(text_of(&directory.join("service.pid")).trim_end().parse().expect("a pid"));
    assert_eq!(run.stdout(), format!("started as process {}\n", daemon.pid()));
    assert!(daemon.parent() == run.keeper() && daemon.session() != daemon.pid() && daemon.terminal() == 0);
    let mut answer = String::new();
    UnixStream::connect(directory.join("socket")).expect("it is ready").read_to_string(&mut answer).expect("text");
    assert_eq!(answer, "hello\n");
    assert_eq!(service("status", 0).stdout(), format!("runs as process {}\n", daemon.pid()));
    let refused = service("start", 1).stderr();
    assert!(refused.ends_with(&format!("held by process {}\n", daemon.pid())), "{refused}");
    service("stop", 0);
    daemon.wait_gone();
    run.wait_idle();
    assert!(!directory.join("service.pid").exists());
    assert_eq!(text_of(&directory.join("service.log")), "serving\n");
    // One that cannot become ready.
    let _ = fs::remove_file(directory.join("socket"));
    fs::create_dir_all(directory.join("socket/in-the-way")).expect("a directory in the way of the socket");
    let failed = service("start", 1).stderr();
    assert!(failed.contains("before it was ready"), "{failed}");
    assert!(!directory.join("service.pid").exists());
}

/// koffi, fetched once.
fn koffi() -> &'static Path {
    static MODULES: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let modules = MODULES.get_or_init(|| {
        let directory = target_directory().join("tmp/node");
        let modules = directory.join("node_modules");
        if modules.join("koffi").is_dir() {
            return Ok(modules);
        }
        fs::create_dir_all(&directory).map_err(|error| error.to_string())?;
        let mut npm = Command::new("npm");
        npm.args(["install", "--no-audit", "--no-fund", "--no-save", "--prefix"]).arg(&directory).arg("koffi@3.3.4");
        match npm.output() {
            Ok(output) if output.status.success() => Ok(modules),
            Ok(output) => Err(String::from_utf8_lossy(&output.stderr).lines().next().unwrap_or("npm fails").to_owned()),
            Err(error) => Err(format!("npm: {error}")),
        }
    });
    match modules {
        Ok(modules) => modules,
        Err(why) => skip(format_args!("koffi cannot be had: {why}")),
    }
}

#[test]
fn node() {
    needs::program("node");
    works(Launch::command("node").env("NODE_PATH", koffi()).arg(example("node/service.js")));
}

#[test]
fn ruby() {
    needs::works("no ruby with fiddle", ["ruby", "-rfiddle/import", "-e", ""]);
    works(Launch::command("ruby").arg(example("ruby/service.rb")));
}

#[test]
fn java() {
    const JNA: &str = "/usr/share/java/jna.jar";
    if !Path::new(JNA).exists() {
        skip(format_args!("libjna-java is not installed"));
    }
    needs::program("javac");
    works(Launch::command("java").args(["-cp", JNA]).arg(example("java/Service.java")));
}

#[test]
fn go() {
    needs::program("go");
    needs::program("pkg-config");
    let scratch = Scratch::new();
    let description = format!(
        "Name: libdaemon\nDescription: libdaemon\nVersion: 0\nLibs: -L{} -ldaemon-1\nCflags: -I{}\n",
        library_directory().display(),
        checkout().join("include").display()
    );
    scratch.file("libdaemon-1.pc", &description);
    let program = scratch.path("service");
    let mut go = Command::new("go");
    go.args(["build", "-o"]).arg(&program).arg(example("go/service.go"));
    go.env("PKG_CONFIG_PATH", scratch.root()).env("GOCACHE", target_directory().join("tmp/go"));
    let output = go.env("GOFLAGS", "").env("CGO_ENABLED", "1").output().expect("go runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    works(Launch::command(program));
}
