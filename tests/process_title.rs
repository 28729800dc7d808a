//! The title of a process: what ps, top and /proc show, and what stays as it is.

use std::fs;

use rustix::process::Signal;

use crate::harness::{Process, needs};
use crate::notify_support::{Acts, Notifier};

fn shown(process: &Process) -> (String, String) {
    let read = |name: &str| fs::read_to_string(process.proc(name)).expect("a file of /proc");
    (read("cmdline"), read("comm").trim_end().to_owned())
}

#[test]
fn a_title_is_shown_and_arguments_and_environment_stay() {
    for title in ["app: worker 3", "x", &"a long title ".repeat(40)] {
        let mut notifier = Notifier::new();
        let acts = [&format!("title:{title}"), "arguments", "env:FIRST", "env:PATH", "pid", "wait"];
        let run = notifier.launch().env("FIRST", "value").env("PATH", "/bin:/usr/bin").acts(&acts).start();
        assert_eq!(notifier.reports.next(), "title 0");
        assert_eq!(
            notifier.reports.next(),
            format!("arguments --events={} --do=wait", notifier.reports.path().display())
        );
        assert_eq!(notifier.reports.next(), "env value");
        assert_eq!(notifier.reports.next(), "env /bin:/usr/bin");
        notifier.reports.expect("pid");
        let process = Process::new(run.program());
        assert_eq!(shown(&process), (format!("{title}\0"), title[..title.len().min(15)].trim_end().to_owned()));
        assert!(fs::read_to_string(process.proc("environ")).expect("the environment").contains("FIRST=value\0"));
        process.signal(Signal::KILL);
    }
}

#[test]
fn ps_shows_the_title() {
    needs::program("ps");
    let mut notifier = Notifier::new();
    let run = notifier.launch().acts(&["title:first and longer", "title:second", "pid", "wait"]).start();
    assert_eq!((notifier.reports.next(), notifier.reports.next()), ("title 0".to_owned(), "title 0".to_owned()));
    notifier.reports.expect("pid");
    let pid = run.program().to_string();
    let ps = std::process::Command::new("ps").args(["-ww", "-o", "args=,comm=", "-p", &pid]).output().expect("ps");
    assert_eq!(String::from_utf8_lossy(&ps.stdout).split_whitespace().collect::<Vec<_>>(), ["second", "second"]);
    Process::new(run.program()).signal(Signal::KILL);
}

#[test]
fn a_daemon_can_have_a_title() {
    for options in [&["--foreground=1"][..], &["--foreground=2"], &["--foreground=1", "--chroot=."]] {
        if options.contains(&"--chroot=.") {
            needs::another_root();
        }
        let mut notifier = Notifier::new();
        let launch = notifier.launch().args(options).option("title", "app: serving");
        let title = ["daemonize", "wait"];
        let mut run = launch.option("pidfile", "pid").acts(&title).start();
        if options == ["--foreground=2"] {
            crate::harness::files::wait_for_change(notifier.scratch.root(), "the pid file", || {
                fs::read_to_string(notifier.scratch.path("pid")).is_ok_and(|pid| pid.ends_with('\n'))
            });
        } else {
            run.succeed();
        }
        let pid = fs::read_to_string(notifier.scratch.path("pid")).expect("a pid file").trim().parse().expect("a pid");
        let process = Process::new(pid);
        crate::harness::process::wait_until("the title", || shown(&process).1 == "app: serving");
        assert_eq!(shown(&process), ("app: serving\0".to_owned(), "app: serving".to_owned()));
        process.signal(Signal::KILL);
        run.wait_idle();
        let _ = &mut notifier.reports;
    }
}

/// Where the kernel cannot show another text, the arguments give way: as much as there is room for, and never the environment.
#[test]
fn without_the_kernels_help_the_environment_stays() {
    needs::strace();
    let mut notifier = Notifier::new();
    let launch =
        notifier.launch().env("FIRST", "value").acts(&[&format!("title:{}", "long ".repeat(200)), "env:FIRST", "wait"]);
    let refused = ["strace", "-f", "-o", "/dev/null", "-e", "inject=prctl:error=EINVAL:when=1"];
    let run = launch.under(refused).start();
    assert_eq!(notifier.reports.next(), "title 0");
    assert_eq!(notifier.reports.next(), "env value");
    let children = Process::children_of(run.program());
    let process = children.first().expect("the traced program");
    let (line, name) = shown(process);
    assert!(line.trim_end_matches('\0').starts_with("long long") && !line.contains("FIRST"), "{line}");
    assert_eq!(name, "long long long");
    process.signal(Signal::KILL);
}
