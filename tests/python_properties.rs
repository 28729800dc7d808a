//! What was added to the properties of a daemon after attack and use, from Python.

use std::fs;
use std::os::unix::fs::chown;
use std::os::unix::net::UnixDatagram;

use rustix::process::Signal;

use crate::command_log::{sockets, with_sockets};
use crate::daemon_pidfile_strangers::{READERS_LOCKS, left_behind, reader};
use crate::harness::control::status;
use crate::harness::files::{text_of, wait_for_change};
use crate::harness::process::wait_until;
use crate::harness::{Exit, Process, Scratch, Service, needs};
use crate::python_support::{Face, code};

const EPERM: i32 = 1;
const EAGAIN: i32 = 11;
const ETIMEDOUT: i32 = 110;

#[test]
fn files_of_others_are_refused() {
    needs::another_owner();
    let mut service = Service::new();
    let file = service.scratch.file("app", "");
    chown(&file, Some(54321), None).expect("chown");
    for (face, option) in
        [(Face::Function, "pidfile"), (Face::Function, "lockfile"), (Face::Function, "log"), (Face::Context, "pidfile")]
    {
        let launch = face.service(&service).option_path(option, &file);
        let refusal = service.refuse(launch);
        assert_eq!(refusal.check().errno, EPERM, "{face:?}: foreign_file: {refusal:?}");
        assert!(refusal.message.ends_with("belongs to user 54321"), "{face:?}: {refusal:?}");
        assert_eq!(text_of(&file), "", "{face:?}");
    }
}

#[test]
fn readers_cannot_forbid_a_start() {
    needs::another_user();
    for (face, lock) in Face::BOTH.into_iter().flat_map(|face| READERS_LOCKS.map(|lock| (face, lock))) {
        let mut service = Service::new();
        let pidfile = left_behind(&service, "4194303\n");
        let _reader = reader(&mut service, &pidfile, lock);
        let launch = face.service(&service).option_path("pidfile", &pidfile);
        let daemon = service.start(launch);
        assert_eq!(text_of(&pidfile), format!("{}\n", daemon.pid()), "{face:?}: reader_no_lock: {lock}");
        assert_eq!(status(&pidfile), daemon.pid(), "{face:?}: {lock}");
    }
}

/// Nobody is at the other side of it.
#[test]
fn fifos_hold_up_a_start_only_so_long() {
    for (option, why) in [("log", "a FIFO that nobody reads"), ("stdin", "a FIFO that nobody writes to")] {
        let scratch = Scratch::new();
        let fifo = scratch.fifo("fifo");
        let program = format!(
            "import libdaemon
try: libdaemon.daemonize({option}='{}', setup_timeout=0.2)
except libdaemon.DaemonError as failure: print(failure.errno, failure)",
            fifo.display()
        );
        let mut run = code(&program).start();
        let said = run.stdout();
        assert!(said.starts_with(&format!("{ETIMEDOUT} ")) && said.trim_end().ends_with(why), "time_kept: {said}");
        assert_eq!(run.wait(), Exit::Status(0));
        run.wait_idle();
    }
}

#[test]
fn rotations_that_fail_are_said() {
    let mut service = Service::new();
    let log = service.scratch.path("app.log");
    let launch = Face::Function.service(&service).option_path("log", &log).option("reopen-on", 1);
    let mut daemon = service.start(launch);
    let old = service.scratch.path("app.log.1");
    fs::rename(&log, &old).expect("rotate");
    service.scratch.fifo("app.log");
    daemon.process.signal(Signal::HUP);
    daemon.probe(&mut service.reports);
    assert!(
        text_of(&old).contains(": not opened again: a FIFO that nobody reads\n"),
        "rotation_said: {}",
        text_of(&old)
    );
    assert_eq!(daemon.terminate(), Exit::Status(0), "fifo_log");
}

#[test]
fn locks_stay_over_an_exec_where_that_is_asked() {
    needs::program("sleep");
    for (keep, held) in [("False", false), ("True", true)] {
        let scratch = Scratch::new();
        let (pidfile, lockfile) = (scratch.path("app.pid"), scratch.path("app.lock"));
        let start = format!("libdaemon.daemonize(pidfile='app.pid', lockfile='app.lock', keep_lock={keep})");
        let program = format!("import libdaemon, os; {start}; os.execvp('sleep', ['sleep', '1000'])");
        let mut run = code(&program).directory(scratch.root()).start();
        run.succeed();
        let daemon = run.orphans().pop().expect("the daemon");
        wait_until("the exec", || daemon.link("exe").ends_with("sleep"));
        assert_eq!(status(&pidfile), if held { daemon.pid() } else { 0 }, "lock_over_exec");
        let again = format!(
            "import libdaemon
try: libdaemon.daemonize(lockfile='{}')
except libdaemon.DaemonError as failure: print(failure.errno)",
            lockfile.display()
        );
        let mut second = code(&again).start();
        assert_eq!(second.stdout(), if held { format!("{EAGAIN}\n") } else { String::new() }, "lock_over_exec");
        second.wait_idle();
        daemon.signal(Signal::KILL);
        run.wait_idle();
    }
}

/// Python's module uses libc's connection, which is closed through libc or not at all.
#[test]
fn the_modules_log_stays_apart() {
    let service = sockets();
    let socket = UnixDatagram::bind(service.scratch.path("dev/log")).expect("a socket");
    socket.set_read_timeout(Some(crate::harness::GUARD)).expect("a time");
    let program = "import libdaemon, os, syslog
syslog.openlog('app', 0, syslog.LOG_DAEMON)
syslog.syslog('from the launcher')
libdaemon.daemonize(wait_ready=float('inf'))
mine = [os.open('/', os.O_RDONLY) for _ in range(20)]
syslog.syslog('from the daemon')
syslog.closelog()
assert all(os.fstat(fd).st_ino == os.stat('/').st_ino for fd in mine)
libdaemon.ready()";
    let mut run = with_sockets(code(program), &service.scratch).start();
    run.succeed();
    for expected in ["from the launcher", "from the daemon"] {
        let mut bytes = [0; 1000];
        let length = socket.recv(&mut bytes).expect("a message");
        let message = String::from_utf8_lossy(&bytes[..length]).into_owned();
        assert!(message.ends_with(&format!(" app: {expected}")), "libs_fds: {message}");
    }
    run.wait_idle();
}

#[test]
fn the_environment_is_the_users() {
    needs::another_user();
    let program = "import libdaemon, os, pwd, subprocess
libdaemon.daemonize(user='nobody', log='log', wait_ready=60)
nobody = pwd.getpwnam('nobody')
expected = {'HOME': nobody.pw_dir, 'USER': 'nobody', 'LOGNAME': 'nobody', 'SHELL': nobody.pw_shell}
for name, value in expected.items():
    child = subprocess.run(['sh', '-c', f'printf %s \"${name}\"'], stdout=subprocess.PIPE, text=True).stdout
    print(name, os.environ[name] == value and child == value)
libdaemon.ready()";
    let scratch = Scratch::new();
    let mut run = code(program).directory(scratch.root()).env("HOME", "/root").env("USER", "root").start();
    run.succeed();
    assert_eq!(text_of(&scratch.path("log")), "HOME True\nUSER True\nLOGNAME True\nSHELL True\n", "user_env");
    run.wait_idle();
}

/// By a program that cannot be executed, or that says why it gives up; the second has this library in it.
#[test]
fn failures_of_another_program_are_the_callers() {
    let scratch = Scratch::new();
    let program = scratch.file("child.py", "import libdaemon\nlibdaemon.fail('no port', 7)\n");
    let statements = format!(
        "import libdaemon, sys
for words in (['/nowhere/program'], [sys.executable, '{}']):
    try: print(libdaemon.spawn(words, wait_ready=60))
    except libdaemon.DaemonError as failure: print(failure.errno, failure.status, failure)",
        program.display()
    );
    let mut run = code(&statements).start();
    let said = run.stdout();
    let lines: Vec<_> = said.lines().collect();
    assert!(
        lines[0].starts_with("2 1 ") && lines[0].ends_with("/nowhere/program: No such file or directory"),
        "err_exec: {said}"
    );
    assert!(lines[1].starts_with("125 7 ") && lines[1].ends_with("no port"), "init_message: {said}");
    assert_eq!(run.wait(), Exit::Status(0));
    run.wait_idle();
}

/// The library in it speaks to the caller, and goes on when the caller has been answered.
#[test]
fn another_program_says_that_it_is_ready_by_the_library() {
    let scratch = Scratch::new();
    let child = "import libdaemon, time
libdaemon.ready()
open('went-on', 'w').close()
time.sleep(1000)";
    let program = scratch.file("child.py", child);
    let statements = format!(
        "import libdaemon, sys
libdaemon.spawn([sys.executable, '{}'], directory='{}', wait_ready=float('inf'))",
        program.display(),
        scratch.root().display()
    );
    let mut run = code(&statements).start();
    run.succeed();
    let daemon = run.orphans().pop().expect("the daemon");
    wait_for_change(scratch.root(), "what comes after ready()", || scratch.path("went-on").exists());
    daemon.signal(Signal::KILL);
    run.wait_idle();
}

/// Nobody else's word counts: not that of a process of another session.
#[test]
fn strangers_cannot_say_that_it_is_ready() {
    let scratch = Scratch::new();
    let statements = format!(
        "import libdaemon
try: libdaemon.spawn(['{}', 'stranger:READY=1'], wait_ready=0.5)
except libdaemon.DaemonError as failure: print(failure)",
        crate::harness::program("notifier").display()
    );
    let mut run = code(&statements).directory(scratch.root()).start();
    assert!(run.stdout().contains("not ready within 500 ms"), "told_once");
    assert_eq!(run.wait(), Exit::Status(0));
    wait_until("the end of all", || Process::children_of(run.keeper()).is_empty());
    run.wait_idle();
}

#[test]
fn logs_are_there_when_the_launcher_exits() {
    let scratch = Scratch::new();
    let program = "import libdaemon, time
libdaemon.daemonize(log='app.log')
print('line', 1)
time.sleep(1000)";
    let mut run = code(program).directory(scratch.root()).start();
    run.succeed();
    assert!(scratch.path("app.log").exists());
    wait_for_change(scratch.root(), "a line, though more is to come", || {
        text_of(&scratch.path("app.log")) == "line 1\n"
    });
    run.orphans().iter().for_each(|daemon| daemon.signal(Signal::KILL));
    run.wait_idle();
}
