/* A daemon in the foreground: a start that fails late leaves the process as it was; and the signals that end it. */
#define _GNU_SOURCE

#include "faults_check.h"
#include "refuse.h"
#include "snapshot.h"
#include <grp.h>
#include <sys/resource.h>

enum { NOBODY = 65534 };

static struct snapshot before, after;

static daemonize_options *options_in_foreground(void)
{
    daemonize_options *options = daemonize_options_new();

    CHECK(daemonize_options_foreground(options, DAEMONIZE_FOREGROUND_ALWAYS) == 0);
    return options;
}

static void check_unchanged(void)
{
    take_snapshot(&after, ".");
    CHECK(snapshot_lack(stderr, '-', &before, &after) + snapshot_lack(stderr, '+', &after, &before) == 0);
}

/* All that a start changes, and the last step refused. */
static void fails_late(daemonize_options *options)
{
    int fd = open("old", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

    CHECK(fd >= 0 && write(fd, "old\n", 4) == 4 && close(fd) == 0);
    CHECK(daemonize_options_umask(options, 077) == 0 && daemonize_options_setenv(options, "CHANGED", "1") == 0);
    CHECK(daemonize_options_stdin(options, "/dev/zero") == 0 && daemonize_options_stdout(options, "new") == 0);
    CHECK(daemonize_options_stderr(options, "old") == 0 && daemonize_options_truncate(options, true) == 0);
    CHECK(daemonize_options_pidfile(options, "pid") == 0 && daemonize_options_lockfile(options, "lock") == 0);
    refuse(SYS_close_range, EIO);
    take_snapshot(&before, ".");
    CHECK(daemonize_with(options) == -1 && errno == EIO);
    CHECK(strcmp(libdaemon_last_step(), "closing descriptors") == 0);
    check_unchanged();
    CHECK(getenv("CHANGED") == NULL && reopen_std() == -1 && errno == EINVAL);
    CHECK(daemonize_ready() == -1 && errno == EINVAL);
}

static void late_failure(void)
{
    fails_late(options_in_foreground());
}

static void late_failure_with_closed_streams(void)
{
    daemonize_options *options = options_in_foreground();

    CHECK(close(0) == 0 && close(1) == 0);
    fails_late(options);
}

static void late_failure_in_a_jail(void)
{
    daemonize_options *options = options_in_foreground();
    struct stat root, jail;

    CHECK(mkdir("jail", 0755) == 0 && daemonize_options_chroot(options, "jail") == 0);
    CHECK(stat("/", &root) == 0 && stat("jail", &jail) == 0);
    fails_late(options);
    CHECK(stat("/", &jail) == 0 && jail.st_ino == root.st_ino && jail.st_dev == root.st_dev);
}

static void limited_file_size(void)
{
    daemonize_options *options = options_in_foreground();

    CHECK(daemonize_options_pidfile(options, "pid") == 0);
    CHECK(setrlimit(RLIMIT_FSIZE, &(struct rlimit){0, 0}) == 0);
    take_snapshot(&before, ".");
    CHECK(daemonize_with(options) == -1 && errno == EFBIG);
    check_unchanged();
}

/* The last line of a daemon that gives up does not fit into its log: its status is told all the same. */
static void limited_file_size_of_a_log(void)
{
    pid_t child = fork_tied();
    int status;

    if (child == 0) {
        int log = open("log", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

        CHECK(log >= 0 && setrlimit(RLIMIT_FSIZE, &(struct rlimit){0, 0}) == 0 && dup2(log, 2) == 2);
        daemonize_fail(7, "no");
    }
    status = status_of(child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 7);
}

static void unsearchable_directory(void)
{
    daemonize_options *options = options_in_foreground();
    gid_t group = NOBODY;

    CHECK(mkdir("private", 0700) == 0 && chdir("private") == 0);
    CHECK(setgroups(1, &group) == 0 && setresgid(group, group, group) == 0 && setresuid(NOBODY, NOBODY, NOBODY) == 0);
    CHECK(access(".", X_OK) == -1 && daemonize_with(options) == 0);
}

/* As a service manager or somebody at a terminal ends it. */
static void ended_by_signals(void)
{
    const int signals[] = {SIGTERM, SIGINT, SIGQUIT, SIGHUP};
    size_t i;

    for (i = 0; i < sizeof signals / sizeof *signals; i++) {
        int ready[2], status;
        pid_t daemon;

        make_pipe(ready);
        daemon = fork_tied();
        if (daemon == 0) {
            daemonize_options *options = options_in_foreground();

            keep(options, ready[1]);
            CHECK(setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0}) == 0);
            CHECK(daemonize_options_pidfile(options, "pid") == 0 && daemonize_with(options) == 0);
            say(ready[1]);
            await_forever();
        }
        hear(ready[0]);
        CHECK(access("pid", F_OK) == 0 && kill(daemon, signals[i]) == 0);
        status = status_of(daemon);
        CHECK(WIFSIGNALED(status) && WTERMSIG(status) == signals[i]);
        CHECK(access("pid", F_OK) == -1 && errno == ENOENT);
    }
}

/* Asks its child to end it: the kernel spares process 1 what is at its default. */
static void process_1_ended_by(int signal)
{
    CHECK(getpid() == 1 && daemonize_with(options_in_foreground()) == 0);
    if (fork() == 0) {
        kill(1, signal);
        await_forever();
    }
    await_forever();
}

static void process_1_ended_by_term(void)
{
    process_1_ended_by(SIGTERM);
}

static void process_1_ended_by_int(void)
{
    process_1_ended_by(SIGINT);
}

static const struct check_test tests[] = {
    {"late_failure", late_failure},
    {"late_failure_with_closed_streams", late_failure_with_closed_streams},
    {"late_failure_in_a_jail", late_failure_in_a_jail},
    {"limited_file_size", limited_file_size},
    {"limited_file_size_of_a_log", limited_file_size_of_a_log},
    {"unsearchable_directory", unsearchable_directory},
    {"ended_by_signals", ended_by_signals},
    {"process_1_ended_by_term", process_1_ended_by_term},
    {"process_1_ended_by_int", process_1_ended_by_int},
};

CHECK_MAIN(tests)
