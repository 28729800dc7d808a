/* control: asks after a daemon, signals it, stops it.

     control status|signal|stop|kill|session PIDFILE running|stubborn|stale|none

   A daemon that is stubborn ignores SIGTERM; the file of a stale one is there, and nobody holds it. */
#define _GNU_SOURCE
#include "walk.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int fail(void) {
    fprintf(stderr, "control: %s\n", libdaemon_last_error());
    return 1;
}

static void be_daemon(bool stubborn) {
    if (stubborn) signal(SIGTERM, SIG_IGN);
    if (daemonize_ready() != 0) exit(1);
    for (;;) pause();
}

static int start(const char *pidfile, bool stubborn) {
    daemonize_options *options = daemonize_options_new();
    if (!options || daemonize_options_pidfile(options, pidfile) || daemonize_options_wait_ready(options, 60000)) return -1;
    pid_t daemon = daemonize_fork(options);
    if (daemon == 0) be_daemon(stubborn);
    daemonize_options_free(options);
    return daemon < 0 ? -1 : 0;
}

int main(int argc, char **argv) {
    if (argc != 4) return 2;
    const char *what = argv[1], *pidfile = argv[2], *daemon = argv[3];
    bool stubborn = !strcmp(daemon, "stubborn");
    if ((stubborn || !strcmp(daemon, "running")) && start(pidfile, stubborn) != 0) return fail();
    if (!strcmp(daemon, "stale")) {
        FILE *file = fopen(pidfile, "w");
        if (!file || fprintf(file, "%d\n", getppid()) < 0 || fclose(file)) return 2;
    }
    long result;
    walk_begin();
    if (!strcmp(what, "status")) result = daemonize_status(pidfile);
    else if (!strcmp(what, "signal")) result = daemonize_signal(pidfile, SIGCONT);
    else if (!strcmp(what, "session")) result = daemonize_stop_by(pidfile, "TERM/0/KILL/60", true);
    else result = daemonize_stop(pidfile, stubborn ? 100 : 60000, !strcmp(what, "kill"));
    walk_end(result);
    return result < 0 ? fail() : 0;
}
