/* A log writer for files that are rotated: once a path is another file than the open one, it is opened again. */
#define _GNU_SOURCE
#include "log_writer.h"
#include <errno.h>
#include <libdaemon.h>
#include <libgen.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* In milliseconds. What rotates the logs creates the new file right after the renaming, if at all. It must not find one
   there. */
enum { GRACE = 1000 };

enum change { NONE, ANOTHER, MISSING };

static const int targets[2] = { STDOUT_FILENO, STDERR_FILENO };

/* Those of the targets, NULL for none. */
static const char *const *paths;
/* Until when a missing file is waited for; 0: none is missing. */
static long long due;
/* How often the files have been opened again. */
static unsigned openings;
/* When they were looked at last. */
static long long looked;
/* Tells of changes in their directories. It does not tell that a path leads to another directory. */
static int watcher;

static enum change change_of(int fd, const char *path)
{
    struct stat open_file, file;

    if (path == NULL || fstat(fd, &open_file) != 0 || !S_ISREG(open_file.st_mode))
        return NONE;
    if (stat(path, &file) != 0)
        return errno == ENOENT ? MISSING : NONE;
    return file.st_dev == open_file.st_dev && file.st_ino == open_file.st_ino ? NONE : ANOTHER;
}

static long long now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000LL + time.tv_nsec / 1000000;
}

/* What rotates the logs creates the new file, and then changes its owner. */
static void watch_directories(void)
{
    const uint32_t events = IN_ATTRIB | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF;
    char copy[PATH_MAX];

    for (int i = 0; i < 2; i++)
        if (paths[i] != NULL && strlen(paths[i]) < sizeof copy)
            inotify_add_watch(watcher, dirname(strcpy(copy, paths[i])), events);
}

/* Where the complaint cannot be written either, it is made again the next time. */
static void reopen(void)
{
    static bool said;
    char line[1024];
    int length;

    if (reopen_std() == 0) {
        said = false;
        openings++;
        watch_directories();
        return;
    }
    if (said)
        return;
    length = snprintf(line, sizeof line, "daemonize: %s\n", libdaemon_last_error());
    if (length >= (int)sizeof line)
        length = sizeof line - 1;
    said = write(STDOUT_FILENO, line, (size_t)length) == length;
}

static void look(void)
{
    enum change out = change_of(targets[0], paths[0]), err = change_of(targets[1], paths[1]);

    looked = now();
    if (out == MISSING || err == MISSING) {
        if (due == 0)
            due = now() + GRACE;
        if (due > now())
            return;
    }
    due = 0;
    if (out != NONE || err != NONE)
        reopen();
}

/* Writes all of it, however long it takes: what the program writes meanwhile waits in the pipe, and then the program. A
   disk that is full may be so by the very file that is to be opened again; the line that was cut there is written
   anew. */
static void take(void *context, const char *text, size_t length)
{
    int fd = *(const int *)context;
    size_t written = 0;

    while (written < length) {
        ssize_t count = write(fd, text + written, length - written);
        unsigned before = openings;

        if (count >= 0) {
            written += (size_t)count;
        } else if (errno == EAGAIN) {
            poll(&(struct pollfd){ .fd = fd, .events = POLLOUT }, 1, -1);
        } else if (errno != EINTR) {
            sleep(1);
            look();
            while (before != openings && written > 0 && text[written - 1] != '\n')
                written--;
        }
    }
}

/* What cannot be emptied, such as a device, stays as it is. */
static void empty(void)
{
    for (int i = 0; i < 2; i++)
        (void)(paths[i] != NULL && ftruncate(targets[i], 0));
}

/* Has the program started? It has where it writes, too: then who has started it may still wait until it is ready. */
static bool has_started(struct pollfd *started, const struct pollfd sources[2])
{
    char byte;
    bool told = started->revents != 0 && read(started->fd, &byte, 1) == 1;

    /* The end without a byte: the start has failed, or who has made it was killed. */
    if (started->revents != 0)
        started->fd = -1;
    return told || ((sources[0].revents | sources[1].revents) & POLLIN) != 0;
}

void write_to_files(const int sources[2], const char *const their_paths[2], int started)
{
    static struct source streams[2];
    struct pollfd waited[4] = { { .events = POLLIN }, { .events = POLLIN }, { .events = POLLIN },
                                { .fd = started, .events = POLLIN } };
    bool to_be_emptied = started >= 0;
    char events[4096];

    paths = their_paths;
    waited[2].fd = watcher = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    for (int i = 0; i < 2; i++)
        waited[i].fd = streams[i].fd = sources[i];
    watch_directories();
    look();
    while (waited[0].fd >= 0 || waited[1].fd >= 0) {
        long long left = due ? due - now() : -1;

        if (poll(waited, 4, left > 0 ? (int)left : due ? 0 : -1) < 0) {
            if (errno != EINTR)
                return;
            continue;
        }
        if (to_be_emptied && has_started(&waited[3], waited)) {
            empty();
            to_be_emptied = false;
            waited[3].fd = -1;
        }
        if (waited[2].revents != 0 || due != 0 || now() - looked >= GRACE) {
            while (read(watcher, events, sizeof events) > 0)
                continue;
            look();
        }
        for (int i = 0; i < 2; i++)
            if (waited[i].fd >= 0 && waited[i].revents != 0 && !pass_lines(&streams[i], take, (void *)&targets[i]))
                waited[i].fd = -1;
    }
}
