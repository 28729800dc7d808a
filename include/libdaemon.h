/*
 * libdaemon: good daemons for programs in any language, and PHP's process control.
 *
 * Generated from the library's sources by `make headers`. Do not edit.
 *
 * What holds for every function, unless it says otherwise:
 *
 * - It returns 0, or -1 (NULL where it returns a pointer) on failure, with errno set and one line about it for
 *   libdaemon_last_error().
 * - It leaves nothing behind when it fails: no process, lock, file or descriptor.
 * - NULL and nonsense are refused with EINVAL. Out-parameters may be NULL, and are written only on success.
 * - Strings that are passed in are copied where they are kept; strings that are returned are the library's, never to
 *   be freed.
 * - It prints nothing.
 * - It is no cancellation point: a pthread_cancel() of the thread takes effect only after the call, and after the handlers that
 *   it calls. Handlers have to return: they must not leave by an exception, longjmp() or pthread_exit().
 */

#ifndef LIBDAEMON_H
#define LIBDAEMON_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* The version of this header; libdaemon_version() is that of the library. */
#define LIBDAEMON_VERSION_MAJOR 0
#define LIBDAEMON_VERSION_MINOR 1
#define LIBDAEMON_VERSION_PATCH 0

/* What pcntl_signal() takes in place of a function. */
#define PCNTL_SIG_DFL ((pcntl_handler)0)
#define PCNTL_SIG_IGN ((pcntl_handler)1)
/* Queued for pcntl_next_signal(). */
#define PCNTL_SIG_QUEUE ((pcntl_handler)2)

/* The bit of a signal, from 1 to 64, in the sets of pcntl_sigprocmask() and its neighbours. */
#define PCNTL_SIGNAL_BIT(signal) (UINT64_C(1) << ((signal) - 1))

// Which descriptors from 3 up are closed. Those of daemonize_options_keep_fd(), the pid file and
// the lock file always stay open.
typedef enum daemonize_close {
    // Every one.
    DAEMONIZE_CLOSE_ALL,
    // Those without close-on-exec: what came in from the launching shell.
    DAEMONIZE_CLOSE_INHERITED,
    // None.
    DAEMONIZE_CLOSE_NONE,
} daemonize_close;

// What becomes of the launcher's signal dispositions and mask.
typedef enum daemonize_signals {
    // All at their default, none blocked.
    DAEMONIZE_SIGNALS_RESET,
    // They stay.
    DAEMONIZE_SIGNALS_KEEP,
} daemonize_signals;

// When the process stays in the foreground: everything but the forks and the session.
typedef enum daemonize_foreground {
    // In two cases. As process 1, such as in a container: it stays as an init, and the program goes
    // on in its child. And as the process that systemd has started for a service which says when it
    // is ready: NOTIFY_SOCKET is set, and SYSTEMD_EXEC_PID is its pid.
    DAEMONIZE_FOREGROUND_AUTO,
    // Never.
    DAEMONIZE_FOREGROUND_NEVER,
    // Always.
    DAEMONIZE_FOREGROUND_ALWAYS,
} daemonize_foreground;

// A signal's disposition that is not a function.
typedef enum pcntl_disposition {
    // The system's default.
    PCNTL_DISPOSITION_DEFAULT,
    // Ignored.
    PCNTL_DISPOSITION_IGNORE,
    // Queued for pcntl_next_signal().
    PCNTL_DISPOSITION_QUEUE,
} pcntl_disposition;

// What a daemon should be. daemonize_options_new() makes it, and the functions below set it. Each
// of them copies what it is given. It returns 0, or -1 and has changed nothing: EINVAL for NULL and
// for values that are not allowed, ENOMEM.
typedef struct daemonize_options daemonize_options;

// What a child has used: the struct rusage of getrusage(2), with plain numbers in it.
typedef struct pcntl_rusage {
    // Processor time in user mode: seconds.
    int64_t ru_utime_tv_sec;
    // Processor time in user mode: microseconds.
    int64_t ru_utime_tv_usec;
    // Processor time in the kernel: seconds.
    int64_t ru_stime_tv_sec;
    // Processor time in the kernel: microseconds.
    int64_t ru_stime_tv_usec;
    // Largest resident set, in KiB.
    int64_t ru_maxrss;
    // 0 on Linux.
    int64_t ru_ixrss;
    // 0 on Linux.
    int64_t ru_idrss;
    // 0 on Linux.
    int64_t ru_isrss;
    // Page faults without input or output.
    int64_t ru_minflt;
    // Page faults with input.
    int64_t ru_majflt;
    // 0 on Linux.
    int64_t ru_nswap;
    // Block input operations.
    int64_t ru_inblock;
    // Block output operations.
    int64_t ru_oublock;
    // 0 on Linux.
    int64_t ru_msgsnd;
    // 0 on Linux.
    int64_t ru_msgrcv;
    // 0 on Linux.
    int64_t ru_nsignals;
    // Voluntary context switches.
    int64_t ru_nvcsw;
    // Involuntary context switches.
    int64_t ru_nivcsw;
} pcntl_rusage;

// What the kernel told with a signal. Fields that mean nothing for the signal are 0.
typedef struct pcntl_siginfo {
    // The signal's number.
    int32_t signo;
    // An errno that goes with the signal; nearly always 0.
    int32_t errno_value;
    // Where it came from: SI_USER, SI_QUEUE, CLD_EXITED, ...
    int32_t code;
    // The sending process, or the child.
    int32_t pid;
    // The real user of that process.
    uint32_t uid;
    // SIGCHLD: exit status or signal.
    int32_t status;
    // SIGCHLD: processor time in user mode, in clock ticks.
    int64_t utime;
    // SIGCHLD: processor time in the kernel, in clock ticks.
    int64_t stime;
    // SIGILL, SIGFPE, SIGSEGV, SIGBUS, SIGTRAP: the address.
    int64_t addr;
    // SIGPOLL: the events.
    int64_t band;
    // SIGPOLL: the descriptor.
    int32_t fd;
    // Always 0.
    int32_t reserved;
    // The value given to sigqueue(3) or a timer, as a pointer-sized integer.
    int64_t value;
} pcntl_siginfo;

// A handler for pcntl_signal(). It gets the signal, and what is known of it, which is valid until
// it returns.
typedef void (*pcntl_handler)(int signal, const struct pcntl_siginfo *info);

// The clock ticks that the process has used: the struct tms of times(2), with plain numbers in it.
typedef struct posix_tms {
    // In user mode.
    int64_t utime;
    // In the kernel.
    int64_t stime;
    // In user mode, by children that have been waited for.
    int64_t cutime;
    // In the kernel, by children that have been waited for.
    int64_t cstime;
} posix_tms;

// What the system is called: the struct utsname of uname(2).
typedef struct posix_utsname {
    // The operating system: "Linux".
    char sysname[65];
    // The host.
    char nodename[65];
    // The kernel's release.
    char release[65];
    // The kernel's version.
    char version[65];
    // The hardware.
    char machine[65];
    // The NIS domain.
    char domainname[65];
} posix_utsname;

// A user: the struct passwd of getpwnam(3). Its strings stand in the caller's buffer.
typedef struct posix_passwd {
    // The login name.
    const char *name;
    // The password, encrypted; "x" where others must not see it.
    const char *passwd;
    // The user's number.
    uid_t uid;
    // The number of the group that the user logs in with.
    gid_t gid;
    // The full name, and whatever else is kept there.
    const char *gecos;
    // The home directory.
    const char *dir;
    // The login shell.
    const char *shell;
} posix_passwd;

// A group: the struct group of getgrnam(3). Its strings stand in the caller's buffer.
typedef struct posix_group {
    // The group's name.
    const char *name;
    // The password, encrypted; "x" where others must not see it.
    const char *passwd;
    // The group's number.
    gid_t gid;
    // The login names of its members, NULL after the last one.
    const char *const *members;
} posix_group;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

// The library's version, such as "0.1.0". Never NULL, never freed.
const char *libdaemon_version(void);

// One line about the calling thread's last failure in this library: what was being done, on what,
// and why, such as "pid file /run/app.pid: held by process 4711". The empty string if there was
// none. A call that succeeds does not change it. Valid until the thread's next call.
const char *libdaemon_last_error(void);

// The errno of the calling thread's last failure in this library, 0 if there was none. It is for
// callers whose errno may change before they can read it.
int libdaemon_last_errno(void);

// The status that a launcher should exit with after its last failure: what the daemon gave to
// daemonize_fail(), or exited with, else 1.
int libdaemon_last_status(void);

// What was being done when the calling thread's last failure happened: one of the texts that
// libdaemon(3) lists, such as "pid file" or "log". Programs can tell failures apart by it.
// libdaemon_last_error() begins with this text; only after "waiting for the daemon" that line says
// what became of the daemon. The empty string if there was no failure. Never freed.
const char *libdaemon_last_step(void);

// Sets the title of the process. ps and top show up to 4095 bytes of it, /proc/PID/comm the first
// 15. The program's arguments and environment stay as they are. There is one exception: if the
// kernel or a sandbox does not know PR_SET_MM_MAP, the title is written over the arguments, as much
// of it as fits. EINVAL for NULL and an empty title, or the errno of what /proc refuses.
int libdaemon_set_title(const char *title);

// Makes the calling process a daemon with the default options, as daemonize_with(NULL) does.
//
// Returns 0 in the daemon. In the original process it returns only on failure, with -1, and then no
// daemon runs. When the daemon is up, the original process ends by _exit(0): exit handlers do not
// run, and stdio has been flushed before the fork.
//
// The daemon is what daemon(7), "SysV Daemons", asks for.
int daemonize(void);

// Makes the calling process a daemon as `options` say; NULL stands for the defaults. The options
// can be freed afterwards, in either process.
//
// Returns 0 in the daemon. With daemonize_options_wait_ready() the original process ends only when
// the daemon has called daemonize_ready(). On failure it gets -1, and errno is one of these, or
// that of the step that failed:
//
// - ECANCELED: the daemon called daemonize_fail(); libdaemon_last_error() is its message,
//   libdaemon_last_status() its status.
// - ECHILD: the daemon ended before it was set up, or before it was ready.
// - ETIMEDOUT: the daemon was not set up or not ready in time, and has been killed.
// - EINTR: SIGHUP, SIGINT, SIGQUIT or SIGTERM interrupted the wait, and the daemon has been killed.
// - EPROTO: the daemon's descriptor brought something that is no report of the library, and the
//   daemon has been killed.
// - EAGAIN, where libdaemon_last_step() is "pid file" or "lock file": a running daemon holds that
//   file.
// - EAGAIN, where libdaemon_last_step() is "fork" or "second fork": no more processes are allowed.
// - EDEADLK: the process has other threads, see daemonize_options_threads().
// - EINVAL: an option is wrong, or a daemon of this process could not live. That is so for process
//   1 of a pid namespace, whose end ends all others in it, and after unshare(CLONE_NEWPID), when
//   the next child will be such a process 1.
//
// After a failure, directory, umask, signal mask, descriptors and files are as they were. There is
// one exception: in the foreground, privileges that were given up before another step failed stay
// given up, and the process should exit. If the kernel does not let the failed daemon end,
// libdaemon_last_error() names its process.
//
// Between launcher and daemon there is an intermediate process. The launcher cannot wait for it,
// and its end sends no SIGCHLD. Only where other threads run, it is a usual child until the call
// returns. The handlers of pthread_atfork(3) run around the second fork: those for the parent run
// in the intermediate process.
int daemonize_with(const struct daemonize_options *options);

// Makes a copy of the calling process a daemon. Returns the daemon's pid in the original process, 0
// in the daemon, and on failure -1 in the original process, as daemonize_with() does. In the
// foreground the process itself is the daemon: 0.
pid_t daemonize_fork(const struct daemonize_options *options);

// Starts another program as a daemon, as `options` say, and returns its pid; for callers with
// threads, with much memory, or with a runtime that does not survive a fork. NULL stands for the
// default options. `argv` is the program's arguments, its name first and NULL behind the last.
//
// Nothing of the caller is copied, and none of its code runs: no handler of a signal or of
// pthread_atfork(3). A `path` without a slash is looked for as execvp(3) does, in the PATH of the
// daemon's environment; a relative one with a slash is the caller's, or with
// daemonize_options_chroot() the daemon's. A file that is no program is not given to a shell.
//
// The program inherits the descriptors of the pid file and the lock file. Both stay locked as long
// as it, or a process that it has started, keeps them open. The program does not remove its pid
// file: daemonize_stop() does, and the next start takes it over. daemonize_options_reopen_on() and
// DAEMONIZE_FOREGROUND_ALWAYS are refused with EINVAL; daemonize_options_threads() and
// _core_dumps() have no effect.
//
// With daemonize_options_wait_ready() it returns when the program says that it is ready: by
// `READY=1` of sd_notify(3), to the socket that NOTIFY_SOCKET names in its environment, or by a
// newline to the descriptor that daemonize_options_notify_fd() gives it. Only the program and the
// processes in its session are believed. If the program ends before it is ready, its STATUS becomes
// part of the error line, and its ERRNO becomes errno. With daemonize_fail() it gives the whole
// error line. Other messages have no effect. After the call the socket is gone, and a message to it
// fails harmlessly.
//
// -1 on failure, and nothing is left: with execve(2)'s errno when the program cannot be executed,
// else as daemonize_with().
pid_t daemonize_exec(const struct daemonize_options *options, const char *path, const char *const *argv);

// Tells the launcher that the daemon can serve, and returns 0 when the launcher has accepted that.
// Returns 0 at once if no launcher waits. Then it writes a newline to the descriptor of
// daemonize_options_notify_fd(), and closes it. -1 with
//
// - EPIPE: the launcher has given up, or nobody reads that descriptor.
// - EBADF: the program has closed that descriptor.
// - EINVAL: the process is not a daemon.
int daemonize_ready(void);

// Ends a daemon that gives up, by exit(3) with `status`, 1 to 255; any other number counts as 1. If
// a launcher waits, its call fails with `message` (one line), and libdaemon_last_status() is
// `status` there. If none waits, `message` is written to standard error, and told as STATUS to who
// listens at NOTIFY_SOCKET: in the foreground, without daemonize_options_wait_ready(), after
// daemonize_ready(), and in any other process, such as one that daemonize_exec() has started.
// Returns only if `message` is NULL: -1 with EINVAL.
int daemonize_fail(int status, const char *message);

// The first half of daemonize_fail(), for runtimes that have an exit of their own. It tells the
// launcher, or writes to standard error, and returns 0. Then the caller has to end the process: the
// launcher waits for that until its timeout.
int daemonize_report_failure(int status, const char *message);

// New options, all at their defaults; NULL with ENOMEM. daemonize_options_free() frees them.
struct daemonize_options *daemonize_options_new(void);

// Frees options; does nothing for NULL. A daemon made with them does not need them any more.
void daemonize_options_free(struct daemonize_options *options);

// The working directory; default "/". With daemonize_options_chroot() it is a path inside the new
// root directory. The daemon's user must be allowed to enter it.
int daemonize_options_directory(struct daemonize_options *options, const char *path);

// The root directory; default: the launcher's. The log, the pid file and the lock file are opened
// before the change, so their paths are those outside; so is that of NOTIFY_SOCKET, but for a
// program that daemonize_exec() starts. Needs CAP_SYS_CHROOT.
int daemonize_options_chroot(struct daemonize_options *options, const char *path);

// The umask, at most 0777; default 0. Files that the library itself makes are never writable by
// group or others.
int daemonize_options_umask(struct daemonize_options *options, mode_t mask);

// The file that standard input reads; default /dev/null. If it is a FIFO, the start waits until a
// process has opened it for writing, for as long as daemonize_options_setup_timeout() and
// daemonize_options_wait_ready() allow. A symbolic link in the path is followed only if it belongs
// to root or to the caller.
int daemonize_options_stdin(struct daemonize_options *options, const char *path);

// The file that standard output is appended to; default /dev/null (in the foreground: no change). A
// new file gets mode 0644 less the launcher's umask. C's stdout then writes each line when it is
// complete, unless the program has made it unbuffered.
//
// The start fails with EPERM if the file or FIFO belongs to neither root nor the caller nor the
// daemon's user, or if a symbolic link in the path belongs to neither root nor the caller. It fails
// with EMLINK if the file has another hard link and others may create files in its directory.
//
// If it is a FIFO, the start waits until a process has opened it for reading, for as long as
// daemonize_options_setup_timeout() and daemonize_options_wait_ready() allow. Then it fails with
// ETIMEDOUT.
int daemonize_options_stdout(struct daemonize_options *options, const char *path);

// The file that standard error is appended to, as with daemonize_options_stdout().
int daemonize_options_stderr(struct daemonize_options *options, const char *path);

// One file for standard output and standard error.
int daemonize_options_log(struct daemonize_options *options, const char *path);

// Whether the files of standard output and standard error are emptied; default false. That happens
// when nothing else can fail any more.
int daemonize_options_truncate(struct daemonize_options *options, bool truncate);

// The signal on which the daemon opens its log files again; 0, the default, is none. The signal
// handler itself does it: when a rotation has renamed a log, no line is lost, and the program has
// nothing to do.
//
// The daemon's user must be allowed to open or create the file, and its path must exist inside the
// new root directory. If a file cannot be opened, would be refused at a start, or is a FIFO without
// a reader, then the daemon goes on with the old one and writes the reason to it.
int daemonize_options_reopen_on(struct daemonize_options *options, int signal);

// The pid file; default none. It holds the daemon's pid before the launcher ends, and it is locked
// as long as the daemon lives. A path that is itself a symbolic link is refused.
//
// At a clean end of the daemon the file is emptied and removed. A clean end is exit(3), or one of
// SIGTERM, SIGINT and SIGQUIT (in the foreground SIGHUP, too) that the program has left at its
// default.
int daemonize_options_pidfile(struct daemonize_options *options, const char *path);

// A file that is locked as long as the daemon lives; default none. Nothing is written to it, and it
// stays at the end.
int daemonize_options_lockfile(struct daemonize_options *options, const char *path);

// The pid file's mode, whatever the umask; default 0644. EINVAL for more than 0777, and where group
// or others could write to it.
int daemonize_options_pidfile_mode(struct daemonize_options *options, mode_t mode);

// Whether the pid file and the lock file stay open, and locked, over an exec; default false: then
// an exec closes them and ends their locks. With true, the programs that the daemon starts hold the
// locks, too, until all of them have ended.
int daemonize_options_keep_lock(struct daemonize_options *options, bool over_exec);

// A directory that the start creates where it is missing, such as one in /run after a reboot. It
// belongs to the daemon's user and group and has exactly `mode` (EINVAL for more than 07777). It is
// created before the log, the pid file and the lock file are opened, and removed again if the start
// fails. A directory that is there already is not changed. Can be called for several directories:
// the outer ones first.
int daemonize_options_runtime_directory(struct daemonize_options *options, const char *path, mode_t mode);

// The user that the daemon becomes, by name or number, with all of the user's groups; default: no
// change. The change cannot be taken back. HOME, USER, LOGNAME and SHELL become the user's, unless
// daemonize_options_setenv() sets them. For a number that the user database does not have, they are
// unset.
//
// The process must have the right to become that user, or be it already. Ids that are right already
// are not set again. If the process may not set its supplementary groups, all those that it has
// must be the user's, else the start fails with EPERM.
int daemonize_options_user(struct daemonize_options *options, const char *name);

// The group, by name or number; default: the user's own.
int daemonize_options_group(struct daemonize_options *options, const char *name);

// Keeps a capability when the daemon changes its user, such as CAP_NET_BIND_SERVICE of
// linux/capability.h, to bind to ports below 1024. Can be called for several. The daemon has it
// permitted, effective, inheritable and ambient, so the programs that it executes have it, too.
// EINVAL for a number that the kernel does not know. The start fails with EPERM if the process does
// not have it. It has no effect unless the daemon becomes a user other than root.
int daemonize_options_keep_capability(struct daemonize_options *options, int capability);

// Allows core dumps, and tracing by the same user; default false. The kernel forbids both to a
// process that has changed its user. RLIMIT_CORE is not changed: that is up to the program.
int daemonize_options_core_dumps(struct daemonize_options *options, bool allow);

// Keeps a descriptor open in the daemon. Can be called for several. 0, 1 or 2 stays what it is,
// unless a path is set for it. EBADF if it is not open.
int daemonize_options_keep_fd(struct daemonize_options *options, int fd);

// Which descriptors are closed; default DAEMONIZE_CLOSE_ALL. The connection of syslog(3) always
// stays open.
//
// Some libraries (resolvers, NSS, PAM, GLib) keep descriptors of their own, and close them later by
// number. That number could by then be another file of the daemon's. A program that uses such a
// library before the start should choose DAEMONIZE_CLOSE_INHERITED.
int daemonize_options_close_fds(struct daemonize_options *options, enum daemonize_close which);

// What becomes of signals; default DAEMONIZE_SIGNALS_RESET.
int daemonize_options_signals(struct daemonize_options *options, enum daemonize_signals how);

// Leaves the disposition of one signal as it is, ignored or handled, while the others become the
// default. Can be called for several. Signals that were queued before the start do not reach the
// daemon. EINVAL for a signal whose disposition cannot be set.
int daemonize_options_keep_signal(struct daemonize_options *options, int signal);

// Sets an environment variable of the daemon, also with daemonize_options_clearenv(). EINVAL for a
// name that is empty or has a "=" in it.
int daemonize_options_setenv(struct daemonize_options *options, const char *name, const char *value);

// The daemon does not inherit the launcher's environment variables. Those of
// daemonize_options_setenv() are set all the same.
int daemonize_options_clearenv(struct daemonize_options *options);

// Has the launcher wait for daemonize_ready(), up to `timeout_ms` milliseconds; -1 is for ever,
// EINVAL for 0 and below -1. Default: it waits only until the daemon is set up.
int daemonize_options_wait_ready(struct daemonize_options *options, int timeout_ms);

// How long the launcher waits for the library's own work, from the fork until the daemon is set up,
// in milliseconds; default 30000. -1 is for ever, EINVAL for 0 and below -1. Before the fork, it
// waits as long for the other side of a FIFO that is a log or standard input.
int daemonize_options_setup_timeout(struct daemonize_options *options, int timeout_ms);

// A descriptor, 3 or above, on which a supervisor such as s6 waits: daemonize_ready() writes a
// newline to it and closes it. It stays open until then. The start fails with EBADF if it is not
// open. EINVAL below 3.
//
// With daemonize_exec() and daemonize_options_wait_ready(), the descriptor is one of the program:
// the launcher reads the newline that the program writes to it.
int daemonize_options_notify_fd(struct daemonize_options *options, int fd);

// Whether the process forks at all; default DAEMONIZE_FOREGROUND_AUTO.
int daemonize_options_foreground(struct daemonize_options *options, enum daemonize_foreground when);

// Whether a process with other threads may become a daemon; default false: EDEADLK. The daemon does
// not have these threads.
int daemonize_options_threads(struct daemonize_options *options, bool allow);

// The daemon's title, as libdaemon_set_title() sets it. Default: the launcher's.
int daemonize_options_title(struct daemonize_options *options, const char *title);

// The pid of the daemon that holds the pid file, 0 if none runs, -1 on failure. The lock decides: a
// file that no daemon has locked means that none runs, whatever pid is in it.
//
// The pid in the file is believed only if that process is shown to hold the lock. /proc/PID/fdinfo
// shows it, or /proc/locks where fdinfo may not be read. Without such a /proc, the pid is believed
// only if nobody but root and the caller can write to the file and its directory. errno is
//
// - EAGAIN: the daemon is just starting or ending.
// - EPERM: the process in the file does not hold the lock, or cannot be shown to.
// - EMLINK: the file has another hard link.
pid_t daemonize_status(const char *pidfile);

// Sends `signal` to the daemon that holds the pid file, and to no other process. 0, or -1: ESRCH
// when none runs.
int daemonize_signal(const char *pidfile, int signal);

// Ends the daemon that holds the pid file: sends SIGTERM, waits up to `timeout_ms` milliseconds
// (-1: for ever), and then sends SIGKILL if `kill` says so. 0 when it has ended, or if none runs.
// -1 with ETIMEDOUT if it still runs. If the daemon was killed, or could not remove its pid file
// itself, that is removed.
int daemonize_stop(const char *pidfile, int timeout_ms, bool kill);

// As daemonize_stop(), but by a schedule such as "TERM/30/KILL/5", as start-stop-daemon(8) has it:
// signals, and the seconds to wait after each. A signal is a name, with or without SIG, or a number
// behind a "-". "forever" repeats all that follows it. "30" stands for "TERM/30/KILL/30". After a
// KILL at the end, the call waits as well.
//
// With `session`, every process of the daemon's session gets the signals, and all of them have to
// end: its workers, and whatever they have started. Processes that have made a session of their own
// do not count. EPERM if the session is not the daemon's own, as in the foreground, and while its
// launcher still waits. EINVAL for what is no schedule. ETIMEDOUT if the schedule is over and a
// process still runs.
int daemonize_stop_by(const char *pidfile, const char *schedule, bool session);

// Tells the service manager that listens at NOTIFY_SOCKET something of this service, as
// sd_notify(3) does: lines such as "STATUS=3 clients". 0, also where there is no service manager;
// -1 with EINVAL for an empty text, EAFNOSUPPORT for an address that is no UNIX socket's (vsock),
// ETIMEDOUT when there is no room for the message for 5 seconds, or the errno of the socket.
//
// Whose messages it accepts is the service manager's affair (systemd: NotifyAccess=).
int daemonize_notify(const char *state);

// The same with `count` open descriptors, of which the service manager gets its own:
// "FDSTORE=1\nFDNAME=cache" has it keep them over a restart of the service, which finds them by
// daemonize_listen_fds(). Each goes with a message of its own. EBADF when one is not open.
int daemonize_notify_with_fds(const char *state, const int *fds, size_t count);

// Tells the service manager that the service reloads its configuration, and since when on the
// monotonic clock. daemonize_ready() says that this is done. Returns what daemonize_notify()
// returns.
int daemonize_reloading(void);

// Tells the service manager that the service is about to end. Returns what daemonize_notify()
// returns.
int daemonize_stopping(void);

// Tells the service manager that the service is alive. Returns what daemonize_notify() returns.
int daemonize_watchdog(void);

// Within how many milliseconds after one daemonize_watchdog() the service manager expects the next
// one. A service should call it twice as often. 0: no service manager expects it. -1 with EINVAL
// when WATCHDOG_USEC or WATCHDOG_PID is nonsense.
int daemonize_watchdog_interval(void);

// Asks the service manager for more time, `timeout_ms` milliseconds from now, for the start or the
// stop that is under way. Returns what daemonize_notify() returns; EINVAL for 0 and less.
int daemonize_extend_timeout(int timeout_ms);

// How many descriptors from 3 up a service manager has handed over, as sd_listen_fds(3) does; 0:
// none. They are close-on-exec afterwards. `names`, unless it is NULL, becomes their names
// (systemd: FileDescriptorName=), "unknown" where they have none, in an array that ends in NULL and
// stays.
//
// A daemon finds those of its launcher: LISTEN_PID has become its own, and they are open whatever
// daemonize_options_close_fds() says. -1 with EBADF or ENOTSOCK when one is not open, or neither a
// socket nor a FIFO nor a file without a name (memfd); EINVAL when LISTEN_FDS, LISTEN_PID or
// LISTEN_FDNAMES is nonsense.
int daemonize_listen_fds(const char *const **names);

// Sends standard output and standard error to one file. It is appended to, and created with mode
// 0644 less the umask. Descriptors 1 and 2 are replaced and never closed, so the program's own
// handles (stdout, PHP's STDOUT) go on working. A relative path is made absolute now. On failure,
// -1, both streams are what they were.
//
// C's stdout then writes each line when it is complete, unless the program has made it unbuffered.
// EPERM and EMLINK are as with daemonize_options_stdout(). A FIFO without a reader is not waited
// for: ENXIO.
int reset_std(const char *path);

// As reset_std(), with a file for each of the two.
int reset_std_split(const char *out, const char *err);

// Opens the files of reset_std(), or those of the daemon's options, again after a rotation. If C's
// stdout holds the beginning of a line, the whole line goes to the new file. -1 with EINVAL if
// there are no such files, and with ENOENT for one outside of the daemon's root directory.
int reopen_std(void);

// Forks, as fork(2): 0 in the child, its pid in the parent, -1 on failure. The child starts with an
// empty signal queue.
pid_t pcntl_fork(void);

// Waits for the child `process_id` (-1: any, 0: of the own process group, below -1: of that group)
// to end, with the flags of waitpid(2). Returns its pid, 0 if the flags have WNOHANG and none has
// ended, or -1; EINTR when a signal interrupts. `status` and `resource_usage` may be NULL, and are
// written only when there is a pid.
pid_t pcntl_waitpid(pid_t process_id, int *status, int flags, struct pcntl_rusage *resource_usage);

// Waits for any child: pcntl_waitpid(-1, ...).
pid_t pcntl_wait(int *status, int flags, struct pcntl_rusage *resource_usage);

// Waits for the children that `idtype` and `id` name (P_ALL, P_PID, P_PGID, P_PIDFD), with the
// flags of waitid(2), of which WEXITED, WSTOPPED or WCONTINUED must be one. 0, or -1; EINTR when a
// signal interrupts. `info` tells of the child as a SIGCHLD would, and its `signo` is 0 where
// WNOHANG is among the flags and there is nothing to tell. `info` and `resource_usage` may be NULL.
int pcntl_waitid(int idtype, uint32_t id, struct pcntl_siginfo *info, int flags, struct pcntl_rusage *resource_usage);

// Did the child end by exit(3) or _exit(2)?
bool pcntl_wifexited(int status);

// Is the child stopped?
bool pcntl_wifstopped(int status);

// Did a signal end the child?
bool pcntl_wifsignaled(int status);

// Does the child go on after a stop?
bool pcntl_wifcontinued(int status);

// The exit status of a child that ended by exit(3) or _exit(2).
int pcntl_wexitstatus(int status);

// The signal that ended the child.
int pcntl_wtermsig(int status);

// The signal that stopped the child.
int pcntl_wstopsig(int status);

// Becomes the program `path`, as execve(2). Its argument 0 is `path`, and the others are those in
// `args`, which ends in NULL. `env_vars` has "NAME=value" strings, and ends in NULL too. NULL as
// `args` stands for no arguments, NULL as `env_vars` for the present environment. Returns only on
// failure: -1.
int pcntl_exec(const char *path, const char *const *args, const char *const *env_vars);

// Stops sharing with other processes what `flags` (CLONE_NEWNS, CLONE_NEWNET, ...) name, as
// unshare(2). 0, or -1.
int pcntl_unshare(int flags);

// Enters namespaces of another process: those that `nstype` (CLONE_NEWNET, CLONE_NEWNS, ...) names.
// 0, or -1.
int pcntl_setns(pid_t process_id, int nstype);

// Has SIGALRM sent after so many seconds; 0 cancels the alarm. Returns the seconds that an earlier
// alarm had left, else 0.
unsigned int pcntl_alarm(unsigned int seconds);

// The errno of this thread's last failure in a pcntl function, 0 if there was none.
int pcntl_get_last_error(void);

// The description of an errno, as strerror(3) gives it. Never NULL; for unknown numbers valid until
// the next call.
const char *pcntl_strerror(int error_code);

// The priority ("nice value", -20 to 19) of a process, a process group or a user, as `mode` says:
// PRIO_PROCESS, PRIO_PGRP, PRIO_USER; `id` 0 is the caller's. -1 on failure. -1 can be a valid
// priority, too: errno and libdaemon_last_errno() are then 0.
int pcntl_getpriority(uint32_t id, int mode);

// Sets the priority of what `id` and `mode` name, as in pcntl_getpriority(). The kernel replaces a
// priority that is out of range by the nearest one in range. 0, or -1.
int pcntl_setpriority(int priority, uint32_t id, int mode);

// The processors that a process (0: the calling thread) may run on: writes the numbers of the first
// `count` of them to `cpu_ids`, in ascending order, and gives how many there are. `cpu_ids` may be
// NULL where `count` is 0. -1 on failure.
int pcntl_getcpuaffinity(pid_t process_id, int *cpu_ids, int count);

// Has a process (0: the calling thread) run only on the `count` processors with these numbers. 0,
// or -1: EINVAL if none of them exists.
int pcntl_setcpuaffinity(pid_t process_id, const int *cpu_ids, int count);

// The number of the processor that the calling thread runs on; -1 on failure.
int pcntl_getcpu(void);

// Sets what happens on `signal`: PCNTL_SIG_DFL, PCNTL_SIG_IGN, PCNTL_SIG_QUEUE (keep it for
// pcntl_next_signal()) or a function. Only pcntl_signal_dispatch() calls that function, never the
// signal handler itself. It may end its thread, but must not jump out by longjmp(3). With
// `restart_syscalls`, system calls that the signal interrupts are restarted, which PHP does by
// default for every signal but SIGALRM. 0, or -1: EINVAL for a signal that does not exist or cannot
// be handled.
int pcntl_signal(int signal, pcntl_handler handler, bool restart_syscalls);

// pcntl_signal() for callers that cannot pass a function: `disposition` is a pcntl_disposition. As
// PHP does it, this unblocks the signal in the calling thread.
int pcntl_signal_disposition(int signal, int disposition, bool restart_syscalls);

// Calls the handlers of the signals that have arrived, oldest first, and gives the number of calls.
// It stops before a signal set to PCNTL_SIG_QUEUE. Inside a handler it does nothing. Any thread may
// call it, but while another thread runs handlers it does nothing.
//
// No signal is lost that the kernel has delivered to any thread. In a process with one thread the
// queue holds 224 signals. When that many wait, further signals are blocked: the kernel keeps them
// until this function or pcntl_next_signal() has made room. With several threads the queue grows
// instead, and no thread's mask is changed.
//
// Signals that arrived at one thread keep their order. Between threads there is no order: the
// kernel chooses the thread for each signal, and the threads race.
int pcntl_signal_dispatch(void);

// Takes the oldest signal that has arrived, without calling a handler: its number, 0 if there is
// none, or -1. `info` may be NULL.
int pcntl_next_signal(struct pcntl_siginfo *info);

// A descriptor for poll(2) and event loops: readable while signals are queued. Always the same; not
// to be read from or closed. -1 on failure. A forked child has one of its own under the same
// number, which it has to add to an epoll instance again. A child that has reached its limit of
// descriptors has none until it calls this function.
int pcntl_signal_fd(void);

// Changes the calling thread's signal mask, as sigprocmask(2). Bit 0 of `signals` stands for signal
// 1: PCNTL_SIGNAL_BIT(). `mode` is SIG_BLOCK, SIG_UNBLOCK or SIG_SETMASK. `old_signals`, which may
// be NULL, gets the former mask. 0, or -1: EINVAL for another mode. SIGKILL, SIGSTOP and the two
// signals of libc are left out.
//
// Signals that the library itself blocks while its queue is full are not part of the mask that is
// reported. A new mask does not unblock them.
int pcntl_sigprocmask(int mode, uint64_t signals, uint64_t *old_signals);

// Waits for one of `signals` (bit 0: signal 1), all of them to be blocked, and takes it: its
// number, or -1; EINTR when another signal's handler interrupts. `info` may be NULL. A signal that
// is in the queue already is returned at once, because another one may never come.
int pcntl_sigwaitinfo(uint64_t signals, struct pcntl_siginfo *info);

// pcntl_sigwaitinfo() for no longer than so many seconds and nanoseconds (0 to 999999999): then -1
// with EAGAIN. A signal that is already queued for its handler is not taken.
int pcntl_sigtimedwait(uint64_t signals, struct pcntl_siginfo *info, int64_t seconds, int64_t nanoseconds);

// Makes the process the leader of a new session: the session's id, or -1 with EPERM for the leader
// of a process group.
pid_t posix_setsid(void);

// Sends a signal as kill(2) does; 0 only asks whether that would be allowed. 0, or -1.
int posix_kill(pid_t process_id, int signal);

// The process's pid.
pid_t posix_getpid(void);

// The pid of its parent.
pid_t posix_getppid(void);

// The session of a process (0: the calling one); -1 on failure.
pid_t posix_getsid(pid_t process_id);

// The process group of a process (0: the calling one); -1 on failure.
pid_t posix_getpgid(pid_t process_id);

// Moves a process (0: the calling one) to a process group (0: the one with the process's pid). 0,
// or -1.
int posix_setpgid(pid_t process_id, pid_t process_group_id);

// The process group of the calling process.
pid_t posix_getpgrp(void);

// The clock ticks since a moment in the past, and in `times`, which may be NULL, those that the
// process has used. posix_sysconf(_SC_CLK_TCK) tells how many a second has. -1 on failure.
int64_t posix_times(struct posix_tms *times);

// What the system is called. 0, or -1.
int posix_uname(struct posix_utsname *names);

// The path that stands for the controlling terminal of any process: /dev/tty.
const char *posix_ctermid(void);

// Is the descriptor a terminal? If not, posix_get_last_error() says why: ENOTTY, EBADF.
bool posix_isatty(int file_descriptor);

// The name of the terminal at a descriptor, valid until the thread's next call; NULL on failure.
const char *posix_ttyname(int file_descriptor);

// The errno of this thread's last failure in a posix function, 0 if there was none.
int posix_get_last_error(void);

// The description of an errno, as strerror(3) gives it. Never NULL; for unknown numbers valid until
// the next call.
const char *posix_strerror(int error_code);

// The real user's number.
uid_t posix_getuid(void);

// The effective user's number.
uid_t posix_geteuid(void);

// The real group's number.
gid_t posix_getgid(void);

// The effective group's number.
gid_t posix_getegid(void);

// Changes the user. Root gives up its own user for good; for others only the effective user
// changes. This function and the three that follow act on all threads. 0, or -1.
int posix_setuid(uid_t user_id);

// Changes the effective user. 0, or -1.
int posix_seteuid(uid_t user_id);

// Changes the group. Root gives up its own group for good; for others only the effective group
// changes. 0, or -1.
int posix_setgid(gid_t group_id);

// Changes the effective group. 0, or -1.
int posix_setegid(gid_t group_id);

// The supplementary groups, as getgroups(2): writes at most `size` to `groups` and gives how many
// there are. With `size` 0 it only gives the number. -1 with EINVAL when they do not fit.
int posix_getgroups(int size, gid_t *groups);

// Sets the supplementary groups to all groups of the user of that name, and `group_id`. 0, or -1.
int posix_initgroups(const char *username, gid_t group_id);

// The name of the user who has logged in to the session, valid until the thread's next call; NULL
// where there is none.
const char *posix_getlogin(void);

// Looks a user up by name: 1, and the entry in `user`, with its strings in `buffer`, of `size`
// bytes; 0 if there is no such user; -1 on failure, with ERANGE when `buffer` is too small. 1024
// bytes are enough for most entries.
int posix_getpwnam(const char *username, struct posix_passwd *user, char *buffer, size_t size);

// posix_getpwnam(), by number.
int posix_getpwuid(uid_t user_id, struct posix_passwd *user, char *buffer, size_t size);

// posix_getpwnam() for groups.
int posix_getgrnam(const char *name, struct posix_group *group, char *buffer, size_t size);

// posix_getgrnam(), by number.
int posix_getgrgid(gid_t group_id, struct posix_group *group, char *buffer, size_t size);

// Makes a FIFO with these permissions, less the umask. 0, or -1.
int posix_mkfifo(const char *filename, mode_t permissions);

// Makes a file as mknod(2): `flags` are its kind and its permissions, less the umask, `major` and
// `minor` the numbers of a device. 0, or -1.
int posix_mknod(const char *filename, mode_t flags, unsigned int major, unsigned int minor);

// Asks as access(2) whether the real user may read (4), write (2) and execute (1) the file, or
// whether there is one (0). 0, or -1.
int posix_access(const char *filename, int flags);

// posix_access() for the effective user.
int posix_eaccess(const char *filename, int flags);

// Writes the path of the working directory to `buffer`, of `size` bytes, and gives `buffer`; NULL
// on failure, with ERANGE when it is too small. 4096 bytes are enough for every path that a system
// call takes.
char *posix_getcwd(char *buffer, size_t size);

// The limits of a resource, whose number is that of getrlimit(2). UINT64_MAX stands for no limit.
// Both pointers may be NULL. 0, or -1.
int posix_getrlimit(int resource, uint64_t *soft_limit, uint64_t *hard_limit);

// Sets the limits of a resource. UINT64_MAX stands for no limit. 0, or -1.
int posix_setrlimit(int resource, uint64_t soft_limit, uint64_t hard_limit);

// A configuration value of the system, as sysconf(3): `conf_id` is one of its _SC_ constants. -1
// with errno 0 if there is no limit, -1 with EINVAL for an unknown constant. If there is no limit,
// posix_get_last_error() returns 0, too; that also goes for the two functions that follow.
int64_t posix_sysconf(int conf_id);

// A configuration value of the file system that the file is on, as pathconf(3): `name` is one of
// its _PC_ constants. -1 with errno 0 if there is no limit, -1 on failure.
int64_t posix_pathconf(const char *path, int name);

// posix_pathconf() for an open file.
int64_t posix_fpathconf(int file_descriptor, int name);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* LIBDAEMON_H */
