//! The standard streams of any program, redirected while it runs: `tests/c/std.c`.

use crate::harness::files::{mode_of, text_of};
use crate::harness::{Exit, Launch, Run, Scratch};

/// What a program says with printf, stderr, write and by a child, to a file that both streams go to.
const ALL: &str = "printf\nstderr\nwrite\nchild\nchild stderr\n";

fn said(word: &str) -> String {
    ALL.lines().map(|line| [word, " ", line, "\n"].concat()).collect()
}

/// The same, for the one stream: the lines that went to stderr, or those that did not.
fn said_to(word: &str, stderr: bool) -> String {
    ALL.lines().filter(|line| line.contains("stderr") == stderr).map(|line| [word, " ", line, "\n"].concat()).collect()
}

fn run(scenario: &str, scratch: &Scratch) -> Run {
    let mut run = Launch::program("std").arg(scenario).arg(scratch.root()).start();
    assert_eq!(run.wait(), Exit::Status(0), "{scenario}: {}", run.stderr());
    run
}

/// The fields that `name` was told with, the `turn`th time.
fn told<'a>(stderr: &'a str, name: &str, turn: usize) -> &'a str {
    let prefix = format!("{name}=");
    stderr.lines().filter_map(|line| line.strip_prefix(&prefix)).nth(turn).expect("what the call gave")
}

const SUCCESS: &str = "0 errno=0 last_errno=0 same=0 fds=0";

#[test]
fn reset_std_takes_both_streams() {
    let scratch = Scratch::new();
    let mut run = run("together", &scratch);
    let log = scratch.path("all.log");
    assert_eq!(text_of(&log), said("now"));
    assert_eq!(mode_of(&log), 0o644, "under umask 0");
    assert_eq!(told(&run.stderr(), "reset_std", 0), SUCCESS);
    assert_eq!(run.stdout(), "");
}

#[test]
fn reset_std_split_takes_them_apart() {
    let scratch = Scratch::new();
    let mut run = run("split", &scratch);
    assert_eq!(text_of(&scratch.path("out.log")), said_to("now", false));
    assert_eq!(text_of(&scratch.path("err.log")), said_to("now", true));
    assert_eq!(told(&run.stderr(), "reset_std_split", 0), SUCCESS);
}

#[test]
fn reset_std_appends() {
    let scratch = Scratch::new();
    let log = scratch.file("all.log", "old\n");
    run("together", &scratch);
    assert_eq!(text_of(&log), format!("old\n{}", said("now")));
}

#[test]
fn reset_std_again_takes_another_file() {
    let scratch = Scratch::new();
    let mut run = run("twice", &scratch);
    assert_eq!(text_of(&scratch.path("one.log")), said("one"));
    assert_eq!(text_of(&scratch.path("two.log")), said("two"));
    assert_eq!(told(&run.stderr(), "reset_std", 1), SUCCESS);
}

/// The streams are what they were, and the directory holds what it held.
fn fails(scenario: &str, call: &str, errno: i32, object: &str) {
    let scratch = Scratch::new();
    let mut run = run(scenario, &scratch);
    let (stdout, stderr) = (run.stdout(), run.stderr());
    assert_eq!(told(&stderr, call, 0), format!("-1 errno={errno} last_errno={errno} same=1 fds=0"), "{scenario}");
    let error = stderr.lines().find(|line| line.starts_with("error: ")).expect("the library's line");
    assert!(error.contains(object), "{error}");
    assert_eq!(stdout, said_to("still", false), "{scenario}");
    let left: Vec<_> = std::fs::read_dir(scratch.root()).expect("the directory").collect();
    assert!(left.is_empty(), "{scenario}: {left:?}");
}

#[test]
fn reset_std_fails_on_a_missing_directory() {
    fails("missing", "reset_std", 2, "missing/all.log");
}

#[test]
fn reset_std_split_fails_on_the_second_path() {
    fails("second-missing", "reset_std_split", 2, "missing/err.log");
}

#[test]
fn reset_std_fails_on_a_directory() {
    fails("directory", "reset_std", 21, ".");
}

#[test]
fn reopen_std_fails_without_a_path() {
    fails("nothing-to-reopen", "reopen_std", 22, "standard streams");
}

#[test]
fn reset_std_refuses_nothing_for_a_path() {
    let scratch = Scratch::new();
    let mut run = run("null", &scratch);
    let stderr = run.stderr();
    for (call, turn) in [("reset_std", 0), ("reset_std", 1), ("reset_std_split", 0), ("reset_std_split", 1)] {
        let told = told(&stderr, call, turn);
        assert!(told.starts_with("-1 ") && told.ends_with(" same=1 fds=0"), "{call}: {told}");
    }
    assert_eq!(stderr.lines().filter(|line| line.starts_with("error: ")).count(), 4, "{stderr}");
}

#[test]
fn reopen_std_finds_a_relative_path_after_chdir() {
    let scratch = Scratch::new();
    let mut run = run("rotate", &scratch);
    assert_eq!(text_of(&scratch.path("all.log.1")), said("old"));
    assert_eq!(text_of(&scratch.path("all.log")), said("new"));
    assert_eq!(told(&run.stderr(), "reopen_std", 0), SUCCESS);
    assert_eq!(mode_of(&scratch.path("all.log")), 0o644);
}

#[test]
fn reopen_std_that_fails_leaves_the_streams() {
    let scratch = Scratch::new();
    let mut run = run("rotate-in-vain", &scratch);
    let stderr = run.stderr();
    assert_eq!(told(&stderr, "reopen_std", 0), "-1 errno=2 last_errno=2 same=1 fds=0");
    assert!(stderr.contains(&scratch.path("logs/all.log").display().to_string()), "{stderr}");
    assert_eq!(text_of(&scratch.path("moved/all.log")), said("old") + &said("still"));
}

#[test]
fn reset_std_with_stdin_closed() {
    let scratch = Scratch::new();
    let mut run = run("closed", &scratch);
    let stderr = run.stderr();
    assert_eq!(told(&stderr, "reset_std", 0), SUCCESS);
    assert_eq!(told(&stderr, "stdin", 0), "-1", "still closed, and no log file as 0");
    assert_eq!(text_of(&scratch.path("all.log")), said("now"));
}

#[test]
fn reset_std_with_all_three_closed() {
    let scratch = Scratch::new();
    let mut run = run("all-closed", &scratch);
    let stderr = run.stderr();
    assert!(
        stderr.contains("reset_std=0\n") && stderr.contains("stdout=0 stderr=0\n"),
        "open, and kept over exec: {stderr}"
    );
    assert_eq!(text_of(&scratch.path("all.log")), "one\ntwo\n");
}

/// What a program that never flushes leaves in its logs, the old one and the new one, when it ends by _exit(2).
fn lines(scenario: &str) -> (String, String) {
    let scratch = Scratch::new();
    let log = scratch.path("all.log");
    let mut run = Launch::program("lines").arg(scenario).arg(&log).start();
    run.succeed();
    assert_eq!(run.stdout(), "before\n");
    (text_of(&scratch.path("all.log.1")), text_of(&log))
}

#[test]
fn a_file_gets_whole_lines() {
    assert_eq!(lines("reset"), (String::new(), "line\n".to_owned()), "line_buffered");
}

#[test]
fn a_begun_line_is_not_cut_in_two_at_a_rotation() {
    assert_eq!(lines("whole"), ("line\n".to_owned(), "begun and ended\n".to_owned()));
}

#[test]
fn what_a_program_has_unbuffered_stays_so() {
    assert_eq!(lines("unbuffered"), (String::new(), "line\nbegun ".to_owned()));
}
