/* pcntl_* and posix_* against the plain libc calls, run for run: results, errors, and what is kept of them. */
#define _GNU_SOURCE

#include "surface_check.h"
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t child_exiting(int code)
{
    pid_t pid = fork_tied();

    if (pid == 0)
        _exit(code);
    return pid;
}

static pid_t child_waiting(void)
{
    pid_t pid = fork_tied();

    if (pid == 0)
        for (;;)
            pause();
    return pid;
}

/* Every status word there is, judged by the macros and by the functions. */
static void statuses(void)
{
    int status;

    for (status = 0; status <= 0xffff; status++) {
        CHECK(pcntl_wifexited(status) == !!WIFEXITED(status));
        CHECK(pcntl_wifsignaled(status) == !!WIFSIGNALED(status));
        CHECK(pcntl_wifstopped(status) == !!WIFSTOPPED(status));
        CHECK(pcntl_wifcontinued(status) == !!WIFCONTINUED(status));
        if (WIFEXITED(status))
            CHECK(pcntl_wexitstatus(status) == WEXITSTATUS(status));
        if (WIFSIGNALED(status))
            CHECK(pcntl_wtermsig(status) == WTERMSIG(status));
        if (WIFSTOPPED(status))
            CHECK(pcntl_wstopsig(status) == WSTOPSIG(status));
    }
}

static void forks(void)
{
    int status, ends[2];
    pid_t pids[2], pid;

    CHECK(pipe(ends) == 0);
    pid = pcntl_fork();
    if (pid == 0) {
        pids[0] = posix_getpid();
        pids[1] = posix_getppid();
        CHECK(pids[0] == getpid());
        CHECK(write(ends[1], pids, sizeof pids) == sizeof pids);
        _exit(3);
    }
    CHECK(pid > 0);
    CHECK(read(ends[0], pids, sizeof pids) == sizeof pids);
    CHECK(pids[0] == pid && pids[1] == getpid() && posix_getpid() == getpid() && posix_getppid() == getppid());
    CHECK(pcntl_waitpid(pid, &status, 0, NULL) == pid);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 3);
}

static void waits(void)
{
    int status = 4711;
    pid_t pid = child_waiting();

    CHECK(pcntl_waitpid(pid, &status, WNOHANG, NULL) == 0);
    CHECK(kill(pid, SIGSTOP) == 0);
    CHECK(pcntl_waitpid(pid, &status, WUNTRACED, NULL) == pid);
    CHECK(pcntl_wifstopped(status) && pcntl_wstopsig(status) == SIGSTOP);
    CHECK(kill(pid, SIGCONT) == 0);
    CHECK(pcntl_waitpid(pid, &status, WCONTINUED, NULL) == pid && pcntl_wifcontinued(status));
    CHECK(kill(pid, SIGKILL) == 0);
    CHECK(pcntl_waitpid(pid, &status, 0, NULL) == pid);
    CHECK(pcntl_wifsignaled(status) && pcntl_wtermsig(status) == SIGKILL);
    pid = child_exiting(9);
    CHECK(pcntl_wait(&status, 0, NULL) == pid && pcntl_wexitstatus(status) == 9);
    pid = child_exiting(0);
    CHECK(pcntl_wait(NULL, 0, NULL) == pid);
    status = 4711;
    CHECK(pcntl_wait(&status, 0, NULL) == -1 && errno == ECHILD);
    CHECK(status == 4711); /* written only on success */
    CHECK(pcntl_get_last_error() == ECHILD && libdaemon_last_errno() == ECHILD);
}

static void usage(void)
{
    pcntl_rusage usage;
    struct rusage plain;
    pid_t pid = fork_tied();

    if (pid == 0) {
        volatile char *memory = malloc(8 << 20);
        long i;

        for (i = 0; memory != NULL && i < 8 << 20; i += 4096)
            memory[i] = 1;
        _exit(0);
    }
    memset(&usage, 0x5a, sizeof usage);
    CHECK(pcntl_waitpid(pid, NULL, 0, &usage) == pid);
    CHECK(getrusage(RUSAGE_CHILDREN, &plain) == 0);
    /* The only child so far: its usage is that of the children. */
    CHECK(usage.ru_minflt == plain.ru_minflt && usage.ru_minflt >= 2048);
    CHECK(usage.ru_maxrss == plain.ru_maxrss);
    CHECK(usage.ru_majflt == plain.ru_majflt && usage.ru_nvcsw == plain.ru_nvcsw);
    CHECK(usage.ru_nivcsw == plain.ru_nivcsw && usage.ru_nswap == plain.ru_nswap);
    CHECK(usage.ru_inblock == plain.ru_inblock && usage.ru_oublock == plain.ru_oublock);
    CHECK(usage.ru_utime_tv_sec == plain.ru_utime.tv_sec && usage.ru_utime_tv_usec == plain.ru_utime.tv_usec);
    CHECK(usage.ru_stime_tv_sec == plain.ru_stime.tv_sec && usage.ru_stime_tv_usec == plain.ru_stime.tv_usec);
}

/* So many signals the program that execs has got before, and not taken. */
static int flooded;

static int run(const char *path, const char *const *args, const char *const *env, char *output, size_t size)
{
    int ends[2], status;
    ssize_t got, length = 0;
    pid_t pid;

    CHECK(pipe(ends) == 0);
    pid = fork_tied();
    if (pid == 0) {
        dup2(ends[1], 1);
        close(ends[0]);
        close(ends[1]);
        while (flooded-- > 0)
            CHECK(kill(getpid(), SIGRTMIN) == 0);
        _exit(pcntl_exec(path, args, env) == -1 ? 100 + errno : 0);
    }
    close(ends[1]);
    while ((got = read(ends[0], output + length, size - 1 - (size_t)length)) > 0)
        length += got;
    output[length] = '\0';
    close(ends[0]);
    CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void execs(void)
{
    const char *const args[] = {"-c", "printf '%s-%s-%s' \"$0\" \"$1\" \"$LIBDAEMON_TEST\"", "zero", "one", NULL};
    const char *const env[] = {"LIBDAEMON_TEST=given", NULL};
    char output[4096];

    CHECK(run("/bin/sh", args, env, output, sizeof output) == 0);
    CHECK(strcmp(output, "zero-one-given") == 0);
    CHECK(setenv("LIBDAEMON_TEST", "present", 1) == 0);
    CHECK(run("/bin/sh", args, NULL, output, sizeof output) == 0);
    CHECK(strcmp(output, "zero-one-present") == 0);
    CHECK(run("/bin/pwd", NULL, NULL, output, sizeof output) == 0 && output[0] == '/');
    CHECK(run("/no/such/program", args, NULL, output, sizeof output) == 100 + ENOENT);
    CHECK(run("/", args, NULL, output, sizeof output) == 100 + EACCES);
}

/* What the library blocks while its queue is full, the next program does not have blocked; and it is there after all when
   there is no next program. */
static void exec_of_a_full_queue(void)
{
    enum { MANY = 400 };
    const char *const args[] = {"-h", "^SigBlk", "/proc/self/status", NULL};
    union sigval value;
    sigset_t own, found;
    char output[4096];
    pcntl_siginfo info;

    CHECK(pcntl_signal(SIGRTMIN, PCNTL_SIG_QUEUE, true) == 0);
    sigemptyset(&own);
    sigaddset(&own, SIGUSR2);
    CHECK(sigprocmask(SIG_SETMASK, &own, NULL) == 0);
    for (value.sival_int = 0; value.sival_int < MANY; value.sival_int++)
        CHECK(sigqueue(getpid(), SIGRTMIN, value) == 0);
    CHECK(sigprocmask(SIG_SETMASK, NULL, &found) == 0 && sigismember(&found, SIGRTMIN) == 1);
    CHECK(pcntl_exec("/no/such/program", NULL, NULL) == -1 && errno == ENOENT);
    for (value.sival_int = 0; value.sival_int < MANY; value.sival_int++)
        CHECK(pcntl_next_signal(&info) == SIGRTMIN && (int)info.value == value.sival_int);
    CHECK(pcntl_next_signal(NULL) == 0);
    CHECK(sigprocmask(SIG_SETMASK, NULL, &found) == 0 && sigismember(&found, SIGRTMIN) == 0);
    flooded = MANY;
    CHECK(run("/bin/grep", args, NULL, output, sizeof output) == 0);
    CHECK(strcmp(output, "SigBlk:\t0000000000000800\n") == 0);
}

static void exec_explains(void)
{
    CHECK(pcntl_exec("/no/such/program", NULL, NULL) == -1 && errno == ENOENT);
    CHECK(strstr(libdaemon_last_error(), "/no/such/program") != NULL);
    CHECK(strstr(libdaemon_last_error(), strerror(ENOENT)) != NULL);
    CHECK(pcntl_get_last_error() == ENOENT && libdaemon_last_errno() == ENOENT);
}

static void ids(void)
{
    int status;
    pid_t pid = child_waiting();

    CHECK(posix_getsid(0) == getsid(0) && posix_getpgid(0) == getpgid(0));
    CHECK(posix_getpgid(pid) == getpgid(0));
    CHECK(posix_setpgid(pid, pid) == 0 && getpgid(pid) == pid && posix_getpgid(pid) == pid);
    CHECK(posix_setpgid(pid, 1 << 22) == -1 && errno == EPERM && posix_get_last_error() == EPERM);
    CHECK(posix_kill(pid, 0) == 0 && posix_kill(pid, SIGTERM) == 0);
    CHECK(waitpid(pid, &status, 0) == pid && WTERMSIG(status) == SIGTERM);
    CHECK(posix_kill(pid, 0) == -1 && errno == ESRCH);
    CHECK(posix_get_last_error() == ESRCH && libdaemon_last_errno() == ESRCH);
    CHECK(posix_getsid(pid) == -1 && errno == ESRCH);
    CHECK(posix_getpgid(pid) == -1 && errno == ESRCH);
    pid = fork_tied();
    if (pid == 0) {
        CHECK(posix_setsid() == getpid() && getsid(0) == getpid() && posix_getsid(0) == getpid());
        CHECK(posix_setsid() == -1 && errno == EPERM && posix_get_last_error() == EPERM);
        _exit(0);
    }
    CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void terminals(void)
{
    int master = posix_openpt(O_RDWR | O_NOCTTY), ends[2], slave;
    char name[PATH_MAX];

    CHECK(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
    slave = open(ptsname(master), O_RDWR | O_NOCTTY);
    CHECK(slave >= 0 && posix_isatty(slave));
    CHECK(ttyname_r(slave, name, sizeof name) == 0);
    CHECK(posix_ttyname(slave) != NULL && strcmp(posix_ttyname(slave), name) == 0);
    CHECK(pipe(ends) == 0 && !posix_isatty(ends[0]));
    CHECK(posix_ttyname(ends[0]) == NULL && errno == ENOTTY && posix_get_last_error() == ENOTTY);
    close(ends[0]);
    CHECK(posix_ttyname(ends[0]) == NULL && errno == EBADF && libdaemon_last_errno() == EBADF);
}

static void messages(void)
{
    char text[200];
    int code;

    for (code = 0; code < 134; code++) {
        snprintf(text, sizeof text, "%s", strerror(code));
        CHECK(strcmp(pcntl_strerror(code), text) == 0 && strcmp(posix_strerror(code), text) == 0);
    }
    snprintf(text, sizeof text, "%s", strerror(99999));
    CHECK(strcmp(posix_strerror(99999), text) == 0);
}

static const struct check_test tests[] = {
    {"statuses", statuses}, {"forks", forks},         {"waits", waits},
    {"usage", usage},       {"execs", execs},         {"exec_explains", exec_explains},
    {"exec_of_a_full_queue", exec_of_a_full_queue},
    {"ids", ids},           {"terminals", terminals}, {"messages", messages},
};

CHECK_MAIN(tests)
