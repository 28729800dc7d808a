/* What a daemon can find out about itself only by trying, reported as "probe NAME=VALUE ...". */
#ifndef TESTS_PROBE_H
#define TESTS_PROBE_H

#include "report.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

static inline int controlling_terminal(void) {
    char line[1024] = "";
    int terminal = -1, fd = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
    if (fd < 0 || read(fd, line, sizeof line - 1) <= 0 || !strrchr(line, ')')) return -1;
    close(fd);
    if (sscanf(strrchr(line, ')') + 1, " %*c %*d %*d %*d %d", &terminal) != 1) return -1;
    return terminal;
}

/* 0 for what a write to FD gives when it works, else errno. */
static inline int write_error(int fd) {
    return write(fd, "probe\n", 6) == 6 ? 0 : errno;
}

/* The controlling terminal after a terminal has been opened without O_NOCTTY: 0 when it was not acquired. */
static inline int acquired_terminal(void) {
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (master < 0 || grantpt(master) || unlockpt(master)) return -1;
    int slave = open(ptsname(master), O_RDWR | O_CLOEXEC);
    int result = slave < 0 ? -1 : controlling_terminal();
    close(slave), close(master);
    return result;
}

static inline long timer_left(void) {
    long left = 0;
    for (int which = ITIMER_REAL; which <= ITIMER_PROF; which++) {
        struct itimerval timer;
        if (getitimer((__itimer_which_t)which, &timer) == 0) left += timer.it_value.tv_sec * 1000000 + timer.it_value.tv_usec;
    }
    return left;
}

static inline void probe(void) {
    char byte;
    int tty = open("/dev/tty", O_RDWR | O_CLOEXEC);
    int devtty = tty < 0 ? errno : 0;
    if (tty >= 0) close(tty);
    int acquired = acquired_terminal();
    long stdin_read = (long)read(0, &byte, 1);
    int out = write_error(1), err = write_error(2);
    int root = geteuid() != 0 && (setuid(0) == 0 || seteuid(0) == 0 || setgid(0) == 0);
    report("probe devtty=%d acquired=%d stdin=%ld stdout=%d stderr=%d timer=%ld regained=%d", devtty, acquired, stdin_read,
           out, err, timer_left(), root);
}

#endif
