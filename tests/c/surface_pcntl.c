/* Masks, waiting for signals and children, priorities, processors, namespaces: against the plain calls of libc. */
#define _GNU_SOURCE

#include "surface_check.h"
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define BIT(signal) PCNTL_SIGNAL_BIT(signal)

static uint64_t mask_by_libc(void)
{
    sigset_t set;
    uint64_t bits = 0;
    int signal;

    CHECK(sigprocmask(SIG_BLOCK, NULL, &set) == 0);
    for (signal = 1; signal <= SIGRTMAX; signal++)
        if (sigismember(&set, signal) == 1)
            bits |= BIT(signal);
    return bits;
}

static void masks(void)
{
    const uint64_t most = ~(BIT(SIGKILL) | BIT(SIGSTOP) | BIT(32) | BIT(33));
    uint64_t old = 4711;

    CHECK(pcntl_sigprocmask(SIG_SETMASK, 0, NULL) == 0 && mask_by_libc() == 0);
    CHECK(pcntl_sigprocmask(SIG_BLOCK, BIT(1) | BIT(SIGUSR1) | BIT(64), &old) == 0 && old == 0);
    CHECK(mask_by_libc() == (BIT(1) | BIT(SIGUSR1) | BIT(64)));
    CHECK(pcntl_sigprocmask(SIG_UNBLOCK, BIT(1), &old) == 0 && old == (BIT(1) | BIT(SIGUSR1) | BIT(64)));
    CHECK(pcntl_sigprocmask(SIG_SETMASK, ~UINT64_C(0), &old) == 0 && old == (BIT(SIGUSR1) | BIT(64)));
    CHECK(mask_by_libc() == most && pcntl_sigprocmask(SIG_SETMASK, 0, &old) == 0 && old == most);
    old = 4711;
    CHECK(pcntl_sigprocmask(3, BIT(1), &old) == -1 && errno == EINVAL && old == 4711 && mask_by_libc() == 0);
}

static void fill_queue(int signal, int count)
{
    union sigval value;

    for (value.sival_int = 0; value.sival_int < count; value.sival_int++)
        CHECK(sigqueue(getpid(), signal, value) == 0);
}

/* The values come in order, and no more than those. */
static void take_all(int first, int count)
{
    pcntl_siginfo info;

    for (; first < count; first++)
        CHECK(pcntl_next_signal(&info) > 0 && (int)info.value == first);
    CHECK(pcntl_next_signal(NULL) == 0);
}

/* A mask that is kept while the full queue has signals blocked, and set again when it is empty, blocks none of them. */
static void masks_of_a_full_queue(void)
{
    enum { MANY = 400 };
    const int signal = SIGRTMIN + 3;
    uint64_t old = 4711;

    CHECK(pcntl_signal(signal, PCNTL_SIG_QUEUE, true) == 0);
    fill_queue(signal, MANY);
    CHECK(mask_by_libc() == BIT(signal));
    CHECK(pcntl_sigprocmask(SIG_BLOCK, BIT(SIGUSR2), &old) == 0 && old == 0);
    CHECK(pcntl_sigprocmask(SIG_SETMASK, 0, &old) == 0 && old == BIT(SIGUSR2));
    CHECK(pcntl_sigprocmask(SIG_UNBLOCK, BIT(signal), &old) == 0 && old == 0);
    /* There is still no room for them. */
    CHECK(mask_by_libc() == BIT(signal));
    take_all(0, MANY);
    CHECK(pcntl_sigprocmask(SIG_SETMASK, old, NULL) == 0 && mask_by_libc() == 0);
    fill_queue(signal, 1);
    take_all(0, 1);
}

/* What the program blocks meanwhile stays blocked when there is room again. */
static void blocked_while_the_queue_is_full(void)
{
    enum { MANY = 400 };
    const int signal = SIGRTMIN + 3;
    uint64_t old;
    int taken = 0;

    CHECK(pcntl_signal(signal, PCNTL_SIG_QUEUE, true) == 0);
    fill_queue(signal, MANY);
    CHECK(pcntl_sigprocmask(SIG_BLOCK, BIT(signal), &old) == 0 && old == 0);
    while (pcntl_next_signal(NULL) > 0)
        taken++;
    CHECK(taken >= 200 && taken < MANY && mask_by_libc() == BIT(signal));
    CHECK(pcntl_sigprocmask(SIG_UNBLOCK, BIT(signal), &old) == 0 && old == BIT(signal));
    take_all(taken, MANY);
    CHECK(mask_by_libc() == 0);
}

static void ignore_it(int signal)
{
    (void)signal;
}

static void signals_by_waiting(void)
{
    const uint64_t wanted = BIT(SIGUSR1) | BIT(SIGRTMIN) | BIT(SIGALRM);
    const union sigval value = {.sival_int = -4711};
    const struct sigaction action = {.sa_handler = ignore_it};
    pcntl_siginfo info = {.signo = 1};

    CHECK(pcntl_sigprocmask(SIG_SETMASK, wanted, NULL) == 0);
    CHECK(pcntl_sigtimedwait(wanted, &info, 0, 0) == -1 && errno == EAGAIN && info.signo == 1);
    CHECK(libdaemon_last_errno() == EAGAIN && pcntl_get_last_error() == EAGAIN);
    CHECK(kill(getpid(), SIGUSR1) == 0 && sigqueue(getpid(), SIGRTMIN, value) == 0);
    CHECK(pcntl_sigtimedwait(BIT(SIGRTMIN), &info, 10, 999999999) == SIGRTMIN);
    CHECK(info.signo == SIGRTMIN && info.code == SI_QUEUE && info.pid == getpid() && info.uid == getuid());
    CHECK((int)info.value == -4711);
    CHECK(pcntl_sigwaitinfo(wanted, &info) == SIGUSR1 && info.code == SI_USER && info.pid == getpid());
    CHECK(kill(getpid(), SIGUSR1) == 0 && pcntl_sigwaitinfo(wanted, NULL) == SIGUSR1);
    CHECK(pcntl_sigtimedwait(wanted, NULL, 0, 1000000000) == -1 && errno == EINVAL);
    CHECK(pcntl_sigtimedwait(wanted, NULL, -1, 0) == -1 && errno == EINVAL);
    /* Another one, handled, interrupts. */
    CHECK(sigaction(SIGALRM, &action, NULL) == 0 && pcntl_sigprocmask(SIG_UNBLOCK, BIT(SIGALRM), NULL) == 0);
    alarm(1);
    CHECK(pcntl_sigwaitinfo(BIT(SIGUSR1), &info) == -1 && errno == EINTR);
}

static int handled;

static void count_it(int signal, const pcntl_siginfo *info)
{
    handled += signal * 100 + (info->signo == signal);
}

/* Waiting for another one might be for ever. */
static void queued_signals_by_waiting(void)
{
    const union sigval value = {.sival_int = 47};
    struct pollfd readable = {.fd = pcntl_signal_fd(), .events = POLLIN};
    pcntl_siginfo info;

    CHECK(pcntl_signal(SIGUSR1, count_it, true) == 0 && pcntl_signal(SIGUSR2, count_it, true) == 0);
    CHECK(pcntl_signal(SIGRTMIN, count_it, true) == 0);
    CHECK(raise(SIGUSR1) == 0 && sigqueue(getpid(), SIGRTMIN, value) == 0 && raise(SIGUSR2) == 0);
    CHECK(pcntl_sigtimedwait(BIT(SIGRTMIN), &info, 0, 1) == -1 && errno == EAGAIN);
    CHECK(pcntl_sigwaitinfo(BIT(SIGRTMIN) | BIT(SIGUSR2), &info) == SIGRTMIN && info.value == 47);
    CHECK(pcntl_signal_dispatch() == 2 && handled == SIGUSR1 * 100 + SIGUSR2 * 100 + 2);
    CHECK(raise(SIGUSR1) == 0 && poll(&readable, 1, 0) == 1);
    CHECK(pcntl_sigwaitinfo(BIT(SIGUSR1), NULL) == SIGUSR1 && poll(&readable, 1, 0) == 0);
    CHECK(pcntl_signal_dispatch() == 0 && raise(SIGUSR1) == 0 && pcntl_signal_dispatch() == 1);
}

static pid_t child_exiting(int status)
{
    pid_t pid = fork_tied();

    if (pid == 0)
        _exit(status);
    return pid;
}

static void children(void)
{
    pcntl_siginfo info = {.signo = 1};
    pcntl_rusage usage = {.ru_maxrss = -1};
    pid_t pid;
    int ends[2], held;

    CHECK(pcntl_waitid(P_ALL, 0, &info, WEXITED, &usage) == -1 && errno == ECHILD && info.signo == 1);
    CHECK(usage.ru_maxrss == -1 && pcntl_get_last_error() == ECHILD);
    pid = child_exiting(7);
    CHECK(pcntl_waitid(P_PID, (uint32_t)pid, &info, WEXITED | WNOWAIT, NULL) == 0);
    CHECK(info.signo == SIGCHLD && info.code == CLD_EXITED && info.pid == pid && info.status == 7);
    CHECK(info.uid == getuid());
    CHECK(pcntl_waitid(P_ALL, 0, NULL, WEXITED, &usage) == 0 && usage.ru_maxrss > 100);
    CHECK(pipe(ends) == 0);
    pid = fork_tied();
    if (pid == 0)
        _exit(read(ends[0], &held, 1) != 1);
    held = (int)syscall(SYS_pidfd_open, pid, 0);
    CHECK(held >= 0);
    CHECK(pcntl_waitid(P_PGID, (uint32_t)getpgrp(), &info, WEXITED | WNOHANG, NULL) == 0 && info.signo == 0);
    CHECK(info.pid == 0 && info.code == 0 && info.status == 0 && info.utime == 0);
    CHECK(write(ends[1], "", 1) == 1);
    CHECK(pcntl_waitid(P_PIDFD, (uint32_t)held, &info, WEXITED, NULL) == 0 && info.pid == pid);
    CHECK(pcntl_waitid(P_ALL, 0, &info, 0, NULL) == -1 && errno == EINVAL);
    CHECK(pcntl_waitid(9, 0, &info, WEXITED, NULL) == -1 && errno == EINVAL);
}

static void priorities(void)
{
    int priority = getpriority(PRIO_PROCESS, 0);

    CHECK(pcntl_getpriority(0, PRIO_PROCESS) == priority && errno == 0);
    CHECK(pcntl_getpriority((uint32_t)getpgrp(), PRIO_PGRP) == getpriority(PRIO_PGRP, 0));
    CHECK(pcntl_getpriority(getuid(), PRIO_USER) == getpriority(PRIO_USER, 0));
    CHECK(pcntl_getpriority(0, 5) == -1 && errno == EINVAL && libdaemon_last_errno() == EINVAL);
    /* The lowest one: who is not root cannot go back to a higher one. */
    CHECK(pcntl_setpriority(19, 0, PRIO_PROCESS) == 0 && getpriority(PRIO_PROCESS, 0) == 19);
    CHECK(pcntl_getpriority(INT_MAX, PRIO_PROCESS) == -1 && errno == ESRCH);
    CHECK(pcntl_setpriority(7, INT_MAX, PRIO_PROCESS) == -1 && errno == ESRCH && pcntl_get_last_error() == ESRCH);
    if (pcntl_setpriority(-1, 0, PRIO_PROCESS) == 0) {
        /* Here -1 is no failure, and looks like none. */
        CHECK(pcntl_getpriority(0, PRIO_PROCESS) == -1 && errno == 0 && libdaemon_last_errno() == 0);
        CHECK(libdaemon_last_error()[0] == '\0');
    } else {
        CHECK(errno == EACCES);
    }
}

static void processors(void)
{
    cpu_set_t set;
    int numbers[CPU_SETSIZE], count, i;

    CHECK(sched_getaffinity(0, sizeof set, &set) == 0);
    count = pcntl_getcpuaffinity(0, numbers, CPU_SETSIZE);
    CHECK(count == CPU_COUNT(&set));
    for (i = 0; i < count; i++)
        CHECK(CPU_ISSET(numbers[i], &set) && (i == 0 || numbers[i] > numbers[i - 1]));
    CHECK(pcntl_getcpuaffinity(getpid(), NULL, 0) == count);
    numbers[1] = 4711;
    CHECK(pcntl_getcpuaffinity(0, numbers, 1) == count && numbers[1] == 4711);
    CHECK(pcntl_setcpuaffinity(0, numbers, 1) == 0);
    CHECK(pcntl_getcpuaffinity(0, NULL, 0) == 1 && pcntl_getcpu() == numbers[0]);
    CHECK(sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) == 1 && CPU_ISSET(numbers[0], &set));
    CHECK(pcntl_setcpuaffinity(0, NULL, 0) == -1 && errno == EINVAL);
    numbers[1] = -1;
    CHECK(pcntl_setcpuaffinity(0, numbers, 2) == -1 && errno == EINVAL);
    CHECK(pcntl_getcpuaffinity(INT_MAX, numbers, 1) == -1 && errno == ESRCH);
}

/* Which namespace for host names a process is in. */
static ino_t names_of(pid_t pid)
{
    char path[64];
    struct stat file;

    snprintf(path, sizeof path, "/proc/%d/ns/uts", (int)pid);
    CHECK(stat(path, &file) == 0);
    return file.st_ino;
}

static void namespaces(void)
{
    int ready[2], done[2];
    char byte = 0;
    pid_t pid;

    CHECK(pcntl_unshare(CLONE_THREAD | 1) == -1 && errno == EINVAL && pcntl_get_last_error() == EINVAL);
    CHECK(pcntl_setns(INT_MAX, CLONE_NEWUTS) == -1 && errno == ESRCH);
    CHECK(strstr(libdaemon_last_error(), "process 2147483647: ") == libdaemon_last_error());
    CHECK(pcntl_setns(getpid(), 1) == -1 && errno == EINVAL);
    CHECK(strstr(libdaemon_last_error(), "namespaces of process ") == libdaemon_last_error());
    if (system("unshare --uts true 2>/dev/null") != 0) {
        CHECK(pcntl_unshare(CLONE_NEWUTS) == -1 && errno == EPERM);
        CHECK(pcntl_setns(getpid(), CLONE_NEWUTS) == -1 && errno == EPERM);
        return;
    }
    CHECK(pipe(ready) == 0 && pipe(done) == 0);
    pid = fork_tied();
    if (pid == 0) {
        if (pcntl_unshare(CLONE_NEWUTS) == 0 && write(ready[1], "", 1) == 1 && read(done[0], &byte, 1) == 1)
            _exit(0);
        _exit(1);
    }
    CHECK(read(ready[0], &byte, 1) == 1 && names_of(pid) != names_of(getpid()));
    CHECK(pcntl_setns(pid, CLONE_NEWUTS) == 0 && names_of(getpid()) == names_of(pid));
    CHECK(write(done[1], "", 1) == 1 && wait(NULL) == pid);
}

static const struct check_test tests[] = {
    {"masks", masks},
    {"full_queue", masks_of_a_full_queue},
    {"blocked_meanwhile", blocked_while_the_queue_is_full},
    {"signals_by_waiting", signals_by_waiting},
    {"queued_signals_by_waiting", queued_signals_by_waiting},
    {"children", children},
    {"priorities", priorities},
    {"processors", processors},
    {"namespaces", namespaces},
};

CHECK_MAIN(tests)
