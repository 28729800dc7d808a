//! Where a pid file is: its directory, a new root, and who may remove it from there.

use std::fs;
use std::os::unix::fs::{chown, symlink};
use std::path::{Path, PathBuf};

use rustix::process::Signal;

use crate::harness::control::{status, stop};
use crate::harness::files::{mode_of, text_of, wait_for_change};
use crate::harness::{Daemon, Exit, Launch, Process, Service, needs};

fn with_pidfile(service: &Service, pidfile: &Path) -> Launch {
    service.launch().option_path("pidfile", pidfile)
}

/// `tests/c/holder.c`, with that pid file.
fn holder(service: &Service, pidfile: &Path, then: &str) -> Launch {
    let launch = Launch::program("holder").option_path("events", service.reports.path());
    launch.option("then", then).option_path("pidfile", pidfile)
}

/// A daemon whose pid file's directory has been renamed, and a link to another one put in its place, where there is the same file by
/// another name of it: removing it there would be up to who may rename directories.
fn moved_directory(service: &mut Service, on_term: &str) -> (Daemon, PathBuf, PathBuf) {
    let (directory, moved) = (service.scratch.directory("run"), service.scratch.path("moved"));
    let elsewhere = service.scratch.directory("elsewhere");
    let launch = with_pidfile(service, &directory.join("app.pid")).option("on-term", on_term);
    let daemon = service.start(launch);
    fs::rename(&directory, &moved).expect("rename");
    symlink(&elsewhere, &directory).expect("a link");
    fs::hard_link(moved.join("app.pid"), elsewhere.join("app.pid")).expect("a hard link");
    (daemon, moved.join("app.pid"), elsewhere.join("app.pid"))
}

#[test]
fn daemon_removes_nothing_from_another_directory() {
    for on_term in ["exit", "default"] {
        let mut service = Service::new();
        let (mut daemon, former, elsewhere) = moved_directory(&mut service, on_term);
        daemon.terminate();
        assert_eq!((text_of(&former), text_of(&elsewhere)), (String::new(), String::new()));
        assert!(elsewhere.exists());
    }
}

/// Stopped by the debugger between looking at the file and removing it, while its directory is exchanged.
#[test]
fn daemon_removes_nothing_from_a_directory_that_is_exchanged_meanwhile() {
    needs::strace();
    let mut service = Service::new();
    let (directory, elsewhere) = (service.scratch.directory("run"), service.scratch.directory("elsewhere"));
    let victim = elsewhere.join("app.pid");
    fs::write(&victim, "precious\n").expect("a file");
    let launch = with_pidfile(&service, &directory.join("app.pid"));
    let mut daemon = service.start(launch);
    let (trace, pid) = (service.scratch.path("trace"), daemon.pid().to_string());
    let strace = ["-o", trace.to_str().expect("a path"), "-p", &pid, "-e", "trace=ftruncate,newfstatat,/unlink", "-e"];
    let inject = "inject=newfstatat:signal=SIGSTOP";
    let mut tracer = Launch::command("strace").args(strace).arg(inject).start();
    // It is attached when the kernel says so.
    crate::harness::process::wait_until("strace", || {
        daemon.process.status("TracerPid") == tracer.program().to_string()
    });
    daemon.process.signal(Signal::TERM);
    for seen in 0.. {
        let stops = || text_of(&trace).matches("stopped by SIGSTOP").count();
        wait_for_change(service.scratch.root(), "the next stop", || {
            stops() > seen || text_of(&trace).contains("exited with") || !daemon.process.is_alive()
        });
        if !daemon.process.is_alive() {
            break;
        }
        // After the last look, whichever that is.
        if directory.exists() && text_of(&trace).lines().any(|line| line.contains("ftruncate")) {
            let moved = service.scratch.path("moved");
            if !moved.exists() {
                fs::rename(&directory, &moved).expect("rename");
                symlink(&elsewhere, &directory).expect("a link");
            }
        }
        daemon.process.signal(Signal::CONT);
    }
    assert_eq!(daemon.run.wait_reaped(daemon.process.pid()), Exit::Status(0));
    tracer.wait();
    assert_eq!(text_of(&victim), "precious\n");
}

/// What the daemon could only empty, root's stop removes.
#[test]
fn stop_removes_what_a_daemon_without_privileges_has_emptied() {
    needs::another_user();
    for (then, schedule) in [("exit", "TERM"), ("ignore", "KILL")] {
        let mut service = Service::new();
        let pidfile = service.scratch.directory("run").join("app.pid");
        let launch = with_pidfile(&service, &pidfile).option("user", "nobody").option("on-term", then);
        let daemon = service.start(launch);
        let stop = crate::harness::control::control("stop-by", &pidfile, &[&format!("{schedule}/100"), "0"]);
        assert_eq!(crate::harness::control::result_of(stop), 0);
        assert!(!daemon.process.is_alive() && !pidfile.exists(), "{schedule}");
    }
}

/// Inside a new root the file is still removed, and no way out is left open.
#[test]
fn pid_file_inside_of_a_new_root() {
    needs::another_root();
    for (name, on_term) in [("app.pid", "exit"), ("run/app.pid", "default")] {
        let mut service = Service::new();
        service.scratch.directory("run");
        let pidfile = service.scratch.path(name);
        // The report's path is the daemon's: inside its root.
        let launch =
            Launch::program("service").option("events", "/events").option_path("chroot", service.scratch.root());
        let launch = launch.option_path("pidfile", &pidfile).option("on-term", on_term).option("close-fds", 2);
        let mut daemon = service.start(launch);
        assert_eq!(status(&pidfile), daemon.pid());
        let files = daemon.process.descriptors();
        assert!(!files.values().any(|file| file.is_dir()), "{files:?}");
        daemon.terminate();
        assert!(!pidfile.exists(), "{name}");
    }
}

/// A daemon at its limit of descriptors removes its file all the same.
#[test]
fn pid_file_is_removed_without_a_descriptor_left() {
    let mut service = Service::new();
    let pidfile = service.scratch.path("app.pid");
    let launch = holder(&service, &pidfile, "descriptors");
    let mut daemon = service.start(launch);
    daemon.process.descriptors();
    daemon.terminate();
    assert!(!pidfile.exists());
}

/// The lock goes with the descriptor at an exec, unless it is to be kept.
#[test]
fn lock_over_an_exec() {
    needs::program("sleep");
    for (keep, held) in [("0", false), ("1", true)] {
        let mut service = Service::new();
        let (pidfile, lockfile) = (service.scratch.path("app.pid"), service.scratch.path("app.lock"));
        let launch =
            holder(&service, &pidfile, "exec:sleep").option_path("lockfile", &lockfile).option("keep-lock", keep);
        let daemon = service.start(launch.clone());
        crate::harness::process::wait_until("the exec", || daemon.process.link("exe").ends_with("sleep"));
        assert_eq!(status(&pidfile), if held { daemon.pid() } else { 0 }, "lock_over_exec");
        for option in [("pidfile", &pidfile), ("lockfile", &lockfile)] {
            let second = service.launch().option_path(option.0, option.1);
            if held { assert_eq!(service.refuse(second).check().errno, 11) } else { drop(service.start(second)) }
        }
        if held {
            stop(&pidfile);
            assert!(!daemon.process.is_alive() && !pidfile.exists());
        }
    }
}

/// What the program closes itself, by closefrom(3), is closed: the manual says so.
#[test]
fn lock_after_closefrom() {
    let mut service = Service::new();
    let pidfile = service.scratch.path("app.pid");
    let launch = holder(&service, &pidfile, "close");
    let _daemon = service.start(launch);
    assert_eq!(status(&pidfile), 0);
}

/// A daemon that makes a daemon of itself again takes its first file along, or away.
#[test]
fn daemon_that_daemonizes_again_removes_its_first_file() {
    let mut service = Service::new();
    let (first, second) = (service.scratch.path("first.pid"), service.scratch.path("second.pid"));
    let launch = holder(&service, &first, &format!("again:{}", second.display()));
    let mut run = launch.start();
    run.succeed();
    let pid = service.reports.expect_pid("up");
    assert_eq!(text_of(&second), format!("{pid}\n"));
    assert_eq!(status(&second), pid);
    assert!(!first.exists());
    Process::new(pid).signal(Signal::KILL);
    run.wait_idle();
}

/// A directory that is missing, as after a restart of the machine, is made for the user, and goes again with a failed start.
#[test]
fn runtime_directory_is_made_for_the_user() {
    needs::another_owner();
    for (mode, text) in [(0o755, "755"), (0o2750, "2750")] {
        let mut service = Service::new();
        let (run, log) = (service.scratch.path("run"), service.scratch.path("log"));
        let launch = with_pidfile(&service, &run.join("app.pid")).option_path("log", log.join("app.log"));
        let launch = launch.option("user", "54321").option("group", "54322");
        let launch = launch.option("runtime-directory", format!("{}:{text}", run.display()));
        let launch = launch.option("runtime-directory", format!("{}:{text}", log.display()));
        service.refuse(launch.clone().option("directory", "/does/not/exist")).check();
        assert!(!run.exists() && !log.exists());
        let mut daemon = service.start(launch.clone());
        for directory in [&run, &log] {
            use std::os::unix::fs::MetadataExt;
            let status = fs::metadata(directory).expect("the directory");
            assert_eq!((status.uid(), status.gid(), mode_of(directory)), (54321, 54322, mode));
        }
        daemon.terminate();
        assert!(!run.join("app.pid").exists(), "in a directory of its own the user may remove it");
        service.refuse(launch.clone().option("directory", "/does/not/exist")).check();
        assert!(run.exists() && log.exists(), "they were there before");
    }
}

#[test]
fn runtime_directory_that_is_there_is_taken_as_it_is() {
    let mut service = Service::new();
    let directory = service.scratch.directory("run");
    let before = mode_of(&directory);
    for path in [format!("{}", directory.display()), format!("{}//", directory.display()), "/".to_owned()] {
        let launch = service.launch().option("runtime-directory", format!("{path}:700"));
        service.start(launch).kill();
        assert_eq!(mode_of(&directory), before);
    }
}

#[test]
fn runtime_directory_that_cannot_be() {
    needs::another_owner();
    let mut service = Service::new();
    service.scratch.file("file", "");
    let foreign = service.scratch.directory("foreign");
    chown(&foreign, Some(54321), None).expect("chown");
    symlink("/tmp", service.scratch.path("link")).expect("a link");
    std::os::unix::fs::lchown(service.scratch.path("link"), Some(54321), None).expect("lchown");
    for (name, errno, words) in [
        ("file", 20, "Not a directory"),
        ("missing/run", 2, "No such file or directory"),
        ("foreign", 1, "belongs to user 54321"),
        ("link", 1, "belongs to user 54321"),
    ] {
        let path = service.scratch.path(name);
        let launch = service.launch().option("runtime-directory", format!("{}:755", path.display()));
        let refusal = service.refuse(launch);
        assert_eq!((refusal.check().errno, &*refusal.step), (errno, "runtime directory"), "{refusal:?}");
        assert!(refusal.message.ends_with(words), "{refusal:?}");
    }
}
