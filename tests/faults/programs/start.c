/* start: becomes a daemon, as a user would write it. It takes the library's options (options.h), and:

     --call=WHAT     with (default), plain, fork, exec: of a program that is not there, program: of this one
     --then=WHAT     what the daemon does before the walk ends: ready, fail:STATUS:MESSAGE, crash, exit:STATUS
     --later=WHAT    what it does in a walk of its own, which the start is then no part of: exit, raise:SIGNAL, ready, fail,
                     rotate:LOG, again:PIDFILE
     --before=thread before it starts there is another thread
     --show=NAME     the environment variable that it tells of */
#define _GNU_SOURCE
#include "../../c/options.h"
#include "walk.h"
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>

static const char *call = "with", *then = "", *later = "", *show;
static int limit = 30000;

static int refused(void) {
    walk_end(-1);
    int status = libdaemon_last_status();
    fprintf(stderr, "start: %s\n", libdaemon_last_error());
    return status;
}

static void tell(void) {
    char text[300];
    if (!show) return;
    snprintf(text, sizeof text, "%s is %s", show, getenv(show) ? getenv(show) : "not there");
    walk_note(text);
}

static void initialise(void) {
    if (!strcmp(then, "crash")) {
        setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
        raise(SIGSEGV);
    }
    if (!strncmp(then, "exit:", 5)) exit(atoi(then + 5));
    if (!strncmp(then, "fail:", 5)) {
        const char *message = strchr(then + 5, ':');
        daemonize_fail(atoi(then + 5), message ? message + 1 : NULL);
        walk_end(-1);
        exit(1);
    }
    if (!strcmp(then, "ready") && daemonize_ready() != 0) {
        walk_end(-1);
        exit(1);
    }
}

/* The daemon is the launcher of another one. */
static void start_again(const char *pidfile) {
    walk_begin();
    daemonize_options *options = daemonize_options_new();
    if (!options || daemonize_options_foreground(options, DAEMONIZE_FOREGROUND_NEVER) ||
        daemonize_options_pidfile(options, pidfile) || daemonize_options_setup_timeout(options, limit) || daemonize_with(options) != 0) {
        walk_end(-1);
        exit(1);
    }
    daemonize_options_free(options);
    walk_end(0);
    for (;;) pause();
}

static void *wait_for_ever(void *unused) {
    for (;;) pause();
    return unused;
}

static pid_t thread_id;

static void *come_back(void *unused) {
    thread_id = gettid();
    return unused;
}

static void go_on(void) {
    char old[4096];
    if (!strncmp(later, "again:", 6)) start_again(later + 6);
    bool rotates = !strncmp(later, "rotate:", 7);
    snprintf(old, sizeof old, "%s.1", later + (rotates ? 7 : 0));
    if (rotates && rename(later + 7, old) != 0) exit(1);
    walk_begin();
    if (!strcmp(later, "exit")) exit(0);
    if (!strncmp(later, "raise:", 6)) raise(atoi(later + 6));
    if (rotates) raise(SIGUSR1);
    long result = 0;
    if (!strcmp(later, "ready")) result = daemonize_ready();
    if (!strcmp(later, "fail")) result = daemonize_fail(3, "the socket is in use");
    walk_end(result);
}

/* What daemonize_exec() has started: says that it is ready, as sd_notify(3) does. */
static void be_program(void) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const char *path = getenv("NOTIFY_SOCKET");
    if (path) {
        int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        size_t length = strlen(path);
        memcpy(address.sun_path, path, length);
        if (path[0] == '@') address.sun_path[0] = '\0';
        sendto(fd, "READY=1", 7, MSG_NOSIGNAL, (struct sockaddr *)&address, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length));
        close(fd);
    }
    walk_end(0);
    for (;;) pause();
}

int main(int argc, char **argv) {
    const char *value;
    static const char *const nothing[] = {"program", NULL};
    const char *program[] = {argv[0], "program", NULL};
    if (argc == 2 && !strcmp(argv[1], "program")) be_program();
    pthread_t thread;
    for (int i = 1; i < argc; i++)
        if ((value = option_value(argv[i], "later"))) later = value;
        else if ((value = option_value(argv[i], "call"))) call = value;
        else if ((value = option_value(argv[i], "setup-timeout"))) limit = atoi(value);
        else if (option_value(argv[i], "before") && pthread_create(&thread, NULL, wait_for_ever, NULL)) return 2;
    /* What libc sets up for the first thread is none of the library's. */
    if ((!strcmp(call, "program") || !strcmp(call, "exec")) && (pthread_create(&thread, NULL, come_back, NULL) || pthread_join(thread, NULL))) return 2;
    while (thread_id && tgkill(getpid(), thread_id, 0) == 0) sched_yield();
    if (!*later) walk_begin();
    daemonize_options *options = daemonize_options_new();
    if (!options) return refused();
    for (int i = 1; i < argc; i++) {
        if ((value = option_value(argv[i], "then"))) then = value;
        else if ((value = option_value(argv[i], "show"))) show = value;
        else if (!option_value(argv[i], "later") && !option_value(argv[i], "call") && !option_value(argv[i], "before") && set_option(options, argv[i]) != 0) return refused();
    }
    pid_t result = !strcmp(call, "fork") ? daemonize_fork(options)
                   : !strcmp(call, "program") ? daemonize_exec(options, argv[0], program)
                   : !strcmp(call, "plain") ? daemonize()
                   : !strcmp(call, "exec") ? daemonize_exec(options, "/nowhere/program", nothing)
                                            : daemonize_with(options);
    if (result < 0) return refused();
    if (result > 0) {
        if (!*later) walk_end(result);
        daemonize_options_free(options);
        return 0;
    }
    daemonize_options_free(options);
    initialise();
    tell();
    if (*later) go_on();
    else walk_end(0);
    for (;;) pause();
}
