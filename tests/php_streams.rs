//! The standard streams of a running script, sent to a file.

use std::fs;
use std::path::Path;

use rustix::process::Signal;

use crate::harness::files::{text_of, wait_for_change};
use crate::harness::{Exit, Hostile, Scratch, Stdio};
use crate::php_support::{Php, output};

/// All ways to print end up in the file, in order, from children too, with some of 0, 1 and 2 closed at the start.
#[test]
fn reset_std_takes_all_output() {
    let code =
        "Libdaemon\\reset_std(getenv('LOG')); echo \"echo\\n\"; defined('STDOUT') && fwrite(STDOUT, \"STDOUT\\n\");
        defined('STDERR') && fwrite(STDERR, \"STDERR\\n\"); file_put_contents('php://stdout', \"php://stdout\\n\");
        system('echo child'); system('echo child to stderr >&2'); error_log('logged');";
    for php in Php::BOTH {
        for closed in ["", "0", "1", "2", "12", "012"] {
            let scratch = Scratch::new();
            let log = scratch.file("app.log", "from before\n");
            let mut run = php.code(code).env("LOG", &log).hostile(Hostile::only("fds").closed(closed)).start();
            run.succeed();
            let expected = "from before\necho\nSTDOUT\nSTDERR\nphp://stdout\nchild\nchild to stderr\nlogged\n";
            assert_eq!(text_of(&log), expected, "{php:?}, {closed:?} closed");
            assert_eq!((run.stdout(), run.stderr()), (String::new(), String::new()));
        }
    }
}

/// The same after the script has closed its constants.
#[test]
fn reset_std_after_the_script_closed_its_streams() {
    let scratch = Scratch::new();
    let log = scratch.path("app.log");
    let code = "fclose(STDIN); fclose(STDOUT); fclose(STDERR); Libdaemon\\reset_std(getenv('LOG')); echo \"echo\\n\";
        $next = fopen('/dev/null', 'r'); system('echo child to stderr >&2'); file_put_contents('php://stderr', \"php\\n\");
        foreach ([1, 2] as $fd) echo readlink(\"/proc/self/fd/$fd\"), \"\\n\";";
    let mut run = Php::Lacking.code(code).env("LOG", &log).start();
    run.succeed();
    let path = log.display();
    assert_eq!(text_of(&log), format!("echo\nchild to stderr\nphp\n{path}\n{path}\n"));
}

/// What PHP had buffered comes out where it was meant to, and a failure leaves everything as it was.
#[test]
fn reset_std_that_fails_changes_nothing() {
    for php in Php::BOTH {
        let scratch = Scratch::new();
        let log = scratch.path("app.log");
        let code = "ob_start(); echo 'before '; try { Libdaemon\\reset_std('/does/not/exist/log'); } catch (Libdaemon\\Exception $e) {
            echo \"$e->errno {$e->getMessage()}\\n\"; } fwrite(STDOUT, \"and after\\n\"); ob_flush();
            echo 'terminal '; Libdaemon\\reset_std(getenv('LOG')); echo 'log';";
        let mut run = php.code(code).env("LOG", &log).start();
        run.succeed();
        let stdout = run.stdout();
        assert!(stdout.starts_with("before and after\n2 "), "{stdout}");
        assert!(stdout.contains("/does/not/exist/log") && stdout.ends_with("terminal "), "{stdout}");
        assert_eq!(text_of(&log), "log");
    }
}

#[test]
fn full_disk_and_nonsense_are_refused() {
    let code = "foreach (['', '/', \"/tmp/a\\0b\"] as $path) try { Libdaemon\\reset_std($path); echo 'taken '; }
        catch (Libdaemon\\Exception $e) { echo $e->errno, ' '; } catch (ValueError $e) { echo $e->getMessage(); }";
    let printed = output(Php::Lacking.code(code));
    assert!(printed.starts_with("2 21 ") || printed.starts_with("22 21 "), "{printed}");
    assert!(printed.ends_with("($path) must not contain any null bytes"), "{printed}");
}

/// A relative path is the file it was at the call, also after a chdir and a rotation.
#[test]
fn reopen_std_finds_the_path_again() {
    for php in Php::BOTH {
        let scratch = Scratch::new();
        let code =
            "Libdaemon\\reset_std('app.log'); chdir('/'); echo \"one\\n\"; rename(getenv('LOG'), getenv('LOG') . '.1');
            echo \"two\\n\"; Libdaemon\\reopen_std(); echo \"three\\n\"; fwrite(STDERR, \"four\\n\");";
        let log = scratch.path("app.log");
        php.code(code).env("LOG", &log).directory(scratch.root()).start().succeed();
        assert_eq!(text_of(&scratch.path("app.log.1")), "one\ntwo\n", "{php:?}");
        assert_eq!(text_of(&log), "three\nfour\n", "{php:?}");
    }
}

/// What happens to a script that printed to a terminal which is gone: PHP ends it at the next echo.
#[test]
fn ticks_example_dies_of_eio_as_it_is() {
    for php in Php::BOTH {
        let place = Hostile::only("tty").stdio(Stdio::Terminal);
        let mut run = php.example("ticks.php").arg("0.05").hostile(place).start();
        run.succeed();
        run.wait_idle();
        let ended: Vec<Exit> = run.reaped().iter().map(|(_, exit)| *exit).collect();
        assert!(ended.len() == 2 && ended.iter().all(|exit| matches!(exit, Exit::Status(_))), "{php:?}: {ended:?}");
        let printed = run.stdout();
        assert!(!printed.contains("asked to end"), "{php:?}: {printed}");
    }
}

/// And with reset_std: it lives on, and echo, STDOUT, STDERR and children all arrive; SIGHUP is nothing to it.
#[test]
fn ticks_example_lives_on_with_reset_std() {
    for php in Php::BOTH {
        let scratch = Scratch::new();
        let log = scratch.file("app.log", "");
        let place = Hostile::only("tty").stdio(Stdio::Terminal);
        let mut run = php.example("ticks.php").arg("0.05").arg(&log).hostile(place).start();
        run.succeed();
        let rounds = |count: usize| {
            wait_for_change(scratch.root(), "lines in the log", || {
                let text = text_of(&log);
                ["echo from", "fwrite to STDOUT", "fwrite to STDERR", "a child on its stdout", "a child on its stderr"]
                    .iter()
                    .all(|line| text.matches(line).count() >= count)
            });
        };
        rounds(3);
        let daemon = run.orphans().pop().expect("the daemon");
        daemon.signal(Signal::HUP);
        rounds(text_of(&log).matches("echo from").count() + 3);
        for fd in ["fd/1", "fd/2"] {
            assert_eq!(daemon.link(fd), log, "{php:?}");
        }
        daemon.signal(Signal::TERM);
        assert_eq!(run.wait_reaped(daemon.pid()), Exit::Status(0), "{php:?}: handled by a tick");
        assert!(text_of(&log).ends_with("asked to end by SIGTERM\n"), "{php:?}");
    }
}

/// Workerman's way leaves a socket as descriptor 2, ours does not.
#[test]
fn workerman_example_shows_the_difference() {
    for php in Php::BOTH {
        for (way, second) in [("close", "socket:["), ("reset", "")] {
            let scratch = Scratch::new();
            let log = scratch.path("app.log");
            let mut run = php.example("workerman_std.php").arg(way).arg(&log).start();
            run.succeed();
            let text = text_of(&log);
            let lines: Vec<&str> = text.lines().collect();
            let path = log.display().to_string();
            assert_eq!(lines[0], format!("fd 1 is {path}"), "{php:?}: {way}");
            let second = if second.is_empty() { path } else { second.to_owned() };
            assert!(lines[1].starts_with(&format!("fd 2 is {second}")), "{php:?}: {way}: {text}");
            assert_eq!(lines[2], "echo", "{php:?}: {way}");
            let arrived = lines.get(3) == Some(&"a child on its stderr");
            assert_eq!(arrived, way == "reset", "{php:?}: {way}: {text}");
            assert_eq!((run.stdout(), run.stderr()), (String::new(), String::new()));
        }
    }
}

/// A log on a full disk is opened well, and what is printed is lost without harm to the script.
#[test]
fn full_disk_does_not_end_the_setup() {
    let code = "Libdaemon\\reset_std('/dev/full'); fwrite(STDERR, 'lost'); file_put_contents(getenv('DONE'), 'done');";
    let scratch = Scratch::new();
    let done = scratch.path("done");
    let mut run = Php::Lacking.code(code).env("DONE", &done).start();
    run.succeed();
    assert_eq!(fs::read_to_string(&done).expect("the script went on"), "done");
    assert!(Path::new("/dev/full").exists());
}
