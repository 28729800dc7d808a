/* What the log writers share: lines out of a pipe, and connections. */
#define _GNU_SOURCE
#include "log_writer.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

const char syslog_socket[] = "/dev/log", journal_socket[] = "/run/systemd/journal/stdout";

bool pass_lines(struct source *source, take_lines *take, void *context)
{
    ssize_t count = read(source->fd, source->text + source->held, sizeof source->text - source->held);
    const char *newline;
    size_t complete;

    if (count < 0)
        return errno == EINTR || errno == EAGAIN;
    if (count == 0) {
        if (source->held > 0)
            take(context, source->text, source->held);
        return false;
    }
    source->held += (size_t)count;
    newline = memrchr(source->text, '\n', source->held);
    complete = newline ? (size_t)(newline - source->text) + 1 : 0;
    if (complete == 0 && source->held == sizeof source->text)
        complete = source->held;
    if (complete > 0) {
        take(context, source->text, complete);
        source->held -= complete;
        memmove(source->text, source->text + complete, source->held);
    }
    return true;
}

int connect_to(const char *path, int type)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    size_t length = strlen(path);
    int fd = length < sizeof address.sun_path ? socket(AF_UNIX, type | SOCK_CLOEXEC, 0) : -1;

    if (fd < 0)
        return -1;
    memcpy(address.sun_path, path, length);
    /* One without a file. */
    if (*path == '@')
        address.sun_path[0] = '\0';
    if (connect(fd, (struct sockaddr *)&address, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length)) == 0)
        return fd;
    close(fd);
    return -1;
}

/* The lines that the journal wants first: identifier, unit, priority, whether "<3>" before a line is a priority, and
   whether lines are handed on to syslog, the kernel's log and the console. As systemd-cat(1) sends them. */
int open_journal(const char *identity)
{
    int fd = connect_to(journal_socket, SOCK_STREAM);

    if (fd < 0)
        return -1;
    shutdown(fd, SHUT_RD);
    if (dprintf(fd, "%s\n\n6\n1\n0\n0\n0\n", identity) > 0)
        return fd;
    close(fd);
    return -1;
}
