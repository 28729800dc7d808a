/* A launcher and a daemon of which one does not hear the other, or hears it too late. */
#define _GNU_SOURCE

#include "faults_check.h"
#include <pthread.h>
#include <sys/socket.h>
#include <sys/syscall.h>

/* The daemon's pid, for the launcher. */
static pid_t *of_daemon;
static pid_t armed_launcher;

static void note_daemon(void)
{
    *of_daemon = getpid();
}

static void end_daemon(void)
{
    struct pollfd gone = {(int)syscall(SYS_pidfd_open, *of_daemon, 0), POLLIN, 0};

    CHECK(gone.fd >= 0 && kill(*of_daemon, SIGKILL) == 0);
    CHECK(poll(&gone, 1, -1) == 1 && close(gone.fd) == 0);
}

/* Takes the place of libc's, which the library answers the daemon with. */
ssize_t send(int fd, const void *message, size_t size, int flags)
{
    if (getpid() == armed_launcher && size == 1)
        end_daemon();
    return syscall(SYS_sendto, fd, message, size, flags, NULL, 0);
}

static void killed_with(int timeout)
{
    daemonize_options *options = options_here();
    pid_t daemon;

    CHECK(timeout == 0 || daemonize_options_wait_ready(options, timeout) == 0);
    of_daemon = shared(sizeof *of_daemon);
    CHECK(pthread_atfork(NULL, NULL, note_daemon) == 0);
    armed_launcher = getpid();
    daemon = daemonize_fork(options);
    if (daemon == 0) {
        daemonize_ready();
        await_forever();
    }
    CHECK(daemon == -1 && errno == ECHILD);
    CHECK(strcmp(libdaemon_last_error(), "the daemon was gone before it was accepted") == 0);
}

static void killed_before_the_answer(void)
{
    killed_with(0);
}

static void ready_but_killed_before_the_answer(void)
{
    killed_with(-1);
}

/* By the test, its reports get lost. */
static void lost_set_up(void)
{
    daemonize_options *options = options_here();
    pid_t daemon;

    CHECK(daemonize_options_wait_ready(options, 20000) == 0);
    daemon = daemonize_fork(options);
    if (daemon == 0) {
        CHECK(daemonize_ready() == 0);
        await_forever();
    }
    CHECK(daemon == -1 && errno == ECHILD && libdaemon_last_status() == 1);
    CHECK(strcmp(libdaemon_last_error(), "exited with status 1 before it was set up") == 0);
}

static void lost_set_up_without_waiting(void)
{
    pid_t daemon = daemonize_fork(options_here());

    if (daemon == 0)
        await_forever();
    CHECK(daemon == -1 && errno == ECHILD);
    CHECK(strcmp(libdaemon_last_error(), "the daemon was gone before it was set up") == 0);
}

/* The library's second report of a daemon is lost. */
static void lost_ready(void)
{
    daemonize_options *options = options_here();
    pid_t daemon;

    CHECK(daemonize_options_wait_ready(options, 20000) == 0);
    daemon = daemonize_fork(options);
    CHECK(daemon >= 0);
    if (daemon == 0) {
        CHECK(daemonize_ready() == -1 && errno == ENOBUFS);
        CHECK(daemonize_ready() == 0);
        _exit(0);
    }
}

static const struct check_test tests[] = {
    {"killed_before_the_answer", killed_before_the_answer},
    {"ready_but_killed_before_the_answer", ready_but_killed_before_the_answer},
    {"lost_set_up", lost_set_up},
    {"lost_set_up_without_waiting", lost_set_up_without_waiting},
    {"lost_ready", lost_ready},
};

CHECK_MAIN(tests)
