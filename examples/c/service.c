/*
 * A service with start, stop, restart and status: it answers every connection to a Unix socket with the time.
 *
 *     service [-p PIDFILE] [-l LOG] [-u USER] [-s SOCKET] start|stop|restart|status
 *
 * `start` returns when the socket is open, and not before: whoever connects next finds it. When the socket
 * cannot be opened, `start` says why and exits with the status that the daemon gave.
 * `status` exits with 0 when the service runs and with 3 when it does not.
 */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <libdaemon.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { USAGE = 100, NO_SOCKET = 2, NOT_RUNNING = 3 };

struct settings {
    const char *pidfile;
    const char *log;
    const char *user;
    const char *socket;
};

static int fail(void)
{
    fprintf(stderr, "service: %s\n", libdaemon_last_error());
    return libdaemon_last_status();
}

static int become_daemon(const struct settings *settings)
{
    daemonize_options *options = daemonize_options_new();
    int failed = options == NULL || daemonize_options_pidfile(options, settings->pidfile) != 0 ||
                 daemonize_options_log(options, settings->log) != 0 ||
                 daemonize_options_reopen_on(options, SIGHUP) != 0 ||
                 daemonize_options_umask(options, 027) != 0 ||
                 (settings->user != NULL && daemonize_options_user(options, settings->user) != 0) ||
                 daemonize_options_wait_ready(options, 5000) != 0 || daemonize_with(options) != 0;

    daemonize_options_free(options);
    return failed ? -1 : 0;
}

static int open_socket(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int listener;

    if (strlen(path) >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    strcpy(address.sun_path, path);
    unlink(path);
    listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener >= 0 && (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 16) != 0)) {
        int reason = errno;

        close(listener);
        errno = reason;
        return -1;
    }
    return listener;
}

static void serve(int listener)
{
    for (;;) {
        char answer[64];
        time_t now = time(NULL);
        int client = accept(listener, NULL, NULL);

        if (client < 0)
            continue;
        strftime(answer, sizeof answer, "%Y-%m-%d %H:%M:%S\n", localtime(&now));
        /* MSG_NOSIGNAL: a client that hangs up is no reason to die. */
        if (send(client, answer, strlen(answer), MSG_NOSIGNAL) < 0)
            perror("service: answering");
        close(client);
        printf("answered %s", answer);
    }
}

static int start(const struct settings *settings)
{
    int listener;

    if (become_daemon(settings) != 0)
        return fail();

    /* From here on this is the daemon, and `start` waits for one of the next two calls. */
    setvbuf(stdout, NULL, _IOLBF, 0);
    listener = open_socket(settings->socket);
    if (listener < 0) {
        char message[256];

        snprintf(message, sizeof message, "cannot listen on %s: %s", settings->socket, strerror(errno));
        daemonize_fail(NO_SOCKET, message);
    }
    if (daemonize_ready() != 0)
        return fail();
    printf("listening on %s\n", settings->socket);
    serve(listener);
    return 0;
}

static int stop(const struct settings *settings)
{
    return daemonize_stop(settings->pidfile, 10000, true) == 0 ? 0 : fail();
}

static int status(const struct settings *settings)
{
    pid_t pid = daemonize_status(settings->pidfile);

    if (pid < 0)
        return fail();
    if (pid == 0) {
        puts("not running");
        return NOT_RUNNING;
    }
    printf("running as process %d\n", (int)pid);
    return 0;
}

static int restart(const struct settings *settings)
{
    int stopped = stop(settings);

    return stopped == 0 ? start(settings) : stopped;
}

int main(int argc, char *argv[])
{
    static const struct {
        const char *name;
        int (*run)(const struct settings *);
    } commands[] = {{"start", start}, {"stop", stop}, {"restart", restart}, {"status", status}};
    struct settings settings = {"/run/service.pid", "/var/log/service.log", NULL, "/run/service.sock"};
    size_t i;
    int option;

    while ((option = getopt(argc, argv, "p:l:u:s:")) != -1) {
        switch (option) {
        case 'p': settings.pidfile = optarg; break;
        case 'l': settings.log = optarg; break;
        case 'u': settings.user = optarg; break;
        case 's': settings.socket = optarg; break;
        default: return USAGE;
        }
    }
    for (i = 0; optind + 1 == argc && i < sizeof commands / sizeof commands[0]; i++)
        if (strcmp(argv[optind], commands[i].name) == 0)
            return commands[i].run(&settings);
    fputs("usage: service [-p PIDFILE] [-l LOG] [-u USER] [-s SOCKET] start|stop|restart|status\n", stderr);
    return USAGE;
}
