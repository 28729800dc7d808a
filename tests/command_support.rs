//! The daemonize command, as target/release has it, started as a user would.

use std::fs;
use std::path::PathBuf;

use crate::harness::compile::{library, release_directory};
use crate::harness::{Exit, Launch, Service, everybody_can_read_the_checkout, program};

pub fn command_path() -> PathBuf {
    release_directory().join("daemonize")
}

/// The command without an option yet: `option()` and `args()` give it some, then `runs()` the program.
pub fn command() -> Launch {
    Launch::command(command_path())
}

pub trait Runs {
    /// The program is the service of `tests/c/service.c`; what follows are its own options.
    fn runs(self, service: &Service) -> Launch;
}

impl Runs for Launch {
    fn runs(self, service: &Service) -> Launch {
        let place = &service.scratch;
        if everybody_can_read_the_checkout() {
            return self.arg(program("service")).arg("--started").option_path("events", service.reports.path());
        }
        // Copied to where the daemon's user can read it.
        let (copy, libraries) = (place.path("service"), place.path("lib"));
        if !copy.exists() {
            fs::copy(program("service"), &copy).expect("copy of the program");
            fs::copy(library(), place.directory("lib").join("libdaemon.so.1")).expect("copy of the library");
        }
        let launch = self.env("LD_LIBRARY_PATH", libraries);
        launch.arg(copy).arg("--started").option_path("events", service.reports.path())
    }
}

/// Runs it to its end: its exit, stdout and stderr.
pub fn result_of(launch: Launch) -> (Exit, String, String) {
    let mut run = launch.start();
    (run.wait(), run.stdout(), run.stderr())
}

/// It has to fail with that status and one line, and to leave no process. What the line says behind "daemonize: ".
pub fn refusal_of(launch: Launch, status: i32) -> String {
    let mut run = launch.start();
    let exit = run.wait();
    let said = run.stderr();
    assert_eq!(exit, Exit::Status(status), "{said}");
    let line = said.strip_prefix("daemonize: ").unwrap_or_else(|| panic!("{said:?}"));
    let line = line.strip_suffix('\n').filter(|line| !line.contains('\n')).unwrap_or_else(|| panic!("{said:?}"));
    assert_eq!(run.stdout(), "");
    run.wait_idle();
    line.to_owned()
}
