/* Starts and questions in places that are not the usual one: half root, a jail, process 1, a full disk, a strange lock. */
#define _GNU_SOURCE

#include "faults_check.h"
#include <grp.h>

enum { NOBODY = 65534 };

/* Nobody by real and effective id, but root by the saved one, is made nobody for good. */
static void saved_root(void)
{
    daemonize_options *options = options_here();
    gid_t group = NOBODY;
    uid_t uids[3];
    gid_t gids[3];
    pid_t daemon;
    int i;

    CHECK(setgroups(1, &group) == 0 && setresgid(NOBODY, 0, 0) == 0 && setresuid(NOBODY, NOBODY, 0) == 0);
    CHECK(daemonize_options_user(options, "nobody") == 0);
    daemon = daemonize_fork(options);
    CHECK(daemon >= 0);
    if (daemon > 0)
        return;
    CHECK(getresuid(&uids[0], &uids[1], &uids[2]) == 0 && getresgid(&gids[0], &gids[1], &gids[2]) == 0);
    for (i = 0; i < 3; i++)
        CHECK(uids[i] == NOBODY && gids[i] == NOBODY);
    CHECK(setresuid((uid_t)-1, 0, (uid_t)-1) == -1 && setresgid((gid_t)-1, 0, (gid_t)-1) == -1);
    _exit(0);
}

static void check_root(const gid_t *groups, int count)
{
    gid_t found[8];
    uid_t uids[3];
    gid_t gids[3];
    char line[128];
    FILE *status = fopen("/proc/self/status", "re");
    int i;

    CHECK(getresuid(&uids[0], &uids[1], &uids[2]) == 0 && getresgid(&gids[0], &gids[1], &gids[2]) == 0);
    for (i = 0; i < 3; i++)
        CHECK(uids[i] == 0 && gids[i] == 0);
    CHECK(getgroups(8, found) == count && memcmp(found, groups, sizeof *groups * (size_t)count) == 0);
    CHECK(status != NULL);
    while (fgets(line, sizeof line, status) != NULL)
        CHECK(strncmp(line, "CapEff:", 7) != 0 || strtoull(line + 7, NULL, 16) != 0);
    fclose(status);
}

/* A directory that the user may not enter, and a descriptor limit: what had been given up by then is taken back. */
static void foreground_as_user(void)
{
    const gid_t groups[] = {0, 1234};
    daemonize_options *options = options_here();
    char before[PATH_MAX], after[PATH_MAX];

    CHECK(setgroups(2, groups) == 0 && mkdir("roots", 0700) == 0 && getcwd(before, sizeof before) != NULL);
    CHECK(daemonize_options_foreground(options, DAEMONIZE_FOREGROUND_ALWAYS) == 0);
    CHECK(daemonize_options_user(options, "nobody") == 0 && daemonize_options_log(options, "app.log") == 0);
    CHECK(realpath("roots", after) != NULL && daemonize_options_directory(options, after) == 0);
    CHECK(daemonize_with(options) == -1 && errno == EACCES);
    check_root(groups, 2);
    CHECK(getcwd(after, sizeof after) != NULL && strcmp(before, after) == 0);
    CHECK(access("app.log", F_OK) != 0);
    CHECK(getenv("USER") == NULL || strcmp(getenv("USER"), "nobody") != 0);
}

/* Another user may read a pid file, and so lock it against writers. */
static pid_t fork_reader(int locked, int done)
{
    struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 1};
    pid_t child = fork_tied();
    int file;

    if (child > 0)
        return child;
    CHECK(geteuid() != 0 || setuid(NOBODY) == 0);
    file = open("app.pid", O_RDONLY);
    CHECK(file >= 0 && fcntl(file, F_OFD_SETLK, &lock) == 0);
    say(locked);
    hear(done);
    _exit(0);
}

/* The process that the stale file means: it must not get a signal. */
static pid_t fork_bystander(int done)
{
    sigset_t all, pending;
    pid_t child;

    sigfillset(&all);
    CHECK(sigprocmask(SIG_BLOCK, &all, NULL) == 0);
    child = fork_tied();
    if (child == 0) {
        hear(done);
        CHECK(sigpending(&pending) == 0 && !sigismember(&pending, SIGTERM));
        _exit(0);
    }
    CHECK(sigprocmask(SIG_UNBLOCK, &all, NULL) == 0);
    return child;
}

static void read_lock(void)
{
    int locked[2], done[2];
    pid_t reader, bystander;
    FILE *file;

    make_pipe(locked);
    make_pipe(done);
    bystander = fork_bystander(done[0]);
    file = fopen("app.pid", "w");
    CHECK(file != NULL && fprintf(file, "%d\n", (int)bystander) > 0 && fclose(file) == 0);
    CHECK(chmod("app.pid", 0644) == 0);
    reader = fork_reader(locked[1], done[0]);
    hear(locked[0]);
    CHECK(daemonize_status("app.pid") == 0);
    CHECK(daemonize_signal("app.pid", SIGTERM) == -1 && errno == ESRCH);
    CHECK(daemonize_stop("app.pid", -1, true) == 0);
    say(done[1]);
    say(done[1]);
    CHECK(status_of(bystander) == 0 && status_of(reader) == 0);
}

/* In a pid namespace of its own, where a signal at its default does nothing. */
static void process_one(void)
{
    daemonize_options *options = options_here();

    CHECK(getpid() == 1);
    CHECK(daemonize_options_foreground(options, DAEMONIZE_FOREGROUND_ALWAYS) == 0);
    CHECK(daemonize_options_pidfile(options, "app.pid") == 0);
    CHECK(daemonize_with(options) == 0);
    CHECK(access("app.pid", F_OK) == 0);
    CHECK(kill(getpid(), SIGTERM) == 0);
    _exit(99);
}

static void full_disk_with(int timeout)
{
    daemonize_options *options = options_here();
    pid_t daemon;

    CHECK(daemonize_options_log(options, "app.log") == 0 && daemonize_options_truncate(options, true) == 0);
    CHECK(daemonize_options_pidfile(options, "full/app.pid") == 0);
    CHECK(timeout == 0 || daemonize_options_wait_ready(options, timeout) == 0);
    daemon = daemonize_fork(options);
    if (daemon == 0)
        _exit(0);
    CHECK(daemon == -1 && errno == ENOSPC);
}

static void full_disk(void)
{
    full_disk_with(0);
}

static void full_disk_while_waiting(void)
{
    full_disk_with(-1);
}

/* The root directory, and where it is said to be for the files in it; the daemon rotates its log and leaves. */
static void in_jail(const char *root, const char *log, const char *pidfile)
{
    daemonize_options *options = options_here();
    pid_t daemon;

    CHECK(daemonize_options_chroot(options, root) == 0 && daemonize_options_directory(options, "/") == 0);
    CHECK(daemonize_options_stdout(options, log) == 0 && daemonize_options_pidfile(options, pidfile) == 0);
    CHECK(daemonize_options_reopen_on(options, SIGHUP) == 0);
    daemon = daemonize_fork(options);
    CHECK(daemon >= 0);
    if (daemon > 0)
        return;
    CHECK(access("/app.pid", F_OK) == 0);
    CHECK(printf("before\n") == 7 && fflush(stdout) == 0);
    CHECK(rename("/app.log", "/app.log.1") == 0);
    raise(SIGHUP);
    CHECK(printf("after\n") == 6 && fflush(stdout) == 0);
    exit(0);
}

static void relative_jail(void)
{
    in_jail("./jail", "jail/app.log", "jail/app.pid");
}

static void linked_jail(void)
{
    in_jail("link", "jail/app.log", "jail/app.pid");
}

static void jail_by_links(void)
{
    in_jail("link", "link/app.log", "link/app.pid");
}

static const struct check_test tests[] = {
    {"saved_root", saved_root},
    {"foreground_as_user", foreground_as_user},
    {"read_lock", read_lock},
    {"process_one", process_one},
    {"full_disk", full_disk},
    {"full_disk_while_waiting", full_disk_while_waiting},
    {"relative_jail", relative_jail},
    {"linked_jail", linked_jail},
    {"jail_by_links", jail_by_links},
};

CHECK_MAIN(tests)
