//! What is left undefined, why, and how that is said: disabled functions, half groups, processes of a web server.

use std::path::{Path, PathBuf};

use crate::harness::compile::{checkout, library};
use crate::harness::files::{text_of, wait_for_change};
use crate::harness::{Exit, Launch, Scratch, needs, skip};
use crate::php_support::{Php, output, package, prepended_by, requiring, says};

/// A PHP with these functions disabled, running these statements after the package's bootstrap.
fn without(disabled: &str, force: bool, code: &str) -> Launch {
    let launch = Php::Native.bare().args(["-d", &format!("disable_functions={disabled}")]);
    let launch = launch.args(["-r", &requiring(&package(), code)]).env("LIBDAEMON_PATH", library());
    launch.env("LIBDAEMON_POLYFILL", if force { "force" } else { "" })
}

/// Its exit, stdout, and how often stderr has the package's message.
fn ended(launch: Launch) -> (Exit, String, usize, String) {
    let mut run = launch.start();
    let exit = run.wait();
    let (stdout, stderr) = (run.stdout(), run.stderr());
    (exit, stdout, stderr.matches("libdaemon: ").count(), stderr)
}

const WHICH: &str = "echo implode(' ', array_filter(['pcntl_fork', 'pcntl_exec', 'pcntl_waitpid', 'posix_kill'], 'function_exists')), ' ', SIGTERM;";

/// Functions that an administrator disabled stay missing. The package says so once, however often it is used.
#[test]
fn disabled_functions_stay_missing_without_force() {
    let code = format!(
        "{WHICH} Libdaemon\\reset_std('/dev/null'); Libdaemon\\reopen_std(); Libdaemon\\Daemon::status('/none');"
    );
    let launch = Php::Lacking.code(&code).env("LIBDAEMON_POLYFILL", "");
    let (exit, stdout, count, message) = ended(launch);
    assert_eq!((exit, stdout.as_str(), count), (Exit::Status(0), " 15", 1), "{message}");
    for part in ["pcntl_fork", "posix_kill", "disable_functions", "LIBDAEMON_POLYFILL=force"] {
        assert!(message.contains(part), "{part}: {message}");
    }
    // Not used: not a word.
    assert_eq!(output(Php::Lacking.code(WHICH).env("LIBDAEMON_POLYFILL", "")), " 15");
    // One of them: its neighbours stay PHP's own, and only it is named.
    let (exit, stdout, count, message) = ended(without("passthru,  pcntl_exec", false, &code));
    assert_eq!((exit, stdout.as_str(), count), (Exit::Status(0), "pcntl_fork pcntl_waitpid posix_kill 15", 1));
    assert!(message.contains("environment: pcntl_exec in "), "{message}");
}

/// In the daemon, its children and after a failure it is not said again.
#[test]
fn the_message_is_not_repeated_by_the_daemon() {
    let code = "try { (new Libdaemon\\Daemon())->log('/dev/null')->directory('/none')->start(); } catch (Libdaemon\\Exception) {}
        (new Libdaemon\\Daemon())->keepFd(2)->start(); Libdaemon\\reopen_std(); pcntl_fork(); Libdaemon\\reset_std('/dev/null');";
    let (exit, _, count, message) = ended(without("pcntl_exec", false, code));
    assert_eq!((exit, count), (Exit::Status(0), 1), "{message}");
}

/// A script that simply calls one is told, too; one that fails otherwise, or takes another's name, is not.
#[test]
fn the_call_of_a_function_that_stays_missing_is_explained() {
    for (code, expected) in [
        ("pcntl_exec('/bin/true');", 1),
        ("eval('namespace App; Pcntl_Exec(1);');", 1),
        ("Libdaemon\\reset_std('/dev/stderr'); pcntl_exec('/bin/true');", 1),
        ("pcntl_nothing();", 0),
        ("throw new Exception('Call to undefined function no\\pcntl_fork()');", 0),
    ] {
        let (exit, _, count, message) = ended(without("pcntl_exec", false, code));
        assert_eq!((exit, count), (Exit::Status(255), expected), "{code}: {message}");
    }
}

/// A program that makes exceptions of warnings is not kept from its work.
#[test]
fn the_message_is_no_exception() {
    let code = "set_error_handler(function ($level, $message) { throw new ErrorException($message); });
        Libdaemon\\reset_std('/dev/stderr'); echo 'done';";
    let (exit, stdout, count, message) = ended(without("pcntl_exec", false, code));
    assert_eq!((exit, stdout.as_str(), count), (Exit::Status(0), "", 1), "{message}");
    assert!(message.ends_with("done"), "{message}");
}

/// A group of which a part exists is left alone, and named; so are error numbers whose functions are PHP's own.
#[test]
fn half_a_group_is_not_completed() {
    let code = format!("{WHICH} Libdaemon\\reset_std('/dev/null');");
    let (exit, stdout, count, message) = ended(without("pcntl_waitpid,pcntl_exec", true, &code));
    assert_eq!((exit, stdout.as_str(), count), (Exit::Status(0), "pcntl_fork pcntl_exec posix_kill 15", 1));
    assert!(message.contains("not defined") && message.contains("all: pcntl_waitpid in "), "{message}");
    let errors = "posix_get_last_error,posix_errno,posix_strerror";
    let code = "echo function_exists('posix_errno') ? 'defined' : 'missing'; Libdaemon\\reset_std('/dev/null');";
    let (exit, stdout, count, message) = ended(without(errors, true, code));
    assert_eq!((exit, stdout.as_str(), count), (Exit::Status(0), "missing", 1), "{message}");
}

/// What a page is answered, line by line: nothing is defined but the namespace, whose functions say why they will not.
fn refuses(answer: &str, place: &str) {
    let body = answer.split_once("\r\n\r\n").map_or(answer, |(_, body)| body);
    let lines: Vec<&str> = body.lines().collect();
    assert_eq!(lines.first(), Some(&format!("{place}: Libdaemon\\daemonize").as_str()), "{answer}");
    assert_eq!(lines.len(), 5, "{answer}");
    for line in &lines[1..] {
        assert!(line.starts_with("library: libdaemon: cannot be used here: a web server's process ("), "{line}");
        assert!(line.contains(place) && line.contains("use the cli"), "{line}");
    }
}

fn page() -> PathBuf {
    checkout().join("tests/php/web.php")
}

/// PHP's settings as in `Php::Lacking`, with FFI allowed as far as it goes: not that is the reason.
const SETTINGS: [&str; 4] = ["-d", "ffi.enable=1", "-d", "disable_functions=pcntl_fork,posix_kill,posix_getpid"];

#[test]
fn a_cgi_is_refused_with_the_reason() {
    let launch = Launch::command("php-cgi").args(SETTINGS).args(["-d", &prepended_by(&package()), "-f"]).arg(page());
    refuses(&output(launch.env("LIBDAEMON_POLYFILL", "force").env("LIBDAEMON_PATH", library())), "cgi-fcgi");
}

/// php-fpm of the version of the cli, under its name with or without the version.
fn fpm() -> PathBuf {
    let version = "echo PHP_MAJOR_VERSION, '.', PHP_MINOR_VERSION;";
    let version = says(version);
    let places = ["/usr/sbin", "/usr/local/sbin", "/usr/bin"].map(Path::new);
    let names = [format!("php-fpm{version}"), "php-fpm".to_owned()];
    let mut paths = names.iter().flat_map(|name| places.map(|place| place.join(name)));
    paths.find(|path| path.exists()).unwrap_or_else(|| skip(format_args!("php-fpm of PHP {version} is missing")))
}

/// A request over FastCGI to a worker of php-fpm.
#[test]
fn fpm_is_refused_with_the_reason() {
    needs::another_user();
    let scratch = Scratch::new();
    let socket = scratch.path("socket");
    let pool = format!(
        "[global]\nerror_log = {0}/log\ndaemonize = no\n[www]\nuser = root\nlisten = {0}/socket\npm = static\n\
         pm.max_children = 1\nclear_env = no\n",
        scratch.root().display()
    );
    let pool = scratch.file("pool.conf", &pool);
    let server =
        Launch::command(fpm()).args(SETTINGS).args(["-d", &prepended_by(&package()), "--allow-to-run-as-root"]);
    let server = server.arg("--fpm-config").arg(pool).env("LIBDAEMON_POLYFILL", "force").start();
    wait_for_change(scratch.root(), "the server", || text_of(&scratch.path("log")).contains("ready to handle"));
    let request = Launch::command("cgi-fcgi").args(["-bind", "-connect"]).arg(&socket);
    let request = request.env("SCRIPT_FILENAME", page()).env("REQUEST_METHOD", "GET").env("QUERY_STRING", "");
    refuses(&output(request), "fpm-fcgi");
    drop(server);
}
