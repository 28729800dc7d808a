/* teller: does what its arguments say, in their order, and reports what came of each: a service that says everything a service
   can say. It takes the library's options (options.h), and:

     --events=FIFO     report there
     --own=NAME        that environment variable is its pid, as a service manager sets it
     --socket=FD       a socket is open there
     --file=FD         a file that has a name is
     --memory=FD       a file that has none is
     --do=WHAT         daemonize, ready, notify:TEXT, store:TEXT (with descriptors 0 and 1), reloading, stopping, watchdog,
                       interval, extend:MS, listen, title:TEXT, env:NAME, pid, arguments, fail:MESSAGE, orphan, child, wait */
#define _GNU_SOURCE
#include "options.h"
#include "report.h"
#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>

static int argument_count;
static char **arguments;

static void tell(const char *what, int result) {
    if (result == -1) report("%s -1 %d %s", what, errno, libdaemon_last_error());
    else report("%s %d", what, result);
}

static void put_at(int from, int at) {
    if (from < 0 || (from != at && dup2(from, at) < 0)) exit(124);
    if (from != at) close(from);
}

static void open_socket(int at) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends)) exit(124);
    close(ends[1]), put_at(ends[0], at);
}

static void listen_fds(void) {
    char line[1000] = "";
    const char *const *names = NULL;
    int count = daemonize_listen_fds(&names);
    for (int i = 0; i < count; i++) {
        if (!(fcntl(3 + i, F_GETFD) & FD_CLOEXEC) || !names[i]) exit(124);
        strncat(strncat(line, " ", sizeof line - strlen(line) - 1), names[i], sizeof line - strlen(line) - 1);
    }
    if (count > 0 && names[count]) exit(124);
    if (count == -1) tell("listen", -1);
    else report("listen %d%s", count, line);
}

/* A process that ends when its parent has ended. */
static void make_orphan(void) {
    int ends[2];
    char byte;
    if (pipe(ends)) exit(124);
    pid_t parent = fork();
    if (parent == 0) {
        pid_t orphan = fork();
        if (orphan) _exit(write(ends[1], &orphan, sizeof orphan) != sizeof orphan);
        while (getppid() != 1) usleep(1000);
        _exit(0);
    }
    pid_t orphan = 0;
    int status;
    if (read(ends[0], &orphan, sizeof orphan) != sizeof orphan) exit(124);
    if (waitpid(parent, &status, 0) != parent || status) exit(124);
    close(ends[1]);
    /* Everybody who has the other end is gone. */
    if (read(ends[0], &byte, 1) != 0) exit(124);
    char path[64];
    snprintf(path, sizeof path, "/proc/%d", orphan);
    while (access(path, F_OK) == 0) usleep(1000);
    report("orphan gone");
}

static void wait_for_child(void) {
    int status;
    pid_t child = fork();
    if (child == 0) _exit(7);
    siginfo_t info;
    waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT);
    usleep(100000);
    if (waitpid(child, &status, 0) != child) report("child lost");
    else report("child %d", WEXITSTATUS(status));
}

static void act(const char *what, daemonize_options *options) {
    const int both[] = {0, 1};
    const char *colon = strchr(what, ':'), *text = colon ? colon + 1 : NULL;
    size_t length = colon ? (size_t)(colon - what) : strlen(what);
#define IS(name) (length == strlen(name) && !strncmp(what, name, length))
    if (IS("daemonize")) {
        int result = daemonize_with(options);
        if (result) fprintf(stderr, "teller: %s\n", libdaemon_last_error()), exit(1);
    }
    else if (IS("ready")) tell("ready", daemonize_ready());
    else if (IS("notify")) tell("notify", daemonize_notify(text));
    else if (IS("store")) tell("store", daemonize_notify_with_fds(text, both, 2));
    else if (IS("reloading")) tell("reloading", daemonize_reloading());
    else if (IS("stopping")) tell("stopping", daemonize_stopping());
    else if (IS("watchdog")) tell("watchdog", daemonize_watchdog());
    else if (IS("interval")) tell("interval", daemonize_watchdog_interval());
    else if (IS("extend")) tell("extend", daemonize_extend_timeout(atoi(text)));
    else if (IS("listen")) listen_fds();
    else if (IS("title")) tell("title", libdaemon_set_title(text));
    else if (IS("env")) report("env %s", getenv(text) ? getenv(text) : "(none)");
    else if (IS("pid")) report("pid %d %d", getpid(), getppid());
    else if (IS("arguments")) report("arguments %s %s", arguments[1], arguments[argument_count - 1]);
    else if (IS("fail")) daemonize_fail(9, text);
    else if (IS("orphan")) make_orphan();
    else if (IS("child")) wait_for_child();
    else if (IS("wait")) for (;;) pause();
    else exit(2);
}

int main(int argc, char **argv) {
    const char *value;
    char number[20];
    daemonize_options *options = daemonize_options_new();
    char **copies = calloc((size_t)argc, sizeof *copies);
    argument_count = argc, arguments = argv;
    /* A title may have to take the place of the arguments. */
    for (int i = 0; copies && i < argc; i++) copies[i] = strdup(argv[i]);
    argv = copies;
    for (int i = 1; i < argc; i++) {
        if ((value = option_value(argv[i], "events"))) report_to = value;
        else if ((value = option_value(argv[i], "own"))) {
            snprintf(number, sizeof number, "%d", getpid());
            setenv(value, number, 1);
        }
        else if ((value = option_value(argv[i], "socket"))) open_socket(atoi(value));
        else if ((value = option_value(argv[i], "file"))) put_at(open("/dev/null", O_RDWR), atoi(value));
        else if ((value = option_value(argv[i], "memory"))) put_at(memfd_create("kept", 0), atoi(value));
        else if ((value = option_value(argv[i], "do"))) act(value, options);
        else if (set_option(options, argv[i])) {
            fprintf(stderr, "teller: %s: %s\n", argv[i], libdaemon_last_error());
            return 2;
        }
    }
    return 0;
}
