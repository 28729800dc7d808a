/* A part of each program that qemu-user is to run. /proc/self is the emulator's there, with a thread of its own and with its
   own handling of signals. By open(2), openat(2) and fstatat(2), its files status and task say here what holds for the program. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

typedef int (*open_function)(const char *path, int flags, ...);

static open_function real(const char *name) {
    open_function found;
    *(void **)&found = dlsym(RTLD_NEXT, name);
    if (!found) abort();
    return found;
}

/* Whether the calling thread blocks the signal, the program ignores it, or handles it. */
static int is_blocked(int signal) {
    sigset_t blocked;
    return !pthread_sigmask(SIG_BLOCK, NULL, &blocked) && sigismember(&blocked, signal) == 1;
}

static int is_ignored(int signal) {
    struct sigaction action;
    return !sigaction(signal, NULL, &action) && action.sa_handler == SIG_IGN;
}

static int is_handled(int signal) {
    struct sigaction action;
    return !sigaction(signal, NULL, &action) && action.sa_handler != SIG_IGN && action.sa_handler != SIG_DFL;
}

static void write_set(int to, const char *name, int (*is_in)(int)) {
    uint64_t set = 0;
    for (int signal = 1; signal <= SIGRTMAX; signal++)
        if ((signal < 32 || signal >= SIGRTMIN) && is_in(signal)) /* the others are libc's own */
            set |= UINT64_C(1) << (signal - 1);
    dprintf(to, "%s:\t%016" PRIx64 "\n", name, set);
}

/* Another file that reads as /proc/self/status should. */
static int status_of_program(const char *path, int flags) {
    char text[16384];
    int from = real("open")(path, flags), to = memfd_create("status", MFD_CLOEXEC);
    if (from < 0 || to < 0) abort();
    ssize_t length = read(from, text, sizeof text - 1);
    if (length < 0) abort();
    close(from);
    text[length] = 0;
    for (char *at = text, *end; (end = strchr(at, '\n')); at = end + 1) {
        *end = 0;
        int threads;
        if (sscanf(at, "Threads: %d", &threads) == 1) dprintf(to, "Threads:\t%d\n", threads - 1);
        else if (!strncmp(at, "SigBlk:", 7)) write_set(to, "SigBlk", is_blocked);
        else if (!strncmp(at, "SigIgn:", 7)) write_set(to, "SigIgn", is_ignored);
        else if (!strncmp(at, "SigCgt:", 7)) write_set(to, "SigCgt", is_handled);
        else dprintf(to, "%s\n", at);
    }
    lseek(to, 0, SEEK_SET);
    return to;
}

static int open_file(const char *name, const char *path, int flags, mode_t mode) {
    if (!strcmp(path, "/proc/self/status")) return status_of_program(path, flags);
    return real(name)(path, flags, mode);
}

#define OPENS(name)                                                                                                              \
    int name(const char *path, int flags, ...) {                                                                                 \
        va_list rest;                                                                                                            \
        va_start(rest, flags);                                                                                                   \
        mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(rest, mode_t) : 0;                                                \
        va_end(rest);                                                                                                            \
        return open_file(#name, path, flags, mode);                                                                              \
    }

OPENS(open)
OPENS(open64)

int openat(int directory, const char *path, int flags, ...) {
    int (*real)(int, const char *, int, ...);
    va_list rest;
    va_start(rest, flags);
    mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    if (!strcmp(path, "/proc/self/status")) return status_of_program(path, flags);
    *(void **)&real = dlsym(RTLD_NEXT, "openat");
    if (!real) abort();
    return real(directory, path, flags, mode);
}

int fstatat(int directory, const char *path, struct stat *status, int flags) {
    int (*real)(int, const char *, struct stat *, int);
    *(void **)&real = dlsym(RTLD_NEXT, "fstatat");
    int result = real ? real(directory, path, status, flags) : -1;
    if (!result && !strcmp(path, "/proc/self/task")) status->st_nlink--;
    return result;
}
