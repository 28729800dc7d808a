//! Python programs under test: with the package of this checkout, by the machine's Python.

use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use rustix::fs::{FlockOperation, flock};

use crate::harness::compile::{checkout, library, target_directory};
use crate::harness::files::text_of;
use crate::harness::{Exit, Launch, Service, needs};
use crate::runner::skip;

/// How the program becomes a daemon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// libdaemon.daemonize().
    Function,
    /// libdaemon.DaemonContext.
    Context,
}

impl Face {
    pub const BOTH: [Face; 2] = [Face::Function, Face::Context];

    /// The service of `tests/python/service.py`, reporting to us.
    pub fn service(self, service: &Service) -> Launch {
        let launch = python().arg(checkout().join("tests/python/service.py"));
        let launch = launch.option_path("events", service.reports.path());
        match self {
            Face::Function => launch,
            Face::Context => launch.option("face", "context"),
        }
    }
}

/// Python with the package, buffering as it does by default; it leaves nothing in the checkout.
pub fn python() -> Launch {
    let launch = Launch::command(interpreter()).env("PYTHONPATH", package()).env("LIBDAEMON_PATH", library());
    launch.env("PYTHONDONTWRITEBYTECODE", "1").env("PYTHONUNBUFFERED", "")
}

/// These statements.
pub fn code(statements: &str) -> Launch {
    python().args(["-c", statements])
}

/// What a program prints, on its way to a good end without a word on stderr.
pub fn output(launch: Launch) -> String {
    let mut run = launch.start();
    let (stdout, stderr) = (run.stdout(), run.stderr());
    let exit = run.wait();
    assert!(exit == Exit::Status(0) && stderr.is_empty(), "{exit}: {stdout}{stderr}");
    stdout
}

/// The directory that the package is in.
pub fn package() -> PathBuf {
    checkout().join("python")
}

/// The Python under test: the machine's, or the one that LIBDAEMON_TEST_PYTHON names. Not a script that starts it.
pub fn interpreter() -> &'static OsString {
    static INTERPRETER: OnceLock<OsString> = OnceLock::new();
    INTERPRETER.get_or_init(|| {
        let named = std::env::var_os("LIBDAEMON_TEST_PYTHON").unwrap_or_else(|| "python3".into());
        needs::program(&named);
        let asked = Command::new(named).args(["-c", "import sys; print(sys.executable)"]).output();
        let asked = asked.expect("Python runs");
        String::from_utf8(asked.stdout).expect("a path").trim().into()
    })
}

/// An environment with the packages of `tests/python/NAME.txt`, from the package index, and kept in the target directory.
pub fn environment(name: &str) -> PathBuf {
    let packages = checkout().join(format!("tests/python/{name}.txt"));
    let directory = target_directory().join(format!("tmp/python-{name}"));
    let made = directory.join("made-of");
    let expected = format!("{}\n{}", interpreter().to_string_lossy(), text_of(&packages));
    fs::create_dir_all(&directory).expect("directory of the environment");
    let lock = File::create(directory.with_extension("lock")).expect("lock of the environment");
    flock(&lock, FlockOperation::LockExclusive).expect("lock of the environment");
    if text_of(&made) != expected {
        run(
            "an environment",
            Command::new(interpreter()).args(["-m", "venv", "--clear", "--upgrade-deps"]).arg(&directory),
        );
        install(&directory, &["-r", packages.to_str().expect("a path")]);
        fs::write(&made, expected).expect("note of what it is made of");
    }
    directory
}

/// Installs packages into an environment.
fn install(environment: &Path, arguments: &[&str]) {
    let pip = environment.join("bin/pip");
    run("packages", Command::new(pip).args(["install", "-q", "--disable-pip-version-check"]).args(arguments));
}

/// What cannot be had here skips the test.
fn run(what: &str, command: &mut Command) {
    let output = command.output().expect("Python runs");
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        // The first lines of pip tell of its attempts, the last one of what is missing.
        skip(format_args!("{what}: {}", said.trim().lines().last().unwrap_or_default()));
    }
}
