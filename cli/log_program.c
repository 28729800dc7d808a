/* A log writer that is a program: started with the pipe as its standard input, and again when it ends before the pipe
   does. The reading end stays here, so that nothing in the pipe is lost with it, and the daemon gets no SIGPIPE. */
#define _GNU_SOURCE
#include "log_writer.h"
#include <errno.h>
#include <fcntl.h>
#include <libdaemon.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void become(int source, char **words)
{
    const int defaults[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGXFSZ };

    for (size_t i = 0; i < sizeof defaults / sizeof *defaults; i++)
        signal(defaults[i], SIG_DFL);
    if (dup2(source, STDIN_FILENO) == STDIN_FILENO)
        execv(words[0], words);
}

/* 0, or the errno of what failed. */
static int start(int source, char **words, pid_t *pid)
{
    int ends[2], error = 0;

    if (pipe2(ends, O_CLOEXEC) != 0)
        return errno;
    *pid = fork();
    if (*pid == 0) {
        become(source, words);
        error = errno;
        _exit(write(ends[1], &error, sizeof error) == sizeof error ? 127 : 126);
    }
    error = *pid < 0 ? errno : 0;
    close(ends[1]);
    if (*pid > 0)
        while (read(ends[0], &error, sizeof error) < 0 && errno == EINTR)
            continue;
    close(ends[0]);
    return error;
}

static void wait_for(pid_t pid)
{
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        continue;
}

/* Has everybody closed the other end, and has all been read? */
static bool is_over(int source)
{
    struct pollfd waited = { .fd = source, .events = POLLIN };

    return poll(&waited, 1, 0) > 0 && !(waited.revents & POLLIN);
}

void write_to_program(int source, char **words)
{
    bool told = false;
    char line[512];

    do {
        pid_t pid = -1;
        time_t begun = time(NULL);
        int error = start(source, words, &pid);

        if (error != 0 && !told) {
            snprintf(line, sizeof line, "log program %s: %s", words[0], strerror(error));
            daemonize_fail(1, line);
        }
        if (!told)
            daemonize_ready();
        told = true;
        if (pid > 0)
            wait_for(pid);
        /* One that ends at once is started no more than once a second. */
        if (!is_over(source) && time(NULL) - begun < 2)
            sleep(1);
    } while (!is_over(source));
}
