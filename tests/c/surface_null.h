/* Calls with NULL and nonsense, each in a process of its own, and what is to come of them: see surface_null.c. */
#ifndef SURFACE_NULL_H
#define SURFACE_NULL_H

#include "surface_check.h"
#include <limits.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static int failures;
static int list_only;

typedef long long (*call)(void);

static void judge(const char *text, int status)
{
    if (WIFSIGNALED(status)) {
        fprintf(stderr, "%s: killed by signal %d\n", text, WTERMSIG(status));
        failures++;
    } else if (WEXITSTATUS(status) != 0) {
        failures++;
    }
}

static int explain(const char *text, long long result, int seen, int expected)
{
    if (result != -1)
        return fprintf(stderr, "%s: gave %lld, not -1\n", text, result);
    if (expected != 0 && seen != expected)
        return fprintf(stderr, "%s: errno %d, not %d (%s)\n", text, seen, expected, libdaemon_last_error());
    if (libdaemon_last_errno() != seen)
        return fprintf(stderr, "%s: errno %d, but libdaemon_last_errno %d\n", text, seen, libdaemon_last_errno());
    if (libdaemon_last_error()[0] == '\0')
        return fprintf(stderr, "%s: no line of explanation\n", text);
    return 0;
}

#define IN_CHILD(text, body)                                                                                  \
    do {                                                                                                      \
        if (list_only) {                                                                                      \
            puts(text);                                                                                       \
        } else {                                                                                              \
            int child_status = 0;                                                                             \
            pid_t child = fork();                                                                             \
            if (child == 0) {                                                                                 \
                body;                                                                                         \
            }                                                                                                 \
            CHECK(waitpid(child, &child_status, 0) == child);                                                 \
            judge(text, child_status);                                                                        \
        }                                                                                                     \
    } while (0)

#define REFUSED(expression, expected)                                                                         \
    IN_CHILD(#expression, errno = 0; long long result = (long long)(expression); int seen = errno;            \
             _exit(explain(#expression, result, seen, expected) != 0))
#define INVALID(expression) REFUSED(expression, EINVAL)
#define SURVIVES(expression) IN_CHILD(#expression, (void)(expression); _exit(0))

/* A pointer's failure is NULL. */
#define POINTER(expression) ((expression) == NULL ? -1 : 0)

#endif
