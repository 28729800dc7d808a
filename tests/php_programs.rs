//! Programs from Debian that use pcntl where its functions are there, unmodified: on native functions and on ours the same.

use std::path::Path;

use rustix::process::Signal;

use crate::harness::compile::checkout;
use crate::harness::{Exit, Process, Reports, Scratch, skip};
use crate::php_support::{Php, disabled_functions, says};

/// Skips the test where Debian's package of the program is not installed: not every release has it.
fn needs_installed(file: &str) {
    if !Path::new("/usr/share/php").join(file).exists() {
        skip(format_args!("there is no {file} in /usr/share/php"));
    }
}

const SYMFONY: &str = "Symfony/Component/Console/Application.php";

/// What a program did until it ended by itself: what it reported, what it printed, and how it ended.
#[derive(Debug, PartialEq, Eq)]
struct Story {
    reports: Vec<String>,
    stdout: String,
    stderr: String,
    exit: Exit,
}

impl Story {
    /// Runs the script and sends it the signals, one at each of its reports.
    fn of(php: Php, words: &[&str], signals: &[Signal]) -> Story {
        let [script, arguments @ ..] = words else { panic!("a script") };
        let scratch = Scratch::new();
        let mut events = Reports::new(&scratch, "events");
        let launch = match php {
            // Symfony reads the names in `disable_functions` itself, if they are separated by nothing but commas.
            Php::Lacking => php.with(["-d", &disabled_functions().replace(',', ", ")]),
            _ => php.with::<&str>([]),
        };
        let launch = launch.arg(checkout().join("tests/php").join(script)).args(arguments);
        let mut run = launch.env("EVENTS", events.path()).start();
        let program = Process::new(run.program());
        let mut reports = Vec::new();
        for signal in signals {
            reports.push(events.next());
            program.signal(*signal);
        }
        let exit = run.wait();
        run.wait_idle();
        reports.extend(events.waiting());
        Story { reports, stdout: run.stdout(), stderr: run.stderr(), exit }
    }
}

/// On native functions and on ours.
fn story(words: &[&str], signals: &[Signal]) -> Story {
    let [ours, native] = Php::BOTH.map(|php| Story::of(php, words, signals));
    assert_eq!(ours, native);
    ours
}

/// Asynchronous signals in a command that is busy, and in one that sleeps; handlers from before the application are kept.
#[test]
fn symfony_command_handles_its_signals() {
    needs_installed(SYMFONY);
    for more in [&[][..], &["--idle"]] {
        let words = [&["symfony_console.php", "work"], more].concat();
        let story = story(&words, &[Signal::INT, Signal::USR1, Signal::INT, Signal::TERM]);
        let stdout = "working\ninterrupted 1\nbefore the application: 10\nreloaded\ninterrupted 2\nstopped\n";
        assert_eq!((story.stdout.as_str(), story.stderr.as_str(), story.exit), (stdout, "", Exit::Status(7)));
    }
}

/// An exception thrown by a handler ends the command as one thrown by the command does.
#[test]
fn symfony_command_fails_in_a_handler() {
    needs_installed(SYMFONY);
    for more in [&["--refuse"][..], &["--refuse", "--idle"]] {
        let words = [&["symfony_console.php", "work"], more].concat();
        let story = story(&words, &[Signal::INT, Signal::INT]);
        assert_eq!((story.stdout.as_str(), story.exit), ("working\ninterrupted 1\ninterrupted 2\n", Exit::Status(1)));
        assert!(story.stderr.contains("Interrupted twice."), "{}", story.stderr);
    }
}

/// Signals as events; the application exits within the handler where nobody else handles the signal.
#[test]
fn symfony_application_dispatches_signals() {
    needs_installed(SYMFONY);
    let story = story(&["symfony_console.php", "listen"], &[Signal::USR1, Signal::USR2, Signal::TERM]);
    let stdout = "before the application: 10\nlisten was sent 10\nlisten was sent 12\nlisten was sent 15\nshut down\n";
    assert_eq!((story.stdout.as_str(), story.stderr.as_str(), story.exit), (stdout, "", Exit::Status(0)));
}

/// Signals beside timers, streams and children.
#[test]
fn amp_loop_handles_signals() {
    needs_installed("Amp/Loop.php");
    let story = story(&["amp_loop.php"], &[Signal::USR1, Signal::USR1, Signal::USR1, Signal::TERM]);
    let expected = "Amp\\Loop\\NativeDriver\nreaped: signal 9, status 0, status 3\nbool(true)\nend of the stream: true\n\
        coroutine: 10\nsecond: 10\n1\ncoroutine: 10\n2\ncoroutine: 10\n3\nDomainException: thrown in a handler\nstopped\n";
    assert_eq!((story.stdout.as_str(), story.stderr.as_str(), story.exit), (expected, "", Exit::Status(0)));
}

/// Laravel's worker asks extension_loaded('pcntl'): with it, SIGTERM lets the job come to its end; without, it is cut off.
#[test]
fn laravel_worker_finishes_its_job() {
    needs_installed("Illuminate/Queue/Worker.php");
    needs_installed("Illuminate/Events/Dispatcher.php");
    let directory = says("echo ini_get('extension_dir');");
    let modules = format!("extension_dir={directory}");
    let with_modules = ["include_path=/usr/share/php", &modules, "extension=ctype", "extension=tokenizer"]
        .map(|setting| ["-d", setting]);
    for php in [Php::Native, Php::Extension] {
        let scratch = Scratch::new();
        let mut events = Reports::new(&scratch, "events");
        let launch = match php {
            Php::Extension => php.bare().args(with_modules.iter().flatten()),
            _ => php.bare(),
        };
        let script = checkout().join("tests/php/laravel_queue.php");
        let mut run = launch.arg(script).env("EVENTS", events.path()).start();
        assert_eq!(events.next(), "working", "{php:?}");
        Process::new(run.program()).signal(Signal::TERM);
        assert_eq!(run.wait(), Exit::Status(0), "{php:?}: {}", run.stderr());
        assert_eq!(events.next(), "finished", "{php:?}");
    }
}
