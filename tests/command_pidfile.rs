//! The command's pid and lock file, of a program that knows nothing of them.

use std::fs;
use std::os::unix::fs::symlink;

use rustix::process::Signal;

use crate::command_support::{Runs, command, refusal_of, result_of};
use crate::daemon_pidfile_strangers::{READERS_LOCKS, left_behind, reader};
use crate::harness::compile::own_program;
use crate::harness::files::{mode_of, text_of};
use crate::harness::{Exit, Hostile, Launch, Process, Service, needs};

#[test]
fn pid_file_holds_the_pid_and_is_locked() {
    for closed in ["", "0", "12", "012"] {
        let mut service = Service::new();
        let pidfile = service.scratch.path("app.pid");
        let launch = command().option_path("pidfile", &pidfile).runs(&service);
        let launch = launch.option("then", format!("reread:{}", pidfile.display()));
        let daemon = service.start(launch.hostile(Hostile::place().closed(closed)));
        let expected = format!("{}\n", daemon.pid());
        assert_eq!(text_of(&pidfile), expected, "pidfile_pid, pidfile_ready");
        daemon.probe(&mut service.reports);
        assert_eq!(text_of(&pidfile), expected, "closed_pidfile");
        assert_eq!(mode_of(&pidfile) & 0o022, 0, "pidfile_mode");
        let others: Vec<_> = daemon.process.descriptors().into_iter().filter(|(fd, _)| *fd > 2).collect();
        assert!(others.iter().all(|(_, path)| *path == pidfile), "no_extra_fds: {others:?}");
        assert!(!others.is_empty(), "pidfile_locked, lock_over_exec");
        let second = command().option_path("pidfile", &pidfile).arg("/bin/true");
        let line = refusal_of(second, 1);
        assert!(line.ends_with(&format!("held by process {}", daemon.pid())), "second_reported, lock_kept: {line}");
        assert_eq!(text_of(&pidfile), expected, "second_pidfile");
        assert!(daemon.process.is_alive(), "second_refused");
    }
}

/// As with the known command, also where the file goes by two names.
#[test]
fn lock_file_can_be_the_pid_file() {
    let mut service = Service::new();
    let pidfile = service.scratch.path("app.pid");
    symlink(".", service.scratch.path("run")).expect("a link");
    for lockfile in [pidfile.clone(), "app.pid".into(), service.scratch.path("run/app.pid")] {
        let launch = || command().option_path("lockfile", &lockfile).option_path("pidfile", &pidfile);
        let mut daemon = service.start(launch().runs(&service).directory(service.scratch.root()));
        assert_eq!(text_of(&pidfile), format!("{}\n", daemon.pid()));
        refusal_of(launch().arg("/bin/true").directory(service.scratch.root()), 1);
        daemon.kill();
    }
}

#[test]
fn stale_pid_file_is_taken_over() {
    let mut service = Service::new();
    let pidfile = service.scratch.path("app.pid");
    let launch = command().option_path("pidfile", &pidfile).runs(&service);
    let mut first = service.start(launch.clone());
    first.kill();
    let mut second = service.start(launch.clone());
    assert_eq!(text_of(&pidfile), format!("{}\n", second.pid()), "stale_dead");
    second.kill();
    let other = Launch::command("sleep").arg("1000").start();
    fs::write(&pidfile, format!("{}\n", other.program())).expect("a stale file");
    let third = service.start(launch);
    assert_eq!(text_of(&pidfile), format!("{}\n", third.pid()), "stale_reused");
    assert!(Process::new(other.program()).is_alive());
}

#[test]
fn links_and_foreign_files_are_refused() {
    needs::another_owner();
    let service = Service::new();
    let (file, link) = (service.scratch.file("file", "text\n"), service.scratch.path("link"));
    symlink(&file, &link).expect("a link");
    refusal_of(command().option_path("pidfile", &link).arg("/bin/true"), 1);
    refusal_of(command().option_path("lockfile", &link).arg("/bin/true"), 1);
    assert_eq!(text_of(&file), "text\n", "pidfile_symlink");
    std::os::unix::fs::chown(&file, Some(65534), None).expect("chown");
    for option in ["pidfile", "lockfile", "stdout", "log-to"] {
        refusal_of(command().option_path(option, &file).arg("/bin/true"), 1);
        assert_eq!(text_of(&file), "text\n", "foreign_file: {option}");
    }
}

#[test]
fn readers_cannot_forbid_a_start() {
    needs::another_user();
    for lock in READERS_LOCKS {
        let mut service = Service::new();
        let pidfile = left_behind(&service, "4194303\n");
        let _reader = reader(&mut service, &pidfile, lock);
        let daemon = service.start(command().option_path("pidfile", &pidfile).runs(&service));
        assert_eq!(text_of(&pidfile), format!("{}\n", daemon.pid()), "reader_no_lock: {lock}");
    }
}

#[test]
fn two_hundred_at_once() {
    for stale in [None, Some("1\n")] {
        let mut service = Service::new();
        let pidfile = service.scratch.path("app.pid");
        if let Some(text) = stale {
            fs::write(&pidfile, text).expect("a stale file");
        }
        let swarm = [own_program("swarm").into_os_string(), "200".into()];
        let mut swarm = command().option_path("pidfile", &pidfile).runs(&service).under(swarm).start();
        assert_eq!(swarm.wait(), Exit::Status(0));
        let winner = service.reports.expect_pid("up");
        swarm.orphans().iter().filter(|orphan| orphan.pid() != winner).for_each(Process::wait_gone);
        assert_eq!(swarm.orphans().iter().map(Process::pid).collect::<Vec<_>>(), [winner], "conc_fresh, conc_stale");
        assert_eq!(text_of(&pidfile), format!("{winner}\n"));
        Process::new(winner).signal(Signal::KILL);
        swarm.wait_idle();
        assert_eq!(swarm.stdout().lines().last(), Some("succeeded=1 failed=199"), "conc_exit");
    }
}

/// Stopped and started without a pause: the new one's pid stays.
#[test]
fn restart_while_the_old_one_goes_down() {
    let mut service = Service::new();
    let pidfile = service.scratch.path("app.pid");
    let launch = command().option_path("pidfile", &pidfile).runs(&service);
    let mut old = service.start(launch.clone());
    for _ in 0..10 {
        old.process.signal(Signal::TERM);
        let run = loop {
            let mut run = launch.clone().start();
            if run.wait() == Exit::Status(0) {
                break run;
            }
        };
        let new = Process::new(service.reports.expect_pid("up"));
        assert_eq!(old.run.wait_reaped(old.process.pid()), Exit::Status(0));
        assert_eq!(text_of(&pidfile), format!("{}\n", new.pid()), "restart");
        old = crate::harness::Daemon { process: new, run };
    }
}

#[test]
fn user_with_a_pid_file_in_roots_directory() {
    needs::another_user();
    let mut service = Service::new();
    let pidfile = service.scratch.directory("run").join("app.pid");
    let launch = command().option("user", "nobody").option_path("pidfile", &pidfile).runs(&service);
    let mut daemon = service.start(launch.hostile(Hostile::place()));
    assert_eq!(text_of(&pidfile), format!("{}\n", daemon.pid()), "user_pid");
    let process = &daemon.process;
    assert_eq!(process.status_words("Uid"), ["65534"; 4], "user_ids");
    assert_eq!(process.status_words("Gid"), ["65534"; 4], "user_ids");
    assert_eq!(process.status("Groups").trim(), "65534", "user_groups");
    for set in ["CapInh", "CapPrm", "CapEff", "CapAmb"] {
        assert_eq!(process.status(set), "0000000000000000", "user_no_caps: {set}");
    }
    assert_eq!(daemon.probe(&mut service.reports)["regained"], 0, "user_no_regain");
    let (exit, _, stderr) = result_of(command().arg("--stop").arg("-p").arg(&pidfile));
    assert_eq!(exit, Exit::Status(0), "{stderr}");
    daemon.run.wait_reaped(daemon.process.pid());
    assert!(!pidfile.exists(), "user_pid_removed: by --stop");
}

#[test]
fn lock_file_is_locked_and_stays() {
    let mut service = Service::new();
    let lockfile = service.scratch.path("app.lock");
    let launch = command().arg("-l").arg(&lockfile).runs(&service);
    let mut daemon = service.start(launch.clone());
    assert!(refusal_of(launch.clone(), 1).starts_with("lock file "));
    assert_eq!(daemon.terminate(), Exit::Status(0));
    assert!(lockfile.exists());
    service.start(launch);
}
