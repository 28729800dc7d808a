//! What the daemon is that a Python program becomes, wherever it was started.

use std::path::Path;

use rustix::process::Signal;

use crate::daemon_checks::{
    has_a_clean_slate, has_only_dev_null_open, is_an_orphan_in_its_own_session, is_free_of_its_terminal,
    is_the_only_process,
};
use crate::harness::files::text_of;
use crate::harness::{Exit, Hostile, Launch, Process, Service, Stdio, needs};
use crate::python_support::Face;

/// What Python itself handles, and what the service does.
const HANDLED: [Signal; 3] = [Signal::INT, Signal::USR1, Signal::TERM];

/// What Python itself ignores, and DaemonContext's signal map beside it.
fn ignored(face: Face) -> &'static [Signal] {
    match face {
        Face::Function => &[Signal::PIPE, Signal::XFSZ],
        Face::Context => &[Signal::PIPE, Signal::TSTP, Signal::TTIN, Signal::TTOU, Signal::XFSZ],
    }
}

/// Starts the service in a place and checks every property of the process it becomes.
fn becomes_a_good_daemon(place: Hostile) {
    for face in Face::BOTH {
        let mut service = Service::new();
        let launch = face.service(&service).hostile(place.clone());
        is_a_good_daemon(&mut service, launch, face);
    }
}

fn is_a_good_daemon(service: &mut Service, launch: Launch, face: Face) {
    let mut daemon = service.start(launch);
    is_an_orphan_in_its_own_session(&daemon);
    has_a_clean_slate(&daemon, &HANDLED, ignored(face));
    has_only_dev_null_open(&daemon);
    is_the_only_process(&mut daemon);
    is_free_of_its_terminal(&mut daemon, &mut service.reports, &["stdout", "stderr", "print"]);
}

#[test]
fn good_daemon_in_a_plain_place() {
    becomes_a_good_daemon(Hostile::only("umask"));
}

#[test]
fn good_daemon_in_the_hostile_place() {
    becomes_a_good_daemon(Hostile::place());
}

#[test]
fn good_daemon_with_its_streams_on_the_terminal() {
    becomes_a_good_daemon(Hostile::place().stdio(Stdio::Terminal));
}

#[test]
fn good_daemon_with_stdin_closed() {
    becomes_a_good_daemon(Hostile::place().closed("0"));
}

#[test]
fn good_daemon_with_stdout_closed() {
    becomes_a_good_daemon(Hostile::place().closed("1"));
}

#[test]
fn good_daemon_with_stderr_closed() {
    becomes_a_good_daemon(Hostile::place().closed("2"));
}

#[test]
fn good_daemon_with_all_three_closed() {
    becomes_a_good_daemon(Hostile::place().closed("012"));
}

#[test]
fn good_daemon_with_sigchld_ignored() {
    becomes_a_good_daemon(Hostile::only("chld"));
}

#[test]
fn good_daemon_once_it_is_ready() {
    for face in Face::BOTH {
        let mut service = Service::new();
        let launch = face.service(&service).option("wait-ready", -1).hostile(Hostile::place());
        is_a_good_daemon(&mut service, launch, face);
    }
}

/// hup_race: the launcher leads a session on a terminal, with SIGHUP at its default: its exit hangs the terminal up.
#[test]
fn twenty_daemons_survive_the_hangup() {
    let mut service = Service::new();
    for round in 0..20 {
        let launch = Face::BOTH[round % 2].service(&service).hostile(Hostile::only("tty").stdio(Stdio::Terminal));
        let mut daemon = service.start(launch);
        assert_eq!(daemon.probe(&mut service.reports)["stdout"], 0);
        assert_eq!(daemon.terminate(), Exit::Status(0));
    }
}

/// As the kernel has it: the program's handlers from before the start are there, and they run.
#[test]
fn handlers_of_the_program_stay() {
    for face in Face::BOTH {
        let mut service = Service::new();
        let launch = face.service(&service).option("before", "handlers").hostile(Hostile::place());
        let mut daemon = service.start(launch);
        let own = [Signal::HUP, Signal::INT, Signal::USR1, Signal::USR2, Signal::TERM, Signal::CHILD];
        let mut handled: Vec<_> = own.iter().map(|signal| signal.as_raw()).collect();
        handled.push(64);
        assert_eq!(daemon.process.signals("SigCgt"), handled, "{face:?}");
        for signal in [Signal::HUP, Signal::USR2, Signal::CHILD] {
            daemon.process.signal(signal);
            assert_eq!(service.reports.expect("signal"), signal.as_raw().to_string(), "{face:?}");
        }
        assert_eq!(daemon.terminate(), Exit::Status(0));
    }
}

/// What signal.getsignal() says is what the kernel does: 1 is SIG_IGN, 0 is left out.
#[test]
fn python_knows_its_signals() {
    let expected = [
        (Face::Function, "signals 2=function 13=SIG_IGN 25=SIG_IGN"),
        (Face::Context, "signals 2=function 13=SIG_IGN 15=function 20=SIG_IGN 21=SIG_IGN 22=SIG_IGN 25=SIG_IGN"),
    ];
    for (face, line) in expected {
        let mut service = Service::new();
        let mut run = face.service(&service).option("then", "signals").hostile(Hostile::place()).start();
        run.succeed();
        assert_eq!(service.reports.next(), line, "{face:?}");
    }
}

/// What the program has set to be ignored stays so; what it was started with does not.
#[test]
fn program_that_ignores_a_signal_goes_on_ignoring_it() {
    for place in [Hostile::only("chld"), Hostile::only("tty")] {
        let mut service = Service::new();
        let launch = Face::Function.service(&service).option("before", "ignore").hostile(place);
        let daemon = service.start(launch);
        assert_eq!(daemon.process.signals("SigIgn"), [1, 13, 25]);
    }
}

#[test]
fn sigterm_ends_it_by_default() {
    let mut service = Service::new();
    let launch = Face::Function.service(&service).option("on-term", "default").hostile(Hostile::place());
    let mut daemon = service.start(launch);
    assert_eq!(daemon.terminate(), Exit::Signal(15));
    let launch = Face::Context.service(&service).option("on-term", "default").hostile(Hostile::place());
    let mut daemon = service.start(launch);
    assert_eq!(daemon.terminate(), Exit::Status(1), "terminate() raises SystemExit with a message");
}

/// Python's own files stay open, and what came in is closed; DaemonContext closes all that it is not to preserve.
#[test]
fn files_of_the_program_survive_and_inherited_descriptors_do_not() {
    for (face, open) in [(Face::Function, (0, 9)), (Face::Context, (9, 9))] {
        let mut service = Service::new();
        let launch = face.service(&service).option("before", "files").hostile(Hostile::place());
        let mut daemon = service.start(launch);
        let found = daemon.probe(&mut service.reports);
        assert_eq!((found["file0"], found["file1"]), open, "{face:?}: its file, and a descriptor made inheritable");
        assert_eq!(daemon.terminate(), Exit::Status(0));
    }
}

#[test]
fn keep_fds_keeps_an_inherited_descriptor() {
    let mut service = Service::new();
    let launch = Face::Function.service(&service).option("keep-fd", 900).hostile(Hostile::only("fds"));
    let daemon = service.start(launch);
    let descriptors = daemon.process.descriptors();
    assert!(descriptors.contains_key(&900) && !descriptors.contains_key(&1000), "{descriptors:?}");
    let launch = Face::Function.service(&service).option("keep-fd", 4711);
    let refusal = service.refuse(launch);
    assert_eq!(refusal.check().errno, 9, "EBADF: {refusal:?}");
    assert!(refusal.message.contains("4711"), "{refusal:?}");
}

/// With some of 0, 1 and 2 closed at the launch none of them becomes the pid file, and what is printed does not end up there.
#[test]
fn pid_file_is_no_standard_stream() {
    for (face, closed) in Face::BOTH.into_iter().flat_map(|face| ["0", "12", "012"].map(|closed| (face, closed))) {
        let mut service = Service::new();
        let pidfile = service.scratch.path("app.pid");
        let launch = face.service(&service).option_path("pidfile", &pidfile).option("then", "print:hello");
        let daemon = service.start(launch.hostile(Hostile::place().closed(closed)));
        daemon.probe(&mut service.reports);
        let text = text_of(&pidfile);
        assert_eq!(text.trim(), daemon.pid().to_string(), "{face:?}: {closed}: closed_pidfile");
        let descriptors = daemon.process.descriptors();
        assert!((0..3).all(|fd| descriptors[&fd] == Path::new("/dev/null")), "{face:?}: {closed}: {descriptors:?}");
        let others: Vec<_> = descriptors.range(3..).map(|(_, file)| file).collect();
        assert_eq!(others, [&pidfile], "{face:?}: {closed}: no_extra_fds");
    }
}

/// How many system calls about descriptors a start makes.
fn calls_about_descriptors(face: Face, place: &str) -> usize {
    let mut service = Service::new();
    let trace = service.scratch.path("trace");
    let strace = ["strace", "-f", "-qq", "-e", "trace=close,close_range,fcntl", "-o", trace.to_str().expect("a path")];
    let launch = face.service(&service).option("on-term", "default").under(strace);
    let mut run = launch.hostile(Hostile::only(place)).start();
    Process::new(service.reports.expect_pid("up")).signal(Signal::KILL);
    assert_eq!(run.wait(), Exit::Status(0));
    text_of(&trace).lines().count()
}

/// A limit of a million descriptors costs nothing.
#[test]
fn no_loop_over_descriptors() {
    needs::strace();
    for face in Face::BOTH {
        let few = calls_about_descriptors(face, "umask");
        assert!(few > 20, "{few}");
        assert!(calls_about_descriptors(face, "umask,limit") < few + 50, "{face:?}: no_close_loop");
    }
}
