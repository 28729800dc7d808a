/*
 * One small daemon, made in two ways: as tutorials write it, and with libdaemon (-DWITH_LIBDAEMON).
 *
 * Usage: daemon LOG PIDFILE idle|crash|LINES
 *   idle   lives until it is stopped
 *   crash  dies while it initialises itself
 *   LINES  writes that many numbered lines to its log, as fast as it can, and ends
 */

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef WITH_LIBDAEMON

#include <libdaemon.h>

static int become_daemon(const char *log, const char *pidfile)
{
    daemonize_options *options = daemonize_options_new();

    if (daemonize_options_log(options, log) != 0 || daemonize_options_pidfile(options, pidfile) != 0 ||
        daemonize_options_reopen_on(options, SIGHUP) != 0 || daemonize_options_wait_ready(options, 10000) != 0 ||
        daemonize_with(options) != 0) {
        fprintf(stderr, "%s\n", libdaemon_last_error());
        exit(libdaemon_last_status());
    }
    return 0;
}

static int ready(void)
{
    return daemonize_ready();
}

#else

static int become_daemon(const char *log, const char *pidfile)
{
    FILE *file;
    pid_t pid = fork();

    if (pid < 0)
        exit(EXIT_FAILURE);
    if (pid > 0)
        exit(EXIT_SUCCESS);
    if (setsid() < 0)
        exit(EXIT_FAILURE);
    signal(SIGHUP, SIG_IGN);
    pid = fork();
    if (pid < 0)
        exit(EXIT_FAILURE);
    if (pid > 0)
        exit(EXIT_SUCCESS);
    umask(0);
    if (chdir("/") < 0)
        exit(EXIT_FAILURE);
    freopen("/dev/null", "r", stdin);
    freopen(log, "a", stdout);
    freopen(log, "a", stderr);
    file = fopen(pidfile, "w");
    if (file) {
        fprintf(file, "%d\n", (int)getpid());
        fclose(file);
    }
    return 0;
}

static int ready(void)
{
    return 0;
}

#endif

int main(int argc, char **argv)
{
    long line, lines;

    if (argc != 4) {
        fprintf(stderr, "usage: %s LOG PIDFILE idle|crash|LINES\n", argv[0]);
        return 64;
    }
    become_daemon(argv[1], argv[2]);
    if (strcmp(argv[3], "crash") == 0)
        raise(SIGSEGV);
    ready();
    setvbuf(stdout, NULL, _IOLBF, 0);
    lines = atol(argv[3]);
    for (line = 1; line <= lines; line++)
        printf("%ld\n", line);
    while (strcmp(argv[3], "idle") == 0)
        pause();
    return 0;
}
