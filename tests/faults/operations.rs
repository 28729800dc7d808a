//! The operations that are walked, as programs of `programs/`.

use super::operation::Kind::{Call, End, FailedStart, Foreground, Start, StartByFork};
use super::operation::Operation;

pub const PROGRAMS: [&str; 5] = ["start", "control", "streams", "signals", "posix"];

/// What is called in a daemon.
const IN_DAEMON: &[&str] = &["launcher", "intermediate", "daemon", "child of the daemon"];

const fn start(name: &'static str, arguments: &'static [&'static str]) -> Operation {
    Operation::new(name, "start", Start, arguments)
}

/// Of another program: a thread of the launcher's makes the process between.
const fn exec(name: &'static str, arguments: &'static [&'static str]) -> Operation {
    Operation::new(name, "start", StartByFork, arguments).roles(&["launcher", "thread", "intermediate", "daemon"])
}

const fn failed_exec(name: &'static str, arguments: &'static [&'static str]) -> Operation {
    Operation::new(name, "start", FailedStart, arguments).roles(&["launcher", "thread", "intermediate", "daemon"])
}

const fn stay(name: &'static str, arguments: &'static [&'static str]) -> Operation {
    Operation::new(name, "start", Foreground, arguments)
}

const fn call(name: &'static str, program: &'static str, arguments: &'static [&'static str]) -> Operation {
    Operation::new(name, program, Call, arguments)
}

const fn posix(name: &'static str, arguments: &'static [&'static str]) -> Operation {
    Operation::new(name, "posix", Call, arguments)
}

const fn failed(name: &'static str, arguments: &'static [&'static str]) -> Operation {
    Operation::new(name, "start", FailedStart, arguments)
}

pub const OPERATIONS: &[Operation] = &[
    start("daemonize", &["--foreground=1"]),
    start("daemonize without options", &["--call=plain"]),
    Operation::new("daemonize_fork", "start", StartByFork, &["--call=fork", "--foreground=1"]),
    start("directory", &["--foreground=1", "--directory=@/run", "--umask=022"]),
    start("log", &["--foreground=1", "--log=@/run/app.log"]),
    start("log truncated", &["--foreground=1", "--log=@/old.log", "--truncate=1"]),
    start("streams", &["--foreground=1", "--stdin=@/input", "--stdout=@/run/out.log", "--stderr=@/run/err.log"]),
    start("pid file", &["--foreground=1", "--pidfile=@/run/app.pid"]),
    start("stale pid file", &["--foreground=1", "--pidfile=@/stale.pid"]),
    start("lock file", &["--foreground=1", "--lockfile=@/run/app.lock"]),
    start("runtime directory", &["--foreground=1", "--runtime-directory=@/run/app:750", "--pidfile=@/run/app/app.pid"]),
    start("keep lock", &["--foreground=1", "--keep-lock=1", "--pidfile=@/run/app.pid", "--pidfile-mode=600"]),
    start("reopen on", &["--foreground=1", "--log=@/run/app.log", "--reopen-on=10"]),
    start("user", &["--foreground=1", "--user=nobody", "--log=@/run/app.log", "--pidfile=@/run/app.pid"]).for_root(),
    start("own user", &["--foreground=1", "--user=nobody", "--log=@/theirs/app.log", "--pidfile=@/theirs/app.pid"])
        .by_user(),
    start("ready as user", &["--foreground=1", "--pidfile=@/theirs/app.pid", "--wait-ready=%", "--then=ready"])
        .by_user(),
    start("group", &["--foreground=1", "--group=nogroup"]).for_root(),
    start("chroot", &["--foreground=1", "--chroot=@/jail", "--log=@/jail/run/app.log", "--pidfile=@/jail/run/app.pid"])
        .for_root(),
    start("close inherited", &["--foreground=1", "--close-fds=1"]),
    start("close none", &["--foreground=1", "--close-fds=2"]),
    start("keep descriptors", &["--foreground=1", "--keep-fd=60", "--keep-fd=1"]),
    start("keep signals", &["--foreground=1", "--signals=1", "--keep-signal=28"]),
    start("setenv", &["--foreground=1", "--setenv=NAME=value", "--show=NAME"]),
    start("clearenv", &["--foreground=1", "--clearenv", "--show=PATH"]),
    start("ready", &["--foreground=1", "--wait-ready=%", "--then=ready"]),
    start(
        "ready with files",
        &[
            "--foreground=1",
            "--wait-ready=%",
            "--then=ready",
            "--log=@/run/app.log",
            "--pidfile=@/run/app.pid",
            "--lockfile=@/run/app.lock",
        ],
    ),
    Operation::new(
        "ready by fork",
        "start",
        StartByFork,
        &["--foreground=1", "--call=fork", "--wait-ready=%", "--then=ready"],
    ),
    exec("daemonize_exec", &["--foreground=1", "--call=program"]),
    exec(
        "daemonize_exec with files",
        &[
            "--foreground=1",
            "--call=program",
            "--log=@/run/app.log",
            "--pidfile=@/run/app.pid",
            "--lockfile=@/run/app.lock",
        ],
    ),
    exec("daemonize_exec as user", &["--foreground=1", "--call=program", "--user=nobody", "--pidfile=@/run/app.pid"])
        .changes_user(),
    exec(
        "daemonize_exec when ready",
        &["--foreground=1", "--call=program", "--wait-ready=%", "--pidfile=@/run/app.pid"],
    ),
    failed(
        "fail",
        &["--foreground=1", "--wait-ready=%", "--then=fail:3:the socket is in use", "--pidfile=@/run/app.pid"],
    ),
    failed("exit", &["--foreground=1", "--wait-ready=%", "--then=exit:4", "--pidfile=@/run/app.pid"]),
    failed("crash", &["--foreground=1", "--wait-ready=%", "--then=crash", "--pidfile=@/run/app.pid"]),
    // Up to the exec itself: what comes after it is the program's.
    failed_exec("exec of nothing", &["--foreground=1", "--call=exec"]),
    failed_exec(
        "exec of nothing with files",
        &[
            "--foreground=1",
            "--call=exec",
            "--log=@/run/app.log",
            "--pidfile=@/run/app.pid",
            "--lockfile=@/run/app.lock",
            "--keep-fd=60",
        ],
    ),
    failed_exec(
        "exec of nothing as user",
        &["--foreground=1", "--call=exec", "--user=nobody", "--pidfile=@/run/app.pid"],
    )
    .changes_user(),
    failed_exec(
        "exec of nothing that is to be ready",
        &["--foreground=1", "--call=exec", "--wait-ready=%", "--notify-fd=7"],
    ),
    stay("foreground", &["--foreground=2"]),
    stay(
        "foreground with files",
        &[
            "--foreground=2",
            "--directory=@/run",
            "--log=@/run/app.log",
            "--pidfile=@/run/app.pid",
            "--lockfile=@/run/app.lock",
        ],
    ),
    stay("foreground as user", &["--foreground=2", "--user=nobody", "--log=@/run/app.log"]).changes_user(),
    Operation::new("end by exit", "start", End, &["--foreground=1", "--pidfile=@/run/app.pid", "--later=exit"])
        .best_effort(),
    Operation::new("end by TERM", "start", End, &["--foreground=1", "--pidfile=@/run/app.pid", "--later=raise:15"])
        .best_effort(),
    Operation::new(
        "reopening",
        "start",
        Call,
        &["--foreground=1", "--log=@/run/app.log", "--reopen-on=10", "--later=rotate:@/run/app.log"],
    )
    .best_effort(),
    call("ready for nobody", "start", &["--foreground=1", "--later=ready"]).roles(IN_DAEMON),
    call("fail for nobody", "start", &["--foreground=1", "--later=fail"]).roles(IN_DAEMON),
    start("daemon of a daemon", &["--foreground=1", "--pidfile=@/run/app.pid", "--later=again:@/run/second.pid"])
        .roles(&["starter", "between", "launcher", "intermediate", "daemon"]),
    call("status", "control", &["status", "@/run/app.pid", "running"]),
    call("status of a stale file", "control", &["status", "@/run/app.pid", "stale"]),
    call("status of no file", "control", &["status", "@/run/app.pid", "none"]),
    call("signal", "control", &["signal", "@/run/app.pid", "running"]),
    call("stop", "control", &["stop", "@/run/app.pid", "running"]).several(),
    call("stop as user", "control", &["stop", "@/theirs/app.pid", "running"]).by_user().several(),
    call("stop of a stale file", "control", &["stop", "@/run/app.pid", "stale"]),
    call("stop by KILL", "control", &["kill", "@/run/app.pid", "stubborn"]).several().best_effort(),
    call("stop of a session", "control", &["session", "@/run/app.pid", "stubborn"]).several().best_effort(),
    start("closed streams", &["--foreground=1", "--log=@/run/app.log", "--pidfile=@/run/app.pid"]).closed(&[0, 1, 2]),
    start("closed input", &["--foreground=1", "--pidfile=@/run/app.pid", "--wait-ready=%", "--then=ready"])
        .closed(&[0]),
    stay("foreground with closed streams", &["--foreground=2", "--log=@/run/app.log", "--lockfile=@/run/app.lock"])
        .closed(&[0, 1, 2]),
    call("reset_std with closed streams", "streams", &["reset", "@/run"]).closed(&[1, 2]),
    call("pcntl_signal_fd with closed streams", "signals", &["descriptor-alone"]).closed(&[0, 2]),
    start("with threads", &["--threads=1", "--foreground=1", "--log=@/run/app.log", "--before=thread"]),
    start(
        "ready with threads",
        &["--threads=1", "--foreground=1", "--wait-ready=%", "--then=ready", "--before=thread"],
    ),
    call("reset_std", "streams", &["reset", "@/run"]),
    call("reset_std_split", "streams", &["split", "@/run"]),
    call("reopen_std", "streams", &["reopen", "@/run"]),
    call("pcntl_fork", "signals", &["fork"]),
    call("pcntl_fork with a descriptor", "signals", &["fork-with-descriptor"]).several(),
    call("pcntl_waitpid", "signals", &["waitpid"]),
    call("pcntl_wait", "signals", &["wait"]),
    call("pcntl_waitid", "signals", &["waitid"]),
    call("pcntl_signal", "signals", &["handled"]).several(),
    call("pcntl_next_signal", "signals", &["queued"]).several(),
    call("pcntl_signal of many", "signals", &["flood"]).several(),
    call("pcntl_signal_fd", "signals", &["descriptor"]).several(),
    call("pcntl_signal_fd alone", "signals", &["descriptor-alone"]),
    call("pcntl_signal alone", "signals", &["signal-alone"]),
    call("pcntl_sigprocmask", "signals", &["mask"]).several(),
    call("pcntl_exec", "signals", &["exec"]),
    posix("posix_setsid", &["setsid", "@/run"]),
    posix("posix_kill", &["kill", "@/run"]),
    posix("posix_getsid", &["getsid", "@/run"]),
    posix("posix_getpgid", &["getpgid", "@/run"]),
    posix("posix_setpgid", &["setpgid", "@/run"]),
    posix("posix_times", &["times", "@/run"]),
    posix("posix_uname", &["uname", "@/run"]),
    posix("posix_getgroups", &["getgroups", "@/run"]),
    posix("posix_mkfifo", &["mkfifo", "@/run"]),
    posix("posix_mknod", &["mknod", "@/run"]),
    posix("posix_access", &["access", "@/run"]),
    posix("posix_eaccess", &["eaccess", "@/run"]),
    posix("posix_getrlimit", &["getrlimit", "@/run"]),
    posix("posix_setrlimit", &["setrlimit", "@/run"]),
    posix("posix_sysconf", &["sysconf", "@/run"]),
    posix("posix_pathconf", &["pathconf", "@/run"]),
    posix("posix_fpathconf", &["fpathconf", "@/run"]),
    posix("posix_isatty", &["isatty", "@/run"]),
    posix("posix_ttyname", &["ttyname", "@/run"]),
    posix("posix_getcwd", &["getcwd", "@/run"]),
    posix("posix_getpwnam", &["getpwnam", "@/run"]),
    posix("posix_getpwuid", &["getpwuid", "@/run"]),
    posix("posix_getgrnam", &["getgrnam", "@/run"]),
    posix("posix_getgrgid", &["getgrgid", "@/run"]),
    posix("posix_seteuid", &["seteuid", "@/run"]).for_root(),
    posix("posix_setegid", &["setegid", "@/run"]).for_root(),
    posix("posix_setuid", &["setuid", "@/run"]).for_root(),
    posix("posix_setgid", &["setgid", "@/run"]).for_root(),
    posix("posix_initgroups", &["initgroups", "@/run"]).for_root(),
    posix("pcntl_getcpuaffinity", &["getcpuaffinity", "@/run"]),
    posix("pcntl_setcpuaffinity", &["setcpuaffinity", "@/run"]),
    posix("pcntl_getpriority", &["getpriority", "@/run"]),
    posix("pcntl_setpriority", &["setpriority", "@/run"]),
    posix("pcntl_unshare", &["unshare", "@/run"]).for_root(),
    posix("pcntl_setns", &["setns", "@/run"]).for_root(),
];
