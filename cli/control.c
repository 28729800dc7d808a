/* A daemon that runs, by its pid file: asked after, signalled, stopped. */
#define _GNU_SOURCE
#include "command.h"
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* systemd and start-stop-daemon do not give up at SIGTERM either. */
static const char usual_schedule[] = "TERM/30/KILL/5";

/* Is there a number in the file? A daemon that may not remove its pid file empties it at a clean end. */
static bool has_a_pid_in_it(const char *pidfile)
{
    char text[32];
    int fd = open(pidfile, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
    ssize_t length = fd < 0 ? 0 : read(fd, text, sizeof text);

    if (fd >= 0)
        close(fd);
    for (ssize_t i = 0; i < length; i++)
        if (isdigit((unsigned char)text[i]))
            return true;
    return false;
}

int show_status(const struct command *command)
{
    pid_t pid = daemonize_status(command->pidfile);

    if (pid > 0) {
        printf("%d\n", (int)pid);
        return LSB_RUNS;
    }
    if (pid < 0) {
        complain_last_error();
        return LSB_UNKNOWN;
    }
    if (!has_a_pid_in_it(command->pidfile))
        return LSB_NOT_RUNNING;
    complain("pid file %s: no process that runs holds it", command->pidfile);
    return LSB_DEAD_WITH_PIDFILE;
}

int stop_daemon(const struct command *command)
{
    const char *schedule = command->schedule ? command->schedule : usual_schedule;

    if (command->verbose)
        complain("stopping by %s", schedule);
    if (daemonize_stop_by(command->pidfile, schedule, command->session) != 0)
        return strcmp(libdaemon_last_step(), "schedule") == 0 ? refuse_usage("%s", libdaemon_last_error())
                                                              : complain_last_error();
    return 0;
}

int send_signal(const struct command *command)
{
    if (daemonize_signal(command->pidfile, command->signal_number) != 0)
        return complain_last_error();
    return 0;
}
