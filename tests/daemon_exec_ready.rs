//! When a program that was started by daemonize_exec is ready, and what its launcher learns when it never is.

use std::path::Path;
use std::time::Duration;

use rustix::process::Signal;

use crate::daemon_exec::{daemon_of, refusal_of, start};
use crate::harness::compile::program;
use crate::harness::files::text_of;
use crate::harness::process::wait_until;
use crate::harness::{Exit, Launch, Process, Reports, Run, Scratch, needs};

const FOR_EVER: &str = "--wait-ready=-1";

/// `notifier` with these actions, started with these options.
fn notifier(files: &Path, options: &[&str], actions: &[&str]) -> Launch {
    let notifier = program("notifier");
    let words: Vec<&str> = [notifier.to_str().expect("text")].into_iter().chain(actions.iter().copied()).collect();
    start(files, options, &words)
}

fn is_ready(launch: Launch) {
    let mut run = launch.start();
    let daemon = daemon_of(&mut run);
    assert_eq!(daemon.parent(), run.keeper());
    daemon.signal(Signal::KILL);
    run.wait_idle();
}

#[test]
fn readiness_comes_by_notify_socket() {
    for options in [&[FOR_EVER][..], &[FOR_EVER, "--busy=4"], &["--wait-ready=100000", "--clearenv"]] {
        for send in ["send:READY=1", "send:STATUS=soon|READY=1|MAINPID=1", "child:READY=1"] {
            is_ready(notifier(Path::new(""), options, &["send:STATUS=beginning", send]));
        }
    }
}

#[test]
fn readiness_comes_from_another_users_program() {
    needs::another_user();
    needs::checkout_for_everybody();
    is_ready(notifier(Path::new(""), &[FOR_EVER, "--user=nobody"], &["send:READY=1"]));
}

/// A program that is a script has only that.
#[test]
fn readiness_comes_by_systemd_notify() {
    needs::program("systemd-notify");
    for options in [&[FOR_EVER][..], &[FOR_EVER, "--user=nobody"]] {
        needs::another_user();
        is_ready(start(Path::new(""), options, &["sh", "-c", "systemd-notify --ready --status=up; exec sleep 1000"]));
    }
}

#[test]
fn readiness_comes_by_a_newline_to_a_descriptor() {
    let scratch = Scratch::new();
    // What the start opens itself comes to lie on the low numbers.
    let pidfile = format!("--pidfile={}", scratch.path("app.pid").display());
    for fd in [3, 4, 5, 6, 7, 8, 9, 10, 200] {
        let (option, action) = (format!("--notify-fd={fd}"), format!("newline:{fd}"));
        let mut run = notifier(Path::new(""), &[FOR_EVER, &option, &pidfile], &[&action]).start();
        let daemon = daemon_of(&mut run);
        assert_eq!(crate::harness::control::status(&scratch.path("app.pid")), daemon.pid());
        daemon.signal(Signal::KILL);
        run.wait_idle();
    }
    let refusal = refusal_of(notifier(scratch.root(), &[FOR_EVER, "--notify-fd=2000000"], &[]));
    assert_eq!(refusal.check().message, "notification descriptor 2000000: Invalid argument");
}

/// The library in the program speaks to its own socket.
fn teller(files: &Path, options: &[&str], reports: &Reports, actions: &[&str]) -> Launch {
    let mut words = vec![
        program("teller").into_os_string().into_string().expect("text"),
        format!("--events={}", reports.path().display()),
    ];
    words.extend(actions.iter().map(|action| format!("--do={action}")));
    start(files, options, &words.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn readiness_comes_by_the_library_in_the_program() {
    for options in [&[FOR_EVER][..], &[FOR_EVER, "--busy=4"], &[FOR_EVER, "--clearenv"]] {
        let scratch = Scratch::new();
        let mut reports = Reports::new(&scratch, "events");
        let mut run = teller(Path::new(""), options, &reports, &["ready", "wait"]).start();
        let daemon = daemon_of(&mut run);
        assert_eq!(reports.next(), "ready 0", "{options:?}");
        daemon.signal(Signal::KILL);
        run.wait_idle();
    }
}

/// The caller gets the program's message and status; without a wait the program's standard error has the message.
#[test]
fn a_program_with_the_library_says_why_it_gives_up() {
    let scratch = Scratch::new();
    let reports = Reports::new(&scratch, "events");
    let long = "x".repeat(2000);
    for (action, message) in [
        ("fail:no port", "no port"),
        ("fail:", "failed with status 9"),
        ("fail:two\nlines", "two?lines"),
        (&format!("fail:{long}"), &long[..900]),
    ] {
        let refusal = refusal_of(teller(scratch.root(), &[FOR_EVER], &reports, &[action]));
        let said = &refusal.check().message;
        assert!(said == message || (said.len() > 900 && said.starts_with(message)), "{action}: {said}");
        assert_eq!((refusal.errno, refusal.status), (125, 9), "{action}");
    }
    let log = scratch.path("app.log");
    let option = format!("--log={}", log.display());
    let mut run = teller(Path::new(""), &[&option], &reports, &["fail:no port"]).start();
    run.succeed();
    run.wait_idle();
    assert_eq!(text_of(&log), "no port\n");
}

/// What another process of its session says is not that.
#[test]
fn only_the_program_itself_gives_up() {
    let scratch = Scratch::new();
    let actions = ["child:X_LIBDAEMON_FAILED=1|STATUS=of a child", "exit:3"];
    let refusal = refusal_of(notifier(scratch.root(), &[FOR_EVER], &actions));
    let said = &refusal.check().message;
    assert!(said.starts_with("exited with status 3 before it was ready"), "{said}");
}

/// A supervisor's own descriptor is the program's where the launcher does not wait.
#[test]
fn a_supervisors_descriptor_is_handed_on() {
    let scratch = Scratch::new();
    let words = ["sh", "-c", "exec 7>ready; exec \"$@\"", "sh"];
    let launch = notifier(Path::new(""), &["--notify-fd=7"], &["newline:7"]).directory(scratch.root()).under(words);
    let mut run = launch.start();
    let daemon = daemon_of(&mut run);
    crate::harness::files::wait_for_change(scratch.root(), "ready", || text_of(&scratch.path("ready")) == "\n");
    daemon.signal(Signal::KILL);
    run.wait_idle();
}

#[test]
fn the_launcher_waits_until_the_program_is_ready() {
    let scratch = Scratch::new();
    let mut reports = Reports::new(&scratch, "events");
    let events = format!("events:{}", reports.path().display());
    let mut run = notifier(Path::new(""), &[FOR_EVER], &[&events, "say:begun", "pause", "send:READY=1"]).start();
    reports.expect("begun");
    assert_eq!(run.wait_within(Duration::from_millis(300)), None, "ready_wait");
    continue_notifier(&run);
    assert_eq!(reports.next(), "sent");
    daemon_of(&mut run).signal(Signal::KILL);
    run.wait_idle();
}

/// Its `pause` ends by a signal that does nothing else.
fn continue_notifier(run: &Run) {
    wait_until("the program to wait", || {
        let daemons = daemons_of(run);
        daemons.iter().for_each(|daemon| daemon.signal(Signal::USR2));
        !daemons.is_empty()
    });
}

fn daemons_of(run: &Run) -> Vec<Process> {
    let intermediates = Process::children_of(run.program());
    let daemons = intermediates.iter().flat_map(|process| Process::children_of(process.pid()));
    daemons.collect()
}

/// The socket is gone then: sending fails, and harms nobody.
#[test]
fn a_program_may_go_on_sending() {
    let scratch = Scratch::new();
    let mut reports = Reports::new(&scratch, "events");
    let events = format!("events:{}", reports.path().display());
    let actions = [&events, "send:READY=1", "pause", "send:STATUS=serving", "say:alive"];
    let mut run = notifier(Path::new(""), &[FOR_EVER], &actions).start();
    assert_eq!(reports.next(), "sent");
    let daemon = daemon_of(&mut run);
    daemon.descriptors();
    daemon.signal(Signal::USR2);
    assert_eq!(reports.next(), "Connection refused");
    assert_eq!(reports.next(), "alive");
    daemon.signal(Signal::KILL);
    run.wait_idle();
}

#[test]
fn a_stranger_cannot_say_it() {
    let scratch = Scratch::new();
    let refusal = refusal_of(notifier(scratch.root(), &["--wait-ready=500"], &["stranger:READY=1"]));
    assert_eq!(refusal.check().message, "not ready within 500 ms");
}

#[test]
fn an_early_end_is_said_at_once() {
    let scratch = Scratch::new();
    let pidfile = format!("--pidfile={}", scratch.path("app.pid").display());
    let cases: [(&[&str], &str, i32, i32); 6] = [
        (&["exit:3"], "exited with status 3 before it was ready", 10, 3),
        (&["exit:0"], "exited with status 0 before it was ready", 10, 1),
        (&["kill:11"], "killed by SIGSEGV before it was ready", 10, 1),
        (&["send:STATUS=no port", "exit:4"], "exited with status 4 before it was ready: no port", 10, 4),
        (&["send:ERRNO=98", "exit:5"], "exited with status 5 before it was ready: Address already in use", 98, 5),
        (&["send:ERRNO=13|STATUS=not mine", "exit:6"], "exited with status 6 before it was ready: not mine", 13, 6),
    ];
    for (actions, message, errno, status) in cases {
        for more in [&[][..], &["--busy=3"]] {
            let options = [&[FOR_EVER, &pidfile[..]], more].concat();
            let refusal = refusal_of(notifier(scratch.root(), &options, actions));
            assert_eq!(refusal.check().message, message);
            assert_eq!((refusal.errno, refusal.status), (errno, status), "{message}");
        }
    }
    assert!(!scratch.path("app.pid").exists());
}

#[test]
fn a_program_that_is_not_ready_in_time_is_ended() {
    let scratch = Scratch::new();
    let words = ["sh", "-c", "trap '' TERM INT HUP; sleep 1000 & exec sleep 1000"];
    let refusal = refusal_of(start(scratch.root(), &["--wait-ready=300"], &words));
    assert_eq!(refusal.check().message, "not ready within 300 ms");
    assert_eq!(refusal.errno, 110);
    needs::another_user();
    let refusal = refusal_of(start(scratch.root(), &["--wait-ready=300", "--user=nobody"], &words));
    assert_eq!(refusal.check().errno, 110);
}

#[test]
fn a_signal_interrupts_the_wait() {
    let scratch = Scratch::new();
    for signal in [Signal::TERM, Signal::INT] {
        let mut run = notifier(scratch.root(), &[FOR_EVER], &["pause"]).start();
        wait_until("the program", || !daemons_of(&run).is_empty());
        Process::new(run.program()).signal(signal);
        // The library fails, and then the signal that it took does its work.
        assert!(matches!(run.wait(), Exit::Status(1) | Exit::Signal(2 | 15)));
        run.wait_idle();
    }
}

/// Whoever of them is killed: the launcher hears of it, or nobody is left.
#[test]
fn any_process_of_a_start_may_be_killed() {
    let scratch = Scratch::new();
    for who in ["launcher", "intermediate", "daemon"] {
        let mut run = notifier(scratch.root(), &[FOR_EVER], &["pause"]).start();
        wait_until("the program", || !daemons_of(&run).is_empty());
        let victim = match who {
            "launcher" => Process::new(run.program()),
            "intermediate" => Process::children_of(run.program()).remove(0),
            _ => daemons_of(&run).remove(0),
        };
        victim.signal(Signal::KILL);
        let exit = run.wait();
        assert_eq!(exit, if who == "launcher" { Exit::Signal(9) } else { Exit::Status(1) }, "{who}");
        run.wait_idle();
    }
}
