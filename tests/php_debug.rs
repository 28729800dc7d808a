//! A debug build of PHP, which LIBDAEMON_DEBUG_PHP names: its engine is left alone, with one message, and what needs no engine
//! works. `scripts/php-build DIRECTORY debug` builds one, without pcntl and posix, with FFI to be loaded.

use std::fs;
use std::path::PathBuf;

use crate::harness::{Exit, Launch, Scratch, skip};
use crate::php_support::{extension, extension_setting, package, prepended_by, requiring};

const LEFT_ALONE: &str = "libdaemon: this PHP is left alone: it is a debug build";
const FUNCTIONS: &str = "echo PHP_DEBUG, json_encode([function_exists('pcntl_fork'), extension_loaded('posix')]);";

fn debug_php() -> Launch {
    let missing = || skip("the environment variable LIBDAEMON_DEBUG_PHP names no debug build of PHP");
    let php = std::env::var_os("LIBDAEMON_DEBUG_PHP").map_or_else(missing, PathBuf::from);
    Launch::command(php).args(["-n", "-d", "display_errors=stderr", "-d", "log_errors=0"])
}

fn by_ffi() -> Launch {
    debug_php().args(["-d", "extension=ffi"]).env("LIBDAEMON_PATH", extension())
}

/// What it prints, and says as it starts. A debug build also says at its end what memory it has lost.
fn says(launch: Launch) -> (String, Vec<String>) {
    let mut run = launch.start();
    let (printed, said) = (run.stdout(), run.stderr());
    assert_eq!(run.wait(), Exit::Status(0), "{printed}{said}");
    (printed, said.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect())
}

#[test]
fn extension_leaves_it_alone_with_one_message() {
    let (printed, said) = says(debug_php().args(["-d", &extension_setting(), "-r", FUNCTIONS]));
    assert_eq!(printed, "1[false,false]");
    assert_eq!(said, [format!("Warning: {LEFT_ALONE} in Unknown on line 0")]);
}

#[test]
fn package_leaves_it_alone_without_a_word() {
    assert_eq!(
        says(by_ffi().args(["-r", &requiring(&package(), FUNCTIONS)])),
        ("1[false,false]".to_owned(), Vec::new())
    );
}

#[test]
fn check_says_why() {
    let bootstrap = package().join("bootstrap.php");
    for (launch, why) in [
        (by_ffi(), LEFT_ALONE),
        (by_ffi().args(["-d", &extension_setting()]), LEFT_ALONE),
        (
            debug_php().args(["-d", &extension_setting()]),
            "and libdaemon has left this PHP alone, as it says when PHP starts",
        ),
    ] {
        let mut run = launch.arg(&bootstrap).arg("--check").start();
        let printed = run.stdout();
        assert_eq!(run.wait(), Exit::Status(1), "{printed}");
        let lines: Vec<&str> = printed.lines().skip(1).collect();
        assert!(lines[0].ends_with(why) && lines[1..] == ["pcntl: missing", "posix: missing"], "{printed}");
    }
}

/// A daemon from its start to its end, also where the extension is loaded and has left this PHP alone. PHP looks at the end
/// whether its signal handlers are there.
#[test]
fn daemons_are_made_by_ffi() {
    for loaded in [false, true] {
        let scratch = Scratch::new();
        let (pidfile, log) = (scratch.path("pid"), scratch.path("log"));
        let code = format!(
            "<?php (new Libdaemon\\Daemon())->pidfile('{0}')->log('{1}')->waitReady(30)->start();
            echo Libdaemon\\Daemon::status('{0}') === getmypid() ? 'up' : 'wrong'; Libdaemon\\ready();",
            pidfile.display(),
            log.display()
        );
        let launch = by_ffi().args(["-d", &prepended_by(&package())]);
        let launch = if loaded { launch.args(["-d", &extension_setting()]) } else { launch };
        let mut run = launch.arg(scratch.file("daemon.php", &code)).start();
        assert_eq!(run.wait(), Exit::Status(0), "{}", run.stderr());
        run.wait_idle();
        assert_eq!(fs::read_to_string(&log).expect("the log"), "up", "{loaded}");
        assert!(!pidfile.exists(), "{loaded}");
    }
}

/// What the script has set with native pcntl, where that is loaded, stays.
#[test]
fn handlers_of_native_pcntl_stay() {
    let scratch = Scratch::new();
    let (pidfile, log) = (scratch.path("pid"), scratch.path("log"));
    let code = format!(
        "pcntl_async_signals(true); pcntl_signal(SIGUSR1, SIG_IGN); pcntl_signal(SIGTERM, function () {{ exit('ended'); }});
        if (is_callable(pcntl_signal_get_handler(SIGTERM))) {{
            (new Libdaemon\\Daemon())->pidfile('{0}')->log('{1}')->waitReady(30)->start();
            posix_kill(posix_getpid(), SIGUSR1); echo 'up '; Libdaemon\\ready(); posix_kill(posix_getpid(), SIGTERM); sleep(30);
        }}",
        pidfile.display(),
        log.display()
    );
    let native = ["-d", "extension=pcntl", "-d", "extension=posix"];
    let mut run = by_ffi().args(native).args(["-r", &requiring(&package(), &code)]).start();
    assert_eq!(run.wait(), Exit::Status(0), "{}", run.stderr());
    run.wait_idle();
    assert_eq!(fs::read_to_string(&log).expect("the log"), "up ended");
}

#[test]
fn what_fails_is_said() {
    let code = "try { (new Libdaemon\\Daemon())->directory('/does/not/exist')->start(); }
        catch (Libdaemon\\Exception $e) { echo $e->step, ' ', $e->errno; }";
    assert_eq!(says(by_ffi().args(["-r", &requiring(&package(), code)])), ("directory 2".to_owned(), Vec::new()));
}
