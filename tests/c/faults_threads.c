/* Starts from a process whose threads reap, are started anew around each fork, or start a daemon as well. */
#define _GNU_SOURCE

#include "faults_check.h"
#include "faults_threads.h"

enum { STARTS = 50 };

static daemonize_options *options_with_threads(int timeout)
{
    daemonize_options *options = options_here();

    CHECK(daemonize_options_threads(options, true) == 0);
    CHECK(timeout == 0 || daemonize_options_wait_ready(options, timeout) == 0);
    return options;
}

static void *reap_all(void *unused)
{
    (void)unused;
    for (;;) {
        if (waitpid(-1, NULL, 0) < 0)
            sched_yield();
    }
    return NULL;
}

static void reaper_with(int timeout)
{
    daemonize_options *options = options_with_threads(timeout);
    int i;

    start_thread(reap_all, NULL);
    for (i = 0; i < STARTS; i++) {
        pid_t daemon = daemonize_fork(options);

        CHECK(daemon >= 0);
        if (daemon == 0) {
            CHECK(daemonize_ready() == 0);
            _exit(0);
        }
    }
}

static void reaper(void)
{
    reaper_with(0);
}

static void reaper_while_waiting(void)
{
    reaper_with(-1);
}

/* A helper thread that is stopped before each fork and started anew after it, as some runtimes do. */
static pthread_t helper;
static bool helper_runs, helper_ends;
static sem_t asked, answered;

static void *help(void *unused)
{
    for (;;) {
        await(&asked);
        if (helper_ends)
            return unused;
        sem_post(&answered);
    }
}

static void helper_starts(void)
{
    helper_ends = false;
    helper = start_thread(help, NULL);
    helper_runs = true;
}

static void helper_stops(void)
{
    helper_runs = false;
    helper_ends = true;
    sem_post(&asked);
    join(helper);
}

static void restarted_helper_with(int timeout)
{
    daemonize_options *options = options_with_threads(timeout);
    pid_t daemon;

    CHECK(sem_init(&asked, 0, 0) == 0 && sem_init(&answered, 0, 0) == 0);
    CHECK(pthread_atfork(helper_stops, helper_starts, helper_starts) == 0);
    helper_starts();
    daemon = daemonize_fork(options);
    CHECK(daemon >= 0);
    if (daemon == 0) {
        CHECK(daemonize_ready() == 0);
        _exit(0);
    }
    CHECK(helper_runs);
    sem_post(&asked);
    await(&answered);
}

static void restarted_helper(void)
{
    restarted_helper_with(0);
}

static void restarted_helper_while_waiting(void)
{
    restarted_helper_with(-1);
}

/* Two launches, one inside the other as far as their threads go: the first to begin is the first to end. */
struct launch {
    daemonize_options *options;
    int up[2], gate[2];
};

static void *launch_gated(void *argument)
{
    struct launch *launch = argument;
    pid_t daemon = daemonize_fork(launch->options);

    CHECK(daemon >= 0);
    if (daemon == 0) {
        say(launch->up[1]);
        hear(launch->gate[0]);
        CHECK(daemonize_ready() == 0);
        _exit(0);
    }
    return NULL;
}

static void on_child(int signal)
{
    (void)signal;
}

static void two_launches(void)
{
    struct launch launches[2];
    struct sigaction found;
    pthread_t threads[2];
    int i;

    signal(SIGCHLD, on_child);
    for (i = 0; i < 2; i++) {
        launches[i].options = options_with_threads(-1);
        make_pipe(launches[i].up);
        make_pipe(launches[i].gate);
        keep(launches[i].options, launches[i].up[1]);
        keep(launches[i].options, launches[i].gate[0]);
        threads[i] = start_thread(launch_gated, &launches[i]);
        hear(launches[i].up[0]);
    }
    for (i = 0; i < 2; i++) {
        say(launches[i].gate[1]);
        join(threads[i]);
    }
    CHECK(sigaction(SIGCHLD, NULL, &found) == 0 && found.sa_handler == on_child);
}

static pthread_barrier_t barrier;

static void *say_ready(void *unused)
{
    int file;

    pthread_barrier_wait(&barrier);
    CHECK(daemonize_ready() == 0);
    file = open("/dev/null", O_RDONLY | O_CLOEXEC);
    pthread_barrier_wait(&barrier);
    CHECK(file >= 0 && fcntl(file, F_GETFD) != -1);
    return unused;
}

/* Whichever thread tells the launcher, the others find it told, and the descriptor is closed once. */
static void ready_by_all(void)
{
    enum { THREADS = 4 };
    pthread_t threads[THREADS];
    daemonize_options *options = options_here();
    int start, i;

    CHECK(daemonize_options_wait_ready(options, -1) == 0);
    for (start = 0; start < STARTS; start++) {
        pid_t daemon = daemonize_fork(options);

        CHECK(daemon >= 0);
        if (daemon > 0)
            continue;
        CHECK(pthread_barrier_init(&barrier, NULL, THREADS) == 0);
        for (i = 0; i < THREADS; i++)
            threads[i] = start_thread(say_ready, NULL);
        for (i = 0; i < THREADS; i++)
            join(threads[i]);
        _exit(0);
    }
}

static void *return_at_once(void *unused)
{
    return unused;
}

static void *sleep_on(void *unused)
{
    for (;;)
        pause();
    return unused;
}

/* Where the kernel does not tell which signals are handled, libc's own are not reset: it has every thread change its user by one. */
static void threads_of_the_daemon(void)
{
    daemonize_options *options = options_with_threads(0);
    pid_t daemon;

    CHECK(access("/proc/self/status", F_OK) != 0);
    join(start_thread(return_at_once, NULL));
    daemon = daemonize_fork(options);
    CHECK(daemon >= 0);
    if (daemon > 0)
        return;
    start_thread(sleep_on, NULL);
    CHECK(setuid(getuid()) == 0);
    CHECK(creat("was_here", 0600) >= 0);
    _exit(0);
}

/* An allocator's lock, held over a fork as jemalloc holds its own. */
static pthread_mutex_t allocator = PTHREAD_MUTEX_INITIALIZER;

static void lock_allocator(void)
{
    CHECK(pthread_mutex_lock(&allocator) == 0);
}

static void unlock_allocator(void)
{
    CHECK(pthread_mutex_unlock(&allocator) == 0);
}

/* By the test, a process of the start is killed at a call of its. The launcher's memory and locks are its own: it goes on. */
static void killed_with(int timeout, bool has_thread)
{
    daemonize_options *options = options_with_threads(timeout);
    void *memory;
    int i;

    CHECK(pthread_atfork(lock_allocator, unlock_allocator, unlock_allocator) == 0);
    join(start_thread(return_at_once, NULL));
    if (has_thread)
        start_thread(sleep_on, NULL);
    if (daemonize_fork(options) == 0) {
        daemonize_ready();
        _exit(0);
    }
    CHECK(waitpid(-1, NULL, __WALL) == -1 && errno == ECHILD);
    lock_allocator();
    unlock_allocator();
    for (i = 0; i < 100; i++) {
        memory = malloc(1000);
        CHECK(memory != NULL && fflush(NULL) == 0);
        free(memory);
    }
    join(start_thread(return_at_once, NULL));
}

static void killed_once_threaded(void)
{
    killed_with(0, false);
}

static void killed_once_threaded_while_waiting(void)
{
    killed_with(20000, false);
}

static void killed_with_threads(void)
{
    killed_with(0, true);
}

static const struct check_test tests[] = {
    {"killed_once_threaded", killed_once_threaded},
    {"killed_once_threaded_while_waiting", killed_once_threaded_while_waiting},
    {"killed_with_threads", killed_with_threads},
    {"threads_of_the_daemon", threads_of_the_daemon},
    {"reaper", reaper},
    {"reaper_while_waiting", reaper_while_waiting},
    {"restarted_helper", restarted_helper},
    {"restarted_helper_while_waiting", restarted_helper_while_waiting},
    {"two_launches", two_launches},
    {"ready_by_all", ready_by_all},
};

CHECK_MAIN(tests)
