/* What the library writes, and what happens to a process meanwhile: signals that come, files that others change. */
#define _GNU_SOURCE

#include "faults_check.h"
#include "refuse.h"
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>

static volatile sig_atomic_t came;

static void count(int signal)
{
    (void)signal;
    came++;
}

static void fill(int fd)
{
    static const char block[4096];

    CHECK(fcntl(fd, F_SETFL, O_NONBLOCK) == 0);
    while (write(fd, block, sizeof block) > 0)
        continue;
    while (write(fd, block, 1) > 0)
        continue;
    CHECK(fcntl(fd, F_SETFL, 0) == 0);
}

/* A daemon in the foreground whose supervisor's pipe is full says that it is ready, and then how often SIGPIPE has come. */
static pid_t start_to_be_ready(int full[2], int result, int error)
{
    pid_t daemon;

    make_pipe(full);
    fill(full[1]);
    daemon = fork_tied();
    if (daemon == 0) {
        daemonize_options *options = options_here();

        close(full[0]);
        CHECK(daemonize_options_foreground(options, DAEMONIZE_FOREGROUND_ALWAYS) == 0);
        CHECK(daemonize_options_close_fds(options, DAEMONIZE_CLOSE_NONE) == 0);
        CHECK(daemonize_options_notify_fd(options, full[1]) == 0);
        CHECK(daemonize_with(options) == 0);
        signal(SIGPIPE, count);
        CHECK(daemonize_ready() == result && (result == 0 || errno == error));
        _exit(came);
    }
    close(full[1]);
    await_in(daemon, SYS_write);
    CHECK(kill(daemon, SIGPIPE) == 0);
    return daemon;
}

static void signal_while_writing(void)
{
    int full[2], status;
    char block[4096];
    pid_t daemon = start_to_be_ready(full, 0, 0);

    while (read(full[0], block, sizeof block) > 0)
        continue;
    status = status_of(daemon);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 1);
}

static void signal_while_the_reader_goes(void)
{
    int full[2], status;
    pid_t daemon = start_to_be_ready(full, -1, EPIPE);

    close(full[0]);
    status = status_of(daemon);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 1);
}

/* Others may write to the log meanwhile: so not even its length is set to what it is. */
static void log_of_a_failed_start(void)
{
    const struct timespec long_ago[2] = {{1, 0}, {1, 0}};
    const struct rlimit nothing = {0, RLIM_INFINITY};
    daemonize_options *options = options_here();
    struct stat file;
    char log[PATH_MAX], pidfile[PATH_MAX];
    int fd = open("app.log", O_WRONLY | O_CREAT, 0644);

    CHECK(fd >= 0 && write(fd, "old\n", 4) == 4 && futimens(fd, long_ago) == 0);
    CHECK(realpath("app.log", log) != NULL && realpath(".", pidfile) != NULL);
    strncat(pidfile, "/app.pid", sizeof pidfile - strlen(pidfile) - 1);
    CHECK(daemonize_options_log(options, log) == 0 && daemonize_options_truncate(options, true) == 0);
    CHECK(daemonize_options_pidfile(options, pidfile) == 0);
    CHECK(setrlimit(RLIMIT_FSIZE, &nothing) == 0);
    CHECK(daemonize_fork(options) == -1 && errno == EFBIG && strcmp(libdaemon_last_step(), "pid file") == 0);
    CHECK(fstat(fd, &file) == 0 && file.st_size == 4 && file.st_mtim.tv_sec == 1);
}

/* A log that cannot be emptied is told before anything has happened. */
static void log_that_only_grows(void)
{
    daemonize_options *options = options_here();
    char log[PATH_MAX];

    CHECK(realpath("app.log", log) != NULL);
    CHECK(daemonize_options_log(options, log) == 0 && daemonize_options_truncate(options, true) == 0);
    CHECK(daemonize_fork(options) == -1 && errno == EPERM && strcmp(libdaemon_last_step(), "log") == 0);
}

/* The line that the old log gets when the new one cannot be opened: it may have no room for it. */
static void log_that_is_full_and_cannot_be_opened_again(void)
{
    const struct rlimit nothing = {0, RLIM_INFINITY};
    daemonize_options *options = options_here();
    char log[PATH_MAX];
    int ends[2];

    make_pipe(ends);
    keep(options, ends[1]);
    CHECK(mkdir("logs", 0755) == 0 && realpath("logs", log) != NULL);
    strncat(log, "/app.log", sizeof log - strlen(log) - 1);
    CHECK(daemonize_options_log(options, log) == 0 && daemonize_options_reopen_on(options, SIGUSR1) == 0);
    if (daemonize_fork(options) == 0) {
        CHECK(rename("logs", "gone") == 0 && setrlimit(RLIMIT_FSIZE, &nothing) == 0);
        CHECK(raise(SIGUSR1) == 0);
        say(ends[1]);
        _exit(0);
    }
    CHECK(libdaemon_last_errno() == 0);
    close(ends[1]);
    hear(ends[0]);
}

static void manager_without_room(void)
{
    const struct itimerval often = {{1, 0}, {1, 0}};
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "manager"};
    char path[PATH_MAX];
    int manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), sender;

    CHECK(bind(manager, (struct sockaddr *)&address, sizeof address) == 0 && realpath("manager", path) != NULL);
    do {
        sender = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        CHECK(connect(sender, (struct sockaddr *)&address, sizeof address) == 0);
        came = 0;
        while (send(sender, "", 1, 0) == 1)
            came++;
    } while (came > 0);
    setenv("NOTIFY_SOCKET", path, 1);
    signal(SIGALRM, count);
    CHECK(setitimer(ITIMER_REAL, &often, NULL) == 0);
    CHECK(daemonize_notify("STATUS=alive") == -1 && errno == ETIMEDOUT);
    CHECK(came > 0);
}

static void *be_ready(void *used)
{
    struct timespec *time = used;

    daemonize_ready();
    CHECK(clock_gettime(CLOCK_THREAD_CPUTIME_ID, time) == 0);
    return NULL;
}

/* A service manager that reads nothing is waited for, by one thread; the other one waits for that, and sleeps meanwhile. */
static void two_threads_that_are_ready(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "manager"};
    daemonize_options *options = options_here();
    int manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct timespec used[2];
    pthread_t threads[2];
    char path[PATH_MAX];
    int i;

    CHECK(bind(manager, (struct sockaddr *)&address, sizeof address) == 0 && realpath("manager", path) != NULL);
    setenv("NOTIFY_SOCKET", path, 1);
    keep(options, manager);
    CHECK(daemonize_options_foreground(options, DAEMONIZE_FOREGROUND_ALWAYS) == 0 && daemonize_with(options) == 0);
    for (i = 0; i < 2; i++)
        CHECK(pthread_create(&threads[i], NULL, be_ready, &used[i]) == 0);
    for (i = 0; i < 2; i++) {
        CHECK(pthread_join(threads[i], NULL) == 0);
        CHECK(used[i].tv_sec == 0 && used[i].tv_nsec < 500000000);
    }
}

/* A sandbox may say that of any number. */
static void groups_that_never_fit(void)
{
    const struct rlimit memory = {1 << 30, RLIM_INFINITY};
    daemonize_options *options = options_here();

    CHECK(daemonize_options_user(options, "root") == 0 && setrlimit(RLIMIT_AS, &memory) == 0);
    refuse(SYS_getgroups, EINVAL);
    CHECK(daemonize_fork(options) == -1 && errno == EINVAL);
    CHECK(strcmp(libdaemon_last_step(), "supplementary groups") == 0);
}

/* A file system that gives the pid file another number each time that its name is looked up. */
static bool numbers_change;

int fstatat(int directory, const char *path, struct stat *status, int flags)
{
    static ino_t number;
    int result = (int)syscall(SYS_newfstatat, directory, path, status, flags);

    if (numbers_change && strcmp(path, "app.pid") == 0)
        status->st_ino = ++number;
    return result;
}

static void file_of_changing_number(void)
{
    daemonize_options *options = options_here();
    char path[PATH_MAX];

    CHECK(realpath("app.pid", path) != NULL && daemonize_options_pidfile(options, path) == 0);
    numbers_change = true;
    CHECK(daemonize_fork(options) == -1 && errno == EAGAIN);
    CHECK(strstr(libdaemon_last_error(), "is replaced by others again and again") != NULL);
}

static const struct check_test tests[] = {
    {"signal_while_writing", signal_while_writing},
    {"signal_while_the_reader_goes", signal_while_the_reader_goes},
    {"log_of_a_failed_start", log_of_a_failed_start},
    {"log_that_only_grows", log_that_only_grows},
    {"log_that_is_full_and_cannot_be_opened_again", log_that_is_full_and_cannot_be_opened_again},
    {"manager_without_room", manager_without_room},
    {"two_threads_that_are_ready", two_threads_that_are_ready},
    {"groups_that_never_fit", groups_that_never_fit},
    {"file_of_changing_number", file_of_changing_number},
};

CHECK_MAIN(tests)
