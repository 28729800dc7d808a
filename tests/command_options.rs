//! The command's options for what the program is to be, as /proc shows it.

use std::path::Path;

use crate::command_support::{Runs, command, result_of};
use crate::harness::files::{mode_of, text_of, wait_for_change};
use crate::harness::{Exit, Hostile, Launch, Service, needs};

#[test]
fn directory_umask_and_title() {
    let mut service = Service::new();
    let work = service.scratch.directory("work");
    let launch = command().option("directory", "work").option("umask", "027").option("title", "my app");
    let daemon = service.start(launch.runs(&service).directory(service.scratch.root()));
    assert_eq!(daemon.process.link("cwd"), work);
    assert_eq!(daemon.process.umask(), 0o27);
    assert!(text_of(&daemon.process.proc("cmdline")).starts_with("my app\0--started\0"), "title");
}

#[test]
fn root_directory_is_as_asked() {
    needs::another_root();
    let mut service = Service::new();
    // One that has the program in it, and one that has not.
    let launch = command().option("chroot", "/").option_path("directory", service.scratch.root()).runs(&service);
    assert_eq!(service.start(launch).process.link("cwd"), service.scratch.root());
    let line =
        crate::command_support::refusal_of(command().option_path("chroot", service.scratch.root()).arg("/bin/true"), 1);
    assert!(line.contains("/bin/true") && line.ends_with("No such file or directory"), "inside of it: {line}");
}

#[test]
fn environment_is_as_asked() {
    let mut service = Service::new();
    let launch = command().option("setenv", "A=b=c").args(["-E", "B="]).runs(&service).option("then", "env:A");
    let mut run = launch.env("A", "old").start();
    run.succeed();
    assert_eq!(service.reports.expect("env"), "b=c");
}

#[test]
fn environment_can_be_cleared() {
    let service = Service::new();
    let out = service.scratch.path("out");
    let script = format!("/usr/bin/env >{0}.new; mv {0}.new {0}", out.display());
    let launch = command().arg("--clearenv").args(["-E", "A=1"]).args(["/bin/sh", "-c", &script]);
    let launch = launch.env("LEAKED", "yes");
    let mut run = launch.start();
    run.succeed();
    wait_for_change(service.scratch.root(), "the environment", || out.exists());
    let text = text_of(&out);
    assert!(text.lines().any(|line| line == "A=1") && !text.contains("LEAKED"), "{text}");
    run.wait_idle();
}

/// As the known command has it: a program finds others, wherever it was started.
#[test]
fn a_missing_path_is_made_up_for() {
    let service = Service::new();
    let out = service.scratch.path("out");
    let script = format!("/usr/bin/env | /bin/grep ^PATH= >{0}.new; /bin/mv {0}.new {0}", out.display());
    let mut run = command().args(["/bin/sh", "-c", &script]).under(["env", "-u", "PATH"]).start();
    run.succeed();
    wait_for_change(service.scratch.root(), "the environment", || out.exists());
    assert!(text_of(&out).contains("/usr/sbin"), "{}", text_of(&out));
    run.wait_idle();
}

#[test]
fn user_has_its_environment() {
    needs::sight_of_other_users();
    let mut service = Service::new();
    let launch = command().option("user", "nobody").option("group", "daemon").runs(&service);
    let daemon = service.start(launch.env("HOME", "/root").env("USER", "root"));
    assert_eq!(daemon.process.status_words("Gid"), ["1"; 4]);
    let environment = text_of(&daemon.process.proc("environ"));
    for expected in ["HOME=/nonexistent", "USER=nobody", "LOGNAME=nobody", "SHELL=/usr/sbin/nologin"] {
        assert!(environment.split('\0').any(|variable| variable == expected), "user_env: {environment}");
    }
}

#[test]
fn capabilities_are_kept() {
    needs::another_user();
    let mut service = Service::new();
    for name in ["net_bind_service", "CAP_NET_BIND_SERVICE", "10"] {
        let launch = command().option("user", "nobody").option("keep-capability", name).runs(&service);
        assert_eq!(service.start(launch).process.status("CapEff"), "0000000000000400", "{name}");
    }
}

#[test]
fn descriptors_are_as_asked() {
    let mut service = Service::new();
    let opened = ["sh", "-c", "exec 7</etc/passwd 8</etc/group; exec \"$@\"", "sh"];
    for (options, expected) in [
        (&[][..], &[0, 1, 2][..]),
        (&["--keep-fd=7"], &[0, 1, 2, 7]),
        (&["--keep-fd=7", "--keep-fd=8"], &[0, 1, 2, 7, 8]),
        (&["--close-fds=none"], &[0, 1, 2, 7, 8]),
        (&["--close-fds=inherited"], &[0, 1, 2]),
    ] {
        let daemon = service.start(command().args(options).runs(&service).under(opened));
        let open: Vec<i32> = daemon.process.descriptors().keys().copied().collect();
        assert_eq!(open, expected, "{options:?}");
    }
    let line = crate::command_support::refusal_of(command().arg("--keep-fd=77").arg("/bin/true"), 1);
    assert!(line.contains("77"), "{line}");
    // The command's own descriptors are not meant.
    let closed = ["sh", "-c", "exec 3>&- 4>&- 5>&- 6>&-; exec \"$@\"", "sh"];
    for (option, what) in [("keep-fd", "kept"), ("notify-fd", "notification")] {
        for number in 3..7 {
            let launch =
                command().option(option, number).option_path("lockfile", service.scratch.path("lock")).arg("/bin/true");
            let line = crate::command_support::refusal_of(launch.under(closed), 1);
            assert_eq!(line, format!("{what} descriptor {number}: Bad file descriptor"));
        }
    }
}

#[test]
fn signals_are_as_asked() {
    let mut service = Service::new();
    let place = Hostile::only("ignored,blocked");
    let daemon = service.start(command().arg("--keep-signal=HUP").runs(&service).hostile(place.clone()));
    assert_eq!(daemon.process.signals("SigIgn"), [1]);
    assert!(daemon.process.signals("SigBlk").is_empty());
    let daemon = service.start(command().arg("--keep-signals").runs(&service).hostile(place));
    let ignored = daemon.process.signals("SigIgn");
    assert!(ignored.contains(&1) && ignored.contains(&3), "{ignored:?}");
    assert!(!daemon.process.signals("SigBlk").is_empty());
}

#[test]
fn runtime_directory_is_made() {
    needs::another_user();
    let mut service = Service::new();
    let directory = service.scratch.path("run/app");
    let outer = format!("{}:711", service.scratch.path("run").display());
    let pidfile = directory.join("app.pid");
    let launch = command().option("user", "nobody").option("runtime-directory", outer);
    let launch = launch.option_path("runtime-directory", &directory).option_path("pidfile", &pidfile);
    let daemon = service.start(launch.option("pidfile-mode", "0600").runs(&service));
    assert_eq!((mode_of(&service.scratch.path("run")), mode_of(&directory)), (0o711, 0o755));
    assert_eq!((text_of(&pidfile), mode_of(&pidfile)), (format!("{}\n", daemon.pid()), 0o600));
}

#[test]
fn standard_input_is_as_asked() {
    let mut service = Service::new();
    let input = service.scratch.file("input", "x");
    let daemon = service.start(command().option_path("stdin", &input).runs(&service));
    assert_eq!(daemon.process.descriptors()[&0], input);
    assert_eq!(daemon.process.descriptors()[&1], Path::new("/dev/null"));
}

#[test]
fn verbose_says_what_is_done() {
    let mut service = Service::new();
    let mut run = command().arg("-v").runs(&service).start();
    run.succeed();
    let pid = service.reports.expect_pid("up");
    let (stdout, stderr) = (run.stdout(), run.stderr());
    assert_eq!(stdout, "");
    assert!(stderr.contains(&format!("is process {pid}\n")), "{stderr}");
}

/// In the foreground the command becomes the program: the same process, and what it is told comes to it.
#[test]
fn foreground_is_the_program_itself() {
    let mut service = Service::new();
    let pidfile = service.scratch.path("app.pid");
    let launch = command().arg("--foreground").option_path("pidfile", &pidfile).runs(&service);
    let mut run = launch.start();
    let pid = service.reports.expect_pid("up");
    assert_eq!(pid, run.program());
    assert_eq!(text_of(&pidfile), format!("{pid}\n"));
    let (exit, stdout, _) = result_of(command().arg("--status").arg("-p").arg(&pidfile));
    assert_eq!((exit, stdout), (Exit::Status(0), format!("{pid}\n")));
    let second = command().arg("--foreground").option_path("pidfile", &pidfile).arg("/bin/true");
    assert!(crate::command_support::refusal_of(second, 1).contains(&pid.to_string()));
    assert_eq!(result_of(command().arg("--stop").arg("-p").arg(&pidfile)).0, Exit::Status(0));
    assert_eq!(run.wait(), Exit::Status(0));
    assert!(!pidfile.exists());
    let line = crate::command_support::refusal_of(command().args(["--foreground", "/no/such/program"]), 1);
    assert!(line.contains("/no/such/program"), "{line}");
    let mut run = Launch::command(crate::command_support::command_path())
        .args(["--foreground", "/bin/sh", "-c", "exit 5"])
        .start();
    assert_eq!(run.wait(), Exit::Status(5));
}
