//! The known daemonize(1) beside ours: the same command lines, the same outcome.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::command_support::command_path;
use crate::harness::files::{mode_of, text_of, wait_for_change};
use crate::harness::{Exit, Hostile, Launch, Process, Scratch, needs};

/// Both, the known one first.
fn both() -> [PathBuf; 2] {
    needs::program("daemonize");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let known = std::env::split_paths(&path).map(|directory| directory.join("daemonize")).find(|path| path.is_file());
    [known.expect("the known daemonize"), command_path()]
}

/// Writes what it finds to the file `seen`, and goes on until it is ended: `ends` has it end by itself.
const PROGRAM: &str = "#!/bin/sh
cd_is=$(pwd)
echo out
echo err >&2
{
    echo \"directory $cd_is\"
    echo \"arguments $# <$1> <$2>\"
    echo \"user $(id -un) $(id -gn) $(id -Gn)\"
    echo \"variables ${A-unset} ${B-unset} HOME=$HOME USER=${USER-} LOGNAME=${LOGNAME-}\"
    echo \"stdin $(readlink /proc/self/fd/0)\"
} >\"$SEEN.new\"
mv \"$SEEN.new\" \"$SEEN\"
[ \"$1\" = ends ] || exec sleep 1000
";

/// A directory in which one of them is tried, and what came of it.
struct Trial {
    scratch: Scratch,
    daemonize: PathBuf,
}

/// What a script could see.
#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    exit: Exit,
    says_something: bool,
    seen: String,
    files: Vec<(String, String)>,
}

impl Trial {
    fn new(daemonize: &Path) -> Trial {
        let scratch = Scratch::new();
        // The user of -u writes there, too.
        fs::set_permissions(scratch.root(), fs::Permissions::from_mode(0o777)).expect("a mode");
        let program = scratch.file("program", PROGRAM);
        fs::set_permissions(program, fs::Permissions::from_mode(0o755)).expect("a mode");
        Trial { scratch, daemonize: daemonize.to_owned() }
    }

    /// `@` in a word stands for the directory.
    fn launch(&self, words: &[&str]) -> Launch {
        let directory = self.scratch.root().display().to_string();
        let words = words.iter().map(|word| word.replace('@', &directory));
        Launch::command(&self.daemonize).args(words).env("SEEN", self.scratch.path("seen")).env("B", "kept")
    }

    /// Starts, waits for the program, and looks; then ends it.
    fn outcome(&self, words: &[&str]) -> Outcome {
        let mut run = self.launch(words).start();
        let exit = run.wait();
        let seen = self.scratch.path("seen");
        if exit == Exit::Status(0) {
            wait_for_change(self.scratch.root(), "what the program saw", || seen.exists());
            let pidfile = self.scratch.path("app.pid");
            // The known one writes it when it may.
            if words.contains(&"@/app.pid") {
                wait_for_change(self.scratch.root(), "its pid", || text_of(&pidfile).ends_with('\n'));
                let pid: i32 = text_of(&pidfile).trim().parse().expect("a pid");
                assert_eq!(run.orphans().iter().map(Process::pid).collect::<Vec<_>>(), [pid], "{words:?}");
            }
        }
        let files = ["out", "err", "app.pid", "app.lock"].map(|name| (name, self.scratch.path(name)));
        let text = |name: &str, path: &Path| match name {
            "app.pid" => (!text_of(path).is_empty()).to_string(),
            _ => text_of(path),
        };
        let files = files
            .iter()
            .filter(|(_, path)| path.exists())
            .map(|(name, path)| ((*name).to_owned(), format!("{:o} {}", mode_of(path) & !0o444, text(name, path))));
        let (files, seen) = (files.collect(), self.relative(&text_of(&seen)));
        for orphan in run.orphans() {
            orphan.signal(rustix::process::Signal::KILL);
        }
        // The known one's -v is lost with its buffer.
        let says_something = exit != Exit::Status(0) && !run.stderr().is_empty();
        run.wait_idle();
        Outcome { exit, says_something, seen, files }
    }

    fn relative(&self, text: &str) -> String {
        text.replace(&self.scratch.root().display().to_string(), "@")
    }
}

fn is_the_same(words: &[&str]) -> Outcome {
    let [known, ours] = both().map(|daemonize| Trial::new(&daemonize).outcome(words));
    assert_eq!(ours, known, "{words:?}: ours, and the known one");
    ours
}

#[test]
fn starts_are_the_same() {
    for words in [
        &["@/program"][..],
        &["@/program", "-p", "x"],
        &["--", "@/program"],
        &["-c", "@", "@/program"],
        &["-c@", "@/program", ""],
        &["-o", "@/out", "@/program"],
        &["-e", "@/err", "@/program"],
        &["-o", "@/out", "-e", "@/err", "@/program"],
        &["-o", "@/out", "-e", "@/out", "@/program"],
        &["-a", "-o", "@/out", "@/program"],
        &["-ao@/out", "@/program"],
        &["-E", "A=1", "-E", "B=2", "@/program"],
        &["-E", "A=1=2", "@/program"],
        &["-E", "A=", "@/program"],
        &["-p", "@/app.pid", "@/program"],
        &["-l", "@/app.lock", "@/program"],
        &["-p", "@/app.pid", "-l", "@/app.lock", "@/program"],
        &["-av", "@/program"],
    ] {
        let outcome = is_the_same(words);
        assert_eq!(outcome.exit, Exit::Status(0), "{words:?}");
        assert!(outcome.seen.contains("directory "), "{words:?}: {outcome:?}");
    }
}

#[test]
fn failures_are_the_same() {
    for words in [
        &["program"][..],
        &["./program"],
        &["@/missing"],
        &["@"],
        &["/etc/passwd"],
        &["-E", "A", "@/program"],
        &["-c", "@/missing", "@/program"],
        &["-o", "@/missing/out", "@/program"],
        &["-e", "@/missing/err", "@/program"],
        &["-p", "@/missing/app.pid", "@/program"],
        &["-l", "@/missing/app.lock", "@/program"],
        &["-u", "no-such-user", "@/program"],
    ] {
        let outcome = is_the_same(words);
        assert_eq!(outcome.exit, Exit::Status(1), "{words:?}");
        assert!(outcome.says_something, "{words:?}");
    }
}

#[test]
fn the_user_is_the_same() {
    needs::another_user();
    let outcome = is_the_same(&["-u", "nobody", "-p", "@/app.pid", "-o", "@/out", "@/program"]);
    assert!(outcome.seen.contains("user nobody nogroup nogroup\n"), "{outcome:?}");
}

/// Files that are there: emptied without -a, appended to with it.
#[test]
fn output_files_that_are_there() {
    for (words, expected) in
        [(&["-o", "@/out", "@/program"][..], "out\n"), (&["-a", "-o", "@/out", "@/program"], "old\nout\n")]
    {
        for daemonize in both() {
            let trial = Trial::new(&daemonize);
            trial.scratch.file("out", "old\n");
            let outcome = trial.outcome(words);
            assert!(outcome.files.iter().any(|(name, text)| name == "out" && text.ends_with(expected)), "{outcome:?}");
        }
    }
}

/// Who holds the lock keeps out the other, whichever of them it is, and flock(1) too.
#[test]
fn lock_files_are_the_same() {
    let [known, ours] = both();
    for (first, second) in [(&known, &ours), (&ours, &known), (&ours, &ours), (&known, &known)] {
        for words in [&["-l", "@/app.lock", "@/program"][..], &["-p", "@/app.pid", "-l", "@/app.pid", "@/program"]] {
            let trial = Trial::new(first);
            let mut run = trial.launch(words).start();
            run.succeed();
            wait_for_change(trial.scratch.root(), "the program", || trial.scratch.path("seen").exists());
            let lock = trial.scratch.path(if words.len() == 3 { "app.lock" } else { "app.pid" });
            let other = Trial { scratch: trial.scratch, daemonize: second.clone() };
            let mut refused = other.launch(words).start();
            assert_eq!(refused.wait(), Exit::Status(1), "{first:?}, {second:?}, {words:?}");
            assert!(!refused.stderr().is_empty());
            let mut flock = Launch::command("flock").arg("-n").arg(&lock).arg("true").start();
            assert_eq!(flock.wait(), Exit::Status(1), "{first:?}: {words:?}");
            run.orphans().iter().for_each(|daemon| daemon.signal(rustix::process::Signal::KILL));
            run.wait_idle();
            let mut again = other.launch(words).start();
            assert_eq!(again.wait(), Exit::Status(0), "{first:?}, {second:?}, {words:?}");
        }
    }
}

/// Where the known one's program is ended by the hangup, nearly always.
#[test]
fn starts_from_a_terminal_that_is_closed() {
    let trial = Trial::new(&command_path());
    let launch = trial.launch(&["-o", "@/out", "@/program", "ends"]).hostile(Hostile::only("tty,fds"));
    let mut run = launch.start();
    run.succeed();
    wait_for_change(trial.scratch.root(), "the program", || trial.scratch.path("seen").exists());
    run.wait_idle();
    assert_eq!(text_of(&trial.scratch.path("out")), "out\n");
}
