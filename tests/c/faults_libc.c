/* Descriptors that libc holds without telling: what a daemon opens is not closed by it. The system's log is this program's. */
#define _GNU_SOURCE

#include "faults_check.h"
#include <grp.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <utmpx.h>

enum { FILES = 100 };

static int opened[FILES];
static struct stat is[FILES];

/* So many that every number which was in use before the start is in use again. */
static void open_files(void)
{
    int i;

    for (i = 0; i < FILES; i++) {
        opened[i] = socket(AF_UNIX, SOCK_DGRAM, 0);
        CHECK(opened[i] >= 0 && fstat(opened[i], &is[i]) == 0);
    }
}

static void check_files(void)
{
    int i;

    for (i = 0; i < FILES; i++)
        CHECK(is_same_file(opened[i], &is[i]));
}

static int log_at(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int server = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    strcpy(address.sun_path, path);
    CHECK(server >= 0 && bind(server, (struct sockaddr *)&address, sizeof address) == 0);
    return server;
}

/* The next message in the log: who, and what. */
static void check_message(int server, const char *name, const char *text)
{
    char message[1024];
    ssize_t length = recv(server, message, sizeof message - 1, 0);

    CHECK(length > 0);
    message[length] = '\0';
    CHECK(strstr(message, name) != NULL && strstr(message, text) != NULL);
}

static void start_with_log(int server, const char *name_in_daemon)
{
    int at_end[2];
    pid_t daemon;

    openlog("own-name", LOG_PID | LOG_NDELAY, LOG_DAEMON);
    make_pipe(at_end);
    daemon = daemonize_fork(options_here());
    CHECK(daemon >= 0);
    if (daemon == 0) {
        open_files();
        syslog(LOG_INFO, "from the daemon");
        check_files();
        syslog(LOG_INFO, "once more");
        check_files();
        closelog();
        check_files();
        _exit(0);
    }
    check_message(server, name_in_daemon, "from the daemon");
    check_message(server, name_in_daemon, "once more");
    syslog(LOG_INFO, "from the launcher");
    check_message(server, name_in_daemon, "from the launcher");
    await_end(at_end);
}

static void connected_log(void)
{
    start_with_log(log_at("/dev/log"), " own-name[");
}

/* As with systemd, whose log is elsewhere. */
static void linked_log(void)
{
    int server = log_at("elsewhere");
    char path[PATH_MAX];

    CHECK(realpath("elsewhere", path) != NULL && symlink(path, "/dev/log") == 0);
    start_with_log(server, " own-name[");
}

/* Too many to be looked at: the log's is closed, and opened again, with the program's name. */
static void log_among_many(void)
{
    int server = log_at("/dev/log"), i;

    for (i = 0; i < FILES; i++)
        CHECK(fcntl(0, F_DUPFD_CLOEXEC, 3) >= 0);
    start_with_log(server, " faults_libc[");
}

/* An openlog() that has not connected yet: the name stays. */
static void unconnected_log(void)
{
    int server = log_at("/dev/log");
    pid_t daemon;

    openlog("own-name", LOG_PID, LOG_DAEMON);
    daemon = daemonize_fork(options_here());
    CHECK(daemon >= 0);
    if (daemon == 0) {
        syslog(LOG_INFO, "from the daemon");
        _exit(0);
    }
    check_message(server, " own-name[", "from the daemon");
}

/* Enumerations that are under way. */
static void databases(void)
{
    pid_t daemon;

    CHECK(getpwent() != NULL && getgrent() != NULL);
    setutxent();
    getutxent();
    daemon = daemonize_fork(options_here());
    CHECK(daemon >= 0);
    if (daemon > 0) {
        CHECK(getpwent() != NULL && getgrent() != NULL);
        return;
    }
    open_files();
    endpwent();
    endgrent();
    endutxent();
    check_files();
    CHECK(getpwent() != NULL && getgrent() != NULL);
    check_files();
    _exit(0);
}

static const struct check_test tests[] = {
    {"connected_log", connected_log},     {"linked_log", linked_log}, {"log_among_many", log_among_many},
    {"unconnected_log", unconnected_log}, {"databases", databases},
};

CHECK_MAIN(tests)
