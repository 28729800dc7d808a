//! A system of its own, in namespaces: Debian with systemd, s6 and runit, and examples/systemd/greeter.c in it.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use rustix::process::Signal;

use crate::harness::compile::{checkout, library_directory};
use crate::harness::process::wait_until;
use crate::harness::{Launch, Process, Run, Scratch, needs, skip};

const NAMESPACES: [&str; 8] = ["unshare", "--pid", "--mount", "--uts", "--ipc", "--cgroup", "--net", "--fork"];

/// The root that all of them start from, made once. Without it the tests are skipped.
fn root() -> PathBuf {
    for program in ["debootstrap", "nsenter", "unshare"] {
        needs::program(program);
    }
    let mounts =
        "mount -t cgroup2 none /sys/fs/cgroup && mkdir /tmp/o && mount -t tmpfs none /tmp/o && rmdir /tmp/o || :";
    needs::works("no namespaces to boot a system in", NAMESPACES.into_iter().chain(["sh", "-ec", mounts]));
    let root = library_directory().join("services-root");
    let made = Command::new(checkout().join("tests/services/root")).arg(&root).output().expect("the script runs");
    if !made.status.success() {
        skip(format_args!("no Debian to boot: {}", String::from_utf8_lossy(&made.stderr).trim()));
    }
    root
}

pub struct System {
    init: Process,
    run: Run,
    _scratch: Scratch,
}

impl System {
    /// Boots systemd, or `init` in its place, with these files in the system.
    pub fn boot(init: &str, files: &[(&str, &str)]) -> System {
        let root = root();
        let scratch = Scratch::new();
        for (name, text) in files {
            let path = scratch.path("files").join(name);
            fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
            fs::write(&path, text).expect("a file");
            if name.ends_with("/run") {
                fs::set_permissions(&path, Permissions::from_mode(0o755)).expect("a mode");
            }
        }
        install_greeter(&scratch.path("files/usr/local"));
        let boot = checkout().join("tests/services/boot");
        let mut launch = Launch::command("unshare").args(&NAMESPACES[1..]).args(["--kill-child", "sh"]).arg(boot);
        launch = launch.arg(root).arg(scratch.directory("system")).arg(scratch.path("files"));
        let run = launch.env("INIT", init).start();
        let mut found = None;
        wait_until("process 1", || {
            found = Process::children_of(run.program()).pop();
            found.is_some()
        });
        let system = System { _scratch: scratch, init: found.expect("it is there"), run };
        let name = if init.is_empty() { "systemd" } else { init.split(' ').next().unwrap_or_default() };
        wait_until("the system's init", || system.init.link("exe").file_name().is_some_and(|exe| exe == name));
        if init.is_empty() {
            wait_until("systemd's socket", || system.run(&["systemctl", "is-active", "tests.target"]).status.success());
        }
        system
    }

    /// A path of the system, from outside.
    pub fn path(&self, name: &str) -> PathBuf {
        self.init.proc("root").join(name)
    }

    /// Runs a program in the system.
    pub fn run(&self, words: &[&str]) -> Output {
        let pid = self.init.pid().to_string();
        // Also its root: in a chroot, that of the mount namespace is one outside.
        let inside = ["-t", &pid, "-m", "-p", "-u", "-i", "-C", "-n", "-r", "-w"];
        let mut command = Command::new("nsenter");
        command.args(inside).args(words).env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        command.output().expect("nsenter")
    }

    /// The same for what has to end well: its output.
    pub fn succeed(&self, words: &[&str]) -> String {
        let output = self.run(words);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{words:?}: {}: {said}{}", output.status, self.state(words));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    fn state(&self, words: &[&str]) -> String {
        let Some(unit) = words.last() else { return String::new() };
        String::from_utf8_lossy(&self.run(&["systemctl", "status", "--no-pager", unit]).stdout).into_owned()
    }

    /// A property of a unit.
    pub fn property(&self, unit: &str, name: &str) -> String {
        self.succeed(&["systemctl", "show", "--value", "-p", name, unit]).trim().to_owned()
    }

    pub fn number(&self, unit: &str, name: &str) -> i32 {
        self.property(unit, name).parse().expect("a number")
    }
}

impl Drop for System {
    fn drop(&mut self) {
        self.init.signal(Signal::KILL);
        if !std::thread::panicking() {
            self.run.wait_idle();
        }
    }
}

fn install_greeter(prefix: &Path) {
    for directory in ["bin", "lib"] {
        fs::create_dir_all(prefix.join(directory)).expect("a directory");
    }
    fs::copy(library_directory().join("libdaemon.so.1"), prefix.join("lib/libdaemon.so.1")).expect("the library");
    let source = checkout().join("examples/systemd/greeter.c");
    let mut gcc = Command::new("gcc");
    gcc.args(["-std=c99", "-Wall", "-Wextra", "-Werror", "-O2"]).arg(source);
    gcc.arg("-I").arg(checkout().join("include")).arg("-L").arg(library_directory()).arg("-ldaemon-1");
    gcc.args(["-Wl,-rpath,/usr/local/lib", "-o"]).arg(prefix.join("bin/greeter"));
    let output = gcc.output().expect("gcc runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// A file of the examples.
pub fn example(name: &str) -> String {
    fs::read_to_string(checkout().join("examples").join(name)).expect("an example")
}
