//! The examples of the package, each as it is: on a PHP without pcntl and posix, on one with both, on one without posix.

use std::fs;
use std::path::Path;

use rustix::process::Signal;

use crate::harness::files::{text_of, wait_for_change};
use crate::harness::{Exit, Gate, Hostile, Launch, Scratch, Stdio};
use crate::php_support::{Php, example, extension, output};

/// The classic defines daemonize() itself. It is started from a shell on a terminal, and the terminal goes away.
#[test]
fn classic_daemon_runs() {
    for php in Php::ALL {
        let scratch = Scratch::new();
        let log = scratch.path("beats");
        let mut gate = Gate::new(&scratch, "gate");
        let shell = format!("\"$@\" || exit 9; read -rn1 line < '{}'", gate.path().display());
        let place = Hostile::only("tty,umask").stdio(Stdio::Terminal);
        let launch =
            php.example("daemon.php").arg("beats").directory(scratch.root()).under(["bash", "-c", &shell, "bash"]);
        let mut run = launch.hostile(place).start();
        wait_for_change(scratch.root(), "a beat", || log.exists());
        gate.open();
        run.succeed();
        let beats = text_of(&log).lines().count();
        wait_for_change(scratch.root(), "another beat", || text_of(&log).lines().count() > beats);
        let daemon = run.orphans().pop().expect("the daemon");
        assert_eq!(daemon.parent(), run.keeper(), "{php:?}");
        assert_ne!(daemon.session(), daemon.pid(), "{php:?}: not the leader");
        assert_ne!(daemon.session(), run.program(), "{php:?}: a session of its own");
        assert_eq!(daemon.terminal(), 0, "{php:?}");
        assert_eq!(daemon.link("cwd"), Path::new("/"), "{php:?}");
        assert_eq!(daemon.umask(), 0, "{php:?}");
        let text = text_of(&log);
        assert!(text.lines().all(|line| line.contains(&format!(" {} beat ", daemon.pid()))), "{php:?}: {text}");
        daemon.signal(Signal::TERM);
        assert_eq!(run.wait_reaped(daemon.pid()), Exit::Signal(15));
    }
}

/// Each line of ps has the title of its step; pid, parent, group and session change as they should.
#[test]
fn double_fork_shows_its_steps() {
    for php in Php::ALL {
        let mut run = php.example("double_fork.php").start();
        let launcher = run.program().to_string();
        run.succeed();
        let keeper = run.keeper().to_string();
        let printed = run.stdout();
        let steps: Vec<Vec<&str>> = printed.lines().skip(1).map(|line| line.split_whitespace().collect()).collect();
        let titles = ["as started", "after the first fork", "after setsid", "after the second fork"];
        assert_eq!(steps.len(), titles.len(), "{php:?}: {printed}");
        for (line, title) in printed.lines().skip(1).zip(titles) {
            assert!(line.starts_with(title) && line.ends_with(&format!("double fork: {title}")), "{php:?}: {printed}");
        }
        let column = |step: usize, number: usize| {
            let dots = steps[step].iter().position(|word| word.starts_with("..")).expect("the dots");
            steps[step][dots + 1 + number].to_owned()
        };
        let (pid, parent, group, session) = (0, 1, 2, 3);
        assert_eq!(column(0, pid), launcher, "{php:?}: {printed}");
        assert_eq!(column(1, parent), launcher, "{php:?}: {printed}");
        assert_ne!(column(1, session), column(1, pid), "{php:?}: {printed}");
        assert_eq!(column(2, session), column(1, pid), "{php:?}: {printed}");
        assert_eq!(column(2, group), column(1, pid), "{php:?}: {printed}");
        assert_eq!(column(3, session), column(2, pid), "{php:?}: {printed}");
        assert_ne!(column(3, pid), column(2, pid), "{php:?}: {printed}");
        assert_eq!(column(3, parent), keeper, "{php:?}: {printed}");
    }
}

#[test]
fn umask_example_shows_both_masks() {
    let expected = "inherited mask 0067: a directory made with 0777 gets 0710\n\
                    mask 0000: a directory made with 0777 gets 0777\n\
                    in a child, mask 0000: a directory made with 0777 gets 0777\n";
    for php in Php::ALL {
        let mut run = php.example("umask.php").hostile(Hostile::only("umask")).start();
        run.succeed();
        assert_eq!(run.stdout(), expected, "{php:?}");
    }
}

#[test]
fn zombies_have_four_cures() {
    let expected = "no cure: 3 zombies left\n\
                    SIGCHLD ignored: 0 zombies left\n  \
                    a child ended with status 0\n  a child ended with status 1\n  a child ended with status 2\n\
                    wait: 0 zombies left\n\
                    a handler for SIGCHLD: 0 zombies left\n\
                    the double fork: 0 zombies left\n";
    for php in Php::ALL {
        assert_eq!(output(php.example("zombies.php")), expected, "{php:?}");
    }
}

/// start, status, a second start, restart, stop, and a start that fails with the daemon's own words.
#[test]
fn service_example_tells_the_truth() {
    for php in Php::ALL {
        let scratch = Scratch::new();
        let run = |command: &str| php.bare().arg(example("service.php")).arg(command).arg(scratch.root());
        let run = |command: &str| run(command).env("LIBDAEMON_PATH", extension());
        let ended = |launch: Launch| {
            let mut run = launch.start();
            (run.wait(), run.stdout(), run.stderr())
        };
        let (pidfile, log) = (scratch.path("service.pid"), scratch.path("service.log"));
        let pid = || text_of(&pidfile).trim().to_owned();

        assert_eq!(ended(run("status")), (Exit::Status(3), "not running\n".into(), String::new()), "{php:?}");
        let mut first = run("start").hostile(Hostile::place()).start();
        first.succeed();
        let old = pid();
        assert_eq!(output(run("status")), format!("running, pid {old}\n"), "{php:?}");
        let second = ended(run("start"));
        assert_eq!(second.0, Exit::Status(1), "{php:?}");
        assert!(second.2.contains(&format!("held by process {old}")), "{php:?}: {second:?}");

        let mut restarted = run("restart").start();
        restarted.succeed();
        assert_eq!(first.wait_reaped(old.parse().expect("a pid")), Exit::Status(0), "{php:?}: the old one");
        assert_ne!(pid(), old, "{php:?}");
        assert_eq!(ended(run("stop")), (Exit::Status(0), String::new(), String::new()), "{php:?}");
        assert!(!pidfile.exists(), "{php:?}");
        restarted.wait_idle();
        let text = text_of(&log);
        assert_eq!(
            (text.matches(" ready, pid ").count(), text.matches(" stopped\n").count()),
            (2, 2),
            "{php:?}: {text}"
        );

        fs::write(scratch.path("broken"), "").expect("a broken service");
        let broken = ended(run("start"));
        assert_eq!(broken.0, Exit::Status(3), "{php:?}");
        assert!(broken.2.starts_with("the service is broken: remove "), "{php:?}: {broken:?}");
        assert_eq!(ended(run("nonsense")).0, Exit::Status(2), "{php:?}");
    }
}
