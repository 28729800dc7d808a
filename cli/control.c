/* A daemon that runs, by its pid file: asked after, signalled, stopped. */
#define _GNU_SOURCE
#include "command.h"
#include "names.h"
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* systemd and start-stop-daemon do not give up at SIGTERM either. */
static const char usual_schedule[] = "TERM/30/KILL/5";

/* Is there a number in the file? A daemon that may not remove its pid file empties it at a clean end. */
static bool has_a_pid_in_it(const char *pidfile)
{
    char text[32];
    int fd = open(pidfile, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
    ssize_t length = fd < 0 ? 0 : read(fd, text, sizeof text);

    if (fd >= 0)
        close(fd);
    for (ssize_t i = 0; i < length; i++)
        if (isdigit((unsigned char)text[i]))
            return true;
    return false;
}

int show_status(const struct command *command)
{
    pid_t pid = daemonize_status(command->pidfile);

    if (pid > 0) {
        printf("%d\n", (int)pid);
        return LSB_RUNS;
    }
    if (pid < 0) {
        complain_last_error();
        return LSB_UNKNOWN;
    }
    if (!has_a_pid_in_it(command->pidfile))
        return LSB_NOT_RUNNING;
    complain("pid file %s: no process that runs holds it", command->pidfile);
    return LSB_DEAD_WITH_PIDFILE;
}

/* Also where nobody has reaped it, as in a container without an init. */
static bool has_ended(pid_t pid)
{
    struct pollfd process = { .events = POLLIN };
    bool ended;

    if (kill(pid, 0) != 0)
        return errno == ESRCH;
    process.fd = (int)syscall(SYS_pidfd_open, pid, 0);
    if (process.fd < 0)
        return false;
    ended = poll(&process, 1, 0) > 0;
    close(process.fd);
    return ended;
}

/* Removes what a program has left that ended by itself. A number that a process has now stays: that may be a daemon which does not
   lock its file. As the library does it, the file is locked meanwhile, and its directory is looked up once. */
static void remove_left_behind(const char *pidfile)
{
    char path[PATH_MAX], text[32] = "";
    const char *slash = strrchr(pidfile, '/'), *name = slash ? slash + 1 : pidfile;
    struct flock both = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 2 };
    struct stat file, there;
    int directory, fd;
    long pid;

    if (strlen(pidfile) >= sizeof path)
        return;
    directory = open(slash ? dirname(strcpy(path, pidfile)) : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    fd = openat(directory, name, O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY);
    if (fd >= 0 && fcntl(fd, F_OFD_SETLK, &both) == 0 && pread(fd, text, sizeof text - 1, 0) > 0) {
        text[strcspn(text, "\n")] = '\0';
        if (read_number(text, 10, 1, INT_MAX, &pid) && has_ended((pid_t)pid) && fstat(fd, &file) == 0
            && S_ISREG(file.st_mode) && file.st_nlink == 1 && fstatat(directory, name, &there, AT_SYMLINK_NOFOLLOW) == 0
            && there.st_dev == file.st_dev && there.st_ino == file.st_ino)
            unlinkat(directory, name, 0);
    }
    if (fd >= 0)
        close(fd);
    if (directory >= 0)
        close(directory);
}

int stop_daemon(const struct command *command)
{
    const char *schedule = command->schedule ? command->schedule : usual_schedule;

    if (command->verbose)
        complain("stopping by %s", schedule);
    if (daemonize_stop_by(command->pidfile, schedule, command->session) != 0)
        return strcmp(libdaemon_last_step(), "schedule") == 0 ? refuse_usage("%s", libdaemon_last_error())
                                                              : complain_last_error();
    remove_left_behind(command->pidfile);
    return 0;
}

int send_signal(const struct command *command)
{
    if (daemonize_signal(command->pidfile, command->signal_number) != 0)
        return complain_last_error();
    return 0;
}
