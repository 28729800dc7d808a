//! What a test needs and not every machine has. Each function asks for the very thing, once a run, and skips the test with
//! the machine's answer where it is not to be had.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;

use crate::runner::skip;

/// The right to become another user, and to leave root's groups.
pub fn another_user() {
    works("no right to become another user", ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "true"]);
}

/// The right to give files away.
pub fn another_owner() {
    works(
        "no right to give files away",
        ["sh", "-ec", "file=$(mktemp); chown 65534 $file || status=$?; rm $file; exit $status"],
    );
}

/// The right to have another root directory.
pub fn another_root() {
    works("no right to have another root directory", ["chroot", "/", "true"]);
}

/// A checkout whose programs another user may run.
pub fn checkout_for_everybody() {
    if !super::everybody_can_read_the_checkout() {
        skip(format_args!("not everybody may read {}", super::compile::checkout().display()));
    }
}

/// The right to look at another user's processes.
pub fn sight_of_other_users() {
    another_user();
    let words = ["--reuid=65534", "--regid=65534", "--clear-groups", "sh", "-c", "echo; exec cat"];
    let mut setpriv = Command::new("setpriv");
    let piped = setpriv.args(words).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut user = piped.spawn().expect("setpriv runs");
    // Once it says something it is that user's.
    user.stdout.as_mut().expect("a pipe").read_exact(&mut [0]).expect("a line");
    let seen = fs::read_link(format!("/proc/{}/cwd", user.id()));
    drop(user.stdin.take());
    user.wait().expect("its end");
    if let Err(error) = seen {
        skip(format_args!("no right to look at another user's processes: {error}"));
    }
}

/// A mount namespace, and the right to mount in it.
pub fn mounts() {
    works("no mounts", ["unshare", "--mount", "mount", "-t", "tmpfs", "none", "/tmp"]);
}

/// A pid namespace.
pub fn pid_namespace() {
    works("no pid namespace", ["unshare", "--pid", "--fork", "--kill-child", "true"]);
}

/// A loopback interface that is up, as new network namespaces have none.
pub fn loopback() {
    let connected = std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| std::net::TcpStream::connect(listener.local_addr()?));
    if let Err(error) = connected {
        skip(format_args!("no loopback interface that is up: {error}"));
    }
}

/// The right to trace another program's system calls.
pub fn strace() {
    works("no system calls to be traced", ["strace", "-f", "-o", "/dev/null", "true"]);
}

/// A program that is in PATH; a path is the test's own affair.
pub fn program(name: impl AsRef<OsStr>) {
    let name = Path::new(name.as_ref());
    let path = std::env::var_os("PATH").unwrap_or_default();
    let in_path = || std::env::split_paths(&path).any(|directory| directory.join(name).is_file());
    if name.components().count() == 1 && !in_path() {
        skip(format_args!("{} is not installed", name.display()));
    }
}

/// These words as a command that ends well.
pub fn works<S: AsRef<OsStr>>(what: &str, words: impl IntoIterator<Item = S>) {
    let words: Vec<String> = words.into_iter().map(|word| word.as_ref().to_string_lossy().into_owned()).collect();
    if let Some(answer) = refusal(words) {
        skip(format_args!("{what}: {answer}"));
    }
}

/// Why the command fails; None when it works.
fn refusal(words: Vec<String>) -> Option<String> {
    static ANSWERS: Mutex<Option<HashMap<Vec<String>, Option<String>>>> = Mutex::new(None);
    let mut answers = ANSWERS.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    answers.get_or_insert_default().entry(words).or_insert_with_key(|words| ask(words)).clone()
}

fn ask(words: &[String]) -> Option<String> {
    let (name, arguments) = words.split_first()?;
    match Command::new(name).args(arguments).output() {
        Err(error) => Some(format!("{name}: {error}")),
        Ok(output) if output.status.success() => None,
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr);
            Some(said.lines().next().map_or_else(|| format!("{name}: {}", output.status), str::to_owned))
        }
    }
}
