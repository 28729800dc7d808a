/*
 * Signals against a process that waits: a system call that goes on or gives EINTR, the alarm, and a storm from
 * two senders. The parent watches /proc for the child's being asleep in the call, so nothing here hangs on time.
 */
#define _GNU_SOURCE

#include "surface_check.h"
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROUNDS = 20000, SENDERS = 2 };

static int handled;

static void count(int signal, const pcntl_siginfo *info)
{
    (void)signal;
    (void)info;
    handled++;
}

static bool proc_line_starts(pid_t pid, const char *file, const char *start)
{
    char path[64], line[256];
    bool found = false;
    FILE *proc;

    snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, file);
    proc = fopen(path, "r");
    CHECK(proc != NULL);
    while (!found && fgets(line, sizeof line, proc) != NULL)
        found = strncmp(line, start, strlen(start)) == 0;
    fclose(proc);
    return found;
}

static void await_asleep_in(pid_t pid, long syscall_number)
{
    char start[32];

    snprintf(start, sizeof start, "%ld ", syscall_number);
    while (!proc_line_starts(pid, "syscall", start))
        sched_yield();
}

static void await_delivered(pid_t pid)
{
    while (!proc_line_starts(pid, "status", "ShdPnd:\t0000000000000000"))
        sched_yield();
}

/* The child reads from a pipe; the parent signals it there, and only then writes a byte. */
static int read_interrupted(int signal, bool restart)
{
    int ends[2], status;
    pid_t pid;

    CHECK(pipe(ends) == 0);
    CHECK(pcntl_signal(signal, count, restart) == 0);
    pid = fork_tied();
    if (pid == 0) {
        char byte;
        ssize_t got = read(ends[0], &byte, 1);

        CHECK(got == 1 || errno == EINTR);
        CHECK(handled == 0 && pcntl_signal_dispatch() == 1 && handled == 1);
        _exit(got == 1 ? 10 : 20);
    }
    await_asleep_in(pid, SYS_read);
    CHECK(kill(pid, signal) == 0);
    await_delivered(pid);
    if (restart)
        await_asleep_in(pid, SYS_read);
    else
        CHECK(waitpid(pid, &status, 0) == pid);
    CHECK(write(ends[1], "x", 1) == 1);
    if (restart)
        CHECK(waitpid(pid, &status, 0) == pid);
    CHECK(WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* A caller without a prototype passes any number. */
static void restart_values(void)
{
    int (*const set)(int, pcntl_handler, int) = (int (*)(int, pcntl_handler, int))(void (*)(void))pcntl_signal;
    int (*const change)(int, int, int) = (int (*)(int, int, int))(void (*)(void))pcntl_signal_disposition;
    const int values[] = {0, 1, 2, 4, 8, -1, 255};
    size_t i;

    for (i = 0; i < sizeof values / sizeof values[0]; i++) {
        const int expected = SA_SIGINFO | SA_ONSTACK | (values[i] ? SA_RESTART : 0);
        struct sigaction action;

        CHECK(set(SIGUSR1, count, values[i]) == 0 && sigaction(SIGUSR1, NULL, &action) == 0);
        /* SA_RESTORER is libc's. */
        CHECK((action.sa_flags & ~0x04000000) == expected);
        CHECK(change(SIGUSR1, 2, values[i]) == 0 && sigaction(SIGUSR1, NULL, &action) == 0);
        CHECK((action.sa_flags & ~0x04000000) == expected);
        CHECK(raise(SIGUSR1) == 0 && raise(SIGUSR1) == 0);
        CHECK(pcntl_next_signal(NULL) == SIGUSR1 && pcntl_next_signal(NULL) == SIGUSR1);
    }
}

static void restarts(void)
{
    CHECK(read_interrupted(SIGUSR1, true) == 10 && read_interrupted(SIGALRM, true) == 10);
}

static void interrupts(void)
{
    CHECK(read_interrupted(SIGUSR1, false) == 20 && read_interrupted(SIGALRM, false) == 20);
}

static void alarm_comes(void)
{
    struct pollfd ready = {pcntl_signal_fd(), POLLIN, 0};

    CHECK(pcntl_signal(SIGALRM, count, true) == 0);
    CHECK(pcntl_alarm(100) == 0);
    CHECK(pcntl_alarm(0) > 90);
    CHECK(pcntl_alarm(0) == 0);
    CHECK(pcntl_alarm(1) == 0);
    while (poll(&ready, 1, -1) < 0)
        CHECK(errno == EINTR);
    CHECK(pcntl_signal_dispatch() == 1 && handled == 1);
    CHECK(pcntl_alarm(0) == 0);
}

/*
 * The storm. Each sender queues real-time signals with rising numbers, and in between ordinary ones, of which
 * the kernel merges those that wait: so a sender sends its next ordinary signal only when the last has been
 * handled, which it hears through a pipe. Then every one of them must be handled exactly once, in order.
 */
static int acknowledge[SENDERS];
static int next_value[SENDERS];
static int ordinary[SENDERS];
static pid_t sender[SENDERS];

static void on_numbered(int signal, const pcntl_siginfo *info)
{
    int which = signal - SIGRTMIN;

    CHECK(which >= 0 && which < SENDERS);
    CHECK(info->pid == sender[which]);
    CHECK((int)info->value == next_value[which]);
    next_value[which]++;
}

static void on_ordinary(int signal, const pcntl_siginfo *info)
{
    int which = signal == SIGUSR1 ? 0 : 1;

    CHECK(info->pid == sender[which] && info->code == SI_USER);
    ordinary[which]++;
    CHECK(write(acknowledge[which], "a", 1) == 1);
}

static void send_storm(pid_t target, int which, int start, int answers)
{
    union sigval value;
    int i;
    char byte;

    CHECK(read(start, &byte, 1) == 1);
    memset(&value, 0, sizeof value);
    for (i = 0; i < ROUNDS; i++) {
        value.sival_int = i;
        while (sigqueue(target, SIGRTMIN + which, value) != 0) {
            CHECK(errno == EAGAIN); /* the kernel's queue is full: the receiver is behind */
            sched_yield();
        }
        if (i % 8 == 0) {
            CHECK(kill(target, which == 0 ? SIGUSR1 : SIGUSR2) == 0);
            CHECK(read(answers, &byte, 1) == 1);
        }
    }
    _exit(0);
}

static bool storm_is_over(void)
{
    int i;

    for (i = 0; i < SENDERS; i++)
        if (next_value[i] < ROUNDS || ordinary[i] < ROUNDS / 8)
            return false;
    return true;
}

static void storm(void)
{
    struct pollfd ready = {pcntl_signal_fd(), POLLIN, 0};
    pid_t target = getpid();
    int i, status, start[2];

    CHECK(pipe(start) == 0);
    CHECK(pcntl_signal(SIGUSR1, on_ordinary, true) == 0 && pcntl_signal(SIGUSR2, on_ordinary, true) == 0);
    for (i = 0; i < SENDERS; i++) {
        int answers[2];

        CHECK(pipe(answers) == 0);
        CHECK(pcntl_signal(SIGRTMIN + i, on_numbered, true) == 0);
        acknowledge[i] = answers[1];
        sender[i] = fork_tied();
        if (sender[i] == 0)
            send_storm(target, i, start[0], answers[0]);
    }
    CHECK(write(start[1], "go", SENDERS) == SENDERS);
    while (!storm_is_over()) {
        /* A turn with poll, a turn without: both ways of noticing have to work under load. */
        if (next_value[0] % 2 == 0)
            CHECK(poll(&ready, 1, -1) >= 0 || errno == EINTR);
        CHECK(pcntl_signal_dispatch() >= 0);
    }
    for (i = 0; i < SENDERS; i++) {
        CHECK(waitpid(sender[i], &status, 0) == sender[i] && WIFEXITED(status) && WEXITSTATUS(status) == 0);
        CHECK(next_value[i] == ROUNDS && ordinary[i] == ROUNDS / 8);
    }
    CHECK(pcntl_signal_dispatch() == 0);
}

/* The same in a process with threads, where the kernel picks one to interrupt: in any order, but each exactly once. */
static char arrived[ROUNDS];
static volatile int crowd_goes_on = 1;

static void on_crowd(int signal, const pcntl_siginfo *info)
{
    CHECK(signal == SIGRTMIN && info->value >= 0 && info->value < ROUNDS);
    CHECK(arrived[info->value]++ == 0);
    handled++;
}

static void *be_busy(void *unused)
{
    while (crowd_goes_on)
        getppid();
    return unused;
}

static void crowd(void)
{
    struct pollfd ready = {pcntl_signal_fd(), POLLIN, 0};
    pthread_t threads[3];
    pid_t target = getpid(), pid;
    int i, status;

    CHECK(pcntl_signal(SIGRTMIN, on_crowd, true) == 0);
    for (i = 0; i < 3; i++)
        CHECK(pthread_create(&threads[i], NULL, be_busy, NULL) == 0);
    pid = fork_tied();
    if (pid == 0) {
        for (i = 0; i < ROUNDS; i++) {
            union sigval value = {.sival_int = i};

            while (sigqueue(target, SIGRTMIN, value) != 0)
                sched_yield();
        }
        _exit(0);
    }
    while (handled < ROUNDS) {
        CHECK(poll(&ready, 1, -1) >= 0 || errno == EINTR);
        CHECK(pcntl_signal_dispatch() >= 0);
    }
    crowd_goes_on = 0;
    for (i = 0; i < 3; i++)
        CHECK(pthread_join(threads[i], NULL) == 0);
    CHECK(waitpid(pid, &status, 0) == pid && pcntl_signal_dispatch() == 0 && handled == ROUNDS);
}

static const struct check_test tests[] = {
    {"restart_values", restart_values}, {"restarts", restarts}, {"interrupts", interrupts}, {"alarm", alarm_comes}, {"storm", storm}, {"crowd", crowd}};

CHECK_MAIN(tests)
