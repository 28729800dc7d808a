/* signals: PHP's process control, as a program that forks and handles signals uses it: `signals WHAT`. */
#define _GNU_SOURCE
#include "walk.h"
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

static int calls;

static void count(int signal, const struct pcntl_siginfo *info) {
    (void)signal, (void)info;
    calls++;
}

static void note(const char *what, long number) {
    char text[100];
    snprintf(text, sizeof text, "%s %ld", what, number);
    walk_note(text);
}

static long wait_status(pid_t child, long result, int status) {
    if (result == child) note("status", pcntl_wifexited(status) ? pcntl_wexitstatus(status) : -status);
    return result == child ? 0 : result;
}

/* A child that knows what it is, and its parent, which waits for it. */
static long fork_and_wait(void) {
    pid_t child = pcntl_fork();
    if (child == 0) {
        note("queued in the child", pcntl_next_signal(NULL));
        walk_end(0);
        _exit(7);
    }
    if (child < 0) return -1;
    int status = 0;
    struct pcntl_rusage usage;
    long result;
    do result = pcntl_waitpid(child, &status, 0, &usage);
    while (result < 0 && errno == EINTR);
    return wait_status(child, result, status);
}

static long fork_with_descriptor(void) {
    if (pcntl_signal(SIGUSR1, count, true) < 0 || pcntl_signal_fd() < 0) return -1;
    raise(SIGUSR1);
    long result = fork_and_wait();
    note("dispatched", pcntl_signal_dispatch());
    note("calls", calls);
    return result;
}

static pid_t ended_child(void) {
    pid_t child = fork();
    if (child == 0) _exit(9);
    siginfo_t info;
    if (child > 0) waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT);
    return child;
}

static long waits(const char *what) {
    pid_t child = ended_child();
    int status = 0;
    long result;
    struct pcntl_siginfo info;
    walk_begin();
    if (!strcmp(what, "waitpid")) result = pcntl_waitpid(child, &status, 0, NULL);
    else if (!strcmp(what, "wait")) result = pcntl_wait(&status, 0, NULL);
    else {
        result = pcntl_waitid(P_PID, (unsigned)child, &info, WEXITED, NULL);
        if (result == 0) note("status", info.status);
        return result;
    }
    return wait_status(child, result, status);
}

static long handled(void) {
    if (pcntl_signal(SIGUSR1, count, true) < 0) return -1;
    raise(SIGUSR1);
    note("dispatched", pcntl_signal_dispatch());
    note("calls", calls);
    return pcntl_signal(SIGUSR1, PCNTL_SIG_DFL, true);
}

static long queued(void) {
    struct pcntl_siginfo info;
    if (pcntl_signal(SIGUSR1, PCNTL_SIG_QUEUE, true) < 0) return -1;
    raise(SIGUSR1);
    long signal = pcntl_next_signal(&info);
    note("from", info.pid == getpid());
    return signal;
}

/* More signals than the queue holds: they come all the same. */
static long flood(void) {
    enum { MANY = 300 };
    if (pcntl_signal(SIGRTMIN, count, true) < 0) return -1;
    for (int i = 0; i < MANY; i++) raise(SIGRTMIN);
    for (int i = 0; i < 10; i++)
        if (pcntl_signal_dispatch() < 0) return -1;
    note("calls", calls);
    return 0;
}

static int is_readable(int fd) {
    struct pollfd polled = {fd, POLLIN, 0};
    walk_pause();
    int readable = poll(&polled, 1, 0);
    walk_resume();
    return readable;
}

static long descriptor(void) {
    if (pcntl_signal(SIGUSR1, count, true) < 0) return -1;
    int fd = pcntl_signal_fd();
    if (fd < 0) return -1;
    raise(SIGUSR1);
    note("readable", is_readable(fd));
    note("dispatched", pcntl_signal_dispatch());
    note("readable", is_readable(fd));
    return 0;
}

static long descriptor_alone(void) { return pcntl_signal_fd() < 0 ? -1 : 0; }

static long signal_alone(void) { return pcntl_signal(SIGUSR1, count, true); }

static long mask(void) {
    uint64_t old = 0, set = PCNTL_SIGNAL_BIT(SIGUSR1);
    struct pcntl_siginfo info;
    if (pcntl_sigprocmask(SIG_BLOCK, set, &old) < 0) return -1;
    raise(SIGUSR1);
    long taken = pcntl_sigwaitinfo(set, &info);
    if (taken < 0) return -1;
    note("taken", taken);
    raise(SIGUSR1);
    taken = pcntl_sigtimedwait(set, &info, 1, 0);
    if (taken < 0) return -1;
    return pcntl_sigprocmask(SIG_SETMASK, old, NULL);
}

static long executed(void) {
    static const char *const arguments[] = {NULL};
    return pcntl_exec("/bin/true", arguments, NULL);
}

int main(int argc, char **argv) {
    static const struct { const char *name; long (*run)(void); } scenarios[] = {
        {"fork", fork_and_wait}, {"fork-with-descriptor", fork_with_descriptor}, {"handled", handled}, {"queued", queued},
        {"descriptor-alone", descriptor_alone}, {"signal-alone", signal_alone},
        {"flood", flood}, {"descriptor", descriptor}, {"mask", mask}, {"exec", executed},
    };
    if (argc != 2) return 2;
    long result = -2;
    if (!strncmp(argv[1], "wait", 4)) {
        result = waits(argv[1]);
        walk_end(result);
        return 0;
    }
    for (size_t i = 0; i < sizeof scenarios / sizeof *scenarios; i++)
        if (!strcmp(argv[1], scenarios[i].name)) {
            walk_begin();
            result = scenarios[i].run();
            walk_end(result);
        }
    return 0;
}
