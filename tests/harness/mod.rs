//! What the tests stand on: C programs compiled and run under a keeper, in places as bad as they come, and watched
//! through `/proc`, real files and pipes. Nothing here waits by sleeping; [`GUARD`] only ends what hangs.

pub mod compile;
pub mod files;
pub mod http;
pub mod launch;
pub mod process;
pub mod reports;
pub mod run;
pub mod service;

use std::io::Write;
use std::time::Duration;

pub use compile::program;
pub use files::Scratch;
pub use launch::{Hostile, Launch, Stdio, as_user};
pub use process::Process;
pub use reports::{Gate, Reports};
pub use run::{Exit, Run};
pub use service::{Daemon, Refusal, Service};

/// How long anything may take before the test gives up on it: long, because it must never come on a busy machine.
pub const GUARD: Duration = Duration::from_secs(120);

/// Whether the test may go on: false, and said, when we are not root.
pub fn is_root(test: &str) -> bool {
    let root = rustix::process::geteuid().is_root();
    if !root {
        skip(test, "it needs root");
    }
    root
}

/// Says that a test does not run, and why, on stderr past the capture of `cargo test`.
pub fn skip(test: &str, why: &str) {
    let line = format!("SKIPPED {test}: {why}\n");
    let _ = std::io::stderr().write_all(line.as_bytes());
}
