/* What the command says about itself: on one screen of 80 columns and 24 lines. */
#define _GNU_SOURCE
#include "command.h"
#include <stdarg.h>
#include <stdio.h>

#define USAGE \
    "usage: daemonize [options] /path/of/program [argument ...]\n" \
    "       daemonize --restart[=SCHEDULE] -p FILE [options] /path [argument ...]\n" \
    "       daemonize --stop[=SCHEDULE] | --signal=NAME | --status  -p FILE\n"

static const char help[] = USAGE
    "files   -p, --pidfile=FILE    --pidfile-mode=MODE   -l, --lockfile=FILE\n"
    "        --keep-lock           --runtime-directory=DIR[:MODE]\n"
    "output  -o, --stdout=FILE     -e, --stderr=FILE     --stdin=FILE\n"
    "        -a, --append: do not empty the files of -o and -e    --truncate: do\n"
    "        --log-to=FILE|syslog[:IDENT]|journal[:IDENT]|'|/PROGRAM ARGUMENT ...'\n"
    "        --reopen-on=SIGNAL: log files that were rotated are opened again\n"
    "process -c, --directory=DIR (/)   --chroot=DIR   --umask=MODE (0)   --title=TEXT\n"
    "        --keep-fd=NUMBER      --close-fds=all|inherited|none    --core-dumps\n"
    "        --keep-signals        --keep-signal=SIGNAL\n"
    "user    -u, --user=USER       --group=GROUP         --keep-capability=NAME\n"
    "environ -E, --setenv=NAME=VALUE                     --clearenv\n"
    "start   --wait-ready[=SECONDS]: until the program says so, by sd_notify(3) or\n"
    "        --notify-fd=NUMBER    --setup-timeout=SECONDS (30)\n"
    "        --foreground[=always|auto|never]: no fork   -v, --verbose\n"
    "stop    SCHEDULE: signals and seconds, TERM/30/KILL/5    --session: all of it\n"
    "exit    1 is a failure, 64 a wrong command line. Of --status: 0 runs, 1 dead\n"
    "        with a pid file, 3 not running, 4 unknown; the pid is printed\n"
    "also    --help    --version\n"
    "What it sets up, and what differs from nohup and setsid: man daemonize\n";

void print_help(void)
{
    fputs(help, stdout);
}

void print_version(void)
{
    printf("daemonize (libdaemon) %s\n", libdaemon_version());
}

int refuse_usage(const char *format, ...)
{
    char line[512];
    va_list arguments;

    va_start(arguments, format);
    if (vsnprintf(line, sizeof line, format, arguments) >= 0)
        complain("%s\n" USAGE "       daemonize --help", line);
    va_end(arguments);
    return STATUS_USAGE;
}
