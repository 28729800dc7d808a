/* greeter: answers every connection with a line. One program: a daemon from the shell, a service of systemd or s6, and process 1
   of a container; it is told apart by nothing but how it is started.

   --daemon          become a daemon, wherever it is started
   --foreground      stay in the foreground, wherever it is started: for s6 and runit
   --pidfile=PATH    for `daemonize --status`, and for units of Type=forking
   --notify-fd=N     tell s6 there that it is ready
   --port=N          listen there (7777), unless a service manager hands a socket over
   The greeting is the file /etc/greeter, read again upon SIGHUP. */
#define _GNU_SOURCE
#include <libdaemon.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static volatile sig_atomic_t reload, stop;
static char greeting[200] = "hello\n";

static void on_signal(int signal_number)
{
    if (signal_number == SIGHUP)
        reload = 1;
    else
        stop = 1;
}

static void read_greeting(void)
{
    FILE *file = fopen("/etc/greeter", "r");
    if (file != NULL) {
        if (fgets(greeting, sizeof greeting, file) == NULL)
            strcpy(greeting, "hello\n");
        fclose(file);
    }
}

static int listen_at(int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
    int on = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        bind(fd, (struct sockaddr *)&address, sizeof address) != 0 || listen(fd, 64) != 0)
        return -1;
    return fd;
}

static int serve(int listener)
{
    sigset_t none;
    /* systemd wants a sign of life, WatchdogSec=; twice as often is on the safe side. */
    int interval = daemonize_watchdog_interval();
    struct timespec half = {interval / 2000, interval / 2 % 1000 * 1000000L};

    sigemptyset(&none);
    while (!stop) {
        struct pollfd polled = {.fd = listener, .events = POLLIN};
        /* Signals arrive here alone. */
        if (ppoll(&polled, 1, interval > 0 ? &half : NULL, &none) > 0) {
            int client = accept(listener, NULL, NULL);
            if (client >= 0) {
                if (write(client, greeting, strlen(greeting)) < 0)
                    perror("greeter");
                close(client);
            }
        }
        if (reload) {
            reload = 0;
            daemonize_reloading();
            read_greeting();
            daemonize_ready();
        }
        daemonize_watchdog();
    }
    daemonize_stopping();
    return 0;
}

int main(int argc, char **argv)
{
    daemonize_options *options = daemonize_options_new();
    int port = 7777, listener = 3, bad = options == NULL || daemonize_options_wait_ready(options, 10000) != 0;
    struct sigaction action = {.sa_handler = on_signal};
    sigset_t handled;

    for (int i = 1; i < argc && !bad; i++) {
        if (strcmp(argv[i], "--daemon") == 0)
            bad = daemonize_options_foreground(options, DAEMONIZE_FOREGROUND_NEVER) != 0;
        else if (strcmp(argv[i], "--foreground") == 0)
            bad = daemonize_options_foreground(options, DAEMONIZE_FOREGROUND_ALWAYS) != 0;
        else if (strncmp(argv[i], "--pidfile=", 10) == 0)
            bad = daemonize_options_pidfile(options, argv[i] + 10) != 0;
        else if (strncmp(argv[i], "--notify-fd=", 12) == 0)
            bad = daemonize_options_notify_fd(options, atoi(argv[i] + 12)) != 0;
        else if (strncmp(argv[i], "--port=", 7) == 0)
            port = atoi(argv[i] + 7);
        else
            return fprintf(stderr, "greeter: what is %s?\n", argv[i]), 64;
    }
    if (bad || daemonize_with(options) != 0) {
        fprintf(stderr, "greeter: %s\n", libdaemon_last_error());
        return libdaemon_last_status();
    }
    daemonize_options_free(options);

    sigemptyset(&handled);
    sigaddset(&handled, SIGHUP), sigaddset(&handled, SIGTERM), sigaddset(&handled, SIGINT);
    sigprocmask(SIG_BLOCK, &handled, NULL);
    sigaction(SIGHUP, &action, NULL), sigaction(SIGTERM, &action, NULL), sigaction(SIGINT, &action, NULL);
    read_greeting();
    switch (daemonize_listen_fds(NULL)) {
    case -1:
        daemonize_fail(1, libdaemon_last_error());
        break;
    case 0:
        listener = listen_at(port);
        if (listener < 0)
            daemonize_fail(1, strerror(errno));
    }
    if (daemonize_ready() != 0)
        fprintf(stderr, "greeter: %s\n", libdaemon_last_error());
    return serve(listener);
}
