//! Many at once at one pid file, and one after the other without a pause.

use rustix::process::Signal;

use crate::harness::compile::own_program;
use crate::harness::control::{status, stop};
use crate::harness::files::{text_of, wait_for_change};
use crate::harness::{Exit, Launch, Process, Refusal, Service, needs};

/// 200 launchers at the same moment: one daemon, its pid in the file, one success.
fn one_of_200_wins(stale: Option<String>) {
    let mut service = Service::new();
    let pidfile = service.scratch.path("app.pid");
    if let Some(text) = stale {
        std::fs::write(&pidfile, text).expect("a stale pid file");
    }
    let swarm = [own_program("swarm").into_os_string(), "200".into()];
    let mut swarm = service.launch().option_path("pidfile", &pidfile).under(swarm).start();
    assert_eq!(swarm.wait(), Exit::Status(0));
    let winner = service.reports.expect_pid("up");
    // A loser's daemon may still be on its way out; none stays.
    swarm.orphans().iter().filter(|orphan| orphan.pid() != winner).for_each(Process::wait_gone);
    let left: Vec<i32> = swarm.orphans().iter().map(Process::pid).collect();
    assert_eq!(left, [winner], "exactly one daemon");
    assert_eq!(text_of(&pidfile), format!("{winner}\n"), "its pid in the file");
    assert!(service.reports.waiting().is_empty(), "no other ever came up");
    Process::new(winner).signal(Signal::KILL);
    swarm.wait_idle();
    let losers = swarm.stderr();
    assert_eq!(swarm.stdout().lines().last(), Some("succeeded=1 failed=199"), "conc_exit");
    assert_eq!(losers.lines().filter(|line| line.contains("app.pid")).count(), 199, "{losers}");
}

#[test]
fn two_hundred_starts_without_a_pid_file() {
    one_of_200_wins(None);
}

#[test]
fn two_hundred_starts_over_the_pid_of_a_dead_process() {
    let mut gone = Launch::command("true").start();
    gone.wait();
    one_of_200_wins(Some(format!("{}\n", gone.program())));
}

#[test]
fn two_hundred_starts_over_the_pid_of_another_process() {
    let other = Launch::command("sleep").arg("1000").start();
    one_of_200_wins(Some(format!("{}\n", other.program())));
    assert!(Process::new(other.program()).is_alive());
}

/// Started anew while the old one goes down: refused as long as that holds the file, and then the file stays ours.
#[test]
fn restart_while_the_old_one_goes_down() {
    let mut service = Service::new();
    let pidfile = service.scratch.path("app.pid");
    let launch = service.launch().option_path("pidfile", &pidfile);
    let mut old = service.start(launch.clone());
    for _ in 0..20 {
        old.process.signal(Signal::TERM);
        let run = loop {
            let mut run = launch.clone().start();
            if run.wait() == Exit::Status(0) {
                break run;
            }
            assert_eq!(Refusal::of(&mut run).check().errno, 11, "EAGAIN");
        };
        let new = Process::new(service.reports.expect_pid("up"));
        assert_eq!(old.run.wait_reaped(old.process.pid()), Exit::Status(0));
        assert_eq!(text_of(&pidfile), format!("{}\n", new.pid()), "restart");
        old = crate::harness::Daemon { process: new, run };
    }
    let refusal = service.refuse(launch);
    assert!(refusal.message.ends_with(&format!("held by process {}", old.pid())), "{refusal:?}");
}

/// A launcher that is ended before it holds its file leaves it empty. That means nobody, and the next start takes it.
#[test]
fn file_left_by_a_launcher_that_was_ended() {
    needs::strace();
    let mut service = Service::new();
    let pidfile = service.scratch.path("app.pid");
    let launch = service.launch().option_path("pidfile", &pidfile);
    let path = service.scratch.root().to_str().expect("a path");
    let inject = "inject=openat:signal=SIGTERM:when=1";
    let strace = ["strace", "-o", "/dev/null", "-P", path, "-e", "trace=openat", "-e", inject];
    let mut run = launch.clone().under(strace).start();
    assert_eq!(run.wait(), Exit::Signal(15));
    run.wait_idle();
    assert_eq!(text_of(&pidfile), "");
    assert_eq!(status(&pidfile), 0);
    let daemon = service.start(launch);
    assert_eq!(text_of(&pidfile), format!("{}\n", daemon.pid()));
    stop(&pidfile);
    assert!(!pidfile.exists());
}

/// The holder ends between our opening of the file and our lock on it: the lock would be on a file without a name. strace
/// stops the new launcher at that very point.
#[test]
fn file_removed_between_its_opening_and_the_lock() {
    let mut service = Service::new();
    let (pidfile, trace) = (service.scratch.path("app.pid"), service.scratch.path("trace"));
    let launch = service.launch().option_path("pidfile", &pidfile);
    let mut old = service.start(launch.clone());
    let (path, output) = (service.scratch.root().to_str().expect("a path"), trace.to_str().expect("a path"));
    let stop = "inject=openat:signal=SIGSTOP:when=1";
    needs::strace();
    let strace = ["strace", "-o", output, "-P", path, "-e", "trace=openat", "-e", stop];
    let mut run = launch.under(strace).start();
    wait_for_change(service.scratch.root(), "the launcher's stop", || text_of(&trace).contains("stopped by SIGSTOP"));
    assert!(text_of(&trace).contains("app.pid"), "{}", text_of(&trace));
    assert_eq!(old.terminate(), Exit::Status(0));
    assert!(!pidfile.exists());
    Process::children_of(run.program()).iter().for_each(|launcher| launcher.signal(Signal::CONT));
    run.succeed();
    let new = service.reports.expect_pid("up");
    assert_eq!(text_of(&pidfile), format!("{new}\n"));
}
