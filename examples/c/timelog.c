/*
 * A time logger: appends the time to a file every second, woken by SIGALRM, and stops cleanly on SIGTERM.
 *
 *     timelog FILE [PIDFILE]
 */
#define _XOPEN_SOURCE 700

#include <libdaemon.h>
#include <signal.h>
#include <stdio.h>
#include <sys/time.h>
#include <time.h>

static volatile sig_atomic_t due;
static volatile sig_atomic_t stopped;

static void on_alarm(int signal)
{
    (void)signal;
    due = 1;
}

static void on_stop(int signal)
{
    (void)signal;
    stopped = 1;
}

static int fail(void)
{
    fprintf(stderr, "timelog: %s\n", libdaemon_last_error());
    return libdaemon_last_status();
}

static int become_daemon(const char *file, const char *pidfile)
{
    daemonize_options *options = daemonize_options_new();
    int failed = options == NULL || daemonize_options_log(options, file) != 0 ||
                 (pidfile != NULL && daemonize_options_pidfile(options, pidfile) != 0) ||
                 daemonize_with(options) != 0;

    daemonize_options_free(options);
    return failed ? -1 : 0;
}

static void append_time(const char *event)
{
    char text[32];
    time_t now = time(NULL);
    struct tm local;

    strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", localtime_r(&now, &local));
    printf("%s %s\n", text, event);
    fflush(stdout);
}

int main(int argc, char *argv[])
{
    const struct itimerval every_second = {{1, 0}, {0, 1}};
    struct sigaction action = {0};
    sigset_t watched, waiting;

    if (argc < 2 || argc > 3) {
        fputs("usage: timelog FILE [PIDFILE]\n", stderr);
        return 100;
    }
    if (become_daemon(argv[1], argc == 3 ? argv[2] : NULL) != 0)
        return fail();

    /* Both signals stay blocked but in sigsuspend: none can slip in between the test and the wait. */
    sigemptyset(&watched);
    sigaddset(&watched, SIGALRM);
    sigaddset(&watched, SIGTERM);
    sigprocmask(SIG_BLOCK, &watched, &waiting);
    sigemptyset(&action.sa_mask);
    action.sa_handler = on_alarm;
    sigaction(SIGALRM, &action, NULL);
    action.sa_handler = on_stop;
    sigaction(SIGTERM, &action, NULL);
    /* Timers do not survive the forks: this one belongs after them. */
    setitimer(ITIMER_REAL, &every_second, NULL);

    while (!stopped) {
        sigsuspend(&waiting);
        if (due) {
            due = 0;
            append_time("tick");
        }
    }
    append_time("stopped by SIGTERM");
    return 0;
}
