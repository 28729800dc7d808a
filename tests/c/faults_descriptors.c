/* Descriptors that the library once had, and the program's own files that have their numbers now. */
#define _GNU_SOURCE

#include "faults_check.h"

enum { FILES = 12 };

static int opened[FILES];

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

/* The first file of one file system has the number of another one's first file. */
static int first_file_of(const char *path, struct stat *is)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

    CHECK(fd >= 0 && fstat(fd, is) == 0);
    return fd;
}

static void same_number_on_another_device(void)
{
    daemonize_options *options = options_here();
    struct stat here, there;
    int fd = first_file_of("here/first", &here), other = first_file_of("there/first", &there);

    CHECK(here.st_ino == there.st_ino && here.st_dev != there.st_dev);
    CHECK(daemonize_options_notify_fd(options, fd) == 0);
    keep(options, other);
    CHECK(daemonize_with(options) == 0);
    CHECK(dup2(other, fd) == fd);
    CHECK(daemonize_ready() == -1 && errno == EBADF);
    CHECK(fstat(other, &there) == 0 && there.st_size == 0);
}

static const struct check_test tests[] = {
    {"exits", exits},
    {"is_terminated", is_terminated},
    {"forks", forks},
    {"same_number_on_another_device", same_number_on_another_device},
};

CHECK_MAIN(tests)
