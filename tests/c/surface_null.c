/*
 * Every function with NULL and nonsense. Each call runs in a process of its own, so that one that crashes is
 * named and the rest still runs. REFUSED: -1 (NULL, false where that is the type) with the given errno, the
 * same from libdaemon_last_errno, and a line of explanation. SURVIVES: any answer will do, but an answer.
 * `--list` prints the calls: the Rust side checks that no function of the header is missing among them.
 */
#define _GNU_SOURCE

#include "surface_null.h"
#include "surface_null_notify.h"
#include <sched.h>
#include <sys/stat.h>

static daemonize_options *options;

static void library(void)
{
    SURVIVES(strlen(libdaemon_version()));
    SURVIVES(strlen(libdaemon_last_error()));
    SURVIVES(libdaemon_last_errno());
    SURVIVES(libdaemon_last_status());
    SURVIVES(strlen(libdaemon_last_step()));
}

static void daemons(void)
{
    /* NULL options are the defaults: these really start a daemon, which ends at once. */
    SURVIVES(daemonize() == 0 ? _exit(0) : (void)0);
    SURVIVES(daemonize_with(NULL) == 0 ? _exit(0) : (void)0);
    SURVIVES(daemonize_fork(NULL) == 0 ? _exit(0) : (void)0);
    static const char *const no_arguments[] = {NULL}, *const arguments[] = {"x", NULL};
    INVALID(daemonize_exec(NULL, NULL, NULL));
    INVALID(daemonize_exec(NULL, "/bin/true", NULL));
    INVALID(daemonize_exec(NULL, "/bin/true", no_arguments));
    INVALID(daemonize_exec(NULL, NULL, arguments));
    INVALID(daemonize_exec(NULL, "", arguments));
    INVALID(daemonize_ready());
    INVALID(daemonize_fail(1, NULL));
    INVALID(daemonize_fail(INT_MIN, NULL));
    INVALID(daemonize_report_failure(1, NULL));
    INVALID(daemonize_status(NULL));
    REFUSED(daemonize_status(""), 0);
    INVALID(daemonize_signal(NULL, SIGTERM));
    INVALID(daemonize_signal("/nowhere.pid", -1));
    INVALID(daemonize_signal("/nowhere.pid", INT_MAX));
    INVALID(daemonize_stop(NULL, 0, false));
    INVALID(daemonize_stop_by(NULL, "TERM/1", false));
    INVALID(daemonize_stop_by("/nowhere.pid", NULL, false));
    REFUSED(daemonize_stop_by("/nowhere.pid", "", false), 0);
    INVALID(daemonize_stop_by("/nowhere.pid", "TERM", true));
    service_managers();
    INVALID(reset_std(NULL));
    REFUSED(reset_std(""), 0);
    INVALID(reset_std_split(NULL, NULL));
    INVALID(reset_std_split("/dev/null", NULL));
    INVALID(reset_std_split(NULL, "/dev/null"));
    SURVIVES(reopen_std());
}

static void options_of_nothing(void)
{
    SURVIVES(daemonize_options_free(NULL));
    INVALID(daemonize_options_directory(NULL, "/"));
    INVALID(daemonize_options_chroot(NULL, "/"));
    INVALID(daemonize_options_umask(NULL, 0));
    INVALID(daemonize_options_stdin(NULL, "/dev/null"));
    INVALID(daemonize_options_stdout(NULL, "/dev/null"));
    INVALID(daemonize_options_stderr(NULL, "/dev/null"));
    INVALID(daemonize_options_log(NULL, "/dev/null"));
    INVALID(daemonize_options_truncate(NULL, true));
    INVALID(daemonize_options_reopen_on(NULL, SIGHUP));
    INVALID(daemonize_options_pidfile(NULL, "/nowhere.pid"));
    INVALID(daemonize_options_pidfile_mode(NULL, 0644));
    INVALID(daemonize_options_lockfile(NULL, "/nowhere.lock"));
    INVALID(daemonize_options_keep_lock(NULL, true));
    INVALID(daemonize_options_runtime_directory(NULL, "/run/nowhere", 0755));
    INVALID(daemonize_options_user(NULL, "root"));
    INVALID(daemonize_options_group(NULL, "root"));
    INVALID(daemonize_options_keep_fd(NULL, 1));
    INVALID(daemonize_options_keep_signal(NULL, 1));
    INVALID(daemonize_options_close_fds(NULL, DAEMONIZE_CLOSE_ALL));
    INVALID(daemonize_options_signals(NULL, DAEMONIZE_SIGNALS_RESET));
    INVALID(daemonize_options_setenv(NULL, "A", "b"));
    INVALID(daemonize_options_keep_capability(NULL, 10));
    INVALID(daemonize_options_core_dumps(NULL, true));
    INVALID(daemonize_options_clearenv(NULL));
    INVALID(daemonize_options_wait_ready(NULL, 1000));
    INVALID(daemonize_options_setup_timeout(NULL, 1000));
    INVALID(daemonize_options_notify_fd(NULL, 3));
    INVALID(daemonize_options_title(NULL, "app"));
    INVALID(daemonize_options_foreground(NULL, DAEMONIZE_FOREGROUND_NEVER));
    INVALID(daemonize_options_threads(NULL, true));
}

static void options_of_nonsense(void)
{
    SURVIVES(options = daemonize_options_new());
    options = daemonize_options_new();
    CHECK(options != NULL);
    INVALID(daemonize_options_directory(options, NULL));
    INVALID(daemonize_options_chroot(options, NULL));
    INVALID(daemonize_options_umask(options, (mode_t)-1));
    INVALID(daemonize_options_umask(options, 01000));
    INVALID(daemonize_options_stdin(options, NULL));
    INVALID(daemonize_options_stdout(options, NULL));
    INVALID(daemonize_options_stderr(options, NULL));
    INVALID(daemonize_options_log(options, NULL));
    INVALID(daemonize_options_pidfile(options, NULL));
    INVALID(daemonize_options_pidfile_mode(options, (mode_t)-1));
    INVALID(daemonize_options_pidfile_mode(options, 0666));
    INVALID(daemonize_options_lockfile(options, NULL));
    INVALID(daemonize_options_runtime_directory(options, NULL, 0755));
    INVALID(daemonize_options_runtime_directory(options, "/run/nowhere", (mode_t)-1));
    INVALID(daemonize_options_user(options, NULL));
    INVALID(daemonize_options_group(options, NULL));
    REFUSED(daemonize_options_directory(options, ""), 0);
    REFUSED(daemonize_options_log(options, ""), 0);
    REFUSED(daemonize_options_pidfile(options, ""), 0);
    REFUSED(daemonize_options_user(options, ""), 0);
    INVALID(daemonize_options_reopen_on(options, -1));
    INVALID(daemonize_options_reopen_on(options, 65));
    INVALID(daemonize_options_reopen_on(options, INT_MIN));
    INVALID(daemonize_options_reopen_on(options, SIGKILL));
    REFUSED(daemonize_options_keep_fd(options, -1), 0);
    INVALID(daemonize_options_keep_signal(options, 0));
    INVALID(daemonize_options_keep_signal(options, -1));
    INVALID(daemonize_options_keep_signal(options, SIGKILL));
    INVALID(daemonize_options_keep_signal(options, 65));
    INVALID(daemonize_options_close_fds(options, (daemonize_close)99));
    INVALID(daemonize_options_signals(options, (daemonize_signals)99));
    INVALID(daemonize_options_title(options, NULL));
    REFUSED(daemonize_options_title(options, ""), 0);
    INVALID(daemonize_options_notify_fd(options, 2));
    INVALID(daemonize_options_notify_fd(options, -1));
    INVALID(daemonize_options_foreground(options, (daemonize_foreground)-7));
    INVALID(daemonize_options_setenv(options, NULL, NULL));
    INVALID(daemonize_options_setenv(options, "A", NULL));
    INVALID(daemonize_options_setenv(options, NULL, "b"));
    INVALID(daemonize_options_setenv(options, "", "b"));
    INVALID(daemonize_options_setenv(options, "A=B", "c"));
    INVALID(daemonize_options_wait_ready(options, 0));
    INVALID(daemonize_options_setup_timeout(options, 0));
    INVALID(daemonize_options_wait_ready(options, INT_MIN));
    INVALID(daemonize_options_setup_timeout(options, INT_MIN));
    /* A refused value leaves the object as good as new. */
    SURVIVES(daemonize_with(options) == 0 ? _exit(0) : _exit(1));
    daemonize_options_free(options);
}

static void processes(void)
{
    int number;

    SURVIVES(pcntl_fork() == 0 ? _exit(0) : (void)0);
    REFUSED(pcntl_wait(NULL, 0, NULL), ECHILD);
    INVALID(pcntl_wait(NULL, INT_MAX, NULL));
    REFUSED(pcntl_waitpid(-1, NULL, 0, NULL), ECHILD);
    INVALID(pcntl_waitpid(-1, NULL, INT_MAX, NULL));
    REFUSED(pcntl_waitpid(INT_MIN, NULL, 0, NULL), 0);
    for (number = -1; number < 2; number++)
        SURVIVES(pcntl_wifexited(number) + pcntl_wifstopped(number) + pcntl_wifsignaled(number) +
                 pcntl_wifcontinued(number) + pcntl_wexitstatus(number) + pcntl_wtermsig(number) +
                 pcntl_wstopsig(number));
    INVALID(pcntl_exec(NULL, NULL, NULL));
    REFUSED(pcntl_exec("", NULL, NULL), ENOENT);
    REFUSED(pcntl_waitid(0, 0, NULL, WEXITED, NULL), ECHILD);
    INVALID(pcntl_waitid(INT_MIN, UINT_MAX, NULL, INT_MAX, NULL));
    /* The filter of a container refuses both calls whatever they are given. */
    const int refusal = unshare(0) == 0 ? EINVAL : EPERM;
    REFUSED(pcntl_unshare(INT_MAX), refusal);
    INVALID(pcntl_setns(INT_MIN, 0));
    REFUSED(pcntl_setns(getpid(), INT_MAX), refusal);
    REFUSED(pcntl_getpriority(UINT_MAX, 0), 0);
    INVALID(pcntl_getpriority(0, INT_MIN));
    INVALID(pcntl_setpriority(INT_MAX, 0, INT_MAX));
    INVALID(pcntl_getcpuaffinity(0, NULL, 1));
    INVALID(pcntl_getcpuaffinity(0, NULL, INT_MIN));
    REFUSED(pcntl_getcpuaffinity(INT_MIN, NULL, 0), 0);
    INVALID(pcntl_setcpuaffinity(0, NULL, INT_MAX));
    INVALID(pcntl_setcpuaffinity(0, (const int[]){INT_MAX}, 1));
    INVALID(pcntl_setcpuaffinity(0, NULL, -1));
    SURVIVES(pcntl_getcpu());
    SURVIVES(pcntl_alarm(UINT_MAX));
    SURVIVES(strlen(pcntl_strerror(INT_MIN)));
    SURVIVES(pcntl_get_last_error());
    SURVIVES(posix_setsid());
    INVALID(posix_kill(getpid(), INT_MAX));
    INVALID(posix_kill(getpid(), -1));
    SURVIVES(posix_getpid());
    SURVIVES(posix_getppid());
    REFUSED(posix_getsid(-1), 0);
    REFUSED(posix_getpgid(-1), 0);
    INVALID(posix_setpgid(0, -1));
    SURVIVES(posix_isatty(-1));
    REFUSED(POINTER(posix_ttyname(-1)), EBADF);
    REFUSED(POINTER(posix_ttyname(INT_MAX)), EBADF);
    SURVIVES(posix_get_last_error());
    SURVIVES(strlen(posix_strerror(INT_MAX)));
}

static void posix(void)
{
    posix_passwd user;
    posix_group group;
    char buffer[64];

    SURVIVES(posix_getuid() + posix_geteuid() + posix_getgid() + posix_getegid());
    SURVIVES(posix_getpgrp());
    INVALID(posix_setuid((uid_t)-1));
    INVALID(posix_seteuid((uid_t)-1));
    INVALID(posix_setgid((gid_t)-1));
    INVALID(posix_setegid((gid_t)-1));
    SURVIVES(posix_getgroups(0, NULL));
    INVALID(posix_getgroups(1, NULL));
    INVALID(posix_getgroups(INT_MAX, (gid_t *)1));
    INVALID(posix_getgroups(-1, NULL));
    INVALID(posix_initgroups(NULL, 0));
    INVALID(posix_initgroups((const char *)1, 0));
    SURVIVES(posix_getlogin());
    INVALID(posix_getpwnam(NULL, &user, buffer, sizeof buffer));
    INVALID(posix_getpwnam("root", NULL, buffer, sizeof buffer));
    INVALID(posix_getpwnam("root", &user, NULL, sizeof buffer));
    INVALID(posix_getpwuid(0, NULL, NULL, 0));
    INVALID(posix_getpwuid(0, (posix_passwd *)8, buffer, sizeof buffer));
    INVALID(posix_getgrnam(NULL, &group, buffer, sizeof buffer));
    INVALID(posix_getgrnam("root", NULL, buffer, sizeof buffer));
    INVALID(posix_getgrnam("root", &group, NULL, SIZE_MAX));
    INVALID(posix_getgrgid(0, NULL, NULL, 0));
    REFUSED(posix_getgrgid(0, &group, buffer, 0), ERANGE);
    INVALID(posix_mkfifo(NULL, 0600));
    REFUSED(posix_mkfifo("", 0600), ENOENT);
    INVALID(posix_mknod(NULL, S_IFREG, 0, 0));
    REFUSED(posix_mknod("", (mode_t)-1, UINT_MAX, UINT_MAX), 0);
    INVALID(posix_access(NULL, 0));
    INVALID(posix_access("/", INT_MAX));
    REFUSED(posix_access("", 0), ENOENT);
    INVALID(posix_eaccess(NULL, 0));
    REFUSED(posix_eaccess("", -1), 0);
    INVALID(POINTER(posix_getcwd(NULL, 0)));
    INVALID(POINTER(posix_getcwd((char *)1, 4096)));
    REFUSED(POINTER(posix_getcwd(buffer, 0)), 0);
    SURVIVES(strlen(posix_ctermid()));
    INVALID(posix_uname(NULL));
    INVALID(posix_uname((posix_utsname *)4095));
    SURVIVES(posix_times(NULL));
    INVALID(posix_getrlimit(-1, NULL, NULL));
    INVALID(posix_getrlimit(INT_MAX, NULL, NULL));
    SURVIVES(posix_getrlimit(RLIMIT_CORE, NULL, NULL));
    INVALID(posix_setrlimit(-1, 0, 0));
    INVALID(posix_setrlimit(RLIMIT_CORE, 1, 0));
    INVALID(posix_sysconf(-1));
    INVALID(posix_sysconf(INT_MAX));
    INVALID(posix_pathconf(NULL, 0));
    REFUSED(posix_pathconf("", 0), 0);
    INVALID(posix_pathconf("/", INT_MIN));
    INVALID(posix_fpathconf(0, INT_MAX));
    REFUSED(posix_fpathconf(-1, 3), EBADF);
}

static void signals(void)
{
    INVALID(pcntl_signal(0, PCNTL_SIG_DFL, true));
    INVALID(pcntl_signal(-1, PCNTL_SIG_IGN, true));
    INVALID(pcntl_signal(65, PCNTL_SIG_QUEUE, true));
    INVALID(pcntl_signal(INT_MAX, PCNTL_SIG_QUEUE, false));
    INVALID(pcntl_signal(SIGKILL, PCNTL_SIG_IGN, true));
    INVALID(pcntl_signal(SIGSTOP, PCNTL_SIG_IGN, true));
    INVALID(pcntl_signal(32, PCNTL_SIG_IGN, true)); /* libc's own */
    INVALID(pcntl_signal_disposition(SIGUSR1, 3, true));
    INVALID(pcntl_signal_disposition(SIGUSR1, -1, true));
    INVALID(pcntl_signal_disposition(INT_MIN, 0, true));
    SURVIVES(pcntl_signal_dispatch());
    SURVIVES(pcntl_next_signal(NULL) == 0 ? _exit(0) : _exit(1));
    SURVIVES(pcntl_signal_fd());
    INVALID(pcntl_sigprocmask(-1, 0, NULL));
    REFUSED(pcntl_sigtimedwait(UINT64_MAX, NULL, 0, 0), EAGAIN);
    INVALID(pcntl_sigtimedwait(0, NULL, INT64_MIN, INT64_MAX));
    SURVIVES((pcntl_sigprocmask(SIG_BLOCK, UINT64_MAX, NULL), raise(SIGUSR1), pcntl_sigwaitinfo(UINT64_MAX, NULL)));
}

int main(int argc, char *argv[])
{
    const struct rlimit no_core = {0, 0};

    (void)argv;
    list_only = argc > 1;
    setrlimit(RLIMIT_CORE, &no_core);
    library();
    daemons();
    options_of_nothing();
    options_of_nonsense();
    processes();
    posix();
    signals();
    return failures != 0;
}
