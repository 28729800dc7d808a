//! The command line: what is refused, what the command says about itself, and that its papers name the same options.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use crate::command_support::{command, command_path, result_of};
use crate::harness::compile::checkout;
use crate::harness::{Exit, Scratch, needs};
use crate::surface_tools::{output, version};

/// sysexits.h: EX_USAGE
const USAGE: i32 = 64;

/// Each with what its complaint names.
const WRONG: [(&[&str], &str); 33] = [
    (&[], "no program"),
    (&["-p", "/tmp/a.pid"], "no program"),
    (&["--nonsense", "/bin/true"], "--nonsense"),
    (&["-x", "/bin/true"], "-x"),
    (&["-ax", "/bin/true"], "-x"),
    (&["--append", "-xa", "/bin/true"], "-x"),
    (&["-h"], "-h"),
    (&["-p"], "-p"),
    (&["--pidfile"], "--pidfile"),
    (&["--append=yes", "/bin/true"], "--append"),
    (&["--umask=9", "/bin/true"], "--umask=9"),
    (&["--umask=1000", "/bin/true"], "--umask=1000"),
    (&["--umask= 1", "/bin/true"], "--umask= 1"),
    (&["--umask=", "/bin/true"], "--umask="),
    (&["--keep-fd=-1", "/bin/true"], "--keep-fd=-1"),
    (&["--keep-fd=99999999999999999999", "/bin/true"], "--keep-fd"),
    (&["--wait-ready=0", "/bin/true"], "--wait-ready=0"),
    (&["--wait-ready=1.2345", "/bin/true"], "--wait-ready=1.2345"),
    (&["--setup-timeout=soon", "/bin/true"], "--setup-timeout=soon"),
    (&["--close-fds=some", "/bin/true"], "--close-fds=some"),
    (&["--foreground=maybe", "/bin/true"], "--foreground=maybe"),
    (&["--keep-capability=fly", "/bin/true"], "--keep-capability=fly"),
    (&["--reopen-on=USR3", "-o", "/tmp/a", "/bin/true"], "--reopen-on=USR3"),
    (&["--reopen-on=USR1", "/bin/true"], "--reopen-on"),
    (&["--log-to=nowhere", "/bin/true"], "--log-to=nowhere"),
    (&["--log-to=/tmp/a", "-o", "/tmp/a", "/bin/true"], "--log-to"),
    (&["--status"], "-p FILE"),
    (&["--stop", "-p", "/tmp/a.pid", "/bin/true"], "/bin/true"),
    (&["--stop", "--status", "-p", "/tmp/a.pid"], "--status"),
    (&["--stop=TERM//5", "-p", "/tmp/a.pid"], "TERM//5"),
    (&["--restart=TERM", "-p", "/tmp/no such.pid", "/bin/true"], "TERM"),
    (&["--signal=NOPE", "-p", "/tmp/a.pid"], "--signal=NOPE"),
    (&["--session", "/bin/true"], "--session"),
];

#[test]
fn wrong_command_lines_are_status_64_with_the_usage() {
    for (words, named) in WRONG {
        let (exit, stdout, stderr) = result_of(command().args(words));
        assert_eq!((exit, stdout.as_str()), (Exit::Status(USAGE), ""), "{words:?}: {stderr}");
        let (complaint, usage) = stderr.split_once('\n').expect("lines");
        assert!(complaint.starts_with("daemonize: ") && complaint.contains(named), "{words:?}: {complaint}");
        assert!(usage.starts_with("usage: daemonize "), "{words:?}: {stderr}");
    }
}

#[test]
fn help_fits_on_a_screen() {
    let (exit, help, stderr) = result_of(command().arg("--help"));
    assert_eq!((exit, stderr.as_str()), (Exit::Status(0), ""));
    assert!(help.lines().count() <= 24, "{help}");
    assert!(help.lines().all(|line| line.chars().count() <= 80), "{help}");
    let (exit, stdout, _) = result_of(command().arg("--version"));
    assert_eq!((exit, stdout), (Exit::Status(0), format!("daemonize (libdaemon) {}\n", version())));
}

#[test]
fn what_cannot_be_printed_is_a_failure() {
    let full = ["sh", "-c", "exec \"$@\" >/dev/full", "sh"];
    for word in ["--help", "--version"] {
        let (exit, _, stderr) = result_of(command().arg(word).under(full));
        assert_eq!(exit, Exit::Status(1), "{stderr}");
    }
}

/// The options that the text names as `--name`.
fn long_options(text: &str) -> BTreeSet<String> {
    let parts = text.split("--").skip(1);
    let names = parts.map(|rest| rest.split(|c: char| !c.is_ascii_lowercase() && c != '-').next().unwrap_or_default());
    names.filter(|name| !name.is_empty()).map(|name| name.trim_end_matches('-').to_owned()).collect()
}

fn read(path: &str) -> String {
    fs::read_to_string(checkout().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Those of the table in the sources.
fn options() -> BTreeSet<String> {
    let source = read("cli/command_line.c");
    let rows = source.lines().filter_map(|line| line.trim().strip_prefix("{ \""));
    rows.filter_map(|row| Some(row.split_once('"')?.0.to_owned())).collect()
}

#[test]
fn every_paper_names_every_option() {
    let options = options();
    assert!(options.len() > 35, "{options:?}");
    let (_, help, _) = result_of(command().arg("--help"));
    assert_eq!(&long_options(&help), &options, "--help");
    let manual = read("man/daemonize.1");
    let items = manual.lines().filter(|line| line.starts_with(".It Fl") || line.starts_with(".Fl"));
    let named: BTreeSet<String> = items
        .flat_map(|line| line.split("Fl -").skip(1))
        .filter_map(|rest| Some(rest.split([' ', ',']).next()?.to_owned()))
        .collect();
    let missing: Vec<_> = options.difference(&named).collect();
    assert!(missing.is_empty(), "daemonize.1: {missing:?}");
    assert_eq!(&long_options(&read("cli/completions/daemonize.bash")), &named_in_bash(&options), "bash");
    let zsh = read("cli/completions/_daemonize");
    let fish = read("cli/completions/daemonize.fish");
    for option in &options {
        assert!(zsh.contains(&format!("--{option}")), "zsh: {option}");
        assert!(fish.contains(&format!("-l {option} ")), "fish: {option}");
    }
}

fn named_in_bash(options: &BTreeSet<String>) -> BTreeSet<String> {
    // A comment names one.
    options.iter().cloned().chain(["option".to_owned()]).collect()
}

#[test]
fn manual_page_is_clean() {
    needs::program("mandoc");
    output(Command::new("mandoc").args(["-Tlint", "-Wwarning"]).arg(checkout().join("man/daemonize.1")));
}

/// Who can run it as another user could have anything started: the known command refuses that, too.
#[test]
fn setuid_is_refused() {
    needs::another_user();
    let scratch = Scratch::new();
    let copy = scratch.path("daemonize");
    fs::copy(command_path(), &copy).expect("a copy");
    for bits in ["4755", "2755"] {
        output(Command::new("chmod").arg(bits).arg(&copy));
        let as_nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
        let launch = crate::harness::Launch::command(&copy).arg("/bin/true").under(as_nobody);
        assert!(crate::command_support::refusal_of(launch, 1).contains("setuid"));
    }
}
