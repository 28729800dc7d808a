//! The command beside start-stop-daemon, and under random command lines.

use std::fs;

use rustix::process::Signal;

use crate::command_support::{Runs, command, command_path, refusal_of, result_of};
use crate::harness::files::{text_of, wait_for_change};
use crate::harness::{Exit, Launch, Scratch, Service, program};

fn start_stop_daemon() -> Launch {
    // Not in every user's PATH.
    let path = "/usr/sbin:/sbin:/usr/bin:/bin";
    Launch::command("env").arg(format!("PATH={path}")).arg("start-stop-daemon")
}

fn needs_it() {
    crate::harness::needs::works(
        "no start-stop-daemon",
        ["sh", "-c", "PATH=$PATH:/usr/sbin:/sbin; start-stop-daemon --version"],
    );
}

/// In the foreground the program speaks to it, and in the background to us, who hand that on.
#[test]
fn start_stop_daemon_waits_for_a_program_of_ours() {
    for how in ["--foreground", "--wait-ready"] {
        start_stop_daemon_waits(how);
    }
}

fn start_stop_daemon_waits(how: &str) {
    needs_it();
    let mut service = Service::new();
    let launch =
        start_stop_daemon().args(["--start", "--background", "--notify-await", "--notify-timeout", "60", "--exec"]);
    // It starts nothing while another process runs the same program: here, the command of another test.
    let copy = service.scratch.path("daemonize");
    fs::copy(command_path(), &copy).expect("a copy");
    let launch = launch.arg(copy).args(["--", how]).runs(&service);
    let mut daemon = service.start(launch);
    assert_eq!(daemon.terminate(), Exit::Status(0));
}

#[test]
fn start_stop_daemon_stops_what_we_have_started() {
    needs_it();
    let mut service = Service::new();
    let pidfile = service.scratch.path("app.pid");
    let mut daemon = service.start(command().option_path("pidfile", &pidfile).runs(&service));
    let status = start_stop_daemon().args(["--status", "--pidfile"]).arg(&pidfile);
    assert_eq!(result_of(status.clone()).0, Exit::Status(0));
    let stop = start_stop_daemon().args(["--stop", "--retry", "TERM/60", "--pidfile"]).arg(&pidfile);
    let (exit, stdout, stderr) = result_of(stop);
    assert_eq!(exit, Exit::Status(0), "{stdout}{stderr}");
    assert_eq!(daemon.run.wait_reaped(daemon.process.pid()), Exit::Status(0));
    let theirs = result_of(status).0;
    let ours = result_of(command().arg("--status").arg("-p").arg(&pidfile)).0;
    assert_eq!(ours, theirs, "as the LSB has it");
}

/// A program that tells by sd_notify(3) that it is ready tells us as well as start-stop-daemon.
#[test]
fn both_wait_for_a_program_that_notifies() {
    needs_it();
    let scratch = Scratch::new();
    let program = scratch.file(
        "program",
        "#!/usr/bin/env python3
import os, socket, time
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
path = os.environ['NOTIFY_SOCKET']
open(os.environ['SEEN'], 'w').close()
s.sendto(b'READY=1', '\\0' + path[1:] if path[0] == '@' else path)
time.sleep(1000)
",
    );
    crate::harness::needs::program("python3");
    crate::surface_tools::output(std::process::Command::new("chmod").arg("755").arg(&program));
    let theirs = start_stop_daemon().args(["--start", "--background", "--notify-await", "--exec"]).arg(&program);
    let ours = command().arg("--wait-ready").arg(&program);
    for launch in [theirs, ours] {
        let seen = scratch.path("seen");
        let mut run = launch.env("SEEN", &seen).start();
        run.succeed();
        assert!(seen.exists(), "it was ready");
        fs::remove_file(&seen).expect("remove");
        run.orphans().iter().for_each(|daemon| daemon.signal(Signal::KILL));
        run.wait_idle();
    }
}

/// A program that writes a newline to a descriptor: by --notify-fd that is ours to wait for, or else a supervisor's.
#[test]
fn a_newline_to_a_descriptor_says_that_it_is_ready() {
    let scratch = Scratch::new();
    let notifier = program("notifier");
    for fd in [3, 4, 5, 9, 100] {
        let launch = command().option("notify-fd", fd).arg("--wait-ready").arg(&notifier).arg(format!("newline:{fd}"));
        let mut run = launch.start();
        run.succeed();
        run.orphans().iter().for_each(|daemon| daemon.signal(Signal::KILL));
        run.wait_idle();
    }
    let silent = command().args(["--notify-fd=9", "--wait-ready=0.3"]).arg(&notifier);
    assert_eq!(refusal_of(silent, 1), "not ready within 300 ms");
    let dead = command().args(["--notify-fd=9", "--wait-ready"]).arg(&notifier).arg("exit:3");
    assert_eq!(refusal_of(dead, 3), "exited with status 3 before it was ready");
    let stranger = command().arg("--wait-ready=0.3").arg(&notifier).arg("stranger:READY=1");
    assert_eq!(refusal_of(stranger, 1), "not ready within 300 ms", "told_once");
    let words = ["sh", "-c", "exec 7>ready; exec \"$@\"", "sh"];
    let launch = command().arg("--notify-fd=7").arg(&notifier).arg("newline:7").directory(scratch.root());
    let mut run = launch.under(words).start();
    run.succeed();
    wait_for_change(scratch.root(), "ready", || text_of(&scratch.path("ready")) == "\n");
    run.orphans().iter().for_each(|daemon| daemon.signal(Signal::KILL));
    run.wait_idle();
    let line = refusal_of(command().arg("--notify-fd=77").arg("/bin/true"), 1);
    assert_eq!(line, "notification descriptor 77: Bad file descriptor");
}

/// A generator of its own, so that a failure can be seen again: xorshift64*.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        usize::try_from(self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33).expect("31 bits") % limit
    }
}

const WORDS: [&str; 30] = [
    "-a",
    "-v",
    "-c",
    "-e",
    "-o",
    "-p",
    "-l",
    "-u",
    "-E",
    "-x",
    "--",
    "-",
    "",
    "=",
    "A=1",
    "--status",
    "--stop=TERM/0/KILL/1",
    "--stop=///",
    "--signal=0",
    "--signal=URG",
    "--umask=777",
    "--keep-fd=3",
    "--title=",
    "--log-to=|",
    "--log-to=journal:",
    "--reopen-on=RTMAX-1",
    "--runtime-directory=:",
    "--wait-ready=0.001",
    "--foreground=never",
    "--clearenv",
];

/// Whatever the words are, it ends by itself and with a status that it knows.
#[test]
fn random_command_lines_never_crash_it() {
    let scratch = Scratch::new();
    let mut random = Random(0x1234_5678_9abc_def1);
    let long = "x".repeat(5000);
    let mut starts = 0;
    for round in 0..400 {
        let mut words: Vec<String> = Vec::new();
        for _ in 0..random.below(7) {
            let word = WORDS[random.below(WORDS.len())];
            words.push(match random.below(12) {
                0 => format!("{word}{long}"),
                1 => word[..random.below(word.len() + 1)].to_owned(),
                2 => format!("--{}", WORDS[random.below(WORDS.len())]),
                3 => scratch.path(["file", "missing/file", "."][random.below(3)]).display().to_string(),
                _ => word.to_owned(),
            });
        }
        if random.below(2) == 0 {
            words.push("/bin/true".to_owned());
        }
        let mut run = Launch::command(command_path()).args(&words).directory(scratch.root()).start();
        let exit = run.wait();
        starts += usize::from(exit == Exit::Status(0));
        assert!(matches!(exit, Exit::Status(0 | 1 | 3 | 4 | 64)), "round {round}: {exit:?}: {words:?}");
        for orphan in run.orphans() {
            orphan.signal(Signal::KILL);
        }
    }
    assert!(starts > 5, "only {starts} of them did something");
    assert!(text_of(&scratch.path("file")).len() < 100);
}
