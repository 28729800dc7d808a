/* Several threads that take signals from the queue, and what one of them leaves to the others. */
#define _GNU_SOURCE

#include "faults_check.h"
#include "faults_threads.h"
#include <stdatomic.h>
#include <sys/resource.h>

enum { THREADS = 3, MANY = 1000 };

static void send_value(pthread_t to, int signal, int number)
{
    const union sigval value = {.sival_int = number};

    CHECK(pthread_sigqueue(to, signal, value) == 0);
}

/* Which value of each thread comes next. */
static int next[THREADS];

static void in_order(int signal, const pcntl_siginfo *info)
{
    CHECK(info->value == next[signal - SIGRTMIN]);
    next[signal - SIGRTMIN]++;
}

static void *send_oneself(void *signal)
{
    int i;

    for (i = 0; i < MANY; i++)
        send_value(pthread_self(), *(const int *)signal, i);
    return NULL;
}

/* While others send, and not only afterwards. */
static void order_of_each_thread(void)
{
    static int signals[THREADS];
    pthread_t threads[THREADS];
    int i;

    for (i = 0; i < THREADS; i++) {
        signals[i] = SIGRTMIN + i;
        CHECK(pcntl_signal(signals[i], in_order, true) == 0);
    }
    for (i = 0; i < THREADS; i++)
        threads[i] = start_thread(send_oneself, &signals[i]);
    while (next[0] + next[1] + next[2] < THREADS * MANY)
        CHECK(pcntl_signal_dispatch() >= 0);
    for (i = 0; i < THREADS; i++)
        join(threads[i]);
    CHECK(pcntl_signal_dispatch() == 0);
}

static atomic_int handled;

static void count(int signal, const pcntl_siginfo *info)
{
    CHECK(info->signo == signal);
    handled++;
}

static void *be_idle(void *unused)
{
    for (;;)
        pause();
    return unused;
}

static void end_thread(int signal, const pcntl_siginfo *info)
{
    count(signal, info);
    pthread_exit(NULL);
}

static void *dispatch_once(void *unused)
{
    pcntl_signal_dispatch();
    CHECK(!"a thread that its handler has ended");
    return unused;
}

/* A thread that ends inside a handler does not take the others' right to dispatch along. */
static void ended_inside_a_handler(void)
{
    CHECK(pcntl_signal(SIGUSR1, end_thread, true) == 0 && pcntl_signal(SIGUSR2, count, true) == 0);
    CHECK(raise(SIGUSR1) == 0 && raise(SIGUSR2) == 0 && raise(SIGUSR1) == 0);
    join(start_thread(dispatch_once, NULL));
    CHECK(handled == 1);
    join(start_thread(dispatch_once, NULL));
    CHECK(handled == 3 && raise(SIGUSR2) == 0 && pcntl_signal_dispatch() == 1 && handled == 4);
}

static bool is_readable(int fd)
{
    struct pollfd ready = {fd, POLLIN, 0};

    return poll(&ready, 1, 0) == 1;
}

static pthread_barrier_t together;

static void *ask(void *descriptor)
{
    pthread_barrier_wait(&together);
    *(int *)descriptor = pcntl_signal_fd();
    return NULL;
}

static int lowest_free(void)
{
    int fd = dup(0);

    CHECK(fd >= 0 && close(fd) == 0);
    return fd;
}

/* They get the same one, the first time and after the program has closed it. */
static void asked_at_once(void)
{
    enum { ROUNDS = 1000 };
    const int first = lowest_free();
    int i, answers[2];

    CHECK(pcntl_signal(SIGUSR1, count, true) == 0);
    CHECK(pthread_barrier_init(&together, NULL, 2) == 0);
    for (i = 0; i < ROUNDS; i++) {
        const pthread_t other = start_thread(ask, &answers[0]);

        ask(&answers[1]);
        join(other);
        CHECK(answers[0] == answers[1] && answers[0] >= first && !is_readable(answers[0]));
        CHECK(raise(SIGUSR1) == 0 && is_readable(answers[0]) && pcntl_signal_dispatch() == 1);
        CHECK(close(answers[0]) == 0 && lowest_free() == first);
    }
}

static void *flood(void *unused)
{
    int i;

    for (i = 0; i < MANY; i++)
        CHECK(kill(getpid(), SIGRTMIN) == 0);
    return unused;
}

/* Where the kernel has no memory for the queue to grow, it keeps the signals. */
static void without_memory(void)
{
    const struct rlimit none = {0, RLIM_INFINITY};
    pthread_t flooding;
    int i;

    CHECK(pcntl_signal(SIGRTMIN, count, true) == 0 && pcntl_signal_dispatch() == 0);
    for (i = 0; i < THREADS; i++)
        start_thread(be_idle, NULL);
    flooding = start_thread(flood, NULL);
    CHECK(setrlimit(RLIMIT_AS, &none) == 0);
    join(flooding);
    while (handled < MANY)
        CHECK(pcntl_signal_dispatch() >= 0);
    CHECK(pcntl_signal_dispatch() == 0 && handled == MANY);
}

static void *execute_grep(void *unused)
{
    const char *const arguments[] = {"-qx", "SigBlk:\t0000000000000800", "/proc/self/status", NULL};

    CHECK(pcntl_exec("/bin/grep", arguments, NULL) == -1);
    _exit(9);
    return unused;
}

/* What the queue has no room for is held back, besides what the program blocks itself: SIGUSR2. */
static void fill_queue(void)
{
    sigset_t own;
    int i;

    sigemptyset(&own);
    sigaddset(&own, SIGUSR2);
    CHECK(sigprocmask(SIG_SETMASK, &own, NULL) == 0 && pcntl_signal(SIGRTMIN, PCNTL_SIG_QUEUE, true) == 0);
    for (i = 0; i < MANY; i++)
        send_value(pthread_self(), SIGRTMIN, i);
    CHECK(sigprocmask(SIG_SETMASK, NULL, &own) == 0 && sigismember(&own, SIGRTMIN) == 1);
}

/* A thread that has come with what is held back in its mask executes a program without. */
static void executed_by_a_thread(void)
{
    pid_t child = fork_tied();

    if (child == 0) {
        fill_queue();
        join(start_thread(execute_grep, NULL));
    }
    CHECK(status_of(child) == 0);
}

static void *fork_here(void *unused)
{
    pid_t child = fork_tied();
    sigset_t found;

    if (child == 0) {
        CHECK(pthread_sigmask(SIG_SETMASK, NULL, &found) == 0);
        CHECK(sigismember(&found, SIGRTMIN) == 0 && sigismember(&found, SIGUSR2) == 1);
        CHECK(raise(SIGRTMIN) == 0 && pcntl_next_signal(NULL) == SIGRTMIN && pcntl_next_signal(NULL) == 0);
        _exit(0);
    }
    CHECK(status_of(child) == 0);
    return unused;
}

/* The same of a process that it forks. */
static void forked_by_a_thread(void)
{
    int i;

    fill_queue();
    join(start_thread(fork_here, NULL));
    for (i = 0; i < MANY; i++)
        CHECK(pcntl_next_signal(NULL) == SIGRTMIN);
    CHECK(pcntl_next_signal(NULL) == 0);
}

static const struct check_test tests[] = {
    {"order_of_each_thread", order_of_each_thread},
    {"ended_inside_a_handler", ended_inside_a_handler},
    {"asked_at_once", asked_at_once},
    {"without_memory", without_memory},
    {"executed_by_a_thread", executed_by_a_thread},
    {"forked_by_a_thread", forked_by_a_thread},
};

CHECK_MAIN(tests)
