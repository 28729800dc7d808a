//! What is left undefined, why, and how that is said: disabled functions, half groups, processes of a web server.

use std::path::{Path, PathBuf};

use crate::harness::compile::checkout;
use crate::harness::files::{text_of, wait_for_change};
use crate::harness::{Launch, Scratch, needs, skip};
use crate::php_support::{Php, extension, output, package, prepended_by, requiring, says};

/// A PHP with these functions disabled, running these statements after the package's bootstrap.
fn without(disabled: &str, force: bool, code: &str) -> Launch {
    let launch = Php::Native.bare().args(["-d", &format!("disable_functions={disabled}")]);
    let launch = launch.args(["-r", &requiring(&package(), code)]).env("LIBDAEMON_PATH", extension());
    launch.env("LIBDAEMON_POLYFILL", if force { "force" } else { "" })
}

const WHICH: &str = "echo implode(' ', array_filter(['pcntl_fork', 'pcntl_exec', 'pcntl_waitpid', 'posix_kill'], 'function_exists')), ' ', SIGTERM;";

/// Functions that an administrator disabled stay missing, whether PHP has the extension or not; the rest works.
#[test]
fn disabled_functions_stay_missing_without_force() {
    assert_eq!(output(Php::Lacking.code(WHICH).env("LIBDAEMON_POLYFILL", "")), " 15");
    assert_eq!(output(without("passthru,  pcntl_exec", false, WHICH)), "pcntl_fork pcntl_waitpid posix_kill 15");
    let code =
        "echo function_exists('posix_kill') ? 'there ' : 'missing ', posix_getpid() === getmypid() ? 'ours ' : '',
        defined('POSIX_R_OK'), ' ', implode(' ', preg_grep('/kill/', get_extension_funcs('posix')));";
    let launch = Php::WithoutPosix.bare().args(["-d", "disable_functions=posix_kill"]);
    let launch = launch.args(["-r", &requiring(&package(), code)]).env("LIBDAEMON_PATH", extension());
    assert_eq!(output(launch), "missing ours 1 ");
}

/// PHP takes them out of the extension, too, when it has loaded it as it started.
#[test]
fn disabled_functions_of_the_extension_stay_missing() {
    let code = "echo function_exists('posix_kill') ? 'there' : 'missing', function_exists('pcntl_fork') ? ' there' : ' missing';";
    let launch = || Php::Extension.bare().args(["-d", "disable_functions=posix_kill", "-r", code]);
    assert_eq!(output(launch()), "missing there");
    assert_eq!(output(launch().env("LIBDAEMON_POLYFILL", "force")), "there there");
}

/// With force they are there all the same: internal ones, which PHP's own neighbours get along with.
#[test]
fn force_brings_disabled_functions_back() {
    let code = format!("{WHICH} echo ' ', (new ReflectionFunction('pcntl_exec'))->getExtensionName();");
    let printed = output(without("pcntl_waitpid,pcntl_exec", true, &code));
    assert_eq!(printed, "pcntl_fork pcntl_exec pcntl_waitpid posix_kill 15 libdaemon_forced");
}

/// The functions that set and run handlers are of no use without each other: where one is PHP's own, the others stay as they are.
#[test]
fn handlers_are_forced_together() {
    let code =
        "foreach (['pcntl_signal', 'pcntl_signal_dispatch', 'pcntl_exec'] as $name) echo (int) function_exists($name);";
    assert_eq!(output(without("pcntl_signal,pcntl_exec", true, code)), "011");
    let all = "pcntl_signal,pcntl_signal_dispatch,pcntl_signal_get_handler,pcntl_async_signals";
    assert_eq!(output(without(all, true, code)), "111");
}

/// A program that asks first lives on where nothing can be done: nothing is defined.
#[test]
fn nothing_is_defined_where_nothing_can_work() {
    let code =
        "echo function_exists('posix_kill') ? 'there' : 'missing', defined('POSIX_R_OK') ? ' there' : ' missing';
        try { Libdaemon\\Daemon::status('/none'); } catch (Libdaemon\\Exception $e) { echo ' ', $e->step; }";
    let launch = Php::WithoutPosix.bare().args(["-r", &requiring(&package(), code)]);
    assert_eq!(output(launch.env("LIBDAEMON_PATH", "/does/not/exist")), "missing missing library");
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
    refuses(&output(launch.env("LIBDAEMON_POLYFILL", "force").env("LIBDAEMON_PATH", extension())), "cgi-fcgi");
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
