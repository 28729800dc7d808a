//! A daemon asked after, signalled and stopped by its pid file: `tests/c/control.c`.

use std::ffi::OsStr;
use std::path::Path;

use super::{Exit, Launch, Refusal, Run};

/// `control` with that command on that pid file.
pub fn control(command: &str, pidfile: &Path, arguments: &[&str]) -> Launch {
    Launch::program("control").arg(command).arg(pidfile).args(arguments)
}

/// What it returns; it must not fail.
pub fn result_of(launch: Launch) -> i32 {
    let mut run = launch.start();
    assert_eq!(run.wait(), Exit::Status(0), "{}", run.stderr());
    result_in(&mut run)
}

fn result_in(run: &mut Run) -> i32 {
    let stdout = run.stdout();
    let result = stdout.strip_prefix("result=").and_then(|rest| rest.split(' ').next());
    result.and_then(|result| result.parse().ok()).expect("a result")
}

/// What it says; it must fail, with that errno and a line that holds those words.
pub fn refusal_of(launch: Launch, errno: i32, words: &str) -> Refusal {
    let refusal = Refusal::of(&mut launch.start());
    assert_eq!(refusal.check().errno, errno, "{refusal:?}");
    assert!(refusal.message.contains(words), "no {words:?} in {refusal:?}");
    refusal
}

/// What `daemonize_status` returns.
pub fn status(pidfile: &Path) -> i32 {
    result_of(control("status", pidfile, &[]))
}

/// `daemonize_stop`, which must succeed.
pub fn stop(pidfile: &Path) {
    assert_eq!(result_of(control("stop", pidfile, &["-1", "0"])), 0);
}

/// In a mount namespace of its own, after that shell command.
pub fn with_mounts(launch: Launch, command: &str) -> Launch {
    super::needs::mounts();
    launch.under(["unshare", "--mount", "sh", "-ec", &format!("{command}; exec \"$@\""), "sh"].map(OsStr::new))
}
