/* Process 1 of a container whose program has a log writer. The kernel ends everything in the container with process 1, so that
   waits until the log writer has written the last lines. The init of the library knows of no log writer. */
#define _GNU_SOURCE
#include "command.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* In seconds: how long the last lines may take. A container is usually given 10 to end. */
enum { PATIENCE = 5 };

/* What the terminal sends, it sends to the program, too, but for its hangup. */
static bool is_for_program(const siginfo_t *info)
{
    bool by_process = info->si_code == SI_USER || info->si_code == SI_QUEUE || info->si_code == SI_TKILL;

    return by_process ? info->si_signo != SIGCHLD : info->si_signo == SIGHUP;
}

static bool has_ended(int writer)
{
    return poll(&(struct pollfd){ .fd = writer }, 1, 0) > 0;
}

/* Reaps all that ends. True once it was the program, whose status is in `status`, in a shell's words. */
static bool reap(pid_t program, int *status)
{
    pid_t ended;
    int how;
    bool is_program = false;

    while ((ended = waitpid(-1, &how, WNOHANG)) > 0)
        if (ended == program) {
            *status = WIFSIGNALED(how) ? 128 + WTERMSIG(how) : WEXITSTATUS(how);
            is_program = true;
        }
    return is_program;
}

static time_t now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec;
}

static _Noreturn void watch_over(pid_t program, int writer, const sigset_t *all)
{
    const struct timespec second = { .tv_sec = 1 };
    time_t end = 0;
    siginfo_t info;
    int status = 0;

    for (;;) {
        if (reap(program, &status))
            end = now() + PATIENCE;
        if (end != 0 && (has_ended(writer) || now() >= end))
            _exit(status);
        if (sigtimedwait(all, &info, end != 0 ? &second : NULL) < 0 || !is_for_program(&info))
            continue;
        if (end == 0)
            kill(program, info.si_signo);
        else if (info.si_signo == SIGTERM || info.si_signo == SIGINT)
            _exit(status);
    }
}

/* What process 1 has been given is the program's. */
static void take_over(const char *name)
{
    const char *value = getenv(name);
    char pid[16];

    if (value == NULL || strcmp(value, "1") != 0)
        return;
    snprintf(pid, sizeof pid, "%d", (int)getpid());
    setenv(name, pid, 1);
}

bool leave_process_1(struct command *command)
{
    sigset_t all, former;
    int ends[2];
    pid_t program;

    sigfillset(&all);
    if (pipe2(ends, O_CLOEXEC) != 0 || sigprocmask(SIG_SETMASK, &all, &former) != 0 || (program = fork()) < 0) {
        complain("process 1: %s", strerror(errno));
        return false;
    }
    if (program > 0) {
        /* Children that are ignored would be gone before their status is known. */
        signal(SIGCHLD, SIG_DFL);
        close(ends[1]);
        watch_over(program, ends[0], &all);
    }
    close(ends[0]);
    take_over("LISTEN_PID");
    take_over("WATCHDOG_PID");
    sigprocmask(SIG_SETMASK, &former, NULL);
    command->writer_lives = ends[1];
    command->foreground = DAEMONIZE_FOREGROUND_ALWAYS;
    return true;
}
