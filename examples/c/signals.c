/*
 * Signals in a poll loop: a daemon that copies the lines written to a FIFO into its log. Upon SIGUSR1 it says how
 * much came in, upon SIGHUP it opens its log again, and upon SIGTERM it ends. The handlers are ordinary functions:
 * they run where the loop calls pcntl_signal_dispatch(), not in the middle of something else, so they may
 * print, allocate and lock like everything around them.
 *
 *     signals LOG FIFO [PIDFILE]
 */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <fcntl.h>
#include <libdaemon.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int running = 1;
static unsigned long copied;

static int fail(void)
{
    fprintf(stderr, "signals: %s\n", libdaemon_last_error());
    return libdaemon_last_status();
}

static void on_terminate(int signal, const pcntl_siginfo *info)
{
    (void)signal;
    printf("stopped by process %d\n", (int)info->pid);
    running = 0;
}

static void on_count(int signal, const pcntl_siginfo *info)
{
    (void)signal;
    printf("process %d asks: %lu bytes so far\n", (int)info->pid, copied);
}

static void on_rotate(int signal, const pcntl_siginfo *info)
{
    (void)signal;
    (void)info;
    if (reopen_std() != 0)
        fprintf(stderr, "%s\n", libdaemon_last_error());
    else
        puts("log opened anew");
}

static int watch_signals(void)
{
    if (pcntl_signal(SIGTERM, on_terminate, true) != 0 || pcntl_signal(SIGUSR1, on_count, true) != 0 ||
        pcntl_signal(SIGHUP, on_rotate, true) != 0)
        return -1;
    return pcntl_signal_fd();
}

static void copy(int fifo)
{
    char buffer[4096];
    ssize_t length;

    while ((length = read(fifo, buffer, sizeof buffer)) > 0) {
        fwrite(buffer, 1, (size_t)length, stdout);
        copied += (unsigned long)length;
    }
}

static int become_daemon(int argc, char *argv[])
{
    daemonize_options *options = daemonize_options_new();
    int failed = options == NULL || daemonize_options_log(options, argv[1]) != 0 ||
                 (argc == 4 && daemonize_options_pidfile(options, argv[3]) != 0) ||
                 daemonize_options_directory(options, ".") != 0 ||
                 daemonize_options_wait_ready(options, 5000) != 0 || daemonize_with(options) != 0;

    daemonize_options_free(options);
    return failed ? -1 : 0;
}

static int give_up(const char *what)
{
    char message[256];

    snprintf(message, sizeof message, "%s: %s", what, strerror(errno));
    daemonize_fail(1, message);
    return 1;
}

int main(int argc, char *argv[])
{
    struct pollfd ready[2] = {{-1, POLLIN, 0}, {-1, POLLIN, 0}};

    if (argc < 3 || argc > 4) {
        fputs("usage: signals LOG FIFO [PIDFILE]\n", stderr);
        return 100;
    }
    if (become_daemon(argc, argv) != 0)
        return fail();

    setvbuf(stdout, NULL, _IOLBF, 0);
    if (mkfifo(argv[2], 0600) != 0 && errno != EEXIST)
        return give_up(argv[2]);
    /* Open for writing, too: there is always a writer, so the end of another one is no end of file. */
    ready[1].fd = open(argv[2], O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (ready[1].fd < 0)
        return give_up(argv[2]);
    ready[0].fd = watch_signals();
    if (ready[0].fd < 0)
        return give_up(libdaemon_last_error());
    if (daemonize_ready() != 0)
        return fail();

    while (running) {
        if (poll(ready, 2, -1) < 0 && errno != EINTR)
            return 1;
        if (ready[1].revents & POLLIN)
            copy(ready[1].fd);
        pcntl_signal_dispatch();
    }
    return 0;
}
