//! What the tests stand on: C programs compiled and run under a keeper, in places as bad as they come, and watched
//! through `/proc`, real files and pipes. Nothing here waits by sleeping; [`GUARD`] only ends what hangs.

pub mod compile;
pub mod control;
pub mod emulation;
pub mod files;
pub mod http;
pub mod launch;
pub mod needs;
pub mod process;
pub mod reports;
pub mod run;
pub mod service;
pub mod watch;

use std::time::Duration;

pub use compile::program;
pub use files::Scratch;
pub use launch::{Hostile, Launch, Stdio, as_user, everybody_can_read_the_checkout};
pub use process::Process;
pub use reports::{Gate, Reports};
pub use run::{Exit, Run};
pub use service::{Daemon, Refusal, Service};

pub use crate::runner::skip;

/// How long anything may take before the test gives up on it: long, because it must never come on a busy machine.
pub const GUARD: Duration = Duration::from_secs(120);
