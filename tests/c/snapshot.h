/* What a failed call must leave as it was: directory, umask, signals, identity, descriptors, children, a directory's files. */
#ifndef TESTS_SNAPSHOT_H
#define TESTS_SNAPSHOT_H

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

struct snapshot {
    size_t length;
    char text[65536];
};

__attribute__((format(printf, 2, 3))) static inline void snapshot_line(struct snapshot *into, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(into->text + into->length, sizeof into->text - into->length, format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= sizeof into->text - into->length) abort();
    into->length += (size_t)length;
}

static inline void snapshot_status(struct snapshot *into) {
    static const char *const kept[] = {"Umask:", "Uid:", "Gid:", "Groups:", "Threads:", "SigBlk:", "SigIgn:", "SigCgt:", "SigPnd:", "ShdPnd:"};
    char line[4096];
    /* Not by fopen(3): tests/c/emulated.c could not take its place. */
    int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
    FILE *status = fd < 0 ? NULL : fdopen(fd, "r");
    while (status && fgets(line, sizeof line, status))
        for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
            if (!strncmp(line, kept[i], strlen(kept[i]))) snapshot_line(into, "%s", line);
    if (status) fclose(status);
}

static inline void snapshot_descriptors(struct snapshot *into) {
    DIR *directory = opendir("/proc/self/fd");
    char path[300], target[4096];
    for (struct dirent *entry; directory && (entry = readdir(directory));) {
        snprintf(path, sizeof path, "/proc/self/fd/%s", entry->d_name);
        ssize_t length = readlink(path, target, sizeof target - 1);
        if (length < 0) continue;
        target[length] = 0;
        snapshot_line(into, "descriptor %s: %s\n", entry->d_name, target);
    }
    if (directory) closedir(directory);
}

static inline unsigned long sum_of(const char *path) {
    unsigned long sum = 5381;
    FILE *file = fopen(path, "r");
    for (int byte; file && (byte = getc(file)) != EOF;) sum = sum * 33 + (unsigned long)byte;
    if (file) fclose(file);
    return sum;
}

static inline void snapshot_files(struct snapshot *into, const char *name) {
    struct dirent **entries;
    int count = scandir(name, &entries, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        char path[4096];
        struct stat status;
        snprintf(path, sizeof path, "%s/%s", name, entries[i]->d_name);
        if (lstat(path, &status) == 0 && entries[i]->d_name[0] != '.')
            snapshot_line(into, "file %s: inode %lu mode %o size %ld sum %lu\n", path, status.st_ino, status.st_mode,
                          (long)status.st_size, S_ISREG(status.st_mode) ? sum_of(path) : 0);
        free(entries[i]);
    }
    if (count >= 0) free(entries);
}

/* A running timer's value goes on its own way: only whether it runs. */
static inline void take_snapshot(struct snapshot *into, const char *files) {
    char directory[4096];
    struct itimerval timer;
    int status;
    into->length = 0;
    snapshot_line(into, "directory %s\n", getcwd(directory, sizeof directory) ? directory : "?");
    snapshot_status(into);
    snapshot_descriptors(into);
    snapshot_files(into, files);
    getitimer(ITIMER_REAL, &timer);
    snapshot_line(into, "timer %d\n", timer.it_value.tv_sec || timer.it_value.tv_usec);
    snapshot_line(into, "children %d\n", waitpid(-1, &status, WNOHANG | __WALL));
}

/* The lines of A that B lacks, after SIGN. */
static inline int snapshot_lack(FILE *to, char sign, const struct snapshot *a, const struct snapshot *b) {
    int differences = 0;
    for (const char *line = a->text; *line; line = strchr(line, '\n') + 1) {
        char text[4600];
        snprintf(text, sizeof text, "%.*s", (int)(strchr(line, '\n') + 1 - line), line);
        if (!strstr(b->text, text)) differences++, fprintf(to, "changed: %c %s", sign, text);
    }
    return differences;
}

#endif
