//! Real programs that use python-daemon, with the import changed.

use std::fs;
use std::path::PathBuf;

use rustix::process::Signal;

use crate::harness::compile::{checkout, library};
use crate::harness::files::{text_of, wait_for_change};
use crate::harness::process::wait_until;
use crate::harness::{Exit, Hostile, Launch, Process, Scratch, http};
use crate::python_support::{environment, output, package};

/// The environment with the programs, where python-daemon is what it is not any more.
fn programs() -> PathBuf {
    environment("programs")
}

/// A copy of a package of that environment, with these changes, for PYTHONPATH.
fn changed(scratch: &Scratch, name: &str, file: &str, changes: &[(&str, &str)]) -> String {
    let library =
        fs::read_dir(programs().join("lib")).expect("lib").next().expect("a Python").expect("a Python").path();
    let copy = scratch.path("changed");
    let mut command = std::process::Command::new("cp");
    crate::surface_tools::output(command.arg("-r").arg(library.join("site-packages").join(name)).arg(&copy));
    let path = copy.join(file);
    let mut text = text_of(&path);
    for (import, ours) in changes {
        assert!(text.contains(import), "{file} has no {import:?}");
        text = text.replace(import, ours);
    }
    fs::write(&path, text).expect("the changed file");
    let root = scratch.directory("packages");
    fs::rename(copy, root.join(name)).expect("the package");
    format!("{}:{}", root.display(), package().display())
}

fn program(name: &str, path: &str) -> Launch {
    let launch = Launch::command(programs().join("bin").join(name)).env("PYTHONPATH", path).env("PYTHONUNBUFFERED", "");
    launch.env("LIBDAEMON_PATH", library()).env("PYTHONDONTWRITEBYTECODE", "1")
}

fn has_nothing_of_the_hostile_place(daemon: &Process) {
    let ignored = daemon.signals("SigIgn");
    assert!([1, 2, 3, 12, 17].iter().all(|signal| !ignored.contains(signal)), "sigdisp: {ignored:?}");
    // While it starts a program, Python blocks them for a moment.
    wait_until("an empty mask: sigmask", || daemon.signals("SigBlk").is_empty());
    assert_eq!(daemon.terminal(), 0, "no_ctty");
    assert_ne!(daemon.session(), daemon.pid(), "not_leader");
    let descriptors = daemon.descriptors();
    assert!([900, 1000, 5000].iter().all(|fd| !descriptors.contains_key(fd)), "no_leaked_fds: {descriptors:?}");
}

/// luigi's scheduler: a server that answers, its output in its log directory.
#[test]
fn luigid_in_the_background() {
    let scratch = Scratch::new();
    let path = changed(&scratch, "luigi", "process.py", &[("    import daemon\n", "    import libdaemon as daemon\n")]);
    let address = http::own_address();
    let (host, port) = address.split_once(':').expect("a port");
    let launch = program("luigid", &path).args(["--background", "--logdir", "log", "--pidfile", "luigid.pid"]);
    let launch = launch.args(["--address", host, "--port", port]).directory(scratch.root());
    let mut run = launch.hostile(Hostile::place()).start();
    run.succeed();
    let log = scratch.path("log");
    wait_for_change(&log, "the server", || text_of(&log.join("luigi-server.log")).contains("Scheduler starting up"));
    let daemon = run.orphans().pop().expect("the daemon");
    wait_for_change(scratch.root(), "its pid", || {
        text_of(&scratch.path("luigid.pid")).trim() == daemon.pid().to_string()
    });
    has_nothing_of_the_hostile_place(&daemon);
    assert!(http::get(&address, "/static/visualiser/index.html").contains("Luigi"));
    assert!(daemon.link("fd/2").to_string_lossy().ends_with(".err"));
    daemon.signal(Signal::TERM);
    run.wait_reaped(daemon.pid());
}

/// ansible-runner: a playbook in the background, by a pid file that is locked.
#[test]
fn ansible_runner_in_the_background() {
    let scratch = Scratch::new();
    let changes = [
        ("\nimport daemon\n", "\nimport libdaemon as daemon\n"),
        ("from daemon.pidfile import", "from libdaemon.pidfile import"),
    ];
    let path = changed(&scratch, "ansible_runner", "__main__.py", &changes);
    let place = scratch.directory("place");
    fs::create_dir_all(place.join("project")).expect("project");
    fs::create_dir_all(place.join("inventory")).expect("inventory");
    let python = programs().join("bin/python");
    let host = format!("localhost ansible_connection=local ansible_python_interpreter={}\n", python.display());
    fs::write(place.join("inventory/hosts"), host).expect("inventory");
    let go = scratch.fifo("go");
    let playbook = format!(
        "- hosts: all\n  gather_facts: false\n  tasks:\n    - command: cat {}\n    - copy: {{content: done, dest: {}}}\n",
        go.display(),
        scratch.path("done").display()
    );
    fs::write(place.join("project/test.yml"), playbook).expect("playbook");
    let bin = format!("{}:{}", programs().join("bin").display(), std::env::var("PATH").unwrap_or_default());
    let command = |word: &str| {
        program("ansible-runner", &path).arg(word).arg(&place).env("PATH", &bin).env("HOME", scratch.root())
    };
    let start = command("start").args(["-p", "test.yml"]);
    let mut run = start.clone().hostile(Hostile::place()).start();
    run.succeed();
    let daemon = run.orphans().pop().expect("the daemon");
    assert_eq!(text_of(&place.join("pid")), format!("{}\n", daemon.pid()));
    has_nothing_of_the_hostile_place(&daemon);
    assert_eq!(command("is-alive").start().wait(), Exit::Status(0));
    let mut second = start.start();
    assert_eq!(second.wait(), Exit::Status(1), "second_reported");
    assert!(second.stderr().contains(&format!("held by process {}", daemon.pid())));
    fs::write(&go, "").expect("let it go on");
    assert_eq!(run.wait_reaped(daemon.pid()), Exit::Status(0));
    assert_eq!(text_of(&scratch.path("done")), "done");
    assert!(!place.join("pid").exists(), "pidfile_removed");
    assert_eq!(command("is-alive").start().wait(), Exit::Status(1));
}

/// By the same program, what a daemon of DaemonContext is like is what it is like with python-daemon.
#[test]
fn daemon_context_is_python_daemons() {
    let environment = environment("python-daemon");
    let answers = ["daemon", "libdaemon"].map(|package_name| {
        let scratch = Scratch::new();
        // Outside of the checkout, where a module of the package's own could be taken for python-daemon.
        let program = scratch.file("compare.py", &text_of(&checkout().join("tests/python/compare_context.py")));
        let launch = Launch::command(environment.join("bin/python")).arg(program).arg(package_name).arg(scratch.root());
        let launch = launch.env("PYTHONPATH", package()).env("PYTHONUNBUFFERED", "").env("LIBDAEMON_PATH", library());
        output(launch.env("PYTHONDONTWRITEBYTECODE", "1"))
    });
    let [theirs, ours] = &answers;
    assert_eq!(theirs.lines().count(), 18, "{theirs}");
    for (theirs, ours) in theirs.lines().zip(ours.lines()) {
        assert_eq!(ours, theirs);
    }
}
