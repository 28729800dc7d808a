/* notifier: a program that tells a service manager how it is, without the library.

     notifier [ACTION...]

   send:TEXT      sends TEXT to NOTIFY_SOCKET, each "|" in it a newline; says "sent", or why not, with --events
   child:TEXT     a child of it does, which stays
   stranger:TEXT  a process of another session does
   newline:FD     writes a newline to that descriptor
   events:FIFO    what it says goes there
   say:TEXT       says it
   environment    says its environment, a line each
   exit:N         exits; kill:N  sends itself that signal
   pause          waits for SIGUSR2; at the end it waits for ever */
#define _GNU_SOURCE
#include "report.h"
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>

extern char **environ;

static int notify(const char *text) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const char *name = getenv("NOTIFY_SOCKET");
    char message[1024];
    if (!name || !*name || strlen(name) >= sizeof address.sun_path) return EDESTADDRREQ;
    memcpy(address.sun_path, name, strlen(name));
    if (*name == '@') address.sun_path[0] = 0;
    snprintf(message, sizeof message, "%s", text);
    for (char *bar = message; (bar = strchr(bar, '|'));) *bar = '\n';
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    socklen_t length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name));
    int error = sendto(fd, message, strlen(message), MSG_NOSIGNAL, (struct sockaddr *)&address, length) < 0 ? errno : 0;
    close(fd);
    return error;
}

static void notify_by_child(const char *text, int in_session_of_its_own) {
    if (fork() == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (in_session_of_its_own) setsid();
        notify(text);
        for (;;) pause();
    }
}

int main(int argc, char **argv) {
    sigset_t usr2;
    sigemptyset(&usr2);
    sigaddset(&usr2, SIGUSR2);
    sigprocmask(SIG_BLOCK, &usr2, NULL);
    for (int i = 1; i < argc; i++) {
        char *action = argv[i], *value = strchr(action, ':');
        value = value ? value + 1 : action + strlen(action);
        if (!strncmp(action, "events:", 7)) report_to = value;
        else if (!strncmp(action, "send:", 5)) {
            int error = notify(value);
            if (report_to) report("%s", error ? strerror(error) : "sent");
        } else if (!strncmp(action, "child:", 6)) notify_by_child(value, 0);
        else if (!strncmp(action, "stranger:", 9)) notify_by_child(value, 1);
        else if (!strncmp(action, "newline:", 8)) {
            if (write(atoi(value), "\n", 1) != 1) return 9;
        } else if (!strncmp(action, "say:", 4)) report("%s", value);
        else if (!strcmp(action, "environment"))
            for (char **variable = environ; *variable; variable++) report("%s", *variable);
        else if (!strncmp(action, "exit:", 5)) exit(atoi(value));
        else if (!strncmp(action, "kill:", 5)) kill(getpid(), atoi(value));
        else if (!strcmp(action, "pause")) sigwaitinfo(&usr2, NULL);
        else return 2;
    }
    for (;;) pause();
}
