/* What the command says about a failure. */
#define _GNU_SOURCE
#include "command.h"
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

static int error_output = STDERR_FILENO;

bool keep_standard_error(void)
{
    int copy = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);

    if (copy < 0)
        return false;
    error_output = copy;
    return true;
}

bool keep_standard_error_open(daemonize_options *options)
{
    return daemonize_options_keep_fd(options, error_output) == 0;
}

void complain(const char *format, ...)
{
    char line[4352];
    va_list arguments;
    /* Where nobody reads it any more, the status is to be the right one all the same. */
    void (*former)(int) = signal(SIGPIPE, SIG_IGN);

    va_start(arguments, format);
    if (vsnprintf(line, sizeof line, format, arguments) >= 0)
        dprintf(error_output, "daemonize: %s\n", line);
    va_end(arguments);
    signal(SIGPIPE, former);
}

int complain_last_error(void)
{
    int status = libdaemon_last_status();

    complain("%s", libdaemon_last_error());
    return status;
}
