/* lines: prints lines with printf(3), and flushes none of them, before and after its standard output has become a log.

     lines daemon --events=FIFO [OPTION...]    three lines, "up PID", and then it waits for its end
     lines reset|unbuffered|whole PATH         what reset_std() and reopen_std() make of standard output; ends by _exit(2) */
#define _GNU_SOURCE
#include "options.h"
#include "report.h"
#include <string.h>

static int failed(void) {
    fprintf(stderr, "lines: %s\n", libdaemon_last_error());
    return libdaemon_last_status();
}

static int be_daemon(int argc, char **argv) {
    const char *value;
    daemonize_options *options = daemonize_options_new();
    for (int i = 2; i < argc; i++) {
        if ((value = option_value(argv[i], "events"))) report_to = value;
        else if (set_option(options, argv[i])) return failed();
    }
    printf("before\n");
    if (daemonize_with(options)) return failed();
    for (int i = 0; i < 3; i++) {
        printf("line %d", i);
        /* libc has ways of its own for a single character and for a text without conversions. */
        if (i == 1) putchar('\n');
        else puts("");
    }
    report("up %d", getpid());
    for (;;) pause();
}

int main(int argc, char **argv) {
    char moved[4096];
    if (argc < 3) return 2;
    if (!strcmp(argv[1], "daemon")) return be_daemon(argc, argv);
    if (!strcmp(argv[1], "unbuffered")) setvbuf(stdout, NULL, _IONBF, 0);
    printf("before\n");
    if (reset_std(argv[2])) return failed();
    printf("line\nbegun ");
    if (!strcmp(argv[1], "whole")) {
        snprintf(moved, sizeof moved, "%s.1", argv[2]);
        if (rename(argv[2], moved) || reopen_std()) return failed();
        printf("and ended\n");
    }
    _exit(0);
}
