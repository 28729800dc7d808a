//! What the daemon is that a PHP script becomes, wherever it was started.

use std::path::Path;

use rustix::process::Signal;

use crate::daemon_checks::{
    has_a_clean_slate, is_an_orphan_in_its_own_session, is_free_of_its_terminal, is_the_only_process,
};
use crate::harness::files::text_of;
use crate::harness::{Daemon, Exit, Hostile, Process, Reports, Scratch, Service, Stdio, needs};
use crate::php_support::Php;

/// Starts the PHP service in a place and checks every property of the process it becomes.
fn becomes_a_good_daemon(place: Option<Hostile>) {
    for php in Php::BOTH {
        let mut service = Service::new();
        let mut launch = php.service(&service);
        if let Some(place) = &place {
            launch = launch.hostile(place.clone());
        }
        let mut daemon = service.start(launch);
        is_an_orphan_in_its_own_session(&daemon);
        has_a_clean_slate(&daemon, &[Signal::USR1, Signal::TERM], &[Signal::PIPE]);
        has_nothing_open_but_its_script(&daemon, php);
        is_the_only_process(&mut daemon);
        is_free_of_its_terminal(&mut daemon, &mut service.reports, &["stdout", "stderr", "echo"]);
    }
}

/// The streams on /dev/null, and the files that PHP itself keeps open: the script, and what is prepended to it.
fn has_nothing_open_but_its_script(daemon: &Daemon, php: Php) {
    let mut descriptors = daemon.process.descriptors();
    for fd in 0..=2 {
        let file = descriptors.remove(&fd);
        assert_eq!(
            file.as_deref(),
            Some(Path::new("/dev/null")),
            "{php:?}: stdin_null, stdout_null, closed_null: {fd}"
        );
    }
    descriptors.retain(|_, file| !file.ends_with("tests/php/service.php") && !file.ends_with("php-ext/bootstrap.php"));
    assert!(descriptors.is_empty(), "{php:?}: no_leaked_fds, no_extra_fds: {descriptors:?}");
}

#[test]
fn good_daemon_in_a_plain_place() {
    becomes_a_good_daemon(None);
}

#[test]
fn good_daemon_in_the_hostile_place() {
    becomes_a_good_daemon(Some(Hostile::place()));
}

#[test]
fn good_daemon_with_its_streams_on_the_terminal() {
    becomes_a_good_daemon(Some(Hostile::place().stdio(Stdio::Terminal)));
}

#[test]
fn good_daemon_with_stdin_closed() {
    becomes_a_good_daemon(Some(Hostile::place().closed("0")));
}

#[test]
fn good_daemon_with_stdout_closed() {
    becomes_a_good_daemon(Some(Hostile::place().closed("1")));
}

#[test]
fn good_daemon_with_stderr_closed() {
    becomes_a_good_daemon(Some(Hostile::place().closed("2")));
}

#[test]
fn good_daemon_with_all_three_closed() {
    becomes_a_good_daemon(Some(Hostile::place().closed("012")));
}

#[test]
fn good_daemon_with_sigchld_ignored() {
    becomes_a_good_daemon(Some(Hostile::only("chld")));
}

/// The script has closed PHP's own STDIN, STDOUT and STDERR before the call.
#[test]
fn good_daemon_after_the_script_closed_its_streams() {
    for php in Php::BOTH {
        let mut service = Service::new();
        let log = service.scratch.path("app.log");
        let launch = php.service(&service).option("before", "close-streams").option_path("log", &log);
        let mut daemon = service.start(launch);
        assert_eq!(daemon.process.link("fd/0"), Path::new("/dev/null"), "{php:?}");
        assert_eq!((daemon.process.link("fd/1"), daemon.process.link("fd/2")), (log.clone(), log.clone()), "{php:?}");
        daemon.probe(&mut service.reports);
        assert_eq!(daemon.terminate(), Exit::Status(0));
    }
}

/// hup_race: the launcher leads a session on a terminal, with SIGHUP at its default: its exit hangs the terminal up.
#[test]
fn twenty_daemons_survive_the_hangup() {
    let mut service = Service::new();
    for round in 0..20 {
        let php = Php::BOTH[round % 2];
        let launch = php.service(&service).hostile(Hostile::only("tty").stdio(Stdio::Terminal));
        let mut daemon = service.start(launch);
        assert_eq!(daemon.probe(&mut service.reports)["stdout"], 0);
        assert_eq!(daemon.terminate(), Exit::Status(0));
    }
}

/// As the kernel has it: the script's handlers from before the call are there, and nothing else is.
#[test]
fn handlers_of_the_script_stay() {
    let handled = [Signal::HUP, Signal::INT, Signal::USR1, Signal::USR2, Signal::TERM, Signal::CHILD];
    for (php, wait) in Php::BOTH.into_iter().flat_map(|php| [false, true].map(|wait| (php, wait))) {
        let mut service = Service::new();
        let mut launch = php.service(&service).option("before", "handlers");
        if wait {
            launch = launch.option("wait-ready", 30000);
        }
        let mut daemon = service.start(launch.hostile(Hostile::place()));
        has_a_clean_slate(&daemon, &handled, &[Signal::PIPE, Signal::WINCH]);
        assert_eq!(daemon.terminate(), Exit::Status(0), "{php:?}");
    }
}

/// They are called in the daemon, for what arrives there and for what had arrived and was not handled yet; what was ignored
/// since before PHP was started is not ignored any more.
#[test]
fn handlers_of_the_script_work_in_the_daemon() {
    for php in Php::BOTH {
        let scratch = Scratch::new();
        let mut reports = Reports::new(&scratch, "report");
        let mut run = php.script("handlers.php").arg(reports.path()).hostile(Hostile::place()).start();
        run.succeed();
        let daemon = reports.next().strip_suffix(" in the daemon").and_then(|pid| pid.parse().ok()).expect("its pid");
        for what in ["HUP", "TERM", "35", "CHLD", "ignored"] {
            assert_eq!(reports.expect(what), "in the daemon", "{php:?}");
        }
        assert_eq!(run.wait_reaped(daemon), Exit::Signal(12), "{php:?}: SIGUSR2 at its default");
        assert_eq!((run.stdout(), run.stderr()), (String::new(), String::new()), "{php:?}: the launcher handled none");
    }
}

/// Handlers that were to run between two instructions do so in the daemon, too.
#[test]
fn asynchronous_handlers_go_on_in_the_daemon() {
    let code =
        "pcntl_async_signals(true); $handled = 0; pcntl_signal(SIGUSR1, function () use (&$handled) { ++$handled; });
        Libdaemon\\daemonize(); posix_kill(posix_getpid(), SIGUSR1); for ($i = 0; !$handled && $i < 1e8; ++$i);
        file_put_contents(getenv('REPORT'), json_encode([$handled, pcntl_async_signals()]) . \"\\n\");";
    for php in Php::BOTH {
        let scratch = Scratch::new();
        let mut reports = Reports::new(&scratch, "report");
        let mut run = php.code(code).env("REPORT", reports.path()).start();
        run.succeed();
        assert_eq!(reports.next(), "[1,true]", "{php:?}");
    }
}

/// SIGTERM at its default ends it, though ignored at the launch.
#[test]
fn sigterm_ends_it_by_default() {
    for php in Php::BOTH {
        let mut service = Service::new();
        let launch = php.service(&service).option("on-term", "default").hostile(Hostile::place());
        let mut daemon = service.start(launch);
        assert_eq!(daemon.terminate(), Exit::Signal(15), "{php:?}");
    }
}

/// What PHP has open goes on working, though PHP opens it without close-on-exec, and what came in is closed.
#[test]
fn streams_of_the_script_survive_and_inherited_descriptors_do_not() {
    needs::loopback();
    for php in Php::BOTH {
        let mut service = Service::new();
        let launch = php.service(&service).option("before", "streams").hostile(Hostile::place());
        let mut daemon = service.start(launch);
        let found = daemon.probe(&mut service.reports);
        for stream in ["file", "socket", "pipe", "temporary", "memory", "directory", "object"] {
            assert_eq!(found[stream], 0, "{php:?}: the {stream}");
        }
        let descriptors = daemon.process.descriptors();
        assert!([900, 1000, 5000].iter().all(|fd| !descriptors.contains_key(fd)), "{php:?}: {descriptors:?}");
        let of_root = descriptors.values().filter(|file| *file == Path::new("/")).count();
        assert!(of_root <= 1, "{php:?}: only opendir's: {descriptors:?}");
        assert_eq!(daemon.terminate(), Exit::Status(0));
    }
}

/// keepFd keeps what came in; a descriptor that is not open is refused.
#[test]
fn keep_fd_keeps_an_inherited_descriptor() {
    for php in Php::BOTH {
        let mut service = Service::new();
        let launch = php.service(&service).option("keep-fd", 900).hostile(Hostile::only("fds"));
        let daemon = service.start(launch);
        let descriptors = daemon.process.descriptors();
        assert!(descriptors.contains_key(&900) && !descriptors.contains_key(&1000), "{php:?}: {descriptors:?}");
        let launch = php.service(&service).option("keep-fd", 4711);
        let refusal = service.refuse(launch);
        assert_eq!(refusal.check().errno, 9, "{php:?}: EBADF: {refusal:?}");
        assert!(refusal.message.contains("4711"), "{refusal:?}");
    }
}

/// With some of 0, 1 and 2 closed at the launch none of them becomes the pid file, and what is printed does not end up there.
#[test]
fn pid_file_is_no_standard_stream() {
    for (php, closed) in Php::BOTH.into_iter().flat_map(|php| ["0", "12", "012"].map(|closed| (php, closed))) {
        let mut service = Service::new();
        let pidfile = service.scratch.path("app.pid");
        let launch = php.service(&service).option_path("pidfile", &pidfile).option("then", "print:hello");
        let daemon = service.start(launch.hostile(Hostile::place().closed(closed)));
        daemon.probe(&mut service.reports);
        let text = text_of(&pidfile);
        assert_eq!(text.trim(), daemon.pid().to_string(), "{php:?}: {closed}: closed_pidfile");
        let descriptors = daemon.process.descriptors();
        assert!((0..3).all(|fd| descriptors[&fd] == Path::new("/dev/null")), "{php:?}: {closed}: {descriptors:?}");
    }
}

/// Four threads that PHP knows nothing of: refused by default, lost if that is allowed.
#[test]
fn threads_are_lost_only_if_allowed() {
    let code =
        "$libc = FFI::cdef('int pthread_create(unsigned long *thread, void *attributes, void *start, void *argument);
            void *dlsym(void *handle, const char *name);');
        $thread = $libc->new('unsigned long');
        for ($i = 0; $i < 4; ++$i) $libc->pthread_create(FFI::addr($thread), null, $libc->dlsym(null, 'pause'), null);
        try { Libdaemon\\daemonize(); exit(1); } catch (Libdaemon\\Exception $e) { if ($e->errno !== 35) throw $e; }
        (new Libdaemon\\Daemon())->threads()->start();
        preg_match('/^Threads:\\s*(\\d+)/m', file_get_contents('/proc/self/status'), $count);
        file_put_contents(getenv('REPORT'), \"$count[1]\\n\");";
    for php in Php::BOTH {
        let scratch = Scratch::new();
        let mut reports = Reports::new(&scratch, "report");
        let mut run = php.code(code).env("REPORT", reports.path()).start();
        run.succeed();
        assert_eq!(reports.next(), "1", "{php:?}: threads");
    }
}

/// How many system calls about descriptors a start makes.
fn calls_about_descriptors(place: &str) -> usize {
    let mut service = Service::new();
    let trace = service.scratch.path("trace");
    needs::strace();
    let strace = ["strace", "-f", "-qq", "-e", "trace=close,close_range,fcntl", "-o", trace.to_str().expect("a path")];
    let launch = Php::Lacking.service(&service).option("on-term", "default").under(strace);
    let mut run = launch.hostile(Hostile::only(place)).start();
    Process::new(service.reports.expect_pid("up")).signal(Signal::KILL);
    assert_eq!(run.wait(), Exit::Status(0));
    text_of(&trace).lines().count()
}

/// A limit of a million descriptors costs nothing.
#[test]
fn no_loop_over_descriptors() {
    let few = calls_about_descriptors("umask");
    assert!(few > 20, "{few}");
    assert!(calls_about_descriptors("umask,limit") < few + 50, "no_close_loop");
}
