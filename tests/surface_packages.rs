//! scripts/install-packages, which says what is missing before it changes anything.

use std::os::unix::fs::symlink;
use std::process::Command;

use crate::harness::compile::checkout;
use crate::harness::{Scratch, needs};
use crate::surface_tools::{outcome, output};

/// What the script itself is made of.
const BASIC: [&str; 9] = ["sh", "dirname", "sed", "sort", "head", "id", "ls", "grep", "cat"];

/// Runs the script for a job where nothing is installed but these programs.
fn install_packages(job: &str, programs: &[&str]) -> (Option<i32>, String) {
    let scratch = Scratch::new();
    for name in BASIC.iter().chain(programs) {
        needs::program(name);
        let path = output(Command::new("sh").arg("-c").arg(format!("command -v {name}")));
        symlink(path.trim_end(), scratch.path(name)).expect("a link");
    }
    let mut script = Command::new(checkout().join("scripts/install-packages"));
    outcome(script.args(["--check", job]).env("PATH", scratch.root()))
}

#[test]
fn what_is_missing_is_said_in_one_line() {
    let (status, said) = install_packages("build", &["make"]);
    assert_eq!(status, Some(1), "{said}");
    assert_eq!(
        said,
        "missing packages (Debian's names): cargo gcc binutils; as root: apt-get install cargo gcc binutils\n"
    );
}

#[test]
fn nothing_is_said_where_nothing_is_missing() {
    let (status, said) = install_packages("build", &["cargo", "cc", "make", "readelf"]);
    assert_eq!((status, said.as_str()), (Some(0), ""));
}

#[test]
fn a_job_goes_on_without_what_only_a_part_of_it_needs() {
    let (status, said) = install_packages("demo", &["cargo", "cc", "make", "readelf", "ps", "script"]);
    assert_eq!((status, said.as_str()), (Some(0), "not here, so what needs it is left out: php-cli\n"));
}
