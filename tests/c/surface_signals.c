/* The signal queue, one process signalling itself: order, siginfo, fullness, the descriptor, nesting, fork. */
#define _GNU_SOURCE

#include "surface_check.h"
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FLOOD = 2000 };

static pcntl_siginfo seen[FLOOD + 16];
static int seen_count;

static void record(int signal, const pcntl_siginfo *info)
{
    CHECK(signal == info->signo);
    CHECK(seen_count < FLOOD + 16);
    seen[seen_count++] = *info;
}

static void queue_to_self(int signal, int value)
{
    union sigval carried;

    memset(&carried, 0, sizeof carried);
    carried.sival_int = value;
    CHECK(sigqueue(getpid(), signal, carried) == 0);
}

static bool readable(int fd)
{
    struct pollfd poll_fd = {fd, POLLIN, 0};
    int ready = poll(&poll_fd, 1, 0);

    CHECK(ready >= 0);
    return ready == 1 && (poll_fd.revents & POLLIN) != 0;
}

static void order(void)
{
    const int sent[] = {SIGUSR2, SIGUSR1, SIGRTMIN + 3, SIGHUP, SIGUSR1, SIGRTMIN, SIGTERM};
    const int count = sizeof sent / sizeof sent[0];
    int i;

    for (i = 0; i < count; i++)
        CHECK(pcntl_signal(sent[i], record, true) == 0);
    for (i = 0; i < count; i++)
        CHECK(kill(getpid(), sent[i]) == 0);
    CHECK(seen_count == 0);
    CHECK(pcntl_signal_dispatch() == count);
    CHECK(seen_count == count);
    for (i = 0; i < count; i++) {
        CHECK(seen[i].signo == sent[i]);
        CHECK(seen[i].code == SI_USER);
        CHECK(seen[i].pid == getpid());
        CHECK(seen[i].uid == getuid());
        CHECK(seen[i].status == 0 && seen[i].fd == 0 && seen[i].addr == 0 && seen[i].band == 0);
    }
    CHECK(pcntl_signal_dispatch() == 0);
}

static void values(void)
{
    int i;

    CHECK(pcntl_signal(SIGRTMIN + 1, record, true) == 0);
    for (i = 0; i < 100; i++)
        queue_to_self(SIGRTMIN + 1, i - 50);
    CHECK(pcntl_signal_dispatch() == 100);
    for (i = 0; i < 100; i++) {
        CHECK((int)seen[i].value == i - 50);
        CHECK(seen[i].code == SI_QUEUE);
        CHECK(seen[i].pid == getpid());
    }
}

/* Many more than any queue of a sensible size holds, while nobody takes one out. */
static void flood(void)
{
    int i, total = 0;

    CHECK(pcntl_signal(SIGRTMIN + 2, record, true) == 0);
    for (i = 0; i < FLOOD; i++)
        queue_to_self(SIGRTMIN + 2, i);
    while (total < FLOOD) {
        int ran = pcntl_signal_dispatch();

        CHECK(ran >= 0);
        total += ran;
    }
    CHECK(total == FLOOD && seen_count == FLOOD);
    for (i = 0; i < FLOOD; i++)
        CHECK((int)seen[i].value == i);
    CHECK(pcntl_signal_dispatch() == 0);
    /* And the queue is as good as new. */
    queue_to_self(SIGRTMIN + 2, 4711);
    CHECK(pcntl_signal_dispatch() == 1);
    CHECK((int)seen[FLOOD].value == 4711);
}

static void child_info(void)
{
    sigset_t child, old;
    pid_t pid;
    int status;

    CHECK(pcntl_signal(SIGCHLD, record, true) == 0);
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    CHECK(sigprocmask(SIG_BLOCK, &child, &old) == 0);
    pid = fork_tied();
    if (pid == 0)
        _exit(7);
    CHECK(sigsuspend(&old) == -1);
    CHECK(sigprocmask(SIG_SETMASK, &old, NULL) == 0);
    CHECK(pcntl_signal_dispatch() == 1);
    CHECK(seen[0].signo == SIGCHLD && seen[0].code == CLD_EXITED);
    CHECK(seen[0].pid == pid && seen[0].status == 7 && seen[0].uid == getuid());
    CHECK(waitpid(pid, &status, 0) == pid);
}

static void next(void)
{
    pcntl_siginfo info;
    int i;

    CHECK(pcntl_signal(SIGUSR1, PCNTL_SIG_QUEUE, true) == 0);
    CHECK(pcntl_signal_disposition(SIGUSR2, 2, true) == 0);
    CHECK(pcntl_signal(SIGRTMIN, PCNTL_SIG_QUEUE, false) == 0);
    memset(&info, 0x5a, sizeof info);
    CHECK(pcntl_next_signal(&info) == 0);
    CHECK(kill(getpid(), SIGUSR2) == 0 && kill(getpid(), SIGUSR1) == 0);
    for (i = 0; i < 5; i++)
        queue_to_self(SIGRTMIN, i);
    CHECK(pcntl_next_signal(&info) == SIGUSR2 && info.signo == SIGUSR2 && info.pid == getpid());
    CHECK(pcntl_next_signal(NULL) == SIGUSR1);
    for (i = 0; i < 5; i++)
        CHECK(pcntl_next_signal(&info) == SIGRTMIN && (int)info.value == i && info.code == SI_QUEUE);
    CHECK(pcntl_next_signal(&info) == 0);
}

static void descriptor(void)
{
    int fd = pcntl_signal_fd();

    CHECK(fd > 2);
    CHECK(pcntl_signal_fd() == fd);
    CHECK((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
    CHECK(pcntl_signal(SIGUSR1, record, true) == 0);
    CHECK(!readable(fd));
    CHECK(kill(getpid(), SIGUSR1) == 0);
    CHECK(readable(fd));
    CHECK(pcntl_signal_dispatch() == 1);
    CHECK(!readable(fd));
    /* The same through pcntl_next_signal: readable as long as one is left. */
    CHECK(pcntl_signal(SIGUSR1, PCNTL_SIG_QUEUE, true) == 0);
    CHECK(kill(getpid(), SIGUSR1) == 0 && kill(getpid(), SIGUSR1) == 0);
    CHECK(readable(fd));
    CHECK(pcntl_next_signal(NULL) == SIGUSR1);
    CHECK(readable(fd));
    CHECK(pcntl_next_signal(NULL) == SIGUSR1);
    CHECK(!readable(fd));
}

/* Asked for when signals are already queued, it says so at once. */
static void descriptor_late(void)
{
    CHECK(pcntl_signal(SIGUSR1, record, true) == 0);
    CHECK(kill(getpid(), SIGUSR1) == 0);
    CHECK(readable(pcntl_signal_fd()));
    CHECK(pcntl_signal_dispatch() == 1);
    CHECK(!readable(pcntl_signal_fd()));
}

static void nest(int signal, const pcntl_siginfo *info)
{
    record(signal, info);
    if (signal == SIGUSR1 && seen_count == 1) {
        CHECK(kill(getpid(), SIGUSR2) == 0);
        CHECK(pcntl_signal_dispatch() >= 0);
    }
}

/* A handler that dispatches: no deadlock, and every signal is handled once. */
static void nested(void)
{
    CHECK(pcntl_signal(SIGUSR1, nest, true) == 0 && pcntl_signal(SIGUSR2, nest, true) == 0);
    CHECK(kill(getpid(), SIGUSR1) == 0);
    CHECK(kill(getpid(), SIGUSR1) == 0);
    while (pcntl_signal_dispatch() > 0)
        ;
    CHECK(seen_count == 3);
    CHECK((seen[0].signo == SIGUSR1) + (seen[1].signo == SIGUSR1) + (seen[2].signo == SIGUSR1) == 2);
}

/* After a fork each process has a queue and a descriptor of its own. */
static void forked(void)
{
    int status, fd = pcntl_signal_fd();
    pid_t pid;

    CHECK(pcntl_signal(SIGUSR1, record, true) == 0);
    pid = pcntl_fork();
    if (pid == 0) {
        int own = pcntl_signal_fd();

        CHECK(own > 2);
        CHECK(!readable(own));
        CHECK(kill(getpid(), SIGUSR1) == 0);
        CHECK(readable(own));
        CHECK(pcntl_signal_dispatch() == 1 && seen_count == 1);
        CHECK(kill(getpid(), SIGUSR1) == 0);
        _exit(0);
    }
    CHECK(pid > 0);
    CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    CHECK(!readable(fd));
    CHECK(seen_count == 0 && pcntl_signal_dispatch() == 0);
    CHECK(kill(getpid(), SIGUSR1) == 0);
    CHECK(readable(fd) && pcntl_signal_dispatch() == 1);
}

/* Handlers taken back: ignored signals queue nothing, the default does what it does. */
static void taken_back(void)
{
    int status;
    pid_t pid;

    CHECK(pcntl_signal(SIGUSR1, record, true) == 0);
    CHECK(pcntl_signal(SIGUSR1, PCNTL_SIG_IGN, true) == 0);
    CHECK(kill(getpid(), SIGUSR1) == 0);
    CHECK(pcntl_signal_dispatch() == 0 && seen_count == 0);
    pid = fork_tied();
    if (pid == 0) {
        CHECK(pcntl_signal(SIGUSR1, record, true) == 0 && pcntl_signal(SIGUSR1, PCNTL_SIG_DFL, true) == 0);
        kill(getpid(), SIGUSR1);
        _exit(0);
    }
    CHECK(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) && WTERMSIG(status) == SIGUSR1);
}

/* errno is the interrupted code's own, also where the handler's own write fails. */
static void keeps_errno(void)
{
    CHECK(pcntl_signal(SIGUSR1, record, true) == 0);
    CHECK(close(pcntl_signal_fd()) == 0);
    errno = 4242;
    raise(SIGUSR1);
    CHECK(errno == 4242);
    CHECK(pcntl_signal_dispatch() == 1);
}

static const struct check_test tests[] = {
    {"order", order},           {"values", values},     {"flood", flood},
    {"child_info", child_info}, {"next", next},         {"descriptor", descriptor},
    {"nested", nested},         {"forked", forked},     {"descriptor_late", descriptor_late},
    {"taken_back", taken_back}, {"errno", keeps_errno},
};

CHECK_MAIN(tests)
