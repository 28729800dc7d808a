/* The descriptor for signals: only as long as it is the library's own, and never shared with a child. */
#define _GNU_SOURCE

#include "faults_check.h"
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/resource.h>

static int handled;

static void count(int signal, const pcntl_siginfo *info)
{
    (void)signal;
    (void)info;
    handled++;
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

static unsigned long long count_in(int event)
{
    uint64_t value = 0;

    return read(event, &value, sizeof value) == sizeof value ? value : 0;
}

/* A counter of the program's own, under the number of the one that it has closed. */
static void own_event_counter(void)
{
    int fd = pcntl_signal_fd(), own;
    pid_t child;

    CHECK(pcntl_signal(SIGUSR1, count, true) == 0);
    close(fd);
    CHECK(eventfd(5, EFD_NONBLOCK) == fd);
    raise(SIGUSR1);
    CHECK(count_in(fd) == 5);
    CHECK(pcntl_signal_dispatch() == 1);
    CHECK(write(fd, &(uint64_t){7}, 8) == 8);
    child = fork_tied();
    if (child == 0)
        _exit(count_in(fd) == 7 ? 0 : 9);
    CHECK(status_of(child) == 0 && !is_readable(fd));
    own = pcntl_signal_fd();
    CHECK(own > fd && !is_readable(own));
    raise(SIGUSR1);
    CHECK(is_readable(own) && !is_readable(fd) && pcntl_signal_dispatch() == 1);
}

/* A child for which there is no descriptor, or none of that number, does not take the wake-ups of its parent. */
static void child_with_so_many(int limit, int fd, bool has_one)
{
    const struct rlimit descriptors = {(rlim_t)limit, (rlim_t)limit};
    pid_t child;

    CHECK(setrlimit(RLIMIT_NOFILE, &descriptors) == 0);
    while (dup(0) >= 0)
        continue;
    CHECK(errno == EMFILE);
    child = fork_tied();
    if (child == 0) {
        int own = pcntl_signal_fd();

        CHECK(has_one ? own == fd && !is_readable(own) : own == -1 && errno == EMFILE);
        raise(SIGUSR1);
        CHECK(!has_one || is_readable(own));
        CHECK(pcntl_signal_dispatch() == 1);
        _exit(0);
    }
    CHECK(status_of(child) == 0);
    CHECK(pcntl_signal_fd() == fd && !is_readable(fd));
    raise(SIGUSR1);
    CHECK(is_readable(fd) && pcntl_signal_dispatch() == 1 && !is_readable(fd));
}

static void child_without_descriptors(void)
{
    int fd = pcntl_signal_fd();

    CHECK(fd >= 0 && pcntl_signal(SIGUSR1, count, true) == 0);
    child_with_so_many(64, fd, true);
    child_with_so_many(fd, fd, false);
}

static const struct check_test tests[] = {
    {"launchers_signal_fd", launchers_signal_fd},
    {"closed_signal_fd", closed_signal_fd},
    {"early_signal_fd", early_signal_fd},
    {"own_event_counter", own_event_counter},
    {"child_without_descriptors", child_without_descriptors},
};

CHECK_MAIN(tests)
