/* A launcher that hears of its daemon what is not so. */
#define _GNU_SOURCE

#include "faults_check.h"
#include <sys/socket.h>

/* As src/notify/handshake.rs has it. */
enum { WATCHED = 1, SET_UP, READY, FAILED, ENDED };

struct message {
    int kind, number, status, step;
    char line[1024];
};

enum { HEAD = 16 };

/* The library's descriptor to the launcher. */
static int channel(void)
{
    int fd, kind;
    socklen_t size = sizeof kind;

    for (fd = 3; fd < 1024; fd++)
        if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &kind, &size) == 0 && kind == SOCK_SEQPACKET)
            return fd;
    CHECK(!"there is a channel");
    return -1;
}

static void tell(const void *message, size_t size)
{
    send(channel(), message, size, MSG_NOSIGNAL);
}

static void tell_kind(int kind)
{
    tell(&(struct message){.kind = kind}, HEAD);
}

static int descriptors(void)
{
    int fd, count = 0;

    for (fd = 0; fd < 1024; fd++)
        count += fcntl(fd, F_GETFD) != -1;
    return count;
}

/* The launcher is not taken in by what the daemon says, and the daemon does not stay. */
static void told(void (*say_it)(void), int error, int status, const char *line)
{
    daemonize_options *options = options_here();
    int tie[2], before;
    pid_t daemon;

    make_pipe(tie);
    keep(options, tie[1]);
    CHECK(daemonize_options_wait_ready(options, 20000) == 0);
    before = descriptors();
    daemon = daemonize_fork(options);
    if (daemon == 0) {
        say_it();
        await_forever();
    }
    CHECK(daemon == -1 && errno == error && libdaemon_last_errno() == error);
    CHECK(libdaemon_last_status() == status);
    CHECK(strcmp(libdaemon_last_error(), line) == 0);
    CHECK(strcmp(libdaemon_last_step(), "waiting for the daemon") == 0);
    CHECK(descriptors() == before);
    await_end(tie);
    CHECK(waitpid(-1, NULL, __WALL) == -1 && errno == ECHILD);
}

static const char NONSENSE[] = "what came from the daemon is no report";

static void is_set_up_again(void)
{
    tell_kind(SET_UP);
}

static void second_set_up(void)
{
    told(is_set_up_again, EPROTO, 1, NONSENSE);
}

static void is_watched(void)
{
    tell_kind(WATCHED);
}

static void forged_watch(void)
{
    told(is_watched, EPROTO, 1, NONSENSE);
}

static void has_ended(void)
{
    tell_kind(ENDED);
}

static void forged_end(void)
{
    told(has_ended, EPROTO, 1, NONSENSE);
}

static void mumbles(void)
{
    tell("?", 1);
}

static void short_message(void)
{
    told(mumbles, EPROTO, 1, NONSENSE);
}

static void is_silent(void)
{
    tell("", 0);
}

static void empty_message(void)
{
    told(is_silent, EPROTO, 1, NONSENSE);
}

static void chatters(void)
{
    for (;;)
        tell_kind(SET_UP);
}

static void flood(void)
{
    told(chatters, EPROTO, 1, NONSENSE);
}

static void fails_at_will(void)
{
    struct message message = {.kind = FAILED, .number = 0, .status = 1000, .step = 1000};

    memcpy(message.line, "a\nb\x1b[31mc\0d", 11);
    tell(&message, HEAD + 11);
    _exit(0);
}

static void failure_of_nonsense(void)
{
    told(fails_at_will, ECANCELED, 1, "a?b?[31mc?d");
}

static void fails_at_length(void)
{
    struct message message = {.kind = FAILED, .number = -1, .status = -1, .step = -1};

    memset(message.line, 'x', sizeof message.line);
    tell(&message, sizeof message);
    _exit(0);
}

static void failure_without_end(void)
{
    char line[1024];

    memset(line, 'x', sizeof line);
    line[sizeof line - 1] = '\0';
    told(fails_at_length, ECANCELED, 1, line);
}

static void fails_again(void)
{
    struct message message = {.kind = FAILED, .number = EPERM, .status = 3, .line = "first"};

    tell(&message, HEAD + 5);
    for (;;)
        tell_kind(FAILED);
}

static void failures_without_end(void)
{
    told(fails_again, EPERM, 3, "first");
}

static void sends_descriptors(void)
{
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(64 * sizeof(int))];
    } control = {{0}};
    struct message message = {.kind = FAILED, .number = EPERM, .status = 3, .line = "first"};
    struct iovec part = {&message, HEAD + 5};
    struct msghdr header = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};

    control.header.cmsg_level = SOL_SOCKET;
    control.header.cmsg_type = SCM_RIGHTS;
    control.header.cmsg_len = CMSG_LEN(64 * sizeof(int));
    CHECK(sendmsg(channel(), &header, 0) == HEAD + 5);
    _exit(0);
}

static void many_descriptors(void)
{
    told(sends_descriptors, EPERM, 3, "first");
}

static void has_a_child_say_ready(void)
{
    pid_t child = fork();

    if (child == 0) {
        tell_kind(READY);
        _exit(0);
    }
}

static void ready_by_another(void)
{
    told(has_a_child_say_ready, EPROTO, 1, NONSENSE);
}

/* The message comes before what is written at the end: SIGPIPE may end the daemon then. */
static void failure_of_unread_output(void)
{
    daemonize_options *options = options_here();
    int unread[2];

    make_pipe(unread);
    CHECK(dup2(unread[1], 1) == 1 && close(unread[0]) == 0 && close(unread[1]) == 0);
    keep(options, 1);
    CHECK(daemonize_options_wait_ready(options, 20000) == 0);
    if (daemonize_fork(options) == 0) {
        printf("the last words");
        daemonize_fail(7, "no port");
    }
    CHECK(errno == ECANCELED && libdaemon_last_status() == 7 && strcmp(libdaemon_last_error(), "no port") == 0);
}

static const struct check_test tests[] = {
    {"second_set_up", second_set_up},
    {"forged_watch", forged_watch},
    {"forged_end", forged_end},
    {"short_message", short_message},
    {"empty_message", empty_message},
    {"flood", flood},
    {"failure_of_nonsense", failure_of_nonsense},
    {"failure_without_end", failure_without_end},
    {"failures_without_end", failures_without_end},
    {"many_descriptors", many_descriptors},
    {"ready_by_another", ready_by_another},
    {"failure_of_unread_output", failure_of_unread_output},
};

CHECK_MAIN(tests)
