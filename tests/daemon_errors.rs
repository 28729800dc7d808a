//! Bad input: each fails with its own line, and the launcher is left as it was.

use std::os::unix::fs::{chown, symlink};
use std::path::Path;

use crate::harness::{Exit, Hostile, Launch, Refusal, Run, Scratch, Service, as_user, needs};

/// `launcher` with these options, watching over the files of `scratch`.
fn refused(scratch: &Scratch, options: &[String]) -> Launch {
    Launch::program("launcher").arg(scratch.root()).args(options).directory(scratch.root())
}

/// It must fail with that errno, say all of `words`, and change nothing.
fn fails_with(run: &mut Run, what: &str, errno: i32, words: &[&str]) {
    let refusal = Refusal::of(run);
    let stdout = run.stdout();
    assert_eq!(refusal.check().errno, errno, "{what}: {refusal:?}");
    for word in words {
        assert!(refusal.message.contains(word), "{what}: no {word:?} in {refusal:?}");
    }
    assert_eq!(refusal.exit, Exit::Status(1), "{what}: {refusal:?}");
    assert!(!stdout.contains("changed:"), "{what}: {stdout}");
    run.wait_idle();
}

fn fails(options: &[&str], errno: i32, words: &[&str]) {
    for place in [Hostile::only(""), Hostile::place(), Hostile::place().closed("0")] {
        let scratch = Scratch::new();
        scratch.directory("directory");
        scratch.file("file", "precious\n");
        scratch.file("stale", "4194303\n");
        symlink("file", scratch.path("link")).expect("a symlink");
        symlink("nowhere", scratch.path("dangling")).expect("a symlink");
        let options: Vec<String> = options.iter().map(|option| (*option).to_owned()).collect();
        fails_with(&mut refused(&scratch, &options).hostile(place).start(), &options.join(" "), errno, words);
    }
}

const ENOENT: i32 = 2;
const EBADF: i32 = 9;
const EACCES: i32 = 13;
const ENOTDIR: i32 = 20;
const EISDIR: i32 = 21;
const EINVAL: i32 = 22;
const ENOSPC: i32 = 28;
const ENAMETOOLONG: i32 = 36;
const ELOOP: i32 = 40;

#[test]
fn missing_directory_in_a_path() {
    fails(&["--log=missing/app.log"], ENOENT, &["log", "missing/app.log", "No such file or directory"]);
    fails(&["--stdout=missing/out"], ENOENT, &["standard output", "missing/out"]);
    fails(&["--stderr=missing/err"], ENOENT, &["standard error", "missing/err"]);
    fails(&["--stdin=missing/in"], ENOENT, &["standard input", "missing/in"]);
    fails(&["--pidfile=missing/app.pid"], ENOENT, &["pid file", "missing/app.pid"]);
    fails(&["--lockfile=missing/app.lock"], ENOENT, &["lock file", "missing/app.lock"]);
    fails(&["--directory=missing"], ENOENT, &["directory", "missing"]);
    fails(&["--chroot=missing"], ENOENT, &["chroot", "missing"]);
}

#[test]
fn file_in_place_of_a_directory() {
    fails(&["--log=file/app.log"], ENOTDIR, &["log", "file/app.log"]);
    fails(&["--pidfile=file/app.pid"], ENOTDIR, &["pid file", "file/app.pid"]);
    fails(&["--directory=file"], ENOTDIR, &["directory", "file"]);
    fails(&["--chroot=file"], ENOTDIR, &["chroot", "file"]);
}

#[test]
fn directory_in_place_of_a_file() {
    fails(&["--log=directory"], EISDIR, &["log", "directory"]);
    fails(&["--pidfile=directory"], EISDIR, &["pid file", "directory"]);
    fails(&["--lockfile=directory"], EISDIR, &["lock file", "directory"]);
    fails(&["--stdin=directory"], EISDIR, &["standard input", "directory"]);
}

#[test]
fn one_file_for_two_purposes() {
    fails(&["--log=file", "--pidfile=file"], EINVAL, &["pid file", "file", "log or lock file"]);
    fails(&["--stderr=file", "--pidfile=file"], EINVAL, &["pid file", "file", "log or lock file"]);
    fails(&["--lockfile=new.lock", "--pidfile=new.lock"], EINVAL, &["pid file", "new.lock", "log or lock file"]);
}

#[test]
fn symbolic_link_in_place_of_a_pid_file() {
    fails(&["--pidfile=link"], ELOOP, &["pid file", "link"]);
    fails(&["--pidfile=dangling"], ELOOP, &["pid file", "dangling"]);
    fails(&["--lockfile=link"], ELOOP, &["lock file", "link"]);
}

/// What is opened first is undone when a later step fails: no log, no pid file, no emptied log.
#[test]
fn later_failure_undoes_earlier_steps() {
    fails(&["--log=new.log", "--pidfile=new.pid", "--lockfile=new.lock", "--directory=missing"], ENOENT, &["missing"]);
    fails(&["--log=file", "--truncate=1", "--pidfile=missing/app.pid"], ENOENT, &["pid file"]);
    fails(&["--stdout=new.out", "--stderr=missing/err"], ENOENT, &["missing/err"]);
    fails(&["--log=new.log", "--user=nobody-here", "--pidfile=new.pid"], ENOENT, &["nobody-here"]);
    fails(&["--pidfile=new.pid", "--lockfile=directory"], EISDIR, &["lock file"]);
    fails(&["--pidfile=stale", "--directory=missing"], ENOENT, &["missing"]);
    fails(&["--setenv=A=b", "--clearenv", "--umask=0", "--chroot=missing"], ENOENT, &["chroot"]);
}

#[test]
fn unknown_user_or_group() {
    fails(&["--user=nobody-here"], ENOENT, &["user", "nobody-here"]);
    fails(&["--group=nobody-here"], ENOENT, &["group", "nobody-here"]);
    fails(&["--user=nobody", "--group=nobody-here"], ENOENT, &["group", "nobody-here"]);
    fails(&["--user=99999999999"], ENOENT, &["user", "99999999999"]);
    fails(&["--user=-1"], ENOENT, &["user", "-1"]);
}

#[test]
fn descriptor_that_is_not_open() {
    fails(&["--keep-fd=7777"], EBADF, &["7777"]);
    fails(&["--keep-fd=-1"], EBADF, &["-1"]);
    fails(&["--keep-fd=2000000000"], EBADF, &["2000000000"]);
}

#[test]
fn number_out_of_range() {
    for signal in ["-1", "65", "9", "19", "32", "99999"] {
        fails(&[&format!("--reopen-on={signal}")], EINVAL, &[signal]);
    }
    fails(&["--umask=1000"], EINVAL, &["umask"]);
    fails(&["--umask=37777777777"], EINVAL, &["umask"]);
    fails(&["--wait-ready=0"], EINVAL, &["readiness"]);
    fails(&["--wait-ready=-2"], EINVAL, &["readiness"]);
    fails(&["--close-fds=3"], EINVAL, &["closing descriptors"]);
    fails(&["--signals=2"], EINVAL, &["signals"]);
    fails(&["--foreground=3"], EINVAL, &["foreground"]);
}

#[test]
fn empty_or_nonsensical_text() {
    for option in ["log", "stdin", "stdout", "stderr", "directory", "chroot", "pidfile", "lockfile", "user", "group"] {
        fails(&[&format!("--{option}=")], EINVAL, &["empty"]);
    }
    fails(&["--setenv==value"], EINVAL, &["environment"]);
    fails(&["--setenv=NAME"], EINVAL, &["environment"]);
    let long = "x".repeat(5000);
    fails(&[&format!("--pidfile={long}")], ENAMETOOLONG, &["pid file"]);
    fails(&[&format!("--log={long}")], ENAMETOOLONG, &["log"]);
}

#[test]
fn no_permission() {
    needs::another_user();
    fails(&["--as=65534", "--log=app.log"], EACCES, &["log", "app.log"]);
    fails(&["--as=65534", "--pidfile=app.pid"], EACCES, &["pid file", "app.pid"]);
    fails(&["--as=65534", "--lockfile=app.lock"], EACCES, &["lock file", "app.lock"]);
    fails(&["--as=65534", "--directory=/root/x"], EACCES, &["directory", "/root/x"]);
    fails(&["--as=65534", "--chroot=/"], 1, &["chroot"]);
}

/// With that done first, in a mount namespace that ends with the program.
fn fails_in_namespace(setup: &str, options: &[&str], errno: i32, words: &[&str]) {
    let scratch = Scratch::new();
    let mount = scratch.directory("full");
    let script = format!("{setup}; exec \"$@\"").replace("MOUNT", &mount.display().to_string());
    // The directory that is watched is the full one.
    let launch = Launch::program("launcher").arg(&mount).args(options).directory(scratch.root());
    let mut run = launch.under(["unshare", "--mount", "sh", "-ec", &script, "sh"]).start();
    fails_with(&mut run, setup, errno, words);
    assert!(!std::fs::read_to_string("/proc/mounts").expect("mounts").contains(mount.to_str().expect("a path")));
}

#[test]
fn full_disk() {
    needs::mounts();
    let full = "mount -t tmpfs -o size=4k none MOUNT; head -c 4096 /dev/zero > MOUNT/big; : > MOUNT/stale.pid";
    fails_in_namespace(full, &["--pidfile=full/app.pid"], ENOSPC, &["pid file", "full/app.pid", "No space left"]);
    fails_in_namespace(full, &["--pidfile=full/stale.pid"], ENOSPC, &["pid file", "full/stale.pid"]);
    let no_inode = "mount -t tmpfs -o nr_inodes=2 none MOUNT; : > MOUNT/one";
    fails_in_namespace(no_inode, &["--log=full/app.log"], ENOSPC, &["log", "full/app.log"]);
    fails_in_namespace(no_inode, &["--lockfile=full/app.lock"], ENOSPC, &["lock file", "full/app.lock"]);
}

#[test]
fn read_only_disk() {
    needs::mounts();
    let read_only = "mount -t tmpfs -o ro none MOUNT";
    fails_in_namespace(read_only, &["--pidfile=full/app.pid"], 30, &["pid file", "Read-only file system"]);
    fails_in_namespace(read_only, &["--log=full/app.log"], 30, &["log", "full/app.log"]);
}

/// /dev/full can be opened and takes nothing: bad as a pid file, a log like any other.
#[test]
fn device_in_place_of_a_file() {
    let scratch = Scratch::new();
    let mut run = refused(&scratch, &["--pidfile=/dev/full".to_owned()]).start();
    let refusal = Refusal::of(&mut run);
    assert!(refusal.check().message.contains("pid file /dev/full: "), "{refusal:?}");
    let mut service = Service::new();
    let launch = service.launch().option("log", "/dev/full");
    let daemon = service.start(launch);
    assert_eq!(daemon.process.descriptors()[&1], Path::new("/dev/full"));
    assert_eq!(daemon.probe(&mut service.reports)["stdout"], i64::from(ENOSPC));
}

/// A pid file that is a FIFO would block whoever opens it.
#[test]
fn fifo_in_place_of_a_pid_file() {
    let scratch = Scratch::new();
    scratch.fifo("app.pid");
    let mut run = refused(&scratch, &["--pidfile=app.pid".to_owned()]).start();
    let refusal = Refusal::of(&mut run);
    assert!(refusal.check().message.contains("app.pid"), "{refusal:?}");
}

/// Variables of systemd that are meant for another process change nothing.
#[test]
fn sockets_for_somebody_else_change_nothing() {
    let mut service = Service::new();
    let launch = service.launch().env("LISTEN_FDS", "1").env("LISTEN_PID", "1").env("SYSTEMD_EXEC_PID", "1");
    assert!(service.start(launch).process.is_alive());
}

/// With room for ever more descriptors, each step that opens one fails in turn, until none does.
#[test]
fn no_descriptor_left() {
    let user = format!("--user={}", rustix::process::geteuid().as_raw());
    for more in [&[][..], &["--lockfile=app.lock", "--stderr=err.log", "--setenv=A=b"], &[&*user]] {
        let (mut failures, mut room) = (0, 3);
        loop {
            let scratch = Scratch::new();
            let nofile = format!("--nofile={room}");
            let launch =
                refused(&scratch, &[]).args(["--fork", "--log=app.log", "--pidfile=app.pid", &nofile]).args(more);
            let mut run = launch.start();
            if run.wait() == Exit::Status(0) {
                break;
            }
            fails_with(&mut run, &format!("{nofile} {more:?}"), 24, &["Too many open files"]);
            failures += 1;
            room += 1;
        }
        assert!(failures >= 3, "{more:?}: {failures}");
    }
}

/// The first fork fails, then the second: users have no more than so many processes.
#[test]
fn no_process_left() {
    needs::another_owner();
    for (limit, user) in [("--nproc=1", "54327"), ("--nproc=2", "54328")] {
        let scratch = Scratch::new();
        chown(scratch.root(), Some(user.parse().expect("a number")), None).expect("chown");
        let under = ["prlimit".to_owned(), limit.to_owned()].into_iter().chain(as_user(user));
        let launch = refused(&scratch, &["--log=app.log".to_owned(), "--pidfile=app.pid".to_owned()]);
        fails_with(&mut launch.under(under).start(), limit, 11, &["fork", "no more processes", "RLIMIT_NPROC"]);
    }
}

/// Two failures: the line is that of the last.
#[test]
fn options_after_a_failure_still_work() {
    let mut service = Service::new();
    let pidfile = service.scratch.path("app.pid");
    let launch = service.launch().option_path("pidfile", &pidfile);
    let first = service.start(launch.clone());
    assert_eq!(service.refuse(launch.clone().option("directory", "/does/not/exist")).check().errno, 11);
    drop(first);
    service.start(launch);
}
