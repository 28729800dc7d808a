//! Another program as the daemon: daemonize_exec. What it is like, and who holds its files.

use std::fs;
use std::path::Path;

use rustix::process::Signal;

use crate::harness::compile::own_program;
use crate::harness::control::{status, stop};
use crate::harness::files::{mode_of, text_of, wait_for_change};
use crate::harness::process::wait_until;
use crate::harness::{Exit, Hostile, Launch, Process, Refusal, Run, Scratch, needs};

/// `starter` with these options for that program.
pub fn start(files: &Path, options: &[&str], program: &[&str]) -> Launch {
    Launch::program("starter").arg(files).args(options).arg("--").args(program)
}

/// The daemon of a starter that succeeds; it has changed nothing in itself.
pub fn daemon_of(run: &mut Run) -> Process {
    run.succeed();
    let stdout = run.stdout();
    assert_eq!(stdout.lines().skip(1).collect::<Vec<_>>(), [""; 0], "what the launcher is like");
    assert_eq!(run.stderr(), "");
    Process::new(stdout.lines().next().and_then(|line| line.strip_prefix("pid=")?.parse().ok()).expect("a pid"))
}

/// What a starter says that fails; it leaves no process, and everything as it was.
pub fn refusal_of(launch: Launch) -> Refusal {
    let mut run = launch.start();
    let exit = run.wait();
    let stdout = run.stdout();
    assert!(!stdout.contains("changed:"), "{exit}: {stdout}");
    let refusal = Refusal::of(&mut run);
    run.wait_idle();
    refusal
}

#[test]
fn a_program_becomes_a_daemon() {
    for place in [Hostile::only(""), Hostile::place(), Hostile::place().closed("012")] {
        let scratch = Scratch::new();
        let pidfile = scratch.path("app.pid");
        let option = format!("--pidfile={}", pidfile.display());
        let mut run = start(Path::new(""), &[&option], &["/bin/sleep", "1000"]).hostile(place).start();
        run.succeed();
        let pid: i32 = text_of(&pidfile).trim_end().parse().expect("pidfile_pid");
        let daemon = Process::new(pid);
        assert_eq!(daemon.link("exe"), fs::canonicalize("/bin/sleep").expect("sleep"));
        assert_eq!(daemon.parent(), run.keeper(), "orphan");
        assert!(daemon.session() != pid && daemon.session() != run.program(), "own_session, not_leader");
        assert_eq!(daemon.terminal(), 0, "no_ctty");
        assert_eq!(daemon.link("cwd"), Path::new("/"));
        assert_eq!(daemon.umask(), 0);
        assert_eq!(daemon.signals("SigBlk"), [0; 0]);
        assert_eq!(daemon.signals("SigIgn"), [0; 0]);
        let descriptors: Vec<_> = daemon.descriptors().into_iter().collect();
        let null = Path::new("/dev/null");
        assert_eq!(descriptors[..3], [0, 1, 2].map(|fd| (fd, null.to_owned())));
        assert_eq!(descriptors[3..].iter().map(|(_, file)| file).collect::<Vec<_>>(), [&pidfile], "no_leaked_fds");
        assert_eq!(status(&pidfile), pid);
        let second = refusal_of(start(scratch.root(), &[&option], &["/bin/sleep", "1000"]));
        assert_eq!(second.message, format!("pid file {}: held by process {pid}", pidfile.display()));
        stop(&pidfile);
        assert!(!pidfile.exists(), "stop removes it");
        assert_eq!(run.wait_reaped(pid), Exit::Signal(15));
    }
}

/// After a kill the file stays; the next start takes it over, and so it does when the program has ended by itself.
#[test]
fn a_pid_file_that_was_left_behind_is_taken_over() {
    let scratch = Scratch::new();
    let (pidfile, lockfile) = (scratch.path("app.pid"), scratch.path("app.lock"));
    let options = [format!("--pidfile={}", pidfile.display()), format!("--lockfile={}", lockfile.display())];
    let options: Vec<_> = options.iter().map(String::as_str).collect();
    for _ in 0..3 {
        let mut run = start(Path::new(""), &options, &["sleep", "1000"]).start();
        let daemon = daemon_of(&mut run);
        assert_eq!(text_of(&pidfile), format!("{}\n", daemon.pid()));
        let locked = refusal_of(start(scratch.root(), &options[1..], &["sleep", "1000"]));
        assert_eq!(locked.check().errno, 11, "the lock file is held, too: {locked:?}");
        daemon.signal(Signal::KILL);
        run.wait_idle();
        assert_eq!(status(&pidfile), 0);
        assert!(pidfile.exists());
    }
}

#[test]
fn the_options_hold_for_a_program() {
    needs::sight_of_other_users();
    let scratch = Scratch::new();
    let (log, runtime) = (scratch.path("app.log"), scratch.path("run"));
    let options = [
        format!("--directory={}", scratch.root().display()),
        format!("--log={}", log.display()),
        format!("--stdin={}", scratch.file("input", "the input\n").display()),
        format!("--runtime-directory={}:0700", runtime.display()),
        format!("--pidfile={}", scratch.path("app.pid").display()),
        "--pidfile-mode=600".to_owned(),
        "--umask=027".to_owned(),
        "--user=nobody".to_owned(),
        "--setenv=COLOUR=blue".to_owned(),
        "--keep-capability=10".to_owned(),
    ];
    let options: Vec<_> = options.iter().map(String::as_str).collect();
    let script = "cat; echo $COLOUR $HOME; cat; exec sleep 1000";
    let mut run = start(Path::new(""), &options, &["sh", "-c", script]).env("COLOUR", "red").start();
    let daemon = daemon_of(&mut run);
    wait_for_change(scratch.root(), "the log", || text_of(&log).lines().count() == 2);
    assert!(text_of(&log).starts_with("the input\nblue /"), "{}", text_of(&log));
    assert_eq!(daemon.link("cwd"), scratch.root());
    assert_eq!(daemon.umask(), 0o27);
    assert_eq!(daemon.status_words("Uid"), ["65534"; 4]);
    assert_eq!(daemon.status_words("Gid"), ["65534"; 4]);
    assert!(daemon.status_words("Groups").iter().all(|group| group == "65534"), "user_groups");
    assert_eq!(daemon.status("CapEff"), format!("{:016x}", 1 << 10));
    assert_eq!((mode_of(&runtime), mode_of(&scratch.path("app.pid"))), (0o700, 0o600));
    daemon.signal(Signal::KILL);
    run.wait_idle();
}

#[test]
fn a_user_and_a_root_directory_of_its_own() {
    needs::another_root();
    needs::sight_of_other_users();
    let scratch = Scratch::new();
    // What the root needs to run a program: the program alone, as it is linked statically.
    let source = scratch.file("wait.c", "#include <unistd.h>\nint main(void) { for (;;) pause(); }\n");
    needs::works("no static program", ["gcc", "-static", "-o", "/dev/null", source.to_str().expect("text")]);
    scratch.directory("bin");
    let mut compiler = std::process::Command::new("gcc");
    compiler.args(["-static", "-o"]).arg(scratch.path("bin/wait")).arg(&source);
    assert!(compiler.status().expect("gcc runs").success());
    let root = format!("--chroot={}", scratch.root().display());
    for (options, name) in
        [(vec![&root[..]], "/bin/wait"), (vec![&root], "wait"), (vec![&root, "--directory=bin"], "./wait")]
    {
        let options = [&options[..], &["--user=nobody", "--clearenv", "--setenv=PATH=/sbin:/bin"]].concat();
        let mut run = start(Path::new(""), &options, &[name]).start();
        let daemon = daemon_of(&mut run);
        assert_eq!(daemon.link("root"), scratch.root());
        assert_eq!(daemon.link("exe"), scratch.path("bin/wait"));
        assert_eq!(daemon.status_words("Uid"), ["65534"; 4]);
        daemon.signal(Signal::KILL);
        run.wait_idle();
    }
    let refused = refusal_of(start(scratch.root(), &[&root], &["/bin/sh"]));
    assert_eq!(refused.check().message, "exec /bin/sh: No such file or directory");
}

#[test]
fn descriptors_are_closed_and_kept_as_asked() {
    let scratch = Scratch::new();
    for (name, close) in [("all", "0"), ("inherited", "1"), ("none", "2")] {
        let text = scratch.file(name, "kept\n");
        let words = ["sh", "-c", "exec 7<\"$0\" 8<\"$0\"; exec \"$@\"", text.to_str().expect("text")];
        let options =
            ["--keep-fd=7", &format!("--close-fds={close}"), &format!("--log={}", scratch.path("log").display())];
        let mut run = start(Path::new(""), &options, &["sleep", "1000"]).under(words).start();
        let descriptors = daemon_of(&mut run).descriptors();
        assert_eq!(descriptors.get(&7), Some(&text), "{name}");
        assert_eq!(descriptors.contains_key(&8), close == "2", "{name}: {descriptors:?}");
        assert_eq!(descriptors[&2], scratch.path("log"));
        assert_eq!(descriptors.len(), if close == "2" { 5 } else { 4 }, "{name}: {descriptors:?}");
        run.orphans().iter().for_each(|daemon| daemon.signal(Signal::KILL));
        run.wait_idle();
    }
}

#[test]
fn ignored_signals_stay_ignored_where_that_is_asked() {
    for (option, ignored) in
        [("--signals=0", &[][..]), ("--signals=1", &[1, 2, 3, 12, 15, 17]), ("--keep-signal=17", &[17])]
    {
        let place = Hostile::only("ignored,chld");
        let mut run = start(Path::new(""), &[option], &["sleep", "1000"]).hostile(place).start();
        let daemon = daemon_of(&mut run);
        let found: Vec<i32> = daemon.signals("SigIgn").into_iter().filter(|&signal| signal < 32).collect();
        assert_eq!(found, ignored, "{option}");
        daemon.signal(Signal::KILL);
        run.wait_idle();
    }
    let mut run = start(Path::new(""), &["--blocked", "--signals=1"], &["sleep", "1000"]).start();
    let daemon = daemon_of(&mut run);
    assert!(daemon.signals("SigBlk").contains(&10), "blocked ones stay blocked");
    daemon.signal(Signal::KILL);
    run.wait_idle();
    let mut run = start(Path::new(""), &["--blocked"], &["sleep", "1000"]).start();
    let daemon = daemon_of(&mut run);
    assert_eq!(daemon.signals("SigBlk"), [0; 0]);
    daemon.signal(Signal::KILL);
    run.wait_idle();
}

/// The launcher's threads go on meanwhile, and nothing of its code runs in another process.
#[test]
fn threads_are_no_obstacle() {
    for options in [&["--busy=8"][..], &["--busy=4", "--storm"], &["--busy=4", "--storm", "--user=nobody"]] {
        needs::another_user();
        for _ in 0..10 {
            let mut run = start(Path::new("/nowhere"), options, &["sleep", "1000"]).start();
            let daemon = daemon_of(&mut run);
            assert_eq!(daemon.signals("SigBlk"), [0; 0]);
            assert_eq!(daemon.signals("SigIgn"), [0; 0]);
            daemon.signal(Signal::KILL);
            run.wait_idle();
        }
    }
}

/// Each process on the way borrows the memory of the one before.
#[test]
fn memory_is_never_copied() {
    needs::strace();
    let scratch = Scratch::new();
    let trace = scratch.path("trace");
    let strace = ["strace", "-f", "-o", trace.to_str().expect("text"), "-e", "trace=clone,clone3,fork,vfork"];
    let mut run = start(Path::new(""), &["--resident=64"], &["sleep", "1000"]).under(strace).start();
    let daemon = Process::new(status_of_only_orphan(&mut run));
    daemon.signal(Signal::KILL);
    run.wait();
    let trace = text_of(&trace);
    let made: Vec<_> = trace.lines().filter(|line| line.contains("clone") || line.contains("fork")).collect();
    assert!(
        made.len() >= 3 && made.iter().all(|line| line.contains("CLONE_VM") || line.contains("resumed")),
        "{trace}"
    );
}

/// The tracer ends with the daemon: it is found among the processes of the run.
fn status_of_only_orphan(run: &mut Run) -> i32 {
    let mut pid = None;
    wait_until("the daemon", || {
        pid = run.orphans().iter().find(|orphan| orphan.link("exe").ends_with("sleep")).map(Process::pid);
        pid.is_some()
    });
    pid.expect("a daemon")
}

#[test]
fn sixty_at_once_make_one_daemon() {
    let scratch = Scratch::new();
    let pidfile = scratch.path("app.pid");
    let option = format!("--pidfile={}", pidfile.display());
    let swarm = [own_program("swarm").into_os_string(), "60".into()];
    let mut swarm = start(Path::new(""), &[&option, "--busy=1"], &["sleep", "1000"]).under(swarm).start();
    assert_eq!(swarm.wait(), Exit::Status(0));
    let winner: i32 = text_of(&pidfile).trim_end().parse().expect("a pid");
    let left: Vec<i32> = swarm.orphans().iter().map(Process::pid).collect();
    assert_eq!(left, [winner], "exactly one daemon");
    assert_eq!(status(&pidfile), winner);
    Process::new(winner).signal(Signal::KILL);
    swarm.wait_idle();
    assert_eq!(swarm.stdout().lines().last(), Some("succeeded=1 failed=59"));
}

/// Whenever that comes: afterwards there is a daemon that holds its file, or there is none.
#[test]
fn a_launcher_may_be_killed_at_any_time() {
    let scratch = Scratch::new();
    let pidfile = scratch.path("app.pid");
    let option = format!("--pidfile={}", pidfile.display());
    for waits in [&["--busy=1"][..], &["--wait-ready=-1"]] {
        for delay in 0..60 {
            let options = [&[&option[..]], waits].concat();
            let mut run = start(Path::new(""), &options, &["sleep", "1000"]).start();
            let launcher = Process::find(run.program());
            std::thread::sleep(std::time::Duration::from_micros(delay * 100));
            launcher.iter().for_each(Process::kill);
            run.wait();
            // What is on the way is gone when nothing else than the program is left.
            wait_until("the start to be over", || run.orphans().iter().all(is_sleep));
            let left: Vec<_> = run.orphans();
            assert_eq!(status(&pidfile), left.first().map_or(0, Process::pid));
            assert!(left.is_empty() || waits != ["--wait-ready=-1"], "it was never ready");
            left.iter().for_each(|daemon| daemon.signal(Signal::KILL));
            run.wait_idle();
        }
    }
}

fn is_sleep(process: &Process) -> bool {
    fs::read_link(process.proc("exe")).is_ok_and(|program| program.ends_with("sleep"))
}
