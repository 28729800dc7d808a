/* The signal queue of a process with several threads: nothing is lost, whichever thread the kernel chose, and no thread is
   left with a signal blocked. */
#define _GNU_SOURCE

#include "faults_check.h"
#include "faults_threads.h"
#include <dirent.h>
#include <sys/syscall.h>

enum { MANY = 1000, IDLE = 3 };

static char arrived[2][MANY];
static int handled, ended;
static pid_t sender;

static void on_numbered(int signal, const pcntl_siginfo *info)
{
    char *once = &arrived[signal - SIGRTMIN][info->value];

    CHECK(info->value >= 0 && info->value < MANY && *once == 0);
    CHECK(info->pid == sender && info->code == SI_QUEUE);
    *once = 1;
    handled++;
}

/* What kill(2) sends, the kernel lets nobody else send. */
static void on_killed(int signal, const pcntl_siginfo *info)
{
    CHECK(signal == SIGRTMIN + 2 && info->code == SI_USER && info->pid == sender && info->uid == getuid());
    handled++;
}

static void on_term(int signal, const pcntl_siginfo *info)
{
    CHECK(signal == SIGTERM && info->pid == getpid());
    ended++;
}

static void *be_idle(void *unused)
{
    for (;;)
        pause();
    return unused;
}

static void have_handlers(void)
{
    CHECK(pcntl_signal(SIGRTMIN, on_numbered, true) == 0 && pcntl_signal(SIGRTMIN + 1, on_numbered, true) == 0);
    CHECK(pcntl_signal(SIGRTMIN + 2, on_killed, true) == 0 && pcntl_signal(SIGTERM, on_term, true) == 0);
}

/* A child that sends all of them to this process: 3 * MANY. */
static void start_sending(void)
{
    pid_t target = getpid();
    int i;

    sender = fork_tied();
    if (sender > 0)
        return;
    for (i = 0; i < MANY; i++) {
        const union sigval value = {.sival_int = i};

        while (sigqueue(target, SIGRTMIN, value) != 0 || sigqueue(target, SIGRTMIN + 1, value) != 0)
            _exit(1);
        if (kill(target, SIGRTMIN + 2) != 0)
            _exit(1);
    }
    _exit(0);
}

static void await_sender(void)
{
    siginfo_t info;

    while (waitid(P_PID, (id_t)sender, &info, WEXITED) != 0)
        CHECK(errno == EINTR);
    CHECK(info.si_code == CLD_EXITED && info.si_status == 0);
}

/* Calls the handlers until so many have been called: the last signals may still be in a handler of the library's. */
static void dispatch_until(int number)
{
    while (handled < number) {
        struct pollfd queued = {pcntl_signal_fd(), POLLIN, 0};

        CHECK(poll(&queued, 1, -1) == 1 || errno == EINTR);
        CHECK(pcntl_signal_dispatch() >= 0);
    }
}

static bool is_anything_held(void)
{
    DIR *tasks = opendir("/proc/self/task");
    struct dirent *task;
    bool held = false;

    CHECK(tasks != NULL);
    while ((task = readdir(tasks)) != NULL) {
        char path[300], line[128];
        FILE *status;

        if (task->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "/proc/self/task/%s/status", task->d_name);
        status = fopen(path, "re");
        CHECK(status != NULL);
        while (fgets(line, sizeof line, status) != NULL) {
            unsigned long long set = 0;

            if (sscanf(line, "SigBlk: %llx", &set) == 1 || sscanf(line, "SigPnd: %llx", &set) == 1 ||
                sscanf(line, "ShdPnd: %llx", &set) == 1)
                held = held || set != 0;
        }
        fclose(status);
    }
    closedir(tasks);
    return held;
}

/* No thread blocks anything, and nothing waits in the kernel, once every thread has come out of the library's handler. */
static void check_nothing_is_held(void)
{
    while (is_anything_held())
        sched_yield();
}

static void block_here(int how, int signal)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, signal);
    CHECK(pthread_sigmask(how, &set, NULL) == 0);
}

/* Main dispatches, and only when all have been sent. */
static void many_threads(void)
{
    int i;

    have_handlers();
    CHECK(pcntl_signal_dispatch() == 0);
    for (i = 0; i < IDLE; i++)
        start_thread(be_idle, NULL);
    start_sending();
    await_sender();
    dispatch_until(3 * MANY);
    CHECK(pcntl_signal_dispatch() == 0 && handled == 3 * MANY);
    check_nothing_is_held();
    /* To whichever thread that is not main. */
    block_here(SIG_BLOCK, SIGTERM);
    CHECK(kill(getpid(), SIGTERM) == 0);
    while (ended == 0)
        pcntl_signal_dispatch();
    block_here(SIG_UNBLOCK, SIGTERM);
}

static void *dispatch_some(void *number)
{
    dispatch_until(*(const int *)number);
    return NULL;
}

/* The thread that dispatches ends, and another one goes on, and in between nobody does. */
static void changing_dispatcher(void)
{
    static const int first = 10, second = MANY;
    int i;

    have_handlers();
    for (i = 0; i < IDLE; i++)
        start_thread(be_idle, NULL);
    start_sending();
    join(start_thread(dispatch_some, (void *)&first));
    await_sender();
    join(start_thread(dispatch_some, (void *)&second));
    dispatch_until(3 * MANY);
    CHECK(pcntl_signal_dispatch() == 0 && handled == 3 * MANY);
    check_nothing_is_held();
}

/* One that was sent to the dispatching thread alone, whose queue is full, is not lost when that ends. */
static void *flood_and_end(void *unused)
{
    int i;

    CHECK(raise(SIGTERM) == 0 && pcntl_signal_dispatch() == 1);
    sender = getpid();
    for (i = 0; i < MANY; i++) {
        const union sigval value = {.sival_int = i};

        CHECK(pthread_sigqueue(pthread_self(), SIGRTMIN, value) == 0);
    }
    return unused;
}

static void ending_dispatcher(void)
{
    have_handlers();
    join(start_thread(flood_and_end, NULL));
    dispatch_until(MANY);
    CHECK(pcntl_signal_dispatch() == 0 && handled == MANY);
    check_nothing_is_held();
}

/* Signals that a full queue held back when there was one thread come to the one that dispatches later; and main is free again
   as soon as it dispatches itself. */
static void *dispatch_the_rest(void *unused)
{
    while (handled < MANY)
        CHECK(pcntl_signal_dispatch() >= 0);
    return unused;
}

static void threads_after_the_flood(void)
{
    int i;

    have_handlers();
    sender = getpid();
    for (i = 0; i < MANY; i++) {
        const union sigval value = {.sival_int = i};

        CHECK(sigqueue(getpid(), SIGRTMIN, value) == 0);
    }
    join(start_thread(dispatch_the_rest, NULL));
    CHECK(pcntl_signal_dispatch() == 0 && handled == MANY);
    check_nothing_is_held();
}

/* A child of a process with an overflow has none. */
static void forked_child(void)
{
    pid_t child;

    have_handlers();
    start_thread(be_idle, NULL);
    start_sending();
    await_sender();
    child = pcntl_fork();
    CHECK(child >= 0);
    if (child == 0) {
        CHECK(pcntl_signal_dispatch() == 0 && handled == 0);
        CHECK(kill(getpid(), SIGTERM) == 0 && pcntl_signal_dispatch() == 1 && ended == 1);
        check_nothing_is_held();
        _exit(0);
    }
    CHECK(status_of(child) == 0);
    dispatch_until(3 * MANY);
}

/* One can be waited for in the overflow, too. */
static void waited_for(void)
{
    pcntl_siginfo info;

    have_handlers();
    start_thread(be_idle, NULL);
    start_sending();
    await_sender();
    CHECK(raise(SIGTERM) == 0);
    CHECK(pcntl_sigwaitinfo(PCNTL_SIGNAL_BIT(SIGTERM), &info) == SIGTERM && info.pid == getpid());
    dispatch_until(3 * MANY);
    CHECK(pcntl_signal_dispatch() == 0 && ended == 0);
}

static const struct check_test tests[] = {
    {"many_threads", many_threads},
    {"changing_dispatcher", changing_dispatcher},
    {"ending_dispatcher", ending_dispatcher},
    {"threads_after_the_flood", threads_after_the_flood},
    {"forked_child", forked_child},
    {"waited_for", waited_for},
};

CHECK_MAIN(tests)
