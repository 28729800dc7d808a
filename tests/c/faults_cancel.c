/*
 * A thread that is cancelled in a call of the library: the call goes on to its end, and the cancellation takes effect at
 * the thread's own next cancellation point, where its clean-up runs. Compiled as C with -fexceptions, and as C++.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "faults_check.h"
#include <dirent.h>
#include <pthread.h>
#include <sys/syscall.h>

static volatile pid_t thread_id;
static volatile bool returned, cleaned;
/* What the main thread tells a child or a daemon. */
static int told[2];
static daemonize_options *options;

#ifdef __cplusplus

struct Guard {
    ~Guard() { cleaned = true; }
};
#define GUARD Guard guard

#else

static void clean(int *unused)
{
    (void)unused;
    cleaned = true;
}
#define GUARD int guard __attribute__((cleanup(clean), unused)) = 0

#endif

struct part {
    void (*run)(void);
    /* Before its calls, so that the first cancellation point in one of them would be its end; or by the main thread. */
    bool cancelled_before;
};

static void *run(void *argument)
{
    const struct part *part = (const struct part *)argument;
    GUARD;

    if (part->cancelled_before)
        CHECK(pthread_cancel(pthread_self()) == 0);
    thread_id = gettid();
    part->run();
    returned = true;
    pthread_testcancel();
    return NULL;
}

static int open_descriptors(void)
{
    DIR *directory = opendir("/proc/self/fd");
    int count = 0;

    CHECK(directory != NULL);
    while (readdir(directory) != NULL)
        count++;
    closedir(directory);
    return count;
}

/* In a `call` that is not 0 the thread sleeps, is cancelled there, and goes on when told. */
static void cancel_in(void (*calls)(void), long call)
{
    struct part part = {calls, call == 0};
    int before = open_descriptors();
    pthread_t thread;
    void *result;

    CHECK(pthread_create(&thread, NULL, run, &part) == 0);
    if (call != 0) {
        while (thread_id == 0)
            sched_yield();
        await_in(thread_id, call);
        CHECK(pthread_cancel(thread) == 0);
        say(told[1]);
    }
    CHECK(pthread_join(thread, &result) == 0);
    CHECK(returned);
    CHECK(result == PTHREAD_CANCELED && cleaned);
    CHECK(open_descriptors() == before);
}

static void set_options(void)
{
    options = options_here();
    CHECK(daemonize_options_threads(options, true) == 0 && daemonize_options_wait_ready(options, -1) == 0);
    CHECK(daemonize_options_pidfile(options, "pid") == 0);
    make_pipe(told);
    keep(options, told[0]);
}

/* A daemon that ends when it is told to, and not by SIGTERM. */
static void start_stubborn(void)
{
    pid_t daemon = daemonize_fork(options);

    CHECK(daemon >= 0);
    if (daemon == 0) {
        CHECK(signal(SIGTERM, SIG_IGN) != SIG_ERR && daemonize_ready() == 0);
        hear(told[0]);
        _exit(0);
    }
}

static void redirect_calls(void)
{
    CHECK(reset_std("log") == 0 && reset_std_split("log", "/dev/null") == 0 && reopen_std() == 0);
}

static void redirect(void)
{
    int output = dup(1), errors = dup(2);

    cancel_in(redirect_calls, 0);
    /* Nobody is in there any more. */
    CHECK(reopen_std() == 0);
    CHECK(dup2(output, 1) == 1 && dup2(errors, 2) == 2);
}

static void ask_calls(void)
{
    int state;

    CHECK(pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state) == 0 && state == PTHREAD_CANCEL_ENABLE);
    CHECK(daemonize_status("pid") == 0);
    /* What the caller has put off stays so. */
    CHECK(pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, &state) == 0 && state == PTHREAD_CANCEL_DISABLE);
    CHECK(daemonize_status("pid") == 0);
    CHECK(daemonize_signal("pid", SIGUSR1) == -1 && errno == ESRCH);
    CHECK(daemonize_stop("pid", 0, false) == 0);
}

static void ask(void)
{
    int stale = open("pid", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

    CHECK(write(stale, "4711\n", 5) == 5 && close(stale) == 0);
    cancel_in(ask_calls, 0);
}

static void launch_calls(void)
{
    pid_t daemon = daemonize_fork(options);
    int state;

    CHECK(daemon >= 0);
    if (daemon == 0) {
        /* A copy of the cancelled thread. */
        CHECK(pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state) == 0 && state == PTHREAD_CANCEL_ENABLE);
        CHECK(pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, &state) == 0);
        CHECK(daemonize_ready() == 0);
        _exit(0);
    }
    CHECK(daemonize_options_pidfile(options, "other.pid") == 0);
    if (daemonize_fork(options) == 0)
        CHECK(daemonize_fail(3, "on purpose") == 0);
    CHECK(errno == ECANCELED && libdaemon_last_status() == 3);
}

static void launch(void)
{
    set_options();
    cancel_in(launch_calls, 0);
}

static void fork_calls(void)
{
    int status;
    pid_t child = pcntl_fork();

    CHECK(child >= 0);
    if (child == 0)
        _exit(3);
    CHECK(pcntl_wait(&status, 0, NULL) == child && WEXITSTATUS(status) == 3);
}

static void forks(void)
{
    CHECK(pcntl_signal(SIGUSR1, PCNTL_SIG_QUEUE, true) == 0 && pcntl_signal_fd() > 0);
    cancel_in(fork_calls, 0);
}

static void on_signal(int signal, const pcntl_siginfo *info)
{
    CHECK(signal == info->signo);
    say(told[1]);
    hear(told[0]);
    thread_id = 0;
}

static void signal_calls(void)
{
    CHECK(raise(SIGUSR1) == 0 && pcntl_signal_dispatch() == 1 && thread_id == 0);
    CHECK(raise(SIGUSR2) == 0 && pcntl_next_signal(NULL) == SIGUSR2);
    CHECK(raise(SIGUSR1) == 0 && pcntl_signal_dispatch() == 1);
}

static void signals(void)
{
    make_pipe(told);
    CHECK(pcntl_signal(SIGUSR1, on_signal, true) == 0 && pcntl_signal(SIGUSR2, PCNTL_SIG_QUEUE, true) == 0);
    CHECK(pcntl_signal_fd() > 0);
    cancel_in(signal_calls, 0);
}

static pid_t child;

static void wait_calls(void)
{
    int status;

    CHECK(pcntl_wait(&status, 0, NULL) == child && WIFEXITED(status));
}

static void in_wait(void)
{
    make_pipe(told);
    child = fork_tied();
    if (child == 0) {
        hear(told[0]);
        _exit(0);
    }
    cancel_in(wait_calls, SYS_wait4);
}

static void stop_calls(void)
{
    CHECK(daemonize_stop("pid", -1, false) == 0);
}

static void in_stop(void)
{
    set_options();
    start_stubborn();
    cancel_in(stop_calls, SYS_poll);
    CHECK(access("pid", F_OK) == -1 && errno == ENOENT);
}

static void start_calls(void)
{
    pid_t daemon = daemonize_fork(options);

    if (daemon == 0) {
        hear(told[0]);
        CHECK(daemonize_ready() == 0);
        hear(told[0]);
        _exit(0);
    }
    CHECK(daemon > 0 && daemonize_status("pid") == daemon);
}

static void in_start(void)
{
    set_options();
    cancel_in(start_calls, SYS_poll);
    say(told[1]);
    CHECK(daemonize_stop("pid", -1, false) == 0);
}

static const struct check_test tests[] = {
    {"redirect", redirect}, {"ask", ask},         {"launch", launch},   {"forks", forks},
    {"signals", signals},   {"in_wait", in_wait}, {"in_stop", in_stop}, {"in_start", in_start}};

CHECK_MAIN(tests)
