/* writer: a daemon that writes numbered lines to its log as fast as it can, without ever opening a file itself.

     writer --events=FIFO [--both] [OPTION...]

   One write a line, to descriptor 1, or with --both to 1 and to 2. At SIGTERM it stops and reports "wrote COUNT". */
#define _GNU_SOURCE
#include "options.h"
#include "report.h"
#include <signal.h>

static volatile sig_atomic_t stopping;

static void stop(int signal_number) {
    (void)signal_number;
    stopping = 1;
}

int main(int argc, char **argv) {
    const char *value;
    int streams = 1;
    daemonize_options *options = daemonize_options_new();
    for (int i = 1; i < argc; i++) {
        if ((value = option_value(argv[i], "events"))) report_to = value;
        else if (!strcmp(argv[i], "--both")) streams = 2;
        else if (set_option(options, argv[i])) return 2;
    }
    if (daemonize_with(options)) {
        fprintf(stderr, "writer: %s\n", libdaemon_last_error());
        return libdaemon_last_status();
    }
    signal(SIGTERM, stop);
    report("up %d", getpid());
    unsigned long count = 0;
    for (; !stopping; count++) {
        char line[32];
        int length = snprintf(line, sizeof line, "%lu\n", count);
        for (int fd = 1; fd <= streams; fd++)
            if (write(fd, line, (size_t)length) != length) report("write to %d failed at %lu", fd, count);
    }
    report("wrote %lu", count);
    return 0;
}
