/*
 * What the faults programs share, over surface_check.h. They run in a directory of the test's own; their daemons keep it
 * and standard error, where a check that fails in them is told.
 */
#ifndef FAULTS_CHECK_H
#define FAULTS_CHECK_H

#include "surface_check.h"
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>

static inline daemonize_options *options_here(void)
{
    static char directory[PATH_MAX];
    daemonize_options *options = daemonize_options_new();

    CHECK(getcwd(directory, sizeof directory) != NULL);
    CHECK(daemonize_options_directory(options, directory) == 0 && daemonize_options_keep_fd(options, 2) == 0);
    return options;
}

/* In the daemon too. */
static inline void keep(daemonize_options *options, int fd)
{
    CHECK(daemonize_options_keep_fd(options, fd) == 0);
}

static inline void make_pipe(int ends[2])
{
    CHECK(pipe2(ends, O_CLOEXEC) == 0);
}

static inline void say(int fd)
{
    CHECK(write(fd, ".", 1) == 1);
}

/* Waits for a say() at the other end. */
static inline void hear(int fd)
{
    char byte;

    CHECK(read(fd, &byte, 1) == 1);
}

/* Waits until every process that holds the other end is gone. */
static inline void await_end(int ends[2])
{
    char byte;

    close(ends[1]);
    CHECK(read(ends[0], &byte, 1) == 0);
}

/* Memory that is the same in every process forked from here on. */
static inline void *shared(size_t size)
{
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    CHECK(memory != MAP_FAILED);
    return memory;
}

/* Waits for a child to end, and says how. */
static inline int status_of(pid_t child)
{
    int status;

    CHECK(waitpid(child, &status, 0) == child);
    return status;
}

static inline bool is_same_file(int fd, const struct stat *other)
{
    struct stat found;

    return fstat(fd, &found) == 0 && found.st_dev == other->st_dev && found.st_ino == other->st_ino;
}

/* Waits until that process, or thread, sleeps in that system call. */
static inline void await_in(pid_t task, long call)
{
    char path[64], start[32], line[256] = "";

    snprintf(path, sizeof path, "/proc/%d/syscall", (int)task);
    snprintf(start, sizeof start, "%ld ", call);
    while (strncmp(line, start, strlen(start)) != 0) {
        FILE *file = fopen(path, "re");

        CHECK(file != NULL && fgets(line, sizeof line, file) != NULL);
        fclose(file);
        sched_yield();
    }
}

static inline void await_forever(void)
{
    for (;;)
        pause();
}

#endif
