//! Which system call can fail with what: what the manual pages say, and what a sandbox (seccomp) or an older kernel adds.
//!
//! Left out is what would be a lie rather than a fault: EBADF of a descriptor that is open, ESRCH of a process that is there.

use nix::libc::{self, c_long};

use super::numbers;

/// A kind of call.
pub struct Row {
    pub number: c_long,
    /// Where one call is many: the value of its second argument, `None` for all others.
    pub command: Option<i64>,
    pub name: &'static str,
    pub errnos: &'static [i32],
}

macro_rules! rows {
    ($($name:ident $(($command:ident))?: $($errno:ident)*;)*) => {
        const ROWS: &[Row] = &[$(
            Row {
                number: numbers::$name,
                command: rows!(@command $($command)?),
                name: stringify!($name),
                errnos: &[$(libc::$errno),*],
            }
        ),*];
    };
    (@command) => { None };
    (@command $command:ident) => { Some(libc::$command as i64) };
}

/// The library's own allocations, which the programs of the walk ask about by a call that does not exist.
pub const MALLOC: Row = Row { number: -1, command: None, name: "malloc", errnos: &[libc::ENOMEM] };

rows! {
    openat: EACCES EMFILE ENFILE ENOMEM ENOENT EINTR EIO ELOOP ENOTDIR EPERM;
    openat(O_CREAT): EACCES EMFILE ENFILE ENOMEM EINTR EIO ENOSPC EDQUOT EROFS EPERM;
    openat2: EACCES EAGAIN EMFILE ENFILE ENOMEM ENOSYS EIO ELOOP EPERM;
    close: EIO EINTR;
    close_range: ENOSYS EPERM;
    dup2: EBUSY EINTR;
    dup3: EBUSY EINTR;
    fcntl(F_DUPFD_CLOEXEC): EMFILE;
    fcntl(F_OFD_SETLK): EAGAIN ENOLCK EINVAL EINTR;
    fcntl(F_OFD_GETLK): EINVAL EOVERFLOW EIO;
    fcntl(F_SETLK): EAGAIN ENOLCK EINVAL EINTR;
    fcntl(F_GETFD):;
    fcntl(F_SETFD): EPERM;
    fcntl(F_GETFL):;
    fcntl(F_SETFL): EPERM;
    fcntl:;
    tee: EPERM ENOSYS ENOMEM;
    fstat: EIO ENOMEM EOVERFLOW;
    newfstatat: EIO ENOMEM EACCES EOVERFLOW;
    fstatfs: EIO ENOSYS EPERM;
    statfs: EACCES EIO ENOMEM;
    statx: EIO ENOMEM EACCES ENOSYS;
    readlink: EIO EACCES ENOMEM;
    readlinkat: EIO EACCES ENOMEM;
    access: EACCES EIO EROFS;
    faccessat: EACCES EIO EROFS;
    faccessat2: EACCES EIO ENOSYS EPERM;
    getcwd: ENOENT ENOMEM EACCES;
    lseek: ESPIPE EOVERFLOW;
    getdents64: EIO ENOENT;
    read: EIO EINTR;
    pread64: EIO EINTR;
    write: EIO EINTR ENOSPC;
    pwrite64: EIO EINTR ENOSPC EDQUOT EFBIG;
    ftruncate: EIO EINTR EPERM EFBIG;
    fchown: EPERM EROFS EIO EDQUOT;
    fchmod: EPERM EROFS EIO;
    fchmodat: EPERM EROFS EIO;
    fchownat: EPERM EROFS EIO;
    mkdir: EACCES EEXIST ENOSPC EROFS;
    mkdirat: EACCES EEXIST ENOSPC EROFS;
    mknod: EACCES EEXIST ENOSPC EROFS EPERM;
    mknodat: EACCES EEXIST ENOSPC EROFS EPERM;
    renameat: EACCES EPERM EBUSY EROFS EIO ENOSPC;
    unlink: EACCES EPERM EBUSY EROFS EIO;
    unlinkat: EACCES EPERM EBUSY EROFS EIO;
    chdir: EACCES ENOENT ENOTDIR EIO ENOMEM ELOOP;
    fchdir: EACCES EIO ENOMEM;
    chroot: EPERM EACCES EIO ENOMEM;
    flock: EWOULDBLOCK ENOLCK EINTR EINVAL;
    ioctl: ENOTTY EIO EPERM;
    umask:;
    socket: EMFILE ENFILE ENOMEM EACCES EAFNOSUPPORT EPERM;
    bind: EACCES EADDRINUSE ENOMEM EPERM;
    connect: ECONNREFUSED ENOENT EACCES EINTR EAGAIN;
    socketpair: EMFILE ENFILE ENOMEM ENOBUFS EAFNOSUPPORT EPERM;
    getsockopt: ENOMEM ENOPROTOOPT EPERM;
    setsockopt: ENOMEM ENOPROTOOPT EPERM;
    sendto: ENOBUFS ENOMEM EPIPE EINTR ECONNRESET;
    sendmsg: ENOBUFS ENOMEM EPIPE EINTR ECONNRESET ETOOMANYREFS;
    sendmmsg: ENOBUFS ENOMEM EPIPE EINTR;
    recvfrom: EINTR ENOMEM ECONNRESET;
    recvmsg: EINTR ENOMEM ECONNRESET EMFILE;
    shutdown: ENOTCONN EPERM;
    pipe2: EMFILE ENFILE EPERM;
    poll: EINTR ENOMEM;
    ppoll: EINTR ENOMEM;
    eventfd2: EMFILE ENFILE ENOMEM ENODEV EPERM ENOSYS;
    signalfd4: EMFILE ENFILE ENOMEM ENODEV EPERM ENOSYS;
    timerfd_create: EMFILE ENFILE ENOMEM EPERM ENOSYS;
    timerfd_settime: EPERM;
    pidfd_open: EMFILE ENFILE ENOMEM EPERM ENOSYS;
    pidfd_send_signal: EPERM ENOSYS;
    inotify_init1: EMFILE ENFILE ENOMEM EPERM ENOSYS;
    inotify_add_watch: ENOMEM ENOSPC EACCES;
    fork: EAGAIN ENOMEM;
    vfork: EAGAIN ENOMEM EPERM ENOSYS;
    clone: EAGAIN ENOMEM EPERM;
    clone3: EAGAIN ENOMEM EPERM ENOSYS;
    execve: EACCES ENOENT ENOEXEC ENOMEM E2BIG ETXTBSY EPERM;
    unshare: EPERM EINVAL ENOMEM ENOSPC;
    setns: EPERM EINVAL;
    wait4: ECHILD EINTR;
    waitid: ECHILD EINTR;
    kill: EPERM;
    tgkill:;
    tkill:;
    rt_sigqueueinfo: EPERM EAGAIN;
    rt_tgsigqueueinfo: EPERM EAGAIN;
    rt_sigprocmask:;
    rt_sigaction:;
    rt_sigreturn:;
    rt_sigpending:;
    rt_sigsuspend:;
    rt_sigtimedwait: EINTR;
    pause:;
    sigaltstack: ENOMEM;
    setsid: EPERM;
    setpgid: EPERM EACCES;
    getpgid:;
    getsid:;
    getpid:;
    gettid:;
    getppid:;
    getuid:;
    geteuid:;
    getgid:;
    getegid:;
    getresuid:;
    getresgid:;
    getgroups:;
    getpgrp:;
    setgroups: EPERM ENOMEM;
    setgid: EPERM;
    setresgid: EPERM;
    setuid: EPERM EAGAIN;
    setresuid: EPERM EAGAIN;
    capget: EPERM EINVAL;
    capset: EPERM EINVAL;
    prctl: EINVAL EPERM ENOSYS;
    setitimer: EPERM;
    alarm:;
    times:;
    uname:;
    prlimit64: EPERM;
    getrlimit:;
    setrlimit: EPERM;
    getpriority: EPERM;
    setpriority: EACCES EPERM;
    sched_getaffinity: EPERM;
    sched_setaffinity: EPERM;
    sched_yield:;
    getcpu:;
    brk:;
    mmap: ENOMEM EAGAIN;
    mremap: ENOMEM;
    munmap: ENOMEM;
    mprotect: ENOMEM;
    madvise: EINVAL;
    futex:;
    rseq: EINVAL EPERM ENOSYS;
    set_robust_list: ENOSYS;
    getrandom: ENOSYS EPERM;
    clock_gettime: EINVAL;
    clock_nanosleep: EINTR;
    restart_syscall:;
    exit:;
    exit_group:;
}

/// What `command` distinguishes: of openat whether it creates, else the second argument.
pub fn row(number: c_long, arguments: &[u64; 6]) -> Option<&'static Row> {
    let [_, second, third, ..] = *arguments;
    let command = if number == libc::SYS_openat { (third as i32 & libc::O_CREAT) as i64 } else { second as i32 as i64 };
    let mut rows = ROWS.iter().filter(|row| row.number == number);
    let exact = rows.clone().find(|row| row.command == Some(command));
    exact.or_else(|| rows.find(|row| row.command.is_none()))
}

/// Can it be, of that call of that process? What the description says of its object rules some out.
pub fn is_possible(role: &str, call: &str, errno: i32) -> bool {
    let name = call.split('(').next().unwrap_or_default();
    let is_on_disk = !["(socket", "(anon_inode", "(pipe"].iter().any(|kind| call.contains(kind));
    match (name, errno) {
        ("close" | "close_range", _) => true,
        // What lives in memory alone cannot be lost by a disk.
        ("read" | "write" | "newfstatat" | "fstat", libc::EINTR) => true,
        ("read" | "write" | "newfstatat" | "fstat", _) => is_on_disk,
        // The files of the run are there, and its processes.
        ("openat", libc::ENOENT) => !call.contains("(@/") && !call.contains("/proc/"),
        ("getdents64", libc::ENOENT) => !call.contains("/proc/"),
        // libc ends the process then.
        ("rseq", _) => !role.starts_with("thread"),
        // Nobody is refused himself.
        ("kill", _) => !call.contains(&format!("({role},")) && !call.contains("the own group"),
        _ => true,
    }
}

impl Row {
    /// Does the call have its effect although it fails? Linux closes a descriptor whatever close says; somebody else has
    /// reaped the child; a connection goes on being made.
    pub fn takes_effect(&self, errno: i32) -> bool {
        matches!((self.name, errno), ("close", _) | ("wait4" | "waitid", libc::ECHILD) | ("connect", libc::EINTR))
    }
}
