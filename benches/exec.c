/*
 * What daemonize_exec costs from a process with 2 GiB resident, beside the same from an empty one: medians of interleaved rounds,
 * each in a process of its own that stays. fork(2) and exec are beside it.
 *
 *     exec ROUNDS
 *
 * They run before all other programs, where that is allowed.
 */
#define _GNU_SOURCE

#include <libdaemon.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double microseconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static double start(char way)
{
    static const char *const arguments[] = {"true", NULL};
    double begin = microseconds();
    pid_t pid;

    if (way == 'd') {
        if (daemonize_exec(NULL, "/bin/true", arguments) < 0) {
            fprintf(stderr, "exec: %s\n", libdaemon_last_error());
            exit(1);
        }
        begin = microseconds() - begin;
        /* A subreaper: the daemon is this process's to reap, so that no round disturbs the next. */
        while (waitpid(-1, NULL, 0) > 0)
            ;
        return begin;
    }
    pid = fork();
    if (pid == 0) {
        execv("/bin/true", (char *const *)arguments);
        _exit(127);
    }
    begin = microseconds() - begin;
    waitpid(pid, NULL, 0);
    return begin;
}

/* A process with so much memory, which does what it reads and answers how long that took. */
static void serve(size_t resident, int in, int out)
{
    char way;
    double time;

    prctl(PR_SET_CHILD_SUBREAPER, 1);
    if (resident && mmap(NULL, resident, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0) == MAP_FAILED) {
        perror("exec: 2 GiB");
        exit(1);
    }
    while (read(in, &way, 1) == 1) {
        time = start(way);
        if (write(out, &time, sizeof time) != sizeof time)
            exit(1);
    }
    exit(0);
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    size_t rounds = argc > 1 ? strtoul(argv[1], NULL, 10) : 100;
    static double times[2][2][10000];
    int to[2][2], from[2][2];
    double medians[2][2];

    if (rounds > 10000)
        rounds = 10000;
    sched_setscheduler(0, SCHED_RR, &(struct sched_param){.sched_priority = 1});
    for (int who = 0; who < 2; who++) {
        if (pipe(to[who]) || pipe(from[who]))
            return 1;
        if (fork() == 0) {
            close(to[who][1]);
            serve(who ? (size_t)2 << 30 : 0, to[who][0], from[who][1]);
        }
        close(to[who][0]);
        close(from[who][1]);
    }
    for (int way = 0; way < 2; way++)
        for (size_t round = 0; round < rounds; round++)
            for (int who = 0; who < 2; who++)
                if (write(to[who][1], &"df"[way], 1) != 1 ||
                    read(from[who][0], &times[way][who][round], sizeof(double)) != sizeof(double))
                    return 1;
    for (int way = 0; way < 2; way++)
        for (int who = 0; who < 2; who++) {
            qsort(times[way][who], rounds, sizeof(double), compare);
            medians[way][who] = times[way][who][rounds / 2];
        }
    for (int way = 0; way < 2; way++) {
        double ratio = medians[way][1] / medians[way][0];

        printf("  %-24s %8.0f us empty, %8.0f us with 2 GiB: %.2f times", way ? "fork and exec" : "daemonize_exec",
               medians[way][0], medians[way][1], ratio);
        printf(way ? "\n" : ", at most 1.20%s\n", ratio > 1.2 ? ": OVER" : "");
    }
    return 0;
}
