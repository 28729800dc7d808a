//! The numbers of the system calls by their names; -2 where an architecture lacks one.

#![expect(non_upper_case_globals, reason = "they are the kernel's names")]

use nix::libc::{self, c_long};

macro_rules! everywhere {
    ($($name:ident = $constant:ident;)*) => { $(pub const $name: c_long = libc::$constant;)* };
}

macro_rules! older {
    ($($name:ident = $constant:ident;)*) => { $(
        #[cfg(target_arch = "x86_64")]
        pub const $name: c_long = libc::$constant;
        #[cfg(not(target_arch = "x86_64"))]
        pub const $name: c_long = -2;
    )* };
}

everywhere! {
    openat = SYS_openat;
    openat2 = SYS_openat2;
    close = SYS_close;
    close_range = SYS_close_range;
    dup3 = SYS_dup3;
    fcntl = SYS_fcntl;
    tee = SYS_tee;
    fstat = SYS_fstat;
    newfstatat = SYS_newfstatat;
    fstatfs = SYS_fstatfs;
    statfs = SYS_statfs;
    statx = SYS_statx;
    readlinkat = SYS_readlinkat;
    faccessat = SYS_faccessat;
    faccessat2 = SYS_faccessat2;
    getcwd = SYS_getcwd;
    lseek = SYS_lseek;
    getdents64 = SYS_getdents64;
    read = SYS_read;
    pread64 = SYS_pread64;
    write = SYS_write;
    pwrite64 = SYS_pwrite64;
    ftruncate = SYS_ftruncate;
    fchown = SYS_fchown;
    fchmod = SYS_fchmod;
    fchmodat = SYS_fchmodat;
    fchownat = SYS_fchownat;
    mkdirat = SYS_mkdirat;
    mknodat = SYS_mknodat;
    renameat = SYS_renameat;
    unlinkat = SYS_unlinkat;
    chdir = SYS_chdir;
    fchdir = SYS_fchdir;
    chroot = SYS_chroot;
    flock = SYS_flock;
    ioctl = SYS_ioctl;
    umask = SYS_umask;
    socket = SYS_socket;
    bind = SYS_bind;
    connect = SYS_connect;
    socketpair = SYS_socketpair;
    getsockopt = SYS_getsockopt;
    setsockopt = SYS_setsockopt;
    sendto = SYS_sendto;
    sendmsg = SYS_sendmsg;
    sendmmsg = SYS_sendmmsg;
    recvfrom = SYS_recvfrom;
    recvmsg = SYS_recvmsg;
    shutdown = SYS_shutdown;
    pipe2 = SYS_pipe2;
    ppoll = SYS_ppoll;
    eventfd2 = SYS_eventfd2;
    signalfd4 = SYS_signalfd4;
    timerfd_create = SYS_timerfd_create;
    timerfd_settime = SYS_timerfd_settime;
    pidfd_open = SYS_pidfd_open;
    pidfd_send_signal = SYS_pidfd_send_signal;
    inotify_init1 = SYS_inotify_init1;
    inotify_add_watch = SYS_inotify_add_watch;
    clone = SYS_clone;
    clone3 = SYS_clone3;
    execve = SYS_execve;
    unshare = SYS_unshare;
    setns = SYS_setns;
    wait4 = SYS_wait4;
    waitid = SYS_waitid;
    kill = SYS_kill;
    tgkill = SYS_tgkill;
    tkill = SYS_tkill;
    rt_sigqueueinfo = SYS_rt_sigqueueinfo;
    rt_tgsigqueueinfo = SYS_rt_tgsigqueueinfo;
    rt_sigprocmask = SYS_rt_sigprocmask;
    rt_sigaction = SYS_rt_sigaction;
    rt_sigreturn = SYS_rt_sigreturn;
    rt_sigpending = SYS_rt_sigpending;
    rt_sigsuspend = SYS_rt_sigsuspend;
    rt_sigtimedwait = SYS_rt_sigtimedwait;
    sigaltstack = SYS_sigaltstack;
    setsid = SYS_setsid;
    setpgid = SYS_setpgid;
    getpgid = SYS_getpgid;
    getsid = SYS_getsid;
    getpid = SYS_getpid;
    gettid = SYS_gettid;
    getppid = SYS_getppid;
    getuid = SYS_getuid;
    geteuid = SYS_geteuid;
    getgid = SYS_getgid;
    getegid = SYS_getegid;
    getresuid = SYS_getresuid;
    getresgid = SYS_getresgid;
    getgroups = SYS_getgroups;
    setgroups = SYS_setgroups;
    setgid = SYS_setgid;
    setresgid = SYS_setresgid;
    setuid = SYS_setuid;
    setresuid = SYS_setresuid;
    capget = SYS_capget;
    capset = SYS_capset;
    prctl = SYS_prctl;
    setitimer = SYS_setitimer;
    times = SYS_times;
    uname = SYS_uname;
    prlimit64 = SYS_prlimit64;
    getrlimit = SYS_getrlimit;
    setrlimit = SYS_setrlimit;
    getpriority = SYS_getpriority;
    setpriority = SYS_setpriority;
    sched_getaffinity = SYS_sched_getaffinity;
    sched_setaffinity = SYS_sched_setaffinity;
    sched_yield = SYS_sched_yield;
    getcpu = SYS_getcpu;
    brk = SYS_brk;
    mmap = SYS_mmap;
    mremap = SYS_mremap;
    munmap = SYS_munmap;
    mprotect = SYS_mprotect;
    madvise = SYS_madvise;
    futex = SYS_futex;
    rseq = SYS_rseq;
    set_robust_list = SYS_set_robust_list;
    getrandom = SYS_getrandom;
    clock_gettime = SYS_clock_gettime;
    clock_nanosleep = SYS_clock_nanosleep;
    restart_syscall = SYS_restart_syscall;
    exit = SYS_exit;
    exit_group = SYS_exit_group;
}

older! {
    dup2 = SYS_dup2;
    readlink = SYS_readlink;
    access = SYS_access;
    mkdir = SYS_mkdir;
    mknod = SYS_mknod;
    unlink = SYS_unlink;
    poll = SYS_poll;
    fork = SYS_fork;
    vfork = SYS_vfork;
    pause = SYS_pause;
    getpgrp = SYS_getpgrp;
    alarm = SYS_alarm;
}
