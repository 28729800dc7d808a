//! Starts of the command that fail: a line, a status, and nothing left behind.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixDatagram;
use std::time::Duration;

use crate::command_support::{Runs, command, refusal_of};
use crate::harness::files::{mode_of, text_of};
use crate::harness::{Exit, Process, Scratch, Service, as_user, needs};
use crate::notify_support::Manager;

/// The parts of set-up that can fail, each by one option, and what the line names.
#[test]
fn a_setup_that_fails_is_told() {
    let service = Service::new();
    let missing = service.scratch.path("missing/file").display().to_string();
    for (option, value, begins, ends) in [
        ("stdout", missing.as_str(), "standard output ", "No such file or directory"),
        ("stderr", &missing, "standard error ", "No such file or directory"),
        ("log-to", &missing, "log ", "No such file or directory"),
        ("pidfile", &missing, "pid file ", "No such file or directory"),
        ("lockfile", &missing, "lock file ", "No such file or directory"),
        ("directory", &missing, "directory ", "No such file or directory"),
        ("chroot", &missing, "chroot ", "No such file or directory"),
        ("stdin", &missing, "standard input ", "No such file or directory"),
        ("user", "no-such-user", "user ", ""),
        ("group", "no-such-group", "group ", ""),
    ] {
        let line = refusal_of(command().option(option, value).runs(&service), 1);
        assert!(line.starts_with(begins) && line.contains(value) && line.ends_with(ends), "--{option}: {line}");
    }
}

fn program(scratch: &Scratch, name: &str, text: &str, mode: u32) -> String {
    let path = scratch.file(name, text);
    fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("a mode");
    path.display().to_string()
}

/// The header of a program for another machine, of which no kernel here knows what to do with it.
fn of_another_architecture(scratch: &Scratch) -> String {
    let path = program(scratch, "foreign", "", 0o755);
    let mut header = fs::read("/bin/true").expect("a program");
    // e_machine of elf.h: EM_S390_OLD.
    header[18..20].copy_from_slice(&0xa390_u16.to_le_bytes());
    fs::write(&path, header).expect("a program");
    path
}

#[test]
fn a_program_that_cannot_be_executed_is_told() {
    let scratch = Scratch::new();
    let pidfile = scratch.path("app.pid");
    let missing = scratch.path("missing").display().to_string();
    for (path, why) in [
        (missing.clone(), "No such file or directory"),
        (program(&scratch, "plain", "text\n", 0o644), "Permission denied"),
        (scratch.directory("directory").display().to_string(), "Is a directory"),
        ("/dev/null/x".to_owned(), "Not a directory"),
        ("/dev/null".to_owned(), "Permission denied"),
        ("true".to_owned(), "not an absolute path"),
        ("./true".to_owned(), "not an absolute path"),
        (String::new(), "not an absolute path"),
        (of_another_architecture(&scratch), "Exec format error"),
        (program(&scratch, "bare", "echo no interpreter\n", 0o755), "Exec format error"),
        (program(&scratch, "lost", "#!/no/such/interpreter\n", 0o755), "No such file or directory"),
        (program(&scratch, "empty", "", 0o755), "Exec format error"),
    ] {
        for waits in [&[][..], &["--wait-ready"], &["--foreground"]] {
            let line = refusal_of(command().args(waits).option_path("pidfile", &pidfile).arg(&path), 1);
            assert!(line.contains(&path) && line.ends_with(why), "err_exec, {path}: {line}");
            assert!(!pidfile.exists(), "{path}");
        }
    }
}

#[test]
fn too_little_memory_is_told() {
    let limited = ["sh", "-c", "ulimit -v 10000 && exec \"$@\"", "sh"];
    assert_eq!(refusal_of(command().arg("/bin/true").under(limited), 1), "fork: Cannot allocate memory");
}

/// Who reads standard error is gone. The status tells the truth all the same.
#[test]
fn what_nobody_reads_changes_no_status() {
    let scratch = Scratch::new();
    let (fifo, pidfile) = (scratch.path("fifo").display().to_string(), scratch.path("app.pid"));
    for (path, exit) in [("/bin/true", Exit::Status(0)), ("/no/such/program", Exit::Status(1))] {
        let script = "rm -f \"$0\" && mkfifo \"$0\" && exec 3<>\"$0\" && exec 2>\"$0\" 3<&- && exec \"$@\"";
        let launch = command().arg("-v").option_path("pidfile", &pidfile).arg(path);
        let mut run = launch.under(["sh", "-c", script, &fifo]).start();
        assert_eq!(run.wait(), exit, "{path}");
        run.wait_idle();
        assert_eq!(pidfile.exists(), exit == Exit::Status(0), "{path}");
        let _ = fs::remove_file(&pidfile);
    }
}

#[test]
fn a_missing_null_device_is_told() {
    needs::mounts();
    let script = "mount -t tmpfs none /dev && exec \"$@\"";
    let launch = command().arg("/bin/true").under(["unshare", "--mount", "sh", "-c", script, "sh"]);
    assert_eq!(refusal_of(launch, 1), "null device /dev/null: No such file or directory");
}

#[test]
fn a_program_that_the_user_may_not_execute_is_told() {
    needs::another_user();
    let scratch = Scratch::new();
    let path = program(&scratch, "roots", "#!/bin/sh\n", 0o700);
    assert_eq!(mode_of(scratch.path("roots").as_path()), 0o700);
    let line = refusal_of(command().option("user", "nobody").arg(&path), 1);
    assert!(line.contains(&path) && line.ends_with("Permission denied"), "{line}");
    let line = refusal_of(command().arg(&path).under(as_user("65534")), 1);
    assert!(line.contains(&path) && line.ends_with("Permission denied"), "{line}");
}

#[test]
fn an_initialisation_that_fails_is_told() {
    let mut service = Service::new();
    for (init, status, says) in [
        ("fail:7:no database", 7, "no database"),
        ("exit:9", 9, "exited with status 9 before it was ready"),
        ("crash", 1, "killed by SIGSEGV before it was ready"),
    ] {
        let launch = command().option("wait-ready", "60").runs(&service).option("init", init);
        let line = refusal_of(launch, status);
        assert_eq!(line, says, "init_fail, init_message, init_crash: {init}");
        service.reports.expect_pid("initialising");
    }
}

#[test]
fn a_program_that_is_not_ready_in_time_is_ended() {
    let mut service = Service::new();
    let launch = command().option("wait-ready", "0.3").runs(&service).option("init", "hang");
    let mut run = launch.start();
    let daemon = Process::find(service.reports.expect_pid("initialising"));
    assert_eq!(run.wait(), Exit::Status(1));
    assert!(run.stderr().starts_with("daemonize: "), "time_kept");
    if let Some(daemon) = daemon {
        daemon.wait_gone();
    }
    run.wait_idle();
}

/// fifo_log, time_kept: nobody reads it.
#[test]
fn a_fifo_without_a_reader_is_told_in_time() {
    let service = Service::new();
    let fifo = service.scratch.fifo("fifo");
    let launch = command().option_path("stdout", &fifo).option("setup-timeout", "0.2").arg("/bin/true");
    assert!(refusal_of(launch, 1).contains(&fifo.display().to_string()));
}

/// fail_alone: nobody waits any more, and the log has the line.
#[test]
fn a_program_that_gives_up_later_is_in_the_log() {
    let service = Service::new();
    let log = service.scratch.path("app.log");
    let launch = command().option_path("log-to", &log).runs(&service).option("then", "fail:7:no database");
    let mut run = launch.start();
    run.succeed();
    run.wait_idle();
    assert!(text_of(&log).contains("no database\n"), "{}", text_of(&log));
}

#[test]
fn the_launcher_waits_until_the_program_is_ready() {
    let mut service = Service::new();
    let mut gate = crate::harness::Gate::new(&service.scratch, "gate");
    let launch = command().option("wait-ready", "forever").runs(&service);
    let mut run = launch.option_path("gate", gate.path()).option("init", "gate").start();
    let daemon = Process::new(service.reports.expect_pid("initialising"));
    assert_eq!(run.wait_within(Duration::from_millis(200)), None, "ready_wait");
    gate.open();
    run.succeed();
    assert_eq!(service.reports.expect_pid("up"), daemon.pid());
}

/// The socket of a service manager that reads nothing, and has no room for another message.
fn full_socket(scratch: &Scratch) -> (UnixDatagram, Vec<UnixDatagram>) {
    let path = scratch.path("notify");
    let socket = UnixDatagram::bind(&path).expect("a socket");
    let mut senders = Vec::new();
    loop {
        let sender = UnixDatagram::unbound().expect("a socket");
        sender.connect(&path).expect("a connection");
        sender.set_nonblocking(true).expect("a socket that does not wait");
        if sender.send(b"STATUS=").is_err() {
            return (socket, senders);
        }
        while sender.send(b"STATUS=").is_ok() {}
        senders.push(sender);
    }
}

#[test]
fn a_service_manager_that_does_not_read_holds_up_no_start_for_ever() {
    let scratch = Scratch::new();
    let _held = full_socket(&scratch);
    let ready = program(&scratch, "ready", "#!/bin/sh\necho >&3\nexec sleep 1000\n", 0o755);
    let launch = command().args(["--wait-ready", "--notify-fd=3"]).arg(ready);
    let mut run = launch.env("NOTIFY_SOCKET", scratch.path("notify")).start();
    run.succeed();
    run.orphans().iter().for_each(|daemon| daemon.signal(rustix::process::Signal::KILL));
    run.wait_idle();
}

/// A message of a process that is gone belongs to no service any more, for systemd.
#[test]
fn a_service_manager_has_read_who_is_ready_before_the_command_ends() {
    let scratch = Scratch::new();
    let manager = Manager::new(&scratch);
    let ready = program(&scratch, "ready", "#!/bin/sh\necho >&3\nexec sleep 1000\n", 0o755);
    let launch = command().args(["--wait-ready", "--notify-fd=3"]).arg(ready);
    let mut run = launch.env("NOTIFY_SOCKET", &manager.address).start();
    let main = manager.next();
    manager.expect(&["READY=1", "BARRIER=1"]);
    run.succeed();
    let daemon = run.orphans().pop().expect("the program");
    assert_eq!(main, format!("MAINPID={}", daemon.pid()));
    daemon.signal(rustix::process::Signal::KILL);
    run.wait_idle();
}
