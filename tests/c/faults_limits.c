/* A launcher's waits end at their time and at signals, and the daemon is gone then, whatever is stopped, refused or hangs. */
#define _GNU_SOURCE

#include "faults_check.h"
#include "refuse.h"
#include <grp.h>
#include <linux/capability.h>
#include <pthread.h>
#include <sys/prctl.h>

enum { NOBODY = 65534, SOMEBODY = 1000 };

static pid_t launcher;
static bool interrupts;
static volatile sig_atomic_t interrupted;

static void interrupt(int signal)
{
    interrupted = signal;
}

/* Runs in the daemon right after the fork, before anything is set up, all signals blocked: as a directory that hangs. */
static void hang(void)
{
    if (interrupts)
        kill(launcher, SIGINT);
    await_forever();
}

/* A start that must fail so; nothing of it is left. */
static void fails(daemonize_options *options, int error, const char *line)
{
    int tie[2];
    pid_t daemon;

    make_pipe(tie);
    keep(options, tie[1]);
    launcher = getpid();
    daemon = daemonize_fork(options);
    if (daemon == 0)
        await_forever();
    CHECK(daemon == -1 && errno == error && strcmp(libdaemon_last_error(), line) == 0);
    await_end(tie);
    CHECK(waitpid(-1, NULL, __WALL) == -1 && errno == ECHILD);
}

static void hangs_with(int setup, int ready, int error, const char *line)
{
    daemonize_options *options = options_here();

    signal(SIGINT, interrupt);
    CHECK(daemonize_options_setup_timeout(options, setup) == 0);
    CHECK(ready == 0 || daemonize_options_wait_ready(options, ready) == 0);
    CHECK(pthread_atfork(NULL, NULL, hang) == 0);
    fails(options, error, line);
    CHECK(!interrupted == !interrupts);
}

static void hanging_set_up(void)
{
    hangs_with(200, 0, ETIMEDOUT, "not set up within 200 ms");
}

static void hanging_set_up_while_waiting(void)
{
    hangs_with(200, -1, ETIMEDOUT, "not set up within 200 ms");
}

static void hanging_set_up_while_waiting_shortly(void)
{
    hangs_with(30000, 200, ETIMEDOUT, "not ready within 200 ms");
}

static void interrupted_set_up(void)
{
    interrupts = true;
    hangs_with(-1, 0, EINTR, "interrupted by SIGINT before the daemon was set up");
}

static void interrupted_set_up_while_waiting(void)
{
    interrupts = true;
    hangs_with(-1, -1, EINTR, "interrupted by SIGINT before the daemon was set up");
}

/* By the test, a signal descriptor is refused. */
static void interrupted_without_descriptor(void)
{
    interrupted_set_up();
}

static void become(uid_t real, uid_t effective, uid_t saved)
{
    gid_t group = SOMEBODY;

    CHECK(setgroups(1, &group) == 0 && setresgid(group, group, saved == 0 ? 0 : group) == 0);
    CHECK(setresuid(real, effective, saved) == 0);
}

static void not_ready(daemonize_options *options)
{
    CHECK(daemonize_options_wait_ready(options, 200) == 0);
    fails(options, ETIMEDOUT, "not ready within 200 ms");
}

/* A launcher that is root by its saved id alone may make the daemon nobody, but may not kill it then. */
static void saved_root(void)
{
    daemonize_options *options = options_here();

    become(SOMEBODY, SOMEBODY, 0);
    CHECK(daemonize_options_user(options, "nobody") == 0);
    not_ready(options);
}

static void keep_capabilities_of_change(void)
{
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2] = {{0}};

    data[0].effective = data[0].permitted = 1 << CAP_SETUID | 1 << CAP_SETGID;
    CHECK(prctl(PR_SET_KEEPCAPS, 1) == 0);
    become(SOMEBODY, SOMEBODY, SOMEBODY);
    CHECK(syscall(SYS_capset, &header, data) == 0);
}

static void another_user_by_capability(void)
{
    daemonize_options *options = options_here();

    keep_capabilities_of_change();
    CHECK(daemonize_options_user(options, "nobody") == 0);
    not_ready(options);
}

/* The same when its set-up hangs: where the daemon is nobody already, a stop from the test. */
static void another_user_in_set_up(void)
{
    daemonize_options *options = options_here();

    keep_capabilities_of_change();
    CHECK(daemonize_options_user(options, "nobody") == 0);
    CHECK(daemonize_options_setup_timeout(options, 500) == 0);
    fails(options, ETIMEDOUT, "not set up within 500 ms");
}

static void refused_kill(void)
{
    daemonize_options *options = options_here();

    refuse(SYS_kill, EPERM);
    not_ready(options);
}

static void refused_kill_of_a_good_start(void)
{
    daemonize_options *options = options_here();
    pid_t daemon;

    refuse(SYS_kill, EPERM);
    daemon = daemonize_fork(options);
    if (daemon == 0)
        _exit(0);
    CHECK(daemon > 0 && daemonize_options_wait_ready(options, -1) == 0);
    daemon = daemonize_fork(options);
    if (daemon == 0) {
        daemonize_ready();
        await_forever();
    }
    CHECK(daemon == -1 && errno == EPERM);
    CHECK(strcmp(libdaemon_last_error(), "waiting for the daemon: Operation not permitted") == 0);
}

static void refused_pidfds(void)
{
    daemonize_options *options = options_here();

    refuse(SYS_pidfd_open, ENOSYS);
    not_ready(options);
}

static void refused_shutdown(void)
{
    daemonize_options *options = options_here();

    refuse(SYS_shutdown, EPERM);
    not_ready(options);
}

/* A daemon in a session of its own, whose parent is killed, is in no group that its launcher knows of. */
static void own_session(void)
{
    daemonize_options *options = options_here();
    int tie[2];
    pid_t daemon;

    make_pipe(tie);
    keep(options, tie[1]);
    CHECK(daemonize_options_wait_ready(options, 500) == 0);
    daemon = daemonize_fork(options);
    if (daemon == 0) {
        pid_t between = getppid();

        CHECK(setsid() == getpid() && kill(between, SIGKILL) == 0);
        await_forever();
    }
    CHECK(daemon == -1 && errno == ETIMEDOUT);
    await_end(tie);
}

/* The crash of a daemon is noticed though its parent does not say so and a child of it holds everything open. */
static void crash_without_witness(void)
{
    daemonize_options *options = options_here();
    pid_t daemon;

    CHECK(daemonize_options_wait_ready(options, -1) == 0);
    daemon = daemonize_fork(options);
    if (daemon == 0) {
        if (fork_tied() == 0) {
            setsid();
            await_forever();
        }
        CHECK(kill(getppid(), SIGSTOP) == 0);
        raise(SIGKILL);
    }
    CHECK(daemon == -1 && errno == ECHILD);
    CHECK(strcmp(libdaemon_last_error(), "the daemon was gone before it was ready") == 0);
}

/* By the test, what stands between launcher and daemon is stopped. */
static void stopped_between(void)
{
    daemonize_options *options = options_here();

    CHECK(daemonize_options_setup_timeout(options, 300) == 0);
    fails(options, ETIMEDOUT, "not set up within 300 ms");
}

static void stopped_between_while_waiting(void)
{
    daemonize_options *options = options_here();

    CHECK(daemonize_options_setup_timeout(options, 300) == 0 && daemonize_options_wait_ready(options, -1) == 0);
    fails(options, ETIMEDOUT, "not set up within 300 ms");
}

static void stopped_group(void)
{
    daemonize_options *options = options_here();
    int tie[2];
    pid_t daemon;

    make_pipe(tie);
    keep(options, tie[1]);
    CHECK(daemonize_options_wait_ready(options, 300) == 0);
    daemon = daemonize_fork(options);
    if (daemon == 0) {
        CHECK(kill(0, SIGSTOP) == 0);
        await_forever();
    }
    CHECK(daemon == -1 && errno == ETIMEDOUT);
    await_end(tie);
}

static void unlimited_by_the_caller(void)
{
    if (daemonize_fork(options_here()) == 0)
        _exit(0);
}

static void stopped_watcher(void)
{
    not_ready(options_here());
}

static const struct check_test tests[] = {
    {"hanging_set_up", hanging_set_up},
    {"hanging_set_up_while_waiting", hanging_set_up_while_waiting},
    {"hanging_set_up_while_waiting_shortly", hanging_set_up_while_waiting_shortly},
    {"interrupted_set_up", interrupted_set_up},
    {"interrupted_set_up_while_waiting", interrupted_set_up_while_waiting},
    {"interrupted_without_descriptor", interrupted_without_descriptor},
    {"saved_root", saved_root},
    {"another_user_by_capability", another_user_by_capability},
    {"another_user_in_set_up", another_user_in_set_up},
    {"refused_kill", refused_kill},
    {"refused_kill_of_a_good_start", refused_kill_of_a_good_start},
    {"refused_pidfds", refused_pidfds},
    {"refused_shutdown", refused_shutdown},
    {"own_session", own_session},
    {"crash_without_witness", crash_without_witness},
    {"stopped_between", stopped_between},
    {"stopped_between_while_waiting", stopped_between_while_waiting},
    {"stopped_watcher", stopped_watcher},
    {"stopped_group", stopped_group},
    {"unlimited_by_the_caller", unlimited_by_the_caller},
};

CHECK_MAIN(tests)
