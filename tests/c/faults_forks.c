/* Starts whose forks or session are refused, or come to be in another place; and what the program sees of the children. */
#define _GNU_SOURCE

#include "faults_check.h"
#include "faults_threads.h"
#include "refuse.h"
#include <grp.h>
#include <sys/resource.h>

enum { SOMEBODY = 54321 };

static void fails_with(int timeout, int error, const char *step, const char *line)
{
    daemonize_options *options = options_here();
    pid_t daemon;

    CHECK(timeout == 0 || daemonize_options_wait_ready(options, timeout) == 0);
    daemon = daemonize_fork(options);
    if (daemon == 0)
        await_forever();
    CHECK(daemon == -1 && errno == error);
    CHECK(strcmp(libdaemon_last_step(), step) == 0 && strcmp(libdaemon_last_error(), line) == 0);
    CHECK(waitpid(-1, NULL, __WALL) == -1 && errno == ECHILD);
    daemonize_options_free(options);
}

/* The process stands for the shell in the launcher's group, too. */
static void refused_session(void)
{
    refuse(SYS_setsid, EPERM);
    fails_with(0, EPERM, "session", "session: Operation not permitted");
    fails_with(-1, EPERM, "session", "session: Operation not permitted");
}

/* In a sandbox that knows wait4(2) alone. */
static void refused_look(void)
{
    static const char *const words[] = {"/bin/sleep", "1000", NULL};
    pid_t daemon;

    refuse(SYS_waitid, EPERM);
    daemon = daemonize_exec(NULL, words[0], words);
    CHECK(daemon > 0 && kill(daemon, SIGKILL) == 0);
}

static void works_with(daemonize_options *options)
{
    pid_t daemon = daemonize_fork(options);

    CHECK(daemon >= 0);
    if (daemon == 0) {
        CHECK(daemonize_ready() == 0);
        _exit(0);
    }
    CHECK(waitpid(-1, NULL, __WALL) == -1 && errno == ECHILD);
}

/* By the test, the first fork by the bare system call is refused. */
static void refused_clone(void)
{
    works_with(options_here());
}

static const char NO_MORE[] = "no more processes are allowed, by RLIMIT_NPROC, the control group or the system";

static void limited(rlim_t processes, const char *step)
{
    struct rlimit limit = {processes, processes};
    gid_t group = SOMEBODY;
    char line[256];

    CHECK(setgroups(1, &group) == 0 && setresgid(group, group, group) == 0);
    CHECK(setresuid(SOMEBODY, SOMEBODY, SOMEBODY) == 0 && setrlimit(RLIMIT_NPROC, &limit) == 0);
    snprintf(line, sizeof line, "%s: %s", step, NO_MORE);
    fails_with(0, EAGAIN, step, line);
    fails_with(-1, EAGAIN, step, line);
}

static void one_process(void)
{
    limited(1, "fork");
}

static void two_processes(void)
{
    limited(2, "second fork");
}

static void new_pid_namespace_with(int timeout)
{
    static const char *const words[] = {"/bin/true", NULL};
    static const char FORBIDDEN[] = "fork: process 1 of the pid namespace has ended, or unshare(2) forbids threads: fork first";

    CHECK(unshare(CLONE_NEWPID) == 0);
    CHECK(daemonize_exec(NULL, words[0], words) == -1 && errno == EINVAL && !strcmp(libdaemon_last_error(), FORBIDDEN));
    fails_with(timeout, EINVAL, "daemonize",
               "daemonize: it would be ended with process 1 of a new pid namespace, which this start would be; "
               "fork one first");
    fails_with(timeout, ENOMEM, "fork", FORBIDDEN);
}

static void new_pid_namespace(void)
{
    new_pid_namespace_with(0);
}

static void new_pid_namespace_while_waiting(void)
{
    new_pid_namespace_with(-1);
}

/* The daemon's pid is what it is called here. */
static void pid_namespace_with_a_process_1(void)
{
    daemonize_options *options = options_here();
    pid_t process_1, daemon, of_its_own;
    int tell[2], timeout;

    CHECK(unshare(CLONE_NEWPID) == 0);
    process_1 = fork();
    CHECK(process_1 >= 0);
    if (process_1 == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        await_forever();
    }
    for (timeout = 0; timeout >= -1; timeout--) {
        make_pipe(tell);
        keep(options, tell[1]);
        CHECK(timeout == 0 || daemonize_options_wait_ready(options, timeout) == 0);
        daemon = daemonize_fork(options);
        CHECK(daemon >= 0);
        if (daemon == 0) {
            daemonize_ready();
            of_its_own = getpid();
            CHECK(write(tell[1], &of_its_own, sizeof of_its_own) == sizeof of_its_own);
            await_forever();
        }
        CHECK(read(tell[0], &of_its_own, sizeof of_its_own) == sizeof of_its_own && of_its_own != daemon);
        CHECK(kill(daemon, SIGKILL) == 0);
        await_end(tell);
        close(tell[0]);
    }
}

/* Whose daemon is its own child. */
static void as_process_1(void)
{
    daemonize_options *options = options_here();
    int status;

    CHECK(getpid() == 1 && daemonize_options_foreground(options, DAEMONIZE_FOREGROUND_NEVER) == 0);
    CHECK(daemonize_with(options) == -1 && errno == EINVAL);
    CHECK(strcmp(libdaemon_last_error(), "daemonize: process 1 of a pid namespace would end its daemon by leaving") == 0);
    if (daemonize_fork(options) == 0)
        _exit(7);
    CHECK(waitpid(-1, &status, __WALL) > 0 && WEXITSTATUS(status) == 7);
    CHECK(waitpid(-1, NULL, __WALL) == -1 && errno == ECHILD);
}

static volatile sig_atomic_t children_heard_of;

static void on_child(int signal)
{
    (void)signal;
    children_heard_of++;
}

/* What the library forks is none of the program's business. */
static void no_sigchld(void)
{
    daemonize_options *options = options_here();

    signal(SIGCHLD, on_child);
    works_with(options);
    CHECK(daemonize_options_wait_ready(options, -1) == 0);
    works_with(options);
    CHECK(daemonize_options_directory(options, "/does/not/exist") == 0);
    CHECK(daemonize_fork(options) == -1 && errno == ENOENT);
    CHECK(children_heard_of == 0);
}

static void *wait_forever(void *unused)
{
    await_forever();
    return unused;
}

/* By the test, there is no /proc. */
static void threads_are_noticed(void)
{
    works_with(options_here());
    start_thread(wait_forever, NULL);
    fails_with(0, EDEADLK, "daemonize", libdaemon_last_error());
}

static void threads_are_noticed_by_libc(void)
{
    refuse(SYS_unshare, EPERM);
    threads_are_noticed();
}

extern void __libc_free(void *memory);

static bool forks_at_free;
static int forked, failed;

/* Are standard output and standard error this file? */
static bool are_both(const char *name)
{
    struct stat log;

    return stat(name, &log) == 0 && is_same_file(STDOUT_FILENO, &log) && is_same_file(STDERR_FILENO, &log);
}

/* Instead of libc's: while the library gives memory back, another thread may fork. */
void free(void *memory)
{
    pid_t child;

    __libc_free(memory);
    if (!forks_at_free)
        return;
    forks_at_free = false;
    child = fork();
    if (child == 0)
        _exit(reopen_std() != 0 || !(are_both("old") || are_both("new")));
    forked++;
    failed += child < 0 || status_of(child) != 0;
    forks_at_free = true;
}

static void reopened_by_a_child_of_a_reset(void)
{
    int errors = dup(STDERR_FILENO), reset;

    CHECK(errors >= 0 && reset_std("old") == 0);
    forks_at_free = true;
    reset = reset_std("new");
    forks_at_free = false;
    CHECK(dup2(errors, STDERR_FILENO) == STDERR_FILENO);
    CHECK(reset == 0 && forked > 0 && failed == 0);
}

static const struct check_test tests[] = {
    {"refused_session", refused_session},
    {"refused_look", refused_look},
    {"refused_clone", refused_clone},
    {"one_process", one_process},
    {"two_processes", two_processes},
    {"new_pid_namespace", new_pid_namespace},
    {"new_pid_namespace_while_waiting", new_pid_namespace_while_waiting},
    {"pid_namespace_with_a_process_1", pid_namespace_with_a_process_1},
    {"as_process_1", as_process_1},
    {"no_sigchld", no_sigchld},
    {"reopened_by_a_child_of_a_reset", reopened_by_a_child_of_a_reset},
    {"threads_are_noticed", threads_are_noticed},
    {"threads_are_noticed_by_libc", threads_are_noticed_by_libc},
};

CHECK_MAIN(tests)
