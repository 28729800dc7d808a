/* What runs under valgrind: a daemonize, one that fails in each of several ways, the signal queue. */
#define _GNU_SOURCE

#include "surface_check.h"
#include <signal.h>
#include <unistd.h>

static const char *directory;

static const char *in_directory(const char *name)
{
    static char path[2][4096];
    static int turn;

    turn = !turn;
    snprintf(path[turn], sizeof path[turn], "%s/%s", directory, name);
    return path[turn];
}

static daemonize_options *all_options(void)
{
    daemonize_options *options = daemonize_options_new();

    CHECK(options != NULL);
    CHECK(daemonize_options_directory(options, directory) == 0);
    CHECK(daemonize_options_umask(options, 022) == 0);
    CHECK(daemonize_options_log(options, in_directory("log")) == 0);
    CHECK(daemonize_options_reopen_on(options, SIGHUP) == 0);
    CHECK(daemonize_options_pidfile(options, in_directory("pid")) == 0);
    CHECK(daemonize_options_lockfile(options, in_directory("lock")) == 0);
    CHECK(daemonize_options_user(options, "root") == 0);
    CHECK(daemonize_options_setenv(options, "LIBDAEMON_TEST", "set") == 0);
    CHECK(daemonize_options_setenv(options, "LIBDAEMON_TEST", "again") == 0);
    return options;
}

static void record(int signal, const pcntl_siginfo *info)
{
    CHECK(info->signo == signal);
}

/* In lots that fit into the queue: valgrind does not hold back the signals that a full queue asks to be held back. */
static void signals(void)
{
    int lot, i;

    CHECK(pcntl_signal(SIGUSR1, record, true) == 0 && pcntl_signal(SIGRTMIN, record, true) == 0);
    CHECK(pcntl_signal_fd() > 2);
    for (lot = 0; lot < 5; lot++) {
        for (i = 0; i < 100; i++)
            CHECK(kill(getpid(), i % 2 == 0 ? SIGUSR1 : SIGRTMIN) == 0);
        CHECK(pcntl_signal_dispatch() == 100);
    }
}

/* Leaves the word in a file that the test waits for. */
static void tell(const char *word)
{
    FILE *file = fopen(in_directory("part"), "w");

    CHECK(file != NULL && fputs(word, file) >= 0 && fclose(file) == 0);
    CHECK(rename(in_directory("part"), in_directory("done")) == 0);
}

static void daemonizes(bool waits)
{
    daemonize_options *options = all_options();

    CHECK(!waits || daemonize_options_wait_ready(options, -1) == 0);
    CHECK(daemonize_with(options) == 0);
    daemonize_options_free(options);
    signals();
    CHECK(daemonize_ready() == 0);
    CHECK(reopen_std() == 0);
    tell("up");
}

static void fails(void)
{
    daemonize_options *options = all_options();
    int launcher = getpid();

    CHECK(daemonize_options_wait_ready(options, -1) == 0);
    CHECK(daemonize_options_user(options, "no-such-user") == -1 || daemonize_with(options) == -1);
    CHECK(strstr(libdaemon_last_error(), "no-such-user") != NULL);
    CHECK(daemonize_options_user(options, "root") == 0);
    CHECK(daemonize_options_log(options, in_directory("missing/log")) == 0);
    CHECK(daemonize_with(options) == -1 && errno == ENOENT);
    CHECK(daemonize_options_log(options, in_directory("log")) == 0);
    if (daemonize_with(options) == 0) {
        daemonize_options_free(options);
        daemonize_fail(7, "for the sake of the test");
    }
    CHECK(getpid() == launcher && errno == ECANCELED && libdaemon_last_status() == 7);
    CHECK(strcmp(libdaemon_last_error(), "for the sake of the test") == 0);
    daemonize_options_free(options);
}

int main(int argc, char *argv[])
{
    CHECK(argc == 3);
    directory = argv[2];
    if (strcmp(argv[1], "daemonize") == 0)
        daemonizes(false);
    else if (strcmp(argv[1], "ready") == 0)
        daemonizes(true);
    else if (strcmp(argv[1], "fail") == 0)
        fails();
    else
        signals();
    return 0;
}
