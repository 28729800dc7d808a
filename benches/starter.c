/*
 * Becomes a daemon in one of several ways (chosen by the compiler's -D) and says when it is up, by the
 * monotonic clock and through a FIFO. Between two marker calls the system calls can be counted.
 *
 *     starter FIFO [DESCRIPTORS [LIMIT [IGNORED-SIGNALS]]]
 */
#define _GNU_SOURCE

#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#if defined WITH_LIBDAEMON
#include <libdaemon.h>

static int become_daemon(void)
{
    int result = daemonize();

    if (result != 0)
        fprintf(stderr, "starter: %s\n", libdaemon_last_error());
    return result;
}

#elif defined WITH_LIBC

static int become_daemon(void)
{
    return daemon(0, 0);
}

#else

static void null_streams(void)
{
    int fd = open("/dev/null", O_RDWR);

    dup2(fd, 0);
    dup2(fd, 1);
    dup2(fd, 2);
    if (fd > 2)
        close(fd);
}

/* With WITH_WAIT the launcher leaves only when the daemon is up, as libdaemon's does. */
static int become_daemon(void)
{
#ifdef WITH_WAIT
    int ends[2];
    char byte;

    if (pipe2(ends, O_CLOEXEC) != 0)
        return -1;
#endif
    switch (fork()) {
    case -1: return -1;
    case 0: break;
    default:
#ifdef WITH_WAIT
        close(ends[1]);
        _exit(read(ends[0], &byte, 1) == 1 ? 0 : 1);
#else
        _exit(0);
#endif
    }
    setsid();
    switch (fork()) {
    case -1: return -1;
    case 0: break;
    default: _exit(0);
    }
    null_streams();
#ifdef WITH_WAIT
    close(ends[0]);
    if (write(ends[1], "", 1) != 1)
        return -1;
    close(ends[1]);
#endif
    return 0;
}

#endif

/* A call that fails at once and that nothing else makes. */
static void marker(int which)
{
    syscall(SYS_getpriority, 4711, which);
}

static long number(int argc, char *argv[], int index)
{
    return argc > index ? strtol(argv[index], NULL, 10) : 0;
}

static void prepare(long descriptors, long limit, long ignored)
{
    struct rlimit files;
    int signal;

    if (limit > 0) {
        getrlimit(RLIMIT_NOFILE, &files);
        files.rlim_cur = (rlim_t)limit;
        if (files.rlim_max < files.rlim_cur)
            files.rlim_max = files.rlim_cur;
        if (setrlimit(RLIMIT_NOFILE, &files) != 0) {
            perror("starter: RLIMIT_NOFILE");
            exit(2);
        }
    }
    for (; descriptors > 3; descriptors--) {
        if (dup(0) < 0) {
            perror("starter: dup");
            exit(2);
        }
    }
    /* Not SIGABRT: newer libc guards that one with two further calls. */
    for (signal = SIGHUP; ignored > 0; signal++) {
        if (signal != SIGKILL && signal != SIGSTOP && signal != SIGCHLD && signal != SIGHUP && signal != SIGABRT) {
            sigaction(signal, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
            ignored--;
        }
    }
}

int main(int argc, char *argv[])
{
    struct timespec now;
    int64_t stamp;
    int fifo;

    if (argc < 2)
        return 100;
    prepare(number(argc, argv, 2), number(argc, argv, 3), number(argc, argv, 4));
    marker(1);
    if (become_daemon() != 0)
        return 1;
    marker(2);
    clock_gettime(CLOCK_MONOTONIC, &now);
    stamp = now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
    fifo = open(argv[1], O_WRONLY);
    return write(fifo, &stamp, sizeof stamp) == sizeof stamp ? 0 : 1;
}
