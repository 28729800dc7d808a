/*
 * What the peers make a daemon of. Usage: program idle|crash LOG PIDFILE
 *
 * Plain, it is a program for commands such as daemonize(1), and tells those that listen at NOTIFY_SOCKET when it is ready. With -DWITH_DAEMON_3, -DWITH_LIBDAEMON_0 or -DWITH_LIBDAEMON it
 * becomes a daemon itself, with all that this way offers: readiness, log and pid file.
 */

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if defined(WITH_DAEMON_3)

static void become_daemon(char **argv)
{
    (void)argv;
    if (daemon(0, 0) != 0) {
        perror("daemon");
        exit(1);
    }
}

static void ready(void)
{
}

#elif defined(WITH_LIBDAEMON_0)

#include <fcntl.h>
#include <libdaemon/daemon.h>

static const char *pidfile;

static const char *pidfile_path(void)
{
    return pidfile;
}

static void become_daemon(char **argv)
{
    pid_t pid;
    int log;

    pidfile = argv[3];
    daemon_pid_file_proc = pidfile_path;
    daemon_log_use = DAEMON_LOG_STDERR;
    if (daemon_reset_sigs(-1) < 0 || daemon_unblock_sigs(-1) < 0)
        exit(1);
    if (daemon_pid_file_is_running() >= 0) {
        fprintf(stderr, "running already\n");
        exit(1);
    }
    if (daemon_retval_init() < 0)
        exit(1);
    pid = daemon_fork();
    if (pid < 0) {
        daemon_retval_done();
        exit(1);
    }
    if (pid > 0) {
        int result = daemon_retval_wait(5);

        exit(result < 0 ? 255 : result);
    }
    if (daemon_close_all(-1) < 0 || daemon_pid_file_create() < 0) {
        daemon_retval_send(2);
        exit(1);
    }
    log = open(argv[2], O_WRONLY | O_APPEND | O_CREAT, 0666);
    if (log < 0) {
        daemon_retval_send(3);
        exit(1);
    }
    dup2(log, 1);
    dup2(log, 2);
}

static void ready(void)
{
    daemon_retval_send(0);
}

#elif defined(WITH_LIBDAEMON)

#include <libdaemon.h>

static void become_daemon(char **argv)
{
    daemonize_options *options = daemonize_options_new();

    if (daemonize_options_log(options, argv[2]) != 0 || daemonize_options_pidfile(options, argv[3]) != 0 ||
        daemonize_options_wait_ready(options, 5000) != 0 || daemonize_with(options) != 0) {
        fprintf(stderr, "%s\n", libdaemon_last_error());
        exit(libdaemon_last_status());
    }
}

static void ready(void)
{
    daemonize_ready();
}

#else

#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

static void become_daemon(char **argv)
{
    (void)argv;
}

static void ready(void)
{
    const char *name = getenv("NOTIFY_SOCKET");
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd;

    if (name == NULL || strlen(name) >= sizeof address.sun_path)
        return;
    memcpy(address.sun_path, name, strlen(name));
    if (*name == '@')
        address.sun_path[0] = '\0';
    fd = socket(AF_UNIX, SOCK_DGRAM, 0);
    sendto(fd, "READY=1", 7, 0, (struct sockaddr *)&address,
           (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name)));
    close(fd);
}

#endif

int main(int argc, char **argv)
{
    if (argc != 4)
        return 64;
    become_daemon(argv);
    if (strcmp(argv[1], "crash") == 0)
        raise(SIGSEGV);
    ready();
    for (;;)
        pause();
}
