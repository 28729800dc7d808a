//! The files behind a daemon's streams where something is wrong with them: a FIFO whose other side is missing, a link or file
//! that somebody else has put there, a log that cannot be opened again, a /dev/null that is none.

use std::fs;
use std::os::unix::fs::{chown, lchown, symlink};
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, FileType, Mode, OFlags, mknodat, open};
use rustix::process::Signal;

use crate::harness::files::text_of;
use crate::harness::{Daemon, Exit, Launch, Process, Refusal, Reports, Service, needs, program};

const NOBODY: u32 = 65534;
const EPERM: i32 = 1;
const ENODEV: i32 = 19;
const EMLINK: i32 = 31;
const ETIMEDOUT: i32 = 110;

/// A daemon with a log in that directory, which it opens again at SIGHUP.
fn with_log(service: &mut Service, log: &Path) -> Daemon {
    let launch = service.launch().option_path("log", log).option("reopen-on", 1);
    service.start(launch)
}

/// SIGHUP; and the daemon still does what it is told.
fn rotate_in_vain(service: &mut Service, daemon: &mut Daemon, old: &Path, why: &str) {
    daemon.process.signal(Signal::HUP);
    daemon.probe(&mut service.reports);
    let text = text_of(old);
    let (line, rest) = text.split_once('\n').expect("a line");
    assert!(line.starts_with("libdaemon: log") && line.ends_with(&format!(": not opened again: {why}")), "{line}");
    assert_eq!(rest, "probe\nprobe\n", "rotation_said: one line, and the daemon goes on with the old log");
}

#[test]
fn a_fifo_in_the_place_of_a_log_holds_up_no_signal() {
    let mut service = Service::new();
    let log = service.scratch.path("app.log");
    let mut daemon = with_log(&mut service, &log);
    let old = service.scratch.path("app.log.1");
    fs::rename(&log, &old).expect("rotate");
    service.scratch.fifo("app.log");
    rotate_in_vain(&mut service, &mut daemon, &old, "a FIFO that nobody reads");
    assert_eq!(daemon.terminate(), Exit::Status(0), "fifo_log");
}

#[test]
fn a_start_waits_for_the_other_side_of_a_fifo_only_so_long() {
    for (option, why) in [("log", "a FIFO that nobody reads"), ("stdin", "a FIFO that nobody writes to")] {
        let mut service = Service::new();
        let fifo = service.scratch.fifo("fifo");
        let launch = service.launch().option_path(option, &fifo).option("wait-ready", 100);
        let refusal = service.refuse(launch);
        assert_eq!(refusal.check().errno, ETIMEDOUT);
        assert!(refusal.message.ends_with(why), "{refusal:?}");
    }
}

#[test]
fn a_fifo_may_get_its_reader_later() {
    let mut service = Service::new();
    let fifo = service.scratch.fifo("fifo");
    let mut run = service.launch().option_path("log", &fifo).option("then", "print:hello").start();
    let reader = open(&fifo, OFlags::RDONLY, Mode::empty()).expect("the reader's side");
    run.succeed();
    service.reports.expect_pid("up");
    let mut text = [0; 64];
    let length = rustix::io::read(&reader, &mut text).expect("what the daemon has said");
    assert_eq!(&text[..length.min(6)], b"hello\n");
}

#[test]
fn a_fifo_may_get_its_writer_later_and_loses_nothing() {
    let mut service = Service::new();
    let fifo = service.scratch.fifo("fifo");
    let mut run = service.launch().option_path("stdin", &fifo).start();
    let writer = open(&fifo, OFlags::WRONLY, Mode::empty()).expect("the writer's side");
    run.succeed();
    let daemon = Daemon { process: Process::new(service.reports.expect_pid("up")), run };
    rustix::io::write(&writer, b"x").expect("write");
    assert_eq!(daemon.probe(&mut service.reports)["stdin"], 1);
    drop(writer);
    assert_eq!(daemon.probe(&mut service.reports)["stdin"], 0, "the end");
}

#[test]
fn a_log_outside_of_the_new_root_says_that_it_cannot_be_opened_again() {
    needs::another_root();
    let mut service = Service::new();
    let (log, jail) = (service.scratch.path("app.log"), service.scratch.directory("jail"));
    let events = jail.join("events");
    mknodat(CWD, &events, FileType::Fifo, Mode::from_raw_mode(0o666), 0).expect("make a FIFO");
    service.reports = Reports::of(&events);
    let launch = Launch::program("service").option("events", "/events").option_path("chroot", &jail);
    let mut daemon = service.start(launch.option_path("log", &log).option("reopen-on", 1));
    let old = service.scratch.path("app.log.1");
    fs::rename(&log, &old).expect("rotate");
    rotate_in_vain(&mut service, &mut daemon, &old, "is outside of the root directory");
}

/// A directory of nobody's, and a file of root's beside it that nobody would like to have written to.
fn foreign_directory(service: &Service) -> (PathBuf, PathBuf) {
    needs::another_owner();
    let directory = service.scratch.directory("nobody");
    chown(&directory, Some(NOBODY), Some(NOBODY)).expect("chown");
    (directory, service.scratch.file("precious", "precious\n"))
}

fn foreign_link(target: &Path, link: &Path) {
    symlink(target, link).expect("a symbolic link");
    lchown(link, Some(NOBODY), Some(NOBODY)).expect("chown");
}

#[test]
fn a_strangers_link_is_not_followed_at_the_start() {
    for option in ["log", "stdout", "stderr", "stdin"] {
        let mut service = Service::new();
        let (directory, precious) = foreign_directory(&service);
        foreign_link(&precious, &directory.join("app.log"));
        foreign_link(service.scratch.root(), &directory.join("link"));
        for path in [directory.join("app.log"), directory.join("link/precious"), directory.join("link/new")] {
            let launch = service.launch().option_path(option, &path).option("truncate", 1);
            // Nor for the daemon's user: it is root who opens.
            for launch in [launch.clone(), launch.option("user", "nobody")] {
                let refusal = service.refuse(launch);
                assert_eq!(refusal.check().errno, EPERM);
                assert!(refusal.message.ends_with(": a symbolic link on the way belongs to user 65534"), "{refusal:?}");
            }
        }
        assert_eq!(text_of(&precious), "precious\n");
        assert!(!service.scratch.path("new").exists());
    }
}

/// Links of root's are followed, also where there is no file yet.
#[test]
fn own_links_are_followed() {
    let mut service = Service::new();
    symlink("logs", service.scratch.path("link")).expect("a symbolic link");
    symlink("../app.log", service.scratch.directory("logs").join("current")).expect("a symbolic link");
    let launch = service.launch().option_path("log", service.scratch.path("link/current"));
    service.start(launch.option("then", "print:hello"));
    assert_eq!(text_of(&service.scratch.path("app.log")), "hello\nhello, to stderr\n");
}

/// The same without a call of the kernel that came with Linux 5.6: each name by itself.
#[test]
fn paths_are_followed_on_an_older_kernel_too() {
    let sandbox = program("sandbox").display().to_string();
    needs::works("no system calls to be forbidden", [sandbox.as_str(), "openat2", "--", "true"]);
    let older = [sandbox.as_str(), "openat2", "--"];
    let mut service = Service::new();
    let (directory, precious) = foreign_directory(&service);
    symlink("..//./nobody", service.scratch.directory("links").join("up")).expect("a symbolic link");
    foreign_link(&precious, &directory.join("foreign.log"));
    let launch = service.launch().option("then", "print:hello").directory(service.scratch.root());
    for path in ["plain.log", "nobody/app.log", "./links//up/../nobody/linked.log"] {
        service.start(launch.clone().option("log", path).under(older));
        assert_eq!(text_of(&service.scratch.path(path)), "hello\nhello, to stderr\n", "{path}");
    }
    for (path, errno) in [("links/up/foreign.log", EPERM), ("plain.log/x", 20), ("none/x", 2), ("nobody/", 21)] {
        assert_eq!(service.refuse(launch.clone().option("log", path).under(older)).check().errno, errno, "{path}");
        assert_eq!(service.refuse(launch.clone().option("log", path)).check().errno, errno, "{path}");
    }
    assert_eq!(text_of(&precious), "precious\n");
}

#[test]
fn the_kernels_links_to_open_files_are_followed() {
    let mut service = Service::new();
    let log = service.scratch.path("app.log");
    let launch = service.launch().option("log", "/dev/fd/7").option("then", "print:hello");
    let script = format!("exec 7>>{}; exec \"$@\"", log.display());
    service.start(launch.under(["sh", "-c", &script, "sh"]));
    assert_eq!(text_of(&log), "hello\nhello, to stderr\n");
}

/// A daemon of root's, whose log is in a directory of somebody else.
#[test]
fn a_strangers_link_is_not_followed_at_a_rotation() {
    let mut service = Service::new();
    let (directory, precious) = foreign_directory(&service);
    let (log, old) = (directory.join("app.log"), directory.join("app.log.1"));
    let mut daemon = with_log(&mut service, &log);
    fs::rename(&log, &old).expect("rotate");
    foreign_link(&precious, &log);
    rotate_in_vain(&mut service, &mut daemon, &old, "a symbolic link on the way belongs to user 65534");
    assert_eq!(text_of(&precious), "precious\n");
}

#[test]
fn a_strangers_name_of_a_file_is_no_log() {
    let mut service = Service::new();
    let (directory, precious) = foreign_directory(&service);
    let log = directory.join("app.log");
    fs::hard_link(&precious, &log).expect("a second name");
    let launch = service.launch().option_path("log", &log);
    assert_eq!(service.refuse(launch).check().errno, EMLINK);
    fs::remove_file(&log).expect("remove");
    let mut daemon = with_log(&mut service, &log);
    let old = directory.join("app.log.1");
    fs::rename(&log, &old).expect("rotate");
    fs::hard_link(&precious, &log).expect("a second name");
    rotate_in_vain(&mut service, &mut daemon, &old, "has another hard link");
    assert_eq!(text_of(&precious), "precious\n");
    // Where only root could have made it, it is root's will.
    let own = service.scratch.path("own.log");
    fs::hard_link(service.scratch.file("first.log", ""), &own).expect("a second name");
    let launch = service.launch().option_path("log", &own);
    service.start(launch);
}

#[test]
fn a_strangers_file_is_no_log() {
    let mut service = Service::new();
    needs::another_owner();
    let log = service.scratch.file("app.log", "");
    chown(&log, Some(1234), None).expect("chown");
    let launch = service.launch().option_path("log", &log);
    let refusal = service.refuse(launch.clone());
    assert_eq!(refusal.check().errno, EPERM);
    assert!(refusal.message.ends_with(": belongs to user 1234"), "foreign_file: {refusal:?}");
    // The daemon's user may own it.
    service.start(launch.option("user", 1234).option("group", 1234));
}

fn refused_with(dev_null: &str) -> Refusal {
    needs::mounts();
    let mut service = Service::new();
    let script = format!("{dev_null}; mount --bind null /dev/null; exec \"$@\"");
    let launch = service.launch().directory(service.scratch.root());
    service.refuse(launch.under(["unshare", "--mount", "sh", "-ec", &script, "sh"]))
}

#[test]
fn a_null_device_that_is_none_is_refused() {
    for what in [": >null", "mkfifo null", "mknod null c 1 5"] {
        let refusal = refused_with(what);
        assert_eq!(refusal.check().errno, ENODEV, "{what}");
        assert_eq!(refusal.message, "null device /dev/null: is not the null device");
    }
}
