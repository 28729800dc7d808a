/*
 * Places for results that are no address at all, but not NULL either: refused before anything happens, never written to.
 * Nothing is taken by a call that cannot say what: no signal, no child.
 */
#define _GNU_SOURCE

#include "surface_null.h"

#define NOWHERE(type) ((type *)8)
#define LAST_NOWHERE(type) ((type *)4095)

/* One that has ended, not waited for. */
static pid_t ended_child(void)
{
    siginfo_t seen;
    pid_t child = fork();

    if (child == 0)
        _exit(7);
    CHECK(waitid(P_PID, (id_t)child, &seen, WEXITED | WNOWAIT) == 0);
    return child;
}

static void children(void)
{
    int status = 0;
    pid_t child;

    INVALID((ended_child(), pcntl_wait(NOWHERE(int), 0, NULL)));
    INVALID((ended_child(), pcntl_wait(NULL, 0, NOWHERE(pcntl_rusage))));
    INVALID((ended_child(), pcntl_waitpid(-1, LAST_NOWHERE(int), 0, NULL)));
    INVALID((ended_child(), pcntl_waitpid(-1, NULL, WNOHANG, LAST_NOWHERE(pcntl_rusage))));
    INVALID((ended_child(), pcntl_waitid(P_ALL, 0, NOWHERE(pcntl_siginfo), WEXITED, NULL)));
    INVALID((ended_child(), pcntl_waitid(P_ALL, 0, NULL, WEXITED, NOWHERE(pcntl_rusage))));
    child = ended_child();
    CHECK(pcntl_waitpid(child, NOWHERE(int), 0, NULL) == -1 && errno == EINVAL);
    CHECK(pcntl_get_last_error() == EINVAL);
    CHECK(pcntl_waitid(P_PID, (uint32_t)child, NOWHERE(pcntl_siginfo), WEXITED, NULL) == -1 && errno == EINVAL);
    CHECK(pcntl_waitpid(child, &status, 0, NULL) == child && pcntl_wexitstatus(status) == 7);
}

static void signals(void)
{
    pcntl_siginfo info;
    uint64_t before = 0;
    uint64_t after = 0;

    INVALID((pcntl_signal(SIGUSR2, PCNTL_SIG_QUEUE, true), raise(SIGUSR2), pcntl_next_signal(NOWHERE(pcntl_siginfo))));
    INVALID(pcntl_sigprocmask(SIG_BLOCK, 0, NOWHERE(uint64_t)));
    INVALID(pcntl_sigtimedwait(PCNTL_SIGNAL_BIT(SIGUSR1), LAST_NOWHERE(pcntl_siginfo), 0, 0));
    CHECK(pcntl_sigprocmask(SIG_BLOCK, 0, &before) == 0);
    CHECK(pcntl_sigprocmask(SIG_BLOCK, PCNTL_SIGNAL_BIT(SIGUSR1), NOWHERE(uint64_t)) == -1 && errno == EINVAL);
    CHECK(pcntl_sigprocmask(SIG_BLOCK, 0, &after) == 0 && before == after);
    CHECK(pcntl_sigprocmask(SIG_BLOCK, PCNTL_SIGNAL_BIT(SIGUSR1), NULL) == 0 && raise(SIGUSR1) == 0);
    INVALID((raise(SIGUSR1), pcntl_sigwaitinfo(PCNTL_SIGNAL_BIT(SIGUSR1), NOWHERE(pcntl_siginfo))));
    CHECK(pcntl_sigwaitinfo(PCNTL_SIGNAL_BIT(SIGUSR1), LAST_NOWHERE(pcntl_siginfo)) == -1 && errno == EINVAL);
    CHECK(pcntl_sigwaitinfo(PCNTL_SIGNAL_BIT(SIGUSR1), &info) == SIGUSR1 && info.signo == SIGUSR1);
    CHECK(pcntl_signal(SIGUSR2, PCNTL_SIG_QUEUE, true) == 0 && raise(SIGUSR2) == 0);
    CHECK(pcntl_next_signal(NOWHERE(pcntl_siginfo)) == -1 && errno == EINVAL);
    CHECK(pcntl_next_signal(&info) == SIGUSR2 && info.signo == SIGUSR2);
}

static void others(void)
{
    posix_passwd user;
    posix_group group;
    char buffer[1024];
    const char *const *nowhere = (const char *const *)8;

    INVALID(posix_times(NOWHERE(posix_tms)));
    INVALID(posix_uname(NOWHERE(posix_utsname)));
    INVALID(posix_getrlimit(RLIMIT_CORE, NOWHERE(uint64_t), NULL));
    INVALID(posix_getrlimit(RLIMIT_CORE, NULL, LAST_NOWHERE(uint64_t)));
    INVALID(posix_getgroups(64, NOWHERE(gid_t)));
    INVALID(posix_getpwnam("root", NOWHERE(posix_passwd), buffer, sizeof buffer));
    INVALID(posix_getpwnam("root", &user, NOWHERE(char), sizeof buffer));
    INVALID(posix_getpwuid(0, &user, LAST_NOWHERE(char), sizeof buffer));
    INVALID(posix_getgrnam("root", NOWHERE(posix_group), buffer, sizeof buffer));
    INVALID(posix_getgrgid(0, &group, LAST_NOWHERE(char), sizeof buffer));
    INVALID(POINTER(posix_getcwd(LAST_NOWHERE(char), 4096)));
    INVALID(pcntl_getcpuaffinity(0, NOWHERE(int), 64));
    INVALID(pcntl_setcpuaffinity(0, LAST_NOWHERE(const int), 1));
    INVALID(pcntl_exec("/bin/true", nowhere, NULL));
    INVALID(pcntl_exec("/bin/true", NULL, nowhere));
    INVALID(daemonize_with(NOWHERE(daemonize_options)));
    INVALID(daemonize_fork(LAST_NOWHERE(daemonize_options)));
    SURVIVES(daemonize_options_free(NOWHERE(daemonize_options)));
    SURVIVES(daemonize_options_free(LAST_NOWHERE(daemonize_options)));
}

int main(void)
{
    const struct rlimit no_core = {0, 0};

    setrlimit(RLIMIT_CORE, &no_core);
    children();
    signals();
    others();
    return failures != 0;
}
