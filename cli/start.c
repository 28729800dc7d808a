/* A start: the lock file, the output, and then the program by the library. */
#define _GNU_SOURCE
#include "command.h"
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* The PATH that the known command sets where there is none. */
static const char usual_path[] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/* Before a daemon is stopped, and before a log writer is started. The library checks the program once more. */
bool has_program(const struct command *command)
{
    const char *path = command->program[0];
    struct stat file;
    int error = 0;

    if (*path != '/') {
        complain("program %s: not an absolute path", path);
        return false;
    }
    /* A path inside of the new root directory. */
    if (command->changes_root)
        return true;
    if (stat(path, &file) != 0 || access(path, X_OK) != 0)
        error = errno;
    else if (S_ISDIR(file.st_mode))
        error = EISDIR;
    else if (!S_ISREG(file.st_mode))
        error = EACCES;
    if (error != 0)
        complain("program %s: %s", path, strerror(error));
    return error == 0;
}

/* Also where the directory goes by two names, such as /run and /var/run. */
static bool is_same_path(const char *one, const char *other)
{
    char copies[2][PATH_MAX];
    const char *slash = strrchr(one, '/'), *other_slash = strrchr(other, '/');
    struct stat directory, other_directory;

    if (strcmp(slash ? slash + 1 : one, other_slash ? other_slash + 1 : other) != 0 || strlen(one) >= PATH_MAX
        || strlen(other) >= PATH_MAX)
        return false;
    return stat(dirname(strcpy(copies[0], one)), &directory) == 0 && stat(dirname(strcpy(copies[1], other)), &other_directory) == 0
        && directory.st_dev == other_directory.st_dev && directory.st_ino == other_directory.st_ino;
}

/* The library takes the lock of flock(2) beside its own, but starts although another process has it. The known command,
   flock(1) and scripts know no other lock, so here that one is tried first, and held. Only if the lock file is also the
   pid file, it is left to the library, which shows by it who the daemon is. */
static bool lock(const struct command *command)
{
    bool is_pidfile = command->pidfile != NULL && is_same_path(command->pidfile, command->lockfile);
    int fd;

    if (!is_pidfile && daemonize_options_lockfile(command->options, command->lockfile) != 0)
        return complain_last_error(), false;
    /* Not close-on-exec: the program is to hold it. What is missing is made by the library. */
    fd = open(command->lockfile, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return true;
    if (flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
        complain("lock file %s: held by another process", command->lockfile);
        return false;
    }
    if (is_pidfile)
        return close(fd) == 0;
    return daemonize_options_keep_fd(command->options, fd) == 0 || (complain_last_error(), false);
}

static bool set_options(struct command *command)
{
    daemonize_options *options = command->options;

    return (command->pidfile == NULL || daemonize_options_pidfile(options, command->pidfile) == 0)
        && (command->user == NULL || daemonize_options_user(options, command->user) == 0)
        && (command->group == NULL || daemonize_options_group(options, command->group) == 0)
        && daemonize_options_keep_lock(options, true) == 0
        && (command->clear_environment || getenv("PATH") != NULL
            || daemonize_options_setenv(options, "PATH", usual_path) == 0);
}

/* As process 1, that is in a container, and as a notify service of systemd a program is expected to stay. */
static bool stays_in_foreground(const struct command *command)
{
    const char *systemds = getenv("SYSTEMD_EXEC_PID");

    if (command->foreground != DAEMONIZE_FOREGROUND_AUTO)
        return command->foreground == DAEMONIZE_FOREGROUND_ALWAYS;
    return getpid() == 1 || (getenv("NOTIFY_SOCKET") != NULL && systemds != NULL && atol(systemds) == getpid());
}

/* Sets everything up in this process, and becomes the program. Comes back with a failure; then exit(3) removes the pid
   file. */
static int become_program(const struct command *command, const char *path)
{
    const char *whose = "";

    if (daemonize_options_foreground(command->options, DAEMONIZE_FOREGROUND_ALWAYS) != 0
        || !keep_standard_error_open(command->options)
        || (command->writer_waits >= 0 && daemonize_options_keep_fd(command->options, command->writer_waits) != 0)
        || daemonize_with(command->options) != 0)
        return complain_last_error();
    tell_start(command);
    execv(path, command->program);
    if (errno == ENOENT && faccessat(AT_FDCWD, path, F_OK, AT_EACCESS) == 0)
        whose = "its interpreter: ";
    complain("exec %s: %s%s", path, whose, strerror(errno));
    return STATUS_FAILED;
}

/* Who has started the command may wait for readiness, too: start-stop-daemon --notify-await, for one. The program has
   told the library alone. Returns when the messages have been read: systemd cannot tell to which service those of a
   process belong that is gone. A failure here is none of the start. */
static void hand_on_readiness(pid_t pid)
{
    char state[32];

    snprintf(state, sizeof state, "MAINPID=%d", (int)pid);
    if (getenv("NOTIFY_SOCKET") != NULL && daemonize_notify(state) == 0)
        daemonize_ready();
}

int start_daemon(struct command *command)
{
    const char *path = command->program[0];
    pid_t pid;

    if (!has_program(command))
        return STATUS_FAILED;
    if (getpid() == 1 && stays_in_foreground(command) && needs_log_writer(command) && !leave_process_1(command))
        return STATUS_FAILED;
    if (!set_options(command))
        return complain_last_error();
    if (command->lockfile != NULL && !lock(command))
        return STATUS_FAILED;
    if (!direct_output(command))
        return STATUS_FAILED;
    if (command->title != NULL)
        command->program[0] = (char *)command->title;
    if (command->verbose)
        complain("starting %s", path);
    if (stays_in_foreground(command))
        return become_program(command, path);
    if (daemonize_options_foreground(command->options, DAEMONIZE_FOREGROUND_NEVER) != 0)
        return complain_last_error();
    pid = daemonize_exec(command->options, path, (const char *const *)command->program);
    if (pid < 0)
        return complain_last_error();
    tell_start(command);
    if (command->waits)
        hand_on_readiness(pid);
    if (command->verbose)
        complain("%s is process %d", path, (int)pid);
    return 0;
}
