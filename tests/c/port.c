/* port: a daemon that binds to port 80, and has another program do so.

     port --events=FIFO [OPTION...]    reports "bind ERROR", "executed ERROR", "dumpable YES"; then it waits for its end
     port bind                         exits with the error of bind(2), 0 for none */
#define _GNU_SOURCE

#include "options.h"
#include "report.h"
#include <errno.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

static int bind_error(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(80)};
    int socket_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int error = bind(socket_fd, (struct sockaddr *)&address, sizeof address) == 0 ? 0 : errno;
    close(socket_fd);
    return error;
}

static int error_of_program(const char *self) {
    int status = -1;
    pid_t child = fork();
    if (child == 0) {
        execl(self, self, "bind", (char *)NULL);
        _exit(126);
    }
    return waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int main(int argc, char **argv) {
    const char *value;
    daemonize_options *options = daemonize_options_new();
    if (argc == 2 && !strcmp(argv[1], "bind")) return bind_error();
    for (int i = 1; i < argc; i++) {
        if ((value = option_value(argv[i], "events"))) report_to = value;
        else if (set_option(options, argv[i])) goto failed;
    }
    if (daemonize_with(options)) goto failed;
    report("bind %d", bind_error());
    report("executed %d", error_of_program(argv[0]));
    report("dumpable %d", prctl(PR_GET_DUMPABLE));
    for (;;) pause();
failed:
    fprintf(stderr, "port: %s\n", libdaemon_last_error());
    return libdaemon_last_status();
}
