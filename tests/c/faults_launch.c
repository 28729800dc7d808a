/* Starts from a launcher in a state that is not the usual one: its queue full, a helper process killed, SIGCHLD set. */
#define _GNU_SOURCE

#include "faults_check.h"
#include <sys/resource.h>
#include <sys/syscall.h>

enum { MORE_THAN_THE_QUEUE = 230 };

static void ignore(int signal, const pcntl_siginfo *info)
{
    (void)signal;
    (void)info;
}

static void fill_queue(void)
{
    int i;

    CHECK(pcntl_signal(SIGUSR1, ignore, true) == 0);
    for (i = 0; i < MORE_THAN_THE_QUEUE; i++)
        raise(SIGUSR1);
}

static void full_queue_and_a_crash(void)
{
    daemonize_options *options = options_here();
    pid_t daemon;

    fill_queue();
    CHECK(daemonize_options_wait_ready(options, -1) == 0);
    daemon = daemonize_fork(options);
    if (daemon == 0) {
        setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
        abort();
    }
    CHECK(daemon == -1 && errno == ECHILD);
}

static void full_queue_and_a_timeout(void)
{
    daemonize_options *options = options_here();
    int tie[2];
    pid_t daemon;

    make_pipe(tie);
    keep(options, tie[1]);
    fill_queue();
    CHECK(daemonize_options_wait_ready(options, 20) == 0);
    daemon = daemonize_fork(options);
    if (daemon == 0)
        await_forever();
    CHECK(daemon == -1 && errno == ETIMEDOUT);
    await_end(tie);
}

static void check_only_blocked(int signal)
{
    sigset_t mask;
    int other;

    CHECK(sigprocmask(SIG_BLOCK, NULL, &mask) == 0);
    for (other = 1; other < NSIG; other++)
        CHECK(sigismember(&mask, other) == (other == signal));
}

static void full_queue_and_the_mask(void)
{
    daemonize_options *options = options_here();
    sigset_t own;
    pid_t daemon;

    sigemptyset(&own);
    sigaddset(&own, SIGUSR2);
    CHECK(sigprocmask(SIG_SETMASK, &own, NULL) == 0);
    fill_queue();
    CHECK(daemonize_options_signals(options, DAEMONIZE_SIGNALS_KEEP) == 0);
    daemon = daemonize_fork(options);
    CHECK(daemon >= 0);
    if (daemon > 0)
        return;
    check_only_blocked(SIGUSR2);
    while (pcntl_signal_dispatch() > 0)
        continue;
    check_only_blocked(SIGUSR2);
    _exit(0);
}

/* What is executed has the mask that the caller has set itself. */
static void full_queue_and_a_program(void)
{
    const char *const arguments[] = {"sed", "-n", "s/^SigBlk:\t//p", "/proc/self/status", NULL};
    daemonize_options *options = options_here();
    char mask[32] = "";
    FILE *answer;
    int tie[2];

    make_pipe(tie);
    keep(options, tie[1]);
    fill_queue();
    CHECK(daemonize_options_signals(options, DAEMONIZE_SIGNALS_KEEP) == 0);
    CHECK(daemonize_options_stdout(options, "mask") == 0);
    CHECK(daemonize_exec(options, "/bin/sed", arguments) > 0);
    await_end(tie);
    answer = fopen("mask", "r");
    CHECK(answer != NULL && fgets(mask, sizeof mask, answer) != NULL);
    CHECK(strcmp(mask, "0000000000000000\n") == 0);
    fclose(answer);
}

static void interrupt(int signal)
{
    (void)signal;
}

/* What stands between launcher and daemon is killed while the launcher waits; then the wait ends as told. */
static void alone_with(int timeout, bool interrupted)
{
    daemonize_options *options = options_here();
    pid_t launcher = getpid(), daemon;
    int tie[2];

    make_pipe(tie);
    keep(options, tie[1]);
    signal(SIGINT, interrupt);
    CHECK(daemonize_options_pidfile(options, "app.pid") == 0);
    CHECK(daemonize_options_wait_ready(options, timeout) == 0);
    daemon = daemonize_fork(options);
    if (daemon == 0) {
        pid_t between = getppid();

        CHECK(between != launcher && kill(between, SIGKILL) == 0);
        while (getppid() == between)
            sched_yield();
        if (interrupted)
            kill(launcher, SIGINT);
        await_forever();
    }
    CHECK(daemon == -1);
    await_end(tie);
    CHECK(daemonize_status("app.pid") == 0);
}

static void killed_between_and_a_timeout(void)
{
    alone_with(500, false);
}

static void killed_between_and_an_interrupt(void)
{
    alone_with(-1, true);
}

static void await_gone(int pidfd)
{
    struct pollfd gone = {pidfd, POLLIN, 0};

    while (poll(&gone, 1, -1) != 1)
        continue;
}

/* A launcher that has its children go by themselves: one that ends during the launch does so as well. */
static void ignored_sigchld(void)
{
    daemonize_options *options = options_here();
    int gate[2], pidfd;
    pid_t child, daemon;

    make_pipe(gate);
    signal(SIGCHLD, SIG_IGN);
    child = fork_tied();
    if (child == 0) {
        hear(gate[0]);
        _exit(0);
    }
    pidfd = (int)syscall(SYS_pidfd_open, child, 0);
    CHECK(pidfd >= 0);
    keep(options, gate[1]);
    keep(options, pidfd);
    CHECK(daemonize_options_wait_ready(options, -1) == 0);
    daemon = daemonize_fork(options);
    CHECK(daemon >= 0);
    if (daemon == 0) {
        say(gate[1]);
        await_gone(pidfd);
        daemonize_ready();
        _exit(0);
    }
    CHECK(waitpid(child, NULL, 0) == -1 && errno == ECHILD);
}

static bool is_pending(int signal)
{
    sigset_t pending;

    CHECK(sigpending(&pending) == 0);
    return sigismember(&pending, signal);
}

static void pending_sigchld_with(int timeout)
{
    daemonize_options *options = options_here();
    pid_t child, daemon;
    siginfo_t ended;
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    CHECK(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
    child = fork_tied();
    if (child == 0)
        _exit(7);
    CHECK(waitid(P_PID, (id_t)child, &ended, WEXITED | WNOWAIT) == 0 && is_pending(SIGCHLD));
    CHECK(timeout == 0 || daemonize_options_wait_ready(options, timeout) == 0);
    daemon = daemonize_fork(options);
    CHECK(daemon >= 0);
    if (daemon == 0) {
        daemonize_ready();
        _exit(0);
    }
    CHECK(is_pending(SIGCHLD));
    CHECK(WEXITSTATUS(status_of(child)) == 7);
}

static void pending_sigchld(void)
{
    pending_sigchld_with(0);
}

static void pending_sigchld_while_waiting(void)
{
    pending_sigchld_with(-1);
}

/* A daemon's daemon that has kept the signals but has no pid file of its own ends by SIGTERM like any. */
static void second_daemon(void)
{
    daemonize_options *first = options_here(), *second = options_here();
    pid_t daemon;

    CHECK(daemonize_options_pidfile(first, "app.pid") == 0);
    CHECK(daemonize_options_signals(second, DAEMONIZE_SIGNALS_KEEP) == 0);
    daemon = daemonize_fork(first);
    CHECK(daemon >= 0);
    if (daemon > 0)
        return;
    daemon = daemonize_fork(second);
    CHECK(daemon >= 0);
    if (daemon > 0)
        exit(0);
    raise(SIGTERM);
    CHECK(!"SIGTERM ends it");
}

static void several_lines(void)
{
    daemonize_options *options = options_here();
    pid_t daemon;

    CHECK(daemonize_options_wait_ready(options, -1) == 0);
    daemon = daemonize_fork(options);
    if (daemon == 0)
        daemonize_fail(3, "one\ntwo\n");
    CHECK(daemon == -1 && libdaemon_last_status() == 3);
    CHECK(strcmp(libdaemon_last_error(), "one?two?") == 0);
}

static const struct check_test tests[] = {
    {"full_queue_and_a_crash", full_queue_and_a_crash},
    {"full_queue_and_a_timeout", full_queue_and_a_timeout},
    {"full_queue_and_the_mask", full_queue_and_the_mask},
    {"full_queue_and_a_program", full_queue_and_a_program},
    {"killed_between_and_a_timeout", killed_between_and_a_timeout},
    {"killed_between_and_an_interrupt", killed_between_and_an_interrupt},
    {"ignored_sigchld", ignored_sigchld},
    {"pending_sigchld", pending_sigchld},
    {"pending_sigchld_while_waiting", pending_sigchld_while_waiting},
    {"second_daemon", second_daemon},
    {"several_lines", several_lines},
};

CHECK_MAIN(tests)
