/* What the surface programs share: a failed check says where, what and why, and ends the program with 1. */
#ifndef SURFACE_CHECK_H
#define SURFACE_CHECK_H

#include <errno.h>
#include <libdaemon.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define CHECK(condition)                                                                                      \
    do {                                                                                                      \
        if (!(condition)) {                                                                                   \
            int check_errno = errno;                                                                          \
            fprintf(stderr, "%s:%d: not true: %s (errno %d, last error \"%s\")\n", __FILE__, __LINE__,        \
                    #condition, check_errno, libdaemon_last_error());                                         \
            exit(1);                                                                                          \
        }                                                                                                     \
    } while (0)

/* A child that does not outlive a test which fails. */
static inline pid_t fork_tied(void)
{
    pid_t parent = getpid();
    pid_t pid = fork();

    if (pid == 0 && (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent))
        _exit(111);
    CHECK(pid >= 0);
    return pid;
}

/* The named test of a table; a program is called with the name of the one to run. */
struct check_test {
    const char *name;
    void (*run)(void);
};

static inline int check_main(int argc, char *argv[], const struct check_test *tests, size_t count)
{
    size_t i;

    for (i = 0; argc == 2 && i < count; i++) {
        if (strcmp(argv[1], tests[i].name) == 0) {
            tests[i].run();
            return 0;
        }
    }
    fprintf(stderr, "no such test\n");
    return 100;
}

#define CHECK_MAIN(table)                                                                                     \
    int main(int argc, char *argv[])                                                                          \
    {                                                                                                         \
        return check_main(argc, argv, table, sizeof table / sizeof table[0]);                                 \
    }

#endif
