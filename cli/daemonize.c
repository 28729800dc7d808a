/* daemonize: starts a program as a daemon, asks after it, stops it. See daemonize(1). */
#define _GNU_SOURCE
#include "command.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What is opened while 0, 1 or 2 is closed would become one of them. */
static bool fill_standard_streams(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) != fd)
            return false;
    return true;
}

/* Of a question after the status, 1 would mean that the daemon is dead. */
static int failure_of(const struct command *command)
{
    return command->action == ACTION_STATUS ? LSB_UNKNOWN : STATUS_FAILED;
}

static int perform(struct command *command)
{
    int status;

    switch (command->action) {
    case ACTION_HELP: print_help(); return 0;
    case ACTION_VERSION: print_version(); return 0;
    case ACTION_STATUS: return show_status(command);
    case ACTION_SIGNAL: return send_signal(command);
    case ACTION_STOP: return stop_daemon(command);
    case ACTION_RESTART:
        /* A daemon whose program could not be started again is not stopped. */
        if (!has_program(command))
            return STATUS_FAILED;
        status = stop_daemon(command);
        return status ? status : start_daemon(command);
    case ACTION_START: break;
    }
    return start_daemon(command);
}

int main(int argc, char **argv)
{
    struct command command = { .action = ACTION_START, .notify_fd = -1, .writer_waits = -1, .writer_lives = -1 };
    int status;

    if (!fill_standard_streams()) {
        complain("/dev/null: %s", strerror(errno));
        return STATUS_FAILED;
    }
    if (geteuid() != getuid() || getegid() != getgid()) {
        complain("installed setuid or setgid, which would let everybody start anything: refused");
        return STATUS_FAILED;
    }
    command.options = daemonize_options_new();
    if (command.options == NULL)
        return complain_last_error();
    status = read_command_line(&command, argc, argv);
    /* Not before: an option that names a closed descriptor is not to mean this one. */
    if (status == 0 && !keep_standard_error()) {
        complain("standard error: %s", strerror(errno));
        status = failure_of(&command);
    }
    if (status == 0)
        status = perform(&command);
    daemonize_options_free(command.options);
    if (fflush(stdout) != 0) {
        complain("standard output: cannot be written");
        status = status ? status : failure_of(&command);
    }
    return status;
}
