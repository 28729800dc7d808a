/*
 * Starts the given programs in turn, round after round, and takes the time of each from exec to the launcher's
 * exit and to the daemon being up. Prints medians in microseconds and their ratios to the first program's.
 *
 *     race ROUNDS FIFO NAME=PROGRAM[ ARGUMENT]...[=MOST[ up]]...
 *
 * They run before all other programs, where that is allowed: so a busy machine gives the figures of an idle one.
 * The FIFO is each program's last argument.
 * MOST is the target for the ratio of the launcher's exit, or with "up" for that of the daemon's being up.
 */
#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 8, ARGUMENTS = 8, WARM_UP = 20, PATIENCE_MS = 60000 };

struct contender {
    double most; /* the target of a ratio; 0: none */
    int of_up;   /* of the daemon's, not of the launcher's */
    const char *name;
    char *argv[ARGUMENTS + 3];
    int64_t *exited;
    int64_t *up;
};

extern char **environ;

static void give_up(const char *what)
{
    fprintf(stderr, "race: %s: %s\n", what, strerror(errno));
    exit(1);
}

static int64_t now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

static int64_t daemon_stamp(const char *name, int fifo)
{
    struct pollfd ready = {fifo, POLLIN, 0};
    int64_t stamp;

    if (poll(&ready, 1, PATIENCE_MS) != 1 || read(fifo, &stamp, sizeof stamp) != sizeof stamp) {
        fprintf(stderr, "race: no word from the daemon of \"%s\"\n", name);
        exit(1);
    }
    return stamp;
}

/* One start from exec to the end of all its processes, so that no round disturbs the next. */
static void run(struct contender *contender, int fifo, int round)
{
    int64_t start = now(), exited;
    int status;
    pid_t pid;

    if ((errno = posix_spawn(&pid, contender->argv[0], NULL, NULL, contender->argv, environ)) != 0)
        give_up(contender->argv[0]);
    if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
        give_up(contender->name);
    exited = now() - start;
    contender->up[round] = daemon_stamp(contender->name, fifo) - start;
    contender->exited[round] = exited;
    /* A subreaper: the daemon and whatever was between are ours to reap. */
    while (waitpid(-1, NULL, 0) > 0)
        ;
}

static int ascending(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

    return (a > b) - (a < b);
}

static double median_us(int64_t *values, int count)
{
    qsort(values, (size_t)count, sizeof *values, ascending);
    return (double)(values[(count - 1) / 2] + values[count / 2]) / 2000.0;
}

static void report(struct contender *contenders, int count, int rounds)
{
    double first_exited = 0, first_up = 0;
    int i;

    printf("%-36s %14s %7s %14s %7s\n", "", "launcher exits", "ratio", "daemon is up", "ratio");
    for (i = 0; i < count; i++) {
        double exited = median_us(contenders[i].exited + WARM_UP, rounds);
        double up = median_us(contenders[i].up + WARM_UP, rounds);

        if (i == 0) {
            first_exited = exited;
            first_up = up;
        }
        printf("%-36s %11.2f ms %7.2f %11.2f ms %7.2f", contenders[i].name, exited / 1000, exited / first_exited,
               up / 1000, up / first_up);
        if (contenders[i].most > 0) {
            double ratio = contenders[i].of_up ? up / first_up : exited / first_exited;

            printf("  %s at most %.2f%s", contenders[i].of_up ? "up" : "launcher", contenders[i].most,
                   ratio <= contenders[i].most ? "" : ": OVER");
        }
        putchar('\n');
    }
}

static void split(struct contender *contender, char *words, char *fifo_path)
{
    int count = 0;
    char *word;

    for (word = strtok(words, " "); word != NULL && count <= ARGUMENTS; word = strtok(NULL, " "))
        contender->argv[count++] = word;
    contender->argv[count++] = fifo_path;
    contender->argv[count] = NULL;
}

int main(int argc, char *argv[])
{
    struct contender contenders[MOST];
    int i, round, fifo, rounds, count = argc - 3;

    if (count < 1 || count > MOST || (rounds = atoi(argv[1])) < 1)
        return 100;
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    sched_setscheduler(0, SCHED_RR, &(struct sched_param){.sched_priority = 1});
    fifo = open(argv[2], O_RDWR | O_CLOEXEC);
    if (fifo < 0)
        give_up(argv[2]);
    for (i = 0; i < count; i++) {
        char *equals = strchr(argv[i + 3], '='), *words;

        if (equals == NULL)
            return 100;
        *equals = '\0';
        contenders[i].name = argv[i + 3];
        words = equals + 1;
        equals = strchr(words, '=');
        if (equals != NULL)
            *equals = '\0';
        split(&contenders[i], words, argv[2]);
        contenders[i].most = equals == NULL ? 0 : atof(equals + 1);
        contenders[i].of_up = equals != NULL && strstr(equals + 1, "up") != NULL;
        contenders[i].exited = calloc((size_t)(rounds + WARM_UP), sizeof(int64_t));
        contenders[i].up = calloc((size_t)(rounds + WARM_UP), sizeof(int64_t));
        if (contenders[i].exited == NULL || contenders[i].up == NULL)
            give_up("memory");
    }
    for (round = 0; round < rounds + WARM_UP; round++)
        for (i = 0; i < count; i++)
            run(&contenders[(i + round) % count], fifo, round);
    report(contenders, count, rounds);
    return 0;
}
