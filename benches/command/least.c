/* The least that a launcher can do which waits until its program is executed: two processes by vfork's way, of which the first leads
   the session, and no word but the errno that they share. It has no options, checks nothing, and waits for ever. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SHARED = CLONE_VM | CLONE_VFORK };

static char stacks[2][16384] __attribute__((aligned(16)));
static int failure;

static int become_program(void *argv)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);

    if (chdir("/") == 0 && dup2(null, 0) == 0 && dup2(null, 1) == 1 && dup2(null, 2) == 2) {
        umask(0);
        execv(*(char **)argv, argv);
    }
    failure = errno;
    _exit(1);
}

static int lead_session(void *argv)
{
    if (setsid() < 0 || clone(become_program, stacks[1] + sizeof stacks[1], SHARED, argv) < 0)
        failure = errno;
    _exit(0);
}

int main(int argc, char *argv[])
{
    pid_t leader = argc < 2 ? -1 : clone(lead_session, stacks[0] + sizeof stacks[0], SHARED, argv + 1);

    if (leader < 0 || waitpid(leader, NULL, __WALL) < 0)
        failure = errno;
    if (failure != 0)
        fprintf(stderr, "least: %s: %s\n", argv[1], strerror(failure));
    return failure != 0;
}
