//! Where the program's output goes: files, syslog, the journal, a program.

use std::fs;
use std::io::Read;
use std::net::Shutdown;
use std::os::unix::net::{UnixDatagram, UnixListener};
use std::path::Path;

use rustix::process::Signal;

use crate::command_support::{Runs, command, refusal_of};
use crate::harness::files::{mode_of, text_of, wait_for_change};
use crate::harness::process::wait_until;
use crate::harness::{Exit, Gate, Hostile, Launch, Process, Scratch, Service, needs};

#[test]
fn log_gets_both_streams_and_keeps_what_is_there() {
    let mut service = Service::new();
    let log = service.scratch.file("app.log", "old\n");
    let launch = command().option_path("log-to", &log).runs(&service).option("then", "print:here");
    let daemon = service.start(launch.hostile(Hostile::place()));
    assert_eq!(text_of(&log), "old\nhere\nhere, to stderr\n", "log_works, log_old_kept");
    assert_eq!(daemon.process.descriptor_flags(1) & 0o2000, 0o2000, "log_append");
    assert_eq!(daemon.process.descriptors().len(), 3, "no_extra_fds");
    let other = service.scratch.path("other.log");
    service.start(command().option_path("log-to", &other).runs(&service));
    assert_eq!(mode_of(&other) & 0o022, 0, "log_mode");
    service.start(command().option_path("log-to", &log).arg("--truncate").runs(&service));
    assert_eq!(text_of(&log), "");
}

/// A program that writes numbered lines as fast as it can until it is ended, and says at the end how many.
const WRITER: &str =
    "trap 'stop=1' TERM; i=0; while [ -z \"$stop\" ]; do i=$((i + 1)); echo line $i; done; echo last $i";

fn lines_of(files: &[&Path]) -> Vec<String> {
    files.iter().flat_map(|file| text_of(file).lines().map(str::to_owned).collect::<Vec<_>>()).collect()
}

/// Every line once and in order, and the last one says so.
fn all_there(lines: &[String]) {
    let (last, lines) = lines.split_last().expect("lines");
    assert_eq!(*last, format!("last {}", lines.len()));
    for (index, line) in lines.iter().enumerate() {
        assert_eq!(*line, format!("line {}", index + 1));
    }
}

/// Rotated by renaming, with or without a new file, and by the signal to the daemon: nothing is lost, and it lives on.
#[test]
fn rotated_logs_are_opened_again() {
    let service = Service::new();
    let directory = service.scratch.directory("log");
    let (log, pidfile) = (directory.join("app.log"), service.scratch.path("app.pid"));
    let launch = command().option("reopen-on", "USR1").option_path("log-to", &log).option_path("pidfile", &pidfile);
    let mut run = launch.args(["/bin/sh", "-c", WRITER]).start();
    run.succeed();
    let daemon = Process::new(text_of(&pidfile).trim().parse().expect("a pid"));
    let mut rotated = Vec::new();
    for (round, makes_the_new_file) in [true, false, true].into_iter().enumerate() {
        wait_for_change(&directory, "lines in the log", || text_of(&log).contains("line "));
        let old = directory.join(format!("app.log.{round}"));
        fs::rename(&log, &old).expect("rotate the log");
        if makes_the_new_file {
            fs::write(&log, "").expect("a new log");
        }
        let signal = command().arg("--signal=USR1").option_path("pidfile", &pidfile);
        assert_eq!(crate::command_support::result_of(signal).0, Exit::Status(0));
        rotated.push(old);
    }
    wait_for_change(&directory, "lines in the log", || text_of(&log).contains("line "));
    assert!(daemon.is_alive(), "log_reopen: the signal does the program no harm");
    daemon.signal(Signal::TERM);
    run.wait_idle();
    let files: Vec<&Path> = rotated.iter().chain([&log]).map(|path| path.as_path()).collect();
    all_there(&lines_of(&files));
}

#[test]
fn both_files_are_opened_again() {
    let mut service = Service::new();
    let directory = service.scratch.directory("log");
    let (out, err) = (directory.join("out"), directory.join("err"));
    let launch = command().option("reopen-on", "HUP").option_path("stdout", &out).option_path("stderr", &err);
    let daemon = service.start(launch.runs(&service).option("then", "print:here"));
    wait_for_change(&directory, "the lines", || text_of(&out) == "here\n" && text_of(&err) == "here, to stderr\n");
    for file in [&out, &err] {
        fs::rename(file, file.with_extension("1")).expect("rotate");
    }
    daemon.process.signal(Signal::HUP);
    wait_for_change(&directory, "the new files", || out.exists() && err.exists());
    daemon.probe(&mut service.reports);
    wait_for_change(&directory, "the lines", || text_of(&out) == "probe\n" && text_of(&err) == "probe\n");
}

#[test]
fn a_program_gets_the_lines() {
    let service = Service::new();
    let (log, pidfile) = (service.scratch.path("app.log"), service.scratch.path("app.pid"));
    let tee = format!("|/usr/bin/tee {}", log.display());
    let launch = command().option("log-to", tee).option_path("pidfile", &pidfile);
    let mut run = launch.args(["/bin/sh", "-c", WRITER]).start();
    run.succeed();
    wait_for_change(service.scratch.root(), "lines", || text_of(&log).contains("line "));
    Process::new(text_of(&pidfile).trim().parse().expect("a pid")).signal(Signal::TERM);
    run.wait_idle();
    all_there(&lines_of(&[&log]));
}

/// Each time it has taken one line it dies; what it has not read waits, and the daemon notices nothing.
#[test]
fn a_program_that_dies_is_started_again() {
    let mut service = Service::new();
    let log = service.scratch.path("app.log");
    let logger = service.scratch.file("logger", "#!/bin/sh\nread -r line && echo \"$line\" >>\"${0%/*}/app.log\"\n");
    crate::surface_tools::output(std::process::Command::new("chmod").arg("755").arg(&logger));
    let launch = command().option("log-to", format!("|{}", logger.display())).runs(&service);
    let mut daemon = service.start(launch.option("then", "print:here"));
    wait_for_change(service.scratch.root(), "both lines", || text_of(&log) == "here\nhere, to stderr\n");
    assert!(daemon.process.is_alive());
    assert_eq!(daemon.terminate(), Exit::Status(0));
    daemon.run.wait_idle();
}

#[test]
fn a_program_that_is_missing_is_told() {
    let service = Service::new();
    let line = refusal_of(command().option("log-to", "|/no/such/logger -x").runs(&service), 1);
    assert_eq!(line, "log program /no/such/logger: No such file or directory");
}

#[test]
fn a_program_gets_all_its_arguments() {
    let service = Service::new();
    let out = service.scratch.path("out");
    let echo = format!("|/bin/sh -c echo\u{2423}$#>{} {}", out.display(), ["word"; 200].join(" "));
    // The words are separated by blanks, and sh(1) needs one inside of a word.
    let mut run = command().option("log-to", echo.replace('\u{2423}', "${IFS}")).arg("/bin/true").start();
    run.succeed();
    wait_for_change(service.scratch.root(), "their number", || out.exists() && text_of(&out) == "199\n");
    run.wait_idle();
}

/// The log writer is told to end before the daemon, as at a shutdown: it stays for the last lines.
#[test]
fn the_log_writer_outlives_its_daemon() {
    let mut service = Service::new();
    let log = service.scratch.path("app.log");
    let mut gate = Gate::new(&service.scratch, "gate");
    let launch = command().option("reopen-on", "HUP").option_path("log-to", &log).runs(&service);
    let launch = launch.option("on-term", "gate").option_path("gate", gate.path());
    let mut daemon = service.start(launch);
    for orphan in daemon.run.orphans() {
        orphan.signal(Signal::TERM);
    }
    service.reports.expect("terminating");
    assert_eq!(daemon.run.orphans().len(), 2, "the daemon and its log writer");
    gate.open();
    daemon.run.wait_idle();
}

/// In a mount namespace with a /dev and a /run of the test's own, where its sockets are.
pub fn with_sockets(launch: Launch, scratch: &Scratch) -> Launch {
    needs::mounts();
    let script = "mount --bind \"$0/run\" /run && touch \"$0/dev/null\" && mount --bind /dev/null \"$0/dev/null\" &&
        mount --rbind \"$0/dev\" /dev && exec \"$@\"";
    let root = scratch.root().display().to_string();
    launch.under(["unshare", "--mount", "sh", "-c", script, &root])
}

pub fn sockets() -> Service {
    let service = Service::new();
    service.scratch.directory("dev");
    fs::create_dir_all(service.scratch.path("run/systemd/journal")).expect("directories");
    service
}

#[test]
fn syslog_gets_a_message_for_each_line() {
    let service = sockets();
    let socket = UnixDatagram::bind(service.scratch.path("dev/log")).expect("a socket");
    let launch = command().option("log-to", "syslog:app").args([
        "/bin/sh",
        "-c",
        "echo one; echo; echo two >&2; printf 'three\\0four'",
    ]);
    let mut run = with_sockets(launch, &service.scratch).start();
    run.succeed();
    for expected in ["one", "two", "three four"] {
        let mut bytes = [0; 1000];
        let length = socket.recv(&mut bytes).expect("a message");
        let message = String::from_utf8_lossy(&bytes[..length]).into_owned();
        assert!(message.starts_with("<30>") && message.ends_with(&format!(" app: {expected}")), "{message}");
    }
    run.wait_idle();
}

/// syslogd is started anew, with a new socket: what was said meanwhile comes then.
#[test]
fn syslog_that_is_away_is_waited_for() {
    let mut service = sockets();
    let path = service.scratch.path("dev/log");
    let first = UnixDatagram::bind(&path).expect("a socket");
    let launch = command().option("log-to", "syslog").runs(&service);
    let mut run = with_sockets(launch, &service.scratch).start();
    run.succeed();
    let daemon = Process::new(service.reports.expect_pid("up"));
    drop(first);
    fs::remove_file(&path).expect("the socket goes");
    daemon.signal(Signal::USR1);
    service.reports.expect("probe");
    let second = UnixDatagram::bind(&path).expect("a new socket");
    for _ in 0..2 {
        let mut bytes = [0; 1000];
        let length = second.recv(&mut bytes).expect("a message");
        assert!(bytes[..length].ends_with(b" service: probe"), "{}", String::from_utf8_lossy(&bytes[..length]));
    }
    daemon.signal(Signal::TERM);
    run.wait_idle();
}

/// clock_nanosleep(2), as /proc/PID/syscall has it.
const NANOSLEEP: &str = if cfg!(target_arch = "x86_64") { "230 " } else { "115 " };

/// It can be connected to, and takes nothing: the log writer tries again from time to time, and sleeps meanwhile.
#[test]
fn syslog_that_takes_nothing_is_not_hurried() {
    let service = sockets();
    let path = service.scratch.path("dev/log");
    let deaf = UnixDatagram::bind(&path).expect("a socket");
    deaf.shutdown(Shutdown::Read).expect("a socket that receives nothing");
    let launch = command().option("log-to", "syslog:app").arg("--verbose").args(["/bin/echo", "one"]);
    let mut run = with_sockets(launch, &service.scratch).start();
    run.succeed();
    let said = run.stderr();
    let (_, writer) = said.split_once("the log writer is process ").expect("its pid");
    let writer = Process::new(writer.lines().next().and_then(|pid| pid.parse().ok()).expect("a pid"));
    wait_until("a log writer that sleeps", || text_of(&writer.proc("syscall")).starts_with(NANOSLEEP));
    drop(deaf);
    fs::remove_file(&path).expect("the socket goes");
    let second = UnixDatagram::bind(&path).expect("a new socket");
    let mut bytes = [0; 1000];
    let length = second.recv(&mut bytes).expect("a message");
    assert!(bytes[..length].ends_with(b" app: one"), "{}", String::from_utf8_lossy(&bytes[..length]));
    run.wait_idle();
}

#[test]
fn the_journal_gets_the_stream() {
    let service = sockets();
    let journal = UnixListener::bind(service.scratch.path("run/systemd/journal/stdout")).expect("a socket");
    let launch = command().option("log-to", "journal:app").args(["/bin/sh", "-c", "echo one; echo '<3>two' >&2"]);
    let mut run = with_sockets(launch, &service.scratch).start();
    run.succeed();
    let mut text = String::new();
    journal.accept().expect("a connection").0.read_to_string(&mut text).expect("the stream");
    assert_eq!(text, "app\n\n6\n1\n0\n0\n0\none\n<3>two\n");
    run.wait_idle();
}

#[test]
fn syslog_and_journal_that_are_not_there_are_told() {
    let service = sockets();
    for target in ["syslog", "journal"] {
        let launch = command().option("log-to", target).args(["/bin/true"]);
        assert!(refusal_of(with_sockets(launch, &service.scratch), 1).starts_with("log /"), "{target}");
    }
}
