//! The programs in the documentation of the package, run as they are written there, with files of the test's own.

use std::fs;
use std::path::{Path, PathBuf};

use rustix::process::Signal;

use crate::harness::files::{text_of, wait_for_change};
use crate::harness::process::wait_until;
use crate::harness::{Exit, Process, Scratch};
use crate::php_support::{Php, extension, output, package, prepended_by};

/// The PHP programs of a page, in their order.
fn programs(page: &str) -> Vec<String> {
    let text = fs::read_to_string(package().join(page)).expect("a page of the documentation");
    let blocks = text.split("```php\n").skip(1);
    blocks.map(|block| block.split("```").next().expect("the end of a program").to_owned()).collect()
}

/// The program with its paths in the test's directory and in this checkout.
fn moved(program: &str, scratch: &Scratch) -> String {
    let directory = format!("{}/", scratch.root().display());
    let program = program.replace("/path/to/php-ext", &package().display().to_string());
    program.replace("/run/", &directory).replace("/var/log/", &directory)
}

/// A daemon without a user of its own: that it comes up, with its line in the log, or fails with its own reason.
#[test]
fn first_daemon_of_the_readme_tells_the_truth() {
    let program = programs("README.md").swap_remove(0);
    let (before, after) = program.split_once("    ->user('www-data')\n").expect("its user");
    for connected in ["true", "false"] {
        let scratch = Scratch::new();
        let program = format!("{before}{after}function connect() {{ return {connected}; }}\n");
        let script = scratch.file("hello.php", &moved(&program, &scratch));
        let mut run = Php::Lacking.bare().arg(script).env("LIBDAEMON_PATH", extension()).start();
        if connected == "true" {
            run.succeed();
            wait_for_change(scratch.root(), "a line", || text_of(&scratch.path("hello.log")).contains(" still here\n"));
            let daemon = run.orphans().pop().expect("the daemon");
            assert_eq!(text_of(&scratch.path("hello.pid")).trim(), daemon.pid().to_string());
        } else {
            assert_eq!(run.wait(), Exit::Status(255), "an exception that nobody catches");
            let message = run.stderr();
            assert!(message.contains("Libdaemon\\Exception: no database"), "{message}");
        }
    }
}

/// The second start finds that it runs already; another failure gives its reason and status.
#[test]
fn exceptions_of_the_readme_tell_what_failed() {
    let program = programs("README.md").swap_remove(1);
    for php in Php::BOTH {
        let scratch = Scratch::new();
        let start = format!("$daemon = (new Libdaemon\\Daemon())->pidfile(getenv('PIDFILE')); {program} sleep(1000);");
        let launch = php.code(&start).env("PIDFILE", scratch.path("app.pid"));
        let mut first = launch.clone().start();
        first.succeed();
        assert_eq!(output(launch), "runs already\n", "{php:?}");
        let mut other = php.code(&start).env("PIDFILE", "/does/not/exist/app.pid").start();
        assert_eq!(other.wait(), Exit::Status(1), "{php:?}");
        assert_eq!(other.stderr(), "pid file /does/not/exist/app.pid: No such file or directory\n", "{php:?}");
    }
}

/// Both programs of the page are daemons that work and end by SIGTERM, on a PHP without pcntl and posix and on one with
/// them; the second works without the package being loaded for it.
#[test]
fn moved_script_does_what_it_did_before() {
    let both = programs("docs/moving-from-pcntl.md");
    assert_eq!(both.len(), 2);
    for (php, (index, program)) in
        Php::BOTH.into_iter().flat_map(|php| both.iter().enumerate().map(move |one| (php, one)))
    {
        let scratch = Scratch::new();
        let script: PathBuf = scratch.file("app.php", &moved(program, &scratch));
        let mut launch = php.bare().env("LIBDAEMON_PATH", extension());
        if index == 0 {
            launch = launch.args(["-d", &prepended_by(&package())]);
        }
        let mut run = launch.arg(script).start();
        run.succeed();
        let (log, pidfile) = (scratch.path("app.log"), scratch.path("app.pid"));
        wait_for_change(scratch.root(), "a line and a pid", || {
            text_of(&log).contains(" working\n") && !text_of(&pidfile).is_empty()
        });
        let daemon = Process::new(text_of(&pidfile).trim().parse().expect("a pid"));
        // The first child of the script's own double fork may end a moment later.
        wait_until("a daemon that init has adopted", || daemon.parent() == run.keeper());
        assert_eq!((daemon.link("cwd").as_path(), daemon.umask()), (Path::new("/"), 0), "{php:?}: {index}");
        daemon.signal(Signal::TERM);
        assert_eq!(run.wait_reaped(daemon.pid()), Exit::Status(0), "{php:?}: {index}");
        assert!(!pidfile.exists(), "{php:?}: {index}");
    }
}

/// Every method of Daemon has its place in the table, and every file that a page links to is there.
#[test]
fn readme_names_every_option_and_links_to_files() {
    let readme = text_of(&package().join("README.md"));
    let methods =
        "foreach (get_class_methods('Libdaemon\\Daemon') as $name) if ($name !== '__construct') echo \"$name\\n\";";
    for method in output(Php::Native.code(methods)).lines() {
        assert!(readme.contains(&format!("`{method}`")) || readme.contains(&format!("{method}()`")), "{method}");
    }
    for (page, folder) in [("README.md", "."), ("docs/moving-from-pcntl.md", "docs")] {
        let text = text_of(&package().join(page));
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            assert!(link.starts_with("http") || package().join(folder).join(link).exists(), "{page}: {link}");
        }
    }
}
