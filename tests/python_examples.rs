//! The programs in the Python package's README and in examples/python, run as they stand.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::path::Path;

use rustix::process::Signal;

use crate::harness::compile::{checkout, library_directory};
use crate::harness::files::{text_of, wait_for_change};
use crate::harness::{Exit, Launch, Process, Run, Scratch, http, needs};
use crate::python_support::{interpreter, package, python};

/// The README's program with that in it, its files in the test's directory.
pub fn readme_program(with: &str, scratch: &Scratch) -> String {
    let readme = text_of(&package().join("README.md"));
    let mut blocks = readme.split("```python\n").skip(1).filter_map(|rest| rest.split("```").next());
    let block = blocks.find(|block| block.contains(with)).unwrap_or_else(|| panic!("no program with {with:?}"));
    block.replace("\"/tmp", &format!("\"{}", scratch.root().display()))
}

fn launch(program: &str, scratch: &Scratch) -> Launch {
    python().arg(scratch.file("program.py", program))
}

/// The daemon whose pid is in the file, a child of the run's keeper.
fn daemon_of(run: &Run, pidfile: &Path) -> Process {
    let daemon = Process::new(text_of(pidfile).trim().parse().expect("its pid"));
    assert_eq!(daemon.parent(), run.keeper());
    daemon
}

#[test]
fn readmes_first_daemon() {
    let scratch = Scratch::new();
    let (first, second) = (readme_program("daemonize(log=", &scratch), readme_program("runs as", &scratch));
    let mut run = launch(&first, &scratch).start();
    run.succeed();
    let daemon = daemon_of(&run, &scratch.path("hello.pid"));
    wait_for_change(scratch.root(), "hello in the log", || text_of(&scratch.path("hello.log")).contains("hello\n"));
    let mut again = launch(&first, &scratch).start();
    assert_eq!(again.wait(), Exit::Status(1));
    let pidfile = scratch.path("hello.pid");
    assert_eq!(again.stderr(), format!("hello: pid file {}: held by process {}\n", pidfile.display(), daemon.pid()));
    let mut stop = launch(&second, &scratch).start();
    stop.succeed();
    assert_eq!(stop.stdout(), format!("runs as {}\nstopped\n", daemon.pid()));
    run.wait_idle();
    assert!(!pidfile.exists());
}

#[test]
fn readmes_server_says_when_it_is_ready() {
    let scratch = Scratch::new();
    let address = http::own_address();
    let (host, port) = address.split_once(':').expect("a port");
    let program = readme_program("wait_ready=10", &scratch).replace("127.0.0.1", host).replace("7007", port);
    let mut run = launch(&program, &scratch).start();
    run.succeed();
    let mut client = TcpStream::connect(&address).expect("it serves once its launcher has left");
    client.write_all(b"again").expect("a request");
    let mut answer = [0; 5];
    client.read_exact(&mut answer).expect("an answer");
    assert_eq!(&answer, b"again");
    let mut second = launch(&program.replace("echo.pid", "other.pid"), &scratch).start();
    assert_eq!(second.wait(), Exit::Status(1));
    assert!(second.stderr().ends_with(&format!("DaemonError: port {port}: Address already in use\n")));
    daemon_of(&run, &scratch.path("echo.pid")).signal(Signal::TERM);
    run.wait_idle();
}

#[test]
fn readmes_context() {
    let scratch = Scratch::new();
    let mut run = launch(&readme_program("TimeoutPIDLockFile", &scratch), &scratch).start();
    run.succeed();
    run.wait_idle();
    assert_eq!(text_of(&scratch.path("spam.log")), "hello\n");
    assert!(!scratch.path("spam.pid").exists());
}

/// Without the package: what was printed before comes out once, and a client that hangs up does not end the daemon.
#[test]
fn readmes_program_by_ctypes_alone() {
    let scratch = Scratch::new();
    let program = readme_program("ctypes.PyDLL", &scratch).replacen("options =", "print('before')\noptions =", 1);
    let launch = Launch::command(interpreter()).arg(scratch.file("program.py", &program));
    let mut run = launch.env("LD_LIBRARY_PATH", library_directory()).env("PYTHONUNBUFFERED", "").start();
    run.succeed();
    let daemon = daemon_of(&run, &scratch.path("hello.pid"));
    assert_eq!((daemon.signals("SigIgn"), daemon.signals("SigCgt")), (vec![13], vec![2, 3, 15]));
    wait_for_change(scratch.root(), "hello in the log", || text_of(&scratch.path("hello.log")).contains("hello\n"));
    daemon.signal(Signal::TERM);
    run.wait_idle();
    assert_eq!(run.stdout(), "before\n");
    assert!(!text_of(&scratch.path("hello.log")).contains("before"));
}

fn example(name: &str) -> Launch {
    python().arg(checkout().join("examples/python").join(name))
}

fn ask(socket: &Path) -> String {
    let mut answer = String::new();
    UnixStream::connect(socket).expect("connect").read_to_string(&mut answer).expect("an answer");
    answer
}

#[test]
fn service_starts_reloads_restarts_and_stops() {
    needs::another_user();
    let scratch = Scratch::new();
    let directory = scratch.directory("greeter");
    std::os::unix::fs::chown(&directory, Some(65534), Some(65534)).expect("chown");
    let launch = || example("service.py").arg("--directory").arg(&directory).args(["--user", "nobody"]);
    let service = |action: &str, status: i32| {
        let mut run = launch().arg(action).start();
        assert_eq!(run.wait(), Exit::Status(status), "{action}");
        run
    };
    let said = |mut run: Run| run.stdout();
    assert_eq!(said(service("status", 3)), "not running\n");
    let mut run = launch().arg("start").start();
    run.succeed();
    let pidfile = directory.join("service.pid");
    let daemon = daemon_of(&run, &pidfile);
    assert_eq!(daemon.status_words("Uid"), ["65534"; 4]);
    assert_eq!(ask(&directory.join("socket")), "hello\n");
    assert!(service("start", 1).stderr().contains("held by process"));
    std::fs::write(directory.join("greeting"), "good day\n").expect("a greeting");
    let (log, old) = (directory.join("service.log"), directory.join("service.log.1"));
    std::fs::rename(&log, &old).expect("rotate the log");
    service("reload", 0);
    wait_for_change(&directory, "the new greeting", || text_of(&log).contains("greeting: good day\n"));
    assert_eq!(text_of(&old), "greeting: hello\n");
    assert_eq!(ask(&directory.join("socket")), "good day\n");
    assert_eq!(said(service("status", 0)), format!("runs as process {}\n", daemon.pid()));
    let restarted = service("restart", 0);
    daemon.wait_gone();
    run.wait_idle();
    let second = daemon_of(&restarted, &pidfile);
    service("stop", 0);
    second.wait_gone();
    assert!(!pidfile.exists());
}

#[test]
fn program_written_for_python_daemon() {
    let scratch = Scratch::new();
    let launch = example("context.py").arg(scratch.root());
    let mut run = launch.clone().start();
    run.succeed();
    let pidfile = scratch.path("clock.pid");
    let daemon = daemon_of(&run, &pidfile);
    let mut second = launch.start();
    assert_eq!(second.wait(), Exit::Status(1));
    assert_eq!(second.stderr(), format!("clock: pid file {}: held by process {}\n", pidfile.display(), daemon.pid()));
    daemon.signal(Signal::USR1);
    wait_for_change(scratch.root(), "the count", || text_of(&scratch.path("clock.log")).contains("asked 1 times\n"));
    daemon.signal(Signal::TERM);
    assert_eq!(run.wait_reaped(daemon.pid()), Exit::Status(1));
    assert!(text_of(&scratch.path("clock.log")).ends_with("Terminating on signal 15\n"));
    assert!(!pidfile.exists());
}
