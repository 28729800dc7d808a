/* What other threads are in the middle of: a full queue, a dispatch, a reopening, a read from stdin. */
#define _GNU_SOURCE

#include "faults_check.h"
#include "faults_threads.h"
#include <sys/fanotify.h>
#include <sys/syscall.h>

enum { MORE_THAN_THE_QUEUE = 240 };

static sem_t inside, leave;
static pid_t thread_id;
static int handled, handled_second;

static void count(int signal, const pcntl_siginfo *info)
{
    (void)info;
    *(signal == SIGUSR2 ? &handled_second : &handled) += 1;
}

static void *flood_itself(void *unused)
{
    int i;

    for (i = 0; i < MORE_THAN_THE_QUEUE; i++)
        raise(SIGUSR1);
    sem_post(&inside);
    for (;;)
        pause();
    return unused;
}

static pthread_t flooded_thread(void)
{
    pthread_t thread;

    CHECK(sem_init(&inside, 0, 0) == 0);
    CHECK(pcntl_signal(SIGUSR1, count, true) == 0 && pcntl_signal(SIGUSR2, count, true) == 0);
    thread = start_thread(flood_itself, NULL);
    await(&inside);
    return thread;
}

static void flooded_and_signalled(void)
{
    struct pollfd queued = {pcntl_signal_fd(), POLLIN, 0};
    pthread_t thread = flooded_thread();

    CHECK(pcntl_signal_dispatch() > 0);
    CHECK(pthread_kill(thread, SIGUSR2) == 0);
    while (handled_second == 0) {
        CHECK(poll(&queued, 1, -1) == 1 || errno == EINTR);
        pcntl_signal_dispatch();
    }
    CHECK(handled_second == 1);
}

/* libc has every thread change its user, by a signal. */
static void flooded_and_setuid(void)
{
    flooded_thread();
    CHECK(pcntl_signal_dispatch() > 0);
    CHECK(setuid(getuid()) == 0);
}

static void stay_inside(int signal, const pcntl_siginfo *info)
{
    (void)signal;
    (void)info;
    sem_post(&inside);
    await(&leave);
}

static void *fork_meanwhile(void *unused)
{
    pid_t child;

    await(&inside);
    child = pcntl_fork();
    CHECK(child >= 0);
    if (child == 0) {
        CHECK(pcntl_signal(SIGUSR2, count, true) == 0);
        raise(SIGUSR2);
        CHECK(pcntl_signal_dispatch() == 1 && handled_second == 1);
        _exit(0);
    }
    CHECK(status_of(child) == 0);
    sem_post(&leave);
    return unused;
}

static void fork_during_dispatch(void)
{
    pthread_t thread;

    CHECK(sem_init(&inside, 0, 0) == 0 && sem_init(&leave, 0, 0) == 0);
    CHECK(pcntl_signal(SIGUSR1, stay_inside, true) == 0);
    thread = start_thread(fork_meanwhile, NULL);
    CHECK(pthread_kill(pthread_self(), SIGUSR1) == 0);
    CHECK(pcntl_signal_dispatch() == 1);
    join(thread);
}

static void *reopen(void *unused)
{
    thread_id = gettid();
    sem_post(&inside);
    CHECK(reopen_std() == 0);
    return unused;
}

/* Every opening of the log waits here until it is allowed. */
static int held_openings(void)
{
    int fd = fanotify_init(FAN_CLASS_CONTENT | FAN_CLOEXEC, O_RDONLY | O_CLOEXEC);

    CHECK(fd >= 0 && fanotify_mark(fd, FAN_MARK_ADD, FAN_OPEN_PERM, AT_FDCWD, "app.log") == 0);
    return fd;
}

static void allow_opening(int held)
{
    struct fanotify_event_metadata event;
    struct fanotify_response answer = {.response = FAN_ALLOW};

    CHECK(read(held, &event, sizeof event) == sizeof event);
    answer.fd = event.fd;
    CHECK(write(held, &answer, sizeof answer) == sizeof answer);
}

static void fork_during_reopen(void)
{
    pthread_t thread;
    pid_t child;
    int held;

    CHECK(sem_init(&inside, 0, 0) == 0 && reset_std("app.log") == 0);
    held = held_openings();
    thread = start_thread(reopen, NULL);
    await(&inside);
    await_in(thread_id, SYS_openat);
    child = pcntl_fork();
    CHECK(child >= 0);
    if (child == 0)
        _exit(reset_std("/dev/null") == 0 ? 0 : 9);
    CHECK(status_of(child) == 0);
    allow_opening(held);
    join(thread);
}

/* May this process hold up the openings of a file at all? */
static void can_hold_openings(void)
{
    CHECK(close(open("app.log", O_WRONLY | O_CREAT, 0600)) == 0 && close(held_openings()) == 0);
}

static void *read_line(void *unused)
{
    char line[8];

    thread_id = gettid();
    sem_post(&inside);
    CHECK(fgets(line, sizeof line, stdin) == NULL);
    return unused;
}

static void reset_during_fgets(void)
{
    pthread_t thread;
    int input[2];

    make_pipe(input);
    CHECK(sem_init(&inside, 0, 0) == 0 && dup2(input[0], 0) == 0);
    thread = start_thread(read_line, NULL);
    await(&inside);
    await_in(thread_id, SYS_read);
    CHECK(reset_std("app.log") == 0);
    close(input[1]);
    join(thread);
}

/* Killed, it leaves its lock to a process that it has made without libc, which lets go when it is told to. */
static void be_killed_and_leave_the_lock(int up, int gate)
{
    if (syscall(SYS_clone, 0UL, NULL, NULL, NULL, NULL) == 0) {
        hear(gate);
        _exit(0);
    }
    say(up);
    raise(SIGKILL);
}

static void *ask_after_it(void *answer)
{
    thread_id = (pid_t)syscall(SYS_gettid);
    sem_post(&inside);
    *(pid_t *)answer = daemonize_status("app.pid");
    return NULL;
}

/* As after a start that is just being taken back: who asks waits a moment for the end of that. */
static void lock_left_for_a_moment(void)
{
    daemonize_options *options = options_here();
    int up[2], gate[2];
    pid_t daemon, answer = -1;
    pthread_t thread;

    make_pipe(up);
    make_pipe(gate);
    keep(options, up[1]);
    keep(options, gate[0]);
    CHECK(sem_init(&inside, 0, 0) == 0 && daemonize_options_pidfile(options, "app.pid") == 0);
    daemon = daemonize_fork(options);
    CHECK(daemon >= 0);
    if (daemon == 0)
        be_killed_and_leave_the_lock(up[1], gate[0]);
    hear(up[0]);
    while (kill(daemon, 0) == 0)
        sched_yield();
    thread = start_thread(ask_after_it, &answer);
    await(&inside);
    await_in(thread_id, SYS_clock_nanosleep);
    say(gate[1]);
    join(thread);
    CHECK(answer == 0);
}

/* As of a daemon that has emptied its file, and is about to remove it. */
static void ending_for_a_moment(void)
{
    struct flock first_byte = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1};
    int fd = open("app.pid", O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    pid_t answer = -1;
    pthread_t thread;

    CHECK(sem_init(&inside, 0, 0) == 0 && fcntl(fd, F_OFD_SETLK, &first_byte) == 0);
    thread = start_thread(ask_after_it, &answer);
    await(&inside);
    await_in(thread_id, SYS_clock_nanosleep);
    close(fd);
    join(thread);
    CHECK(answer == 0);
}

static const struct check_test tests[] = {
    {"ending_for_a_moment", ending_for_a_moment},
    {"lock_left_for_a_moment", lock_left_for_a_moment},
    {"flooded_and_signalled", flooded_and_signalled},
    {"flooded_and_setuid", flooded_and_setuid},
    {"fork_during_dispatch", fork_during_dispatch},
    {"can_hold_openings", can_hold_openings},
    {"fork_during_reopen", fork_during_reopen},
    {"reset_during_fgets", reset_during_fgets},
};

CHECK_MAIN(tests)
