/* What happens between two calls of one thread. Functions of libc that this program has itself hold one thread back, until
   another one has done what it should or must not do. */
#define _GNU_SOURCE

#include "faults_check.h"
#include "faults_threads.h"
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>

static sem_t entered, leave;
/* The function that holds the first thread which calls it, and how often that one has been called. */
static _Atomic(const char *) held;
static atomic_int calls;

static void hold(const char *function)
{
    const char *expected = function;

    if (strcmp(function, held ? held : "") != 0)
        return;
    calls++;
    if (atomic_compare_exchange_strong(&held, &expected, NULL)) {
        sem_post(&entered);
        await(&leave);
    }
}

int __register_atfork(void (*before)(void), void (*in_parent)(void), void (*in_child)(void), void *library);

int __register_atfork(void (*before)(void), void (*in_parent)(void), void (*in_child)(void), void *library)
{
    (void)before;
    (void)in_parent;
    (void)in_child;
    (void)library;
    hold("__register_atfork");
    return 0;
}

int eventfd(unsigned count, int flags)
{
    hold("eventfd");
    return (int)syscall(SYS_eventfd2, count, flags);
}

ssize_t write(int fd, const void *bytes, size_t length)
{
    if (length == 8)
        hold("write");
    return syscall(SYS_write, fd, bytes, length);
}

static void begin_to_hold(const char *function)
{
    CHECK(sem_init(&entered, 0, 0) == 0 && sem_init(&leave, 0, 0) == 0);
    held = function;
}

/* The thread that comes second, and whether it is through. */
static atomic_int second, is_through;

/* It yields its processor again and again, and does not come through. */
static void check_second_waits(void)
{
    unsigned long in_user = 0, in_kernel = 0;
    char path[64];

    while (second == 0)
        sched_yield();
    snprintf(path, sizeof path, "/proc/self/task/%d/stat", second);
    while (in_user + in_kernel < 5) {
        FILE *file = fopen(path, "re");

        CHECK(is_through == 0 && file != NULL);
        CHECK(fscanf(file, "%*d %*s %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &in_user, &in_kernel) == 2);
        fclose(file);
    }
    CHECK(is_through == 0);
}

static void *register_first(void *unused)
{
    CHECK(pcntl_signal(SIGUSR1, PCNTL_SIG_QUEUE, true) == 0);
    return unused;
}

static void *register_second(void *unused)
{
    second = gettid();
    CHECK(pcntl_signal(SIGUSR2, PCNTL_SIG_QUEUE, true) == 0);
    is_through = 1;
    return unused;
}

/* Two threads that are the first to need what is done around a fork: neither goes on before libc knows it. */
static void registering(void)
{
    pthread_t threads[2];

    begin_to_hold("__register_atfork");
    threads[0] = start_thread(register_first, NULL);
    await(&entered);
    threads[1] = start_thread(register_second, NULL);
    check_second_waits();
    sem_post(&leave);
    join(threads[0]);
    join(threads[1]);
    CHECK(calls == 1);
}

/* In a child that was forked meanwhile nobody is at it: it does it itself. */
static void registering_and_a_child(void)
{
    pid_t child;

    begin_to_hold("__register_atfork");
    start_thread(register_first, NULL);
    await(&entered);
    child = fork_tied();
    if (child == 0) {
        begin_to_hold("__register_atfork");
        sem_post(&leave);
        register_second(NULL);
        CHECK(calls == 2);
        _exit(0);
    }
    CHECK(status_of(child) == 0);
}

static void *ask_first(void *descriptor)
{
    *(int *)descriptor = pcntl_signal_fd();
    return NULL;
}

static void *ask_second(void *descriptor)
{
    second = gettid();
    *(int *)descriptor = pcntl_signal_fd();
    is_through = 1;
    return NULL;
}

static bool is_readable(int fd)
{
    struct pollfd ready = {fd, POLLIN, 0};

    return poll(&ready, 1, 0) == 1;
}

/* Two threads ask for the descriptor that the program has closed, and get the same new one. */
static void asking(void)
{
    int former = pcntl_signal_fd(), answers[2];
    pthread_t threads[2];

    CHECK(pcntl_signal(SIGUSR1, PCNTL_SIG_QUEUE, true) == 0 && close(former) == 0);
    begin_to_hold("eventfd");
    threads[0] = start_thread(ask_first, &answers[0]);
    await(&entered);
    threads[1] = start_thread(ask_second, &answers[1]);
    check_second_waits();
    sem_post(&leave);
    join(threads[0]);
    join(threads[1]);
    CHECK(answers[0] == answers[1] && raise(SIGUSR1) == 0 && is_readable(answers[0]));
}

static sem_t back;

/* Says each time that it has come back from a signal handler. A signal that is early waits until the thread does. */
static void *be_idle(void *unused)
{
    sigset_t none, awaited;

    sigemptyset(&none);
    sigemptyset(&awaited);
    sigaddset(&awaited, SIGUSR1);
    CHECK(pthread_sigmask(SIG_BLOCK, &awaited, NULL) == 0);
    second = gettid();
    for (;;) {
        sigsuspend(&none);
        sem_post(&back);
    }
    return unused;
}

static int handled;

static void count(int signal, const pcntl_siginfo *info)
{
    handled += signal == info->signo;
}

/* A thread takes a signal before the one that it came to has announced it: nothing is left to be read for ever. */
static void announcing_late(bool by_dispatch)
{
    const pthread_t other = start_thread(be_idle, NULL);
    const int fd = pcntl_signal_fd();

    CHECK(sem_init(&back, 0, 0) == 0 && pcntl_signal(SIGUSR1, count, true) == 0);
    while (second == 0)
        sched_yield();
    begin_to_hold("write");
    CHECK(pthread_kill(other, SIGUSR1) == 0);
    await(&entered);
    CHECK(by_dispatch ? pcntl_signal_dispatch() == 1 && handled == 1 : pcntl_next_signal(NULL) == SIGUSR1);
    sem_post(&leave);
    await(&back);
    CHECK(by_dispatch ? pcntl_signal_dispatch() == 0 : pcntl_next_signal(NULL) == 0);
    CHECK(!is_readable(fd));
    CHECK(raise(SIGUSR1) == 0 && is_readable(fd) && pcntl_signal_dispatch() == 1 && !is_readable(fd));
}

static void announced_after_a_dispatch(void)
{
    announcing_late(true);
}

static void announced_after_it_was_taken(void)
{
    announcing_late(false);
}

static const struct check_test tests[] = {
    {"registering", registering},
    {"registering_and_a_child", registering_and_a_child},
    {"asking", asking},
    {"announced_after_a_dispatch", announced_after_a_dispatch},
    {"announced_after_it_was_taken", announced_after_it_was_taken},
};

CHECK_MAIN(tests)
