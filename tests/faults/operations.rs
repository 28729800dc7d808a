//! The operations that are walked: programs of `programs/`, and what they are to come to.

use super::trail::Fault;

/// What an operation comes to when nothing fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A daemon, which the launcher leaves alone.
    Start,
    /// The same, and the launcher is told its pid.
    StartByFork,
    /// A start whose daemon gives up.
    FailedStart,
    /// The process itself is the daemon.
    Foreground,
    /// A call that comes back.
    Call,
    /// The end of a daemon.
    End,
}

pub struct Operation {
    pub name: &'static str,
    program: &'static str,
    /// `@` is a directory of the run's own, `%` the time that a launcher waits.
    arguments: &'static [&'static str],
    pub kind: Kind,
    pub needs_root: bool,
    /// Its result says nothing about what fails on the way: the files need not be as when nothing fails.
    pub best_effort: bool,
    /// It is several calls, of which those before the one that fails stand.
    pub several: bool,
}

impl Operation {
    const fn new(
        name: &'static str,
        program: &'static str,
        kind: Kind,
        arguments: &'static [&'static str],
    ) -> Operation {
        Operation { name, program, arguments, kind, needs_root: false, best_effort: false, several: false }
    }

    const fn for_root(self) -> Operation {
        Operation { needs_root: true, ..self }
    }

    const fn best_effort(self) -> Operation {
        Operation { best_effort: true, ..self }
    }

    const fn several(self) -> Operation {
        Operation { several: true, ..self }
    }

    /// The program; `allocating` is the one whose allocations can be refused.
    pub fn program(&self, allocating: bool) -> String {
        if allocating { format!("{}-alloc", self.program) } else { self.program.to_owned() }
    }

    /// What is stopped is waited for in vain, so that is to be over soon.
    pub fn arguments(&self, fault: Option<Fault>) -> Vec<String> {
        let time = if fault == Some(Fault::Signal(nix::libc::SIGSTOP)) { "600" } else { "10000" };
        self.arguments.iter().map(|word| word.replace('%', time)).collect()
    }

    /// Does the launcher wait for a time at most?
    pub fn has_time_limit(&self) -> bool {
        self.arguments.iter().any(|word| word.contains('%'))
    }

    /// What its processes are called, by the number of forks that they are away from the program.
    pub fn roles(&self) -> &'static [&'static str] {
        match self.kind {
            Kind::Call if self.program == "control" => &["program", "intermediate", "daemon"],
            Kind::Call | Kind::Foreground if self.program != "start" || self.kind == Kind::Foreground => {
                &["program", "child", "grandchild"]
            }
            _ => &["launcher", "intermediate", "daemon", "child of the daemon"],
        }
    }
}

pub const PROGRAMS: [&str; 5] = ["start", "control", "streams", "signals", "posix"];

use Kind::{Call, End, FailedStart, Foreground, Start, StartByFork};

const fn start(name: &'static str, arguments: &'static [&'static str]) -> Operation {
    Operation::new(name, "start", Start, arguments)
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
    start("daemonize", &["--call=plain"]),
    Operation::new("daemonize_fork", "start", StartByFork, &["--call=fork", "--foreground=1"]),
    start("directory", &["--foreground=1", "--directory=@/run", "--umask=022"]),
    start("log", &["--foreground=1", "--log=@/run/app.log"]),
    start("log truncated", &["--foreground=1", "--log=@/old.log", "--truncate=1"]),
    start("streams", &["--foreground=1", "--stdin=@/input", "--stdout=@/run/out.log", "--stderr=@/run/err.log"]),
    start("pid file", &["--foreground=1", "--pidfile=@/run/app.pid"]),
    start("stale pid file", &["--foreground=1", "--pidfile=@/stale.pid"]),
    start("lock file", &["--foreground=1", "--lockfile=@/run/app.lock"]),
    start("reopen on", &["--foreground=1", "--log=@/run/app.log", "--reopen-on=10"]),
    start("user", &["--foreground=1", "--user=nobody", "--log=@/run/app.log", "--pidfile=@/run/app.pid"]).for_root(),
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
    failed(
        "fail",
        &["--foreground=1", "--wait-ready=%", "--then=fail:3:the socket is in use", "--pidfile=@/run/app.pid"],
    ),
    failed("exit", &["--foreground=1", "--wait-ready=%", "--then=exit:4", "--pidfile=@/run/app.pid"]),
    failed("crash", &["--foreground=1", "--wait-ready=%", "--then=crash", "--pidfile=@/run/app.pid"]),
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
    stay("foreground as user", &["--foreground=2", "--user=nobody", "--log=@/run/app.log"]).for_root(),
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
    call("ready for nobody", "start", &["--foreground=1", "--later=ready"]),
    call("fail for nobody", "start", &["--foreground=1", "--later=fail"]),
    call("status", "control", &["status", "@/run/app.pid", "running"]),
    call("status of a stale file", "control", &["status", "@/run/app.pid", "stale"]),
    call("status of no file", "control", &["status", "@/run/app.pid", "none"]),
    call("signal", "control", &["signal", "@/run/app.pid", "running"]),
    call("stop", "control", &["stop", "@/run/app.pid", "running"]).several(),
    call("stop of a stale file", "control", &["stop", "@/run/app.pid", "stale"]),
    call("stop by KILL", "control", &["kill", "@/run/app.pid", "stubborn"]).several().best_effort(),
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
