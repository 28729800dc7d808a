/* Descriptors that the library once had, and the program's own files that have their numbers now. */
#define _GNU_SOURCE

#include "faults_check.h"

enum { FILES = 12 };

static int opened[FILES], handled;

static void count(int signal, const pcntl_siginfo *info)
{
    (void)signal;
    (void)info;
    handled++;
}

static void check_opened(void)
{
    int i;

    for (i = 0; i < FILES; i++)
        CHECK(fcntl(opened[i], F_GETFD) != -1);
}

/* Runs after the library's own exit handler, which comes with the daemon or with a later file. */
static void check_at_exit(void)
{
    if (opened[0] > 0)
        check_opened();
}

/* A daemon with all that has a descriptor, which then closes them as many programs do, and opens its own files. */
static pid_t closed_all(void)
{
    daemonize_options *options = options_here();
    pid_t daemon;
    int i;

    CHECK(atexit(check_at_exit) == 0);
    CHECK(daemonize_options_pidfile(options, "app.pid") == 0);
    CHECK(daemonize_options_lockfile(options, "app.lock") == 0);
    daemon = daemonize_fork(options);
    CHECK(daemon >= 0);
    if (daemon > 0)
        return daemon;
    closefrom(3);
    for (i = 0; i < FILES; i++) {
        char name[16];

        snprintf(name, sizeof name, "data%d", i);
        opened[i] = open(name, O_RDWR | O_CREAT | O_TRUNC, 0644);
        CHECK(opened[i] >= 3 && write(opened[i], "precious\n", 9) == 9);
    }
    return 0;
}

static void exits(void)
{
    if (closed_all() == 0)
        exit(0);
}

static void is_terminated(void)
{
    if (closed_all() == 0) {
        raise(SIGTERM);
        CHECK(!"SIGTERM ends it");
    }
}

static void forks(void)
{
    pid_t child;

    if (closed_all() > 0)
        return;
    child = fork_tied();
    check_opened();
    if (child == 0)
        exit(0);
    CHECK(status_of(child) == 0);
    check_opened();
    child = pcntl_fork();
    check_opened();
    if (child == 0) {
        raise(SIGTERM);
        CHECK(!"SIGTERM ends it");
    }
    CHECK(WTERMSIG(status_of(child)) == SIGTERM);
    check_opened();
    _exit(0);
}

/* A file of the daemon's own under that number. */
static void open_as(int fd, struct stat *is)
{
    int last = open("data", O_RDWR | O_CREAT | O_TRUNC, 0644);

    while (last >= 0 && last < fd)
        last = dup(last);
    CHECK(last == fd);
    CHECK(write(fd, "hello\n", 6) == 6 && lseek(fd, 0, SEEK_SET) == 0 && fstat(fd, is) == 0);
}

/* "hello\n" is all there is, and none of it has been read. */
static void check_untouched(int fd, const struct stat *is)
{
    struct stat now;

    CHECK(is_same_file(fd, is) && fstat(fd, &now) == 0 && now.st_size == 6);
    CHECK(lseek(fd, 0, SEEK_CUR) == 0);
}

static bool is_readable(int fd)
{
    struct pollfd ready = {fd, POLLIN, 0};

    return poll(&ready, 1, 0) == 1;
}

/* The descriptor for signals of a launcher is not its daemon's. */
static void launchers_signal_fd(void)
{
    int fd = pcntl_signal_fd(), own;
    struct stat is;
    pid_t child;

    CHECK(fd >= 0);
    CHECK(pcntl_signal(SIGUSR1, count, true) == 0);
    child = daemonize_fork(options_here());
    CHECK(child >= 0);
    if (child > 0)
        return;
    open_as(fd, &is);
    CHECK(pcntl_signal(SIGUSR1, count, true) == 0);
    raise(SIGUSR1);
    check_untouched(fd, &is);
    CHECK(pcntl_signal_dispatch() == 1 && handled == 1);
    check_untouched(fd, &is);
    child = pcntl_fork();
    CHECK(child >= 0);
    check_untouched(fd, &is);
    if (child == 0)
        _exit(0);
    CHECK(status_of(child) == 0);
    own = pcntl_signal_fd();
    CHECK(own >= 0 && own != fd && !is_readable(own));
    raise(SIGUSR1);
    CHECK(is_readable(own));
    CHECK(pcntl_signal_dispatch() == 1 && !is_readable(own));
    check_untouched(fd, &is);
    _exit(0);
}

/* The same in a program that has closed everything, and forks. */
static void closed_signal_fd(void)
{
    int fd = pcntl_signal_fd();
    struct stat is;
    pid_t child;

    CHECK(pcntl_signal(SIGUSR1, count, true) == 0);
    closefrom(3);
    open_as(fd, &is);
    child = fork_tied();
    check_untouched(fd, &is);
    if (child == 0)
        _exit(0);
    CHECK(status_of(child) == 0);
    raise(SIGUSR1);
    check_untouched(fd, &is);
    CHECK(pcntl_signal_dispatch() == 1);
    check_untouched(fd, &is);
}

/* Asked for before the first pcntl_signal(), it is not shared with a forked child either. */
static void early_signal_fd(void)
{
    int fd = pcntl_signal_fd();
    pid_t child = fork_tied();

    if (child == 0) {
        CHECK(pcntl_signal(SIGUSR1, count, true) == 0);
        raise(SIGUSR1);
        CHECK(is_readable(pcntl_signal_fd()));
        _exit(0);
    }
    CHECK(status_of(child) == 0);
    CHECK(!is_readable(fd) && pcntl_next_signal(NULL) == 0);
}

static const struct check_test tests[] = {
    {"exits", exits},
    {"is_terminated", is_terminated},
    {"forks", forks},
    {"launchers_signal_fd", launchers_signal_fd},
    {"closed_signal_fd", closed_signal_fd},
    {"early_signal_fd", early_signal_fd},
};

CHECK_MAIN(tests)
