/* A log writer for syslog: each line is a message, as logger(1) would send it. */
#define _GNU_SOURCE
#include "log_writer.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* Facility daemon, severity info. */
enum { PRIORITY = 3 * 8 + 6 };

struct syslog {
    int connection;
    const char *identity;
};

/* Tries until the message is accepted: a syslogd that is restarted makes a new socket. */
static void send_message(struct syslog *syslog, const char *message, size_t length)
{
    bool is_new = false;

    while (syslog->connection < 0 || send(syslog->connection, message, length, MSG_NOSIGNAL) < 0) {
        if (syslog->connection >= 0 && errno == EINTR)
            continue;
        if (syslog->connection >= 0 && errno == EMSGSIZE && length > 512) {
            /* The rest comes as a message of its own, without a header. */
            send_message(syslog, message, length / 2);
            message += length / 2;
            length -= length / 2;
            continue;
        }
        if (syslog->connection >= 0 && errno == ENOBUFS) {
            sleep(1);
            continue;
        }
        if (syslog->connection >= 0)
            close(syslog->connection);
        syslog->connection = connect_to(syslog_socket, SOCK_DGRAM);
        /* A new connection is tried at once, but not again and again. */
        if (syslog->connection < 0 || is_new)
            sleep(1);
        is_new = syslog->connection >= 0;
    }
}

static void take_line(struct syslog *syslog, const char *text, size_t length)
{
    char message[9000], date[32];
    time_t now = time(NULL);
    struct tm local;
    int used;

    if (length == 0 || localtime_r(&now, &local) == NULL || strftime(date, sizeof date, "%b %e %H:%M:%S", &local) == 0)
        return;
    used = snprintf(message, sizeof message - length, "<%d>%s %.128s: ", PRIORITY, date, syslog->identity);
    if (used <= 0 || (size_t)used >= sizeof message - length)
        return;
    /* It may have a NUL in it. What receives it can end there: a blank is what is left of it. */
    for (size_t i = 0; i < length; i++)
        message[(size_t)used + i] = text[i] == '\0' ? ' ' : text[i];
    send_message(syslog, message, (size_t)used + length);
}

static void take(void *context, const char *text, size_t length)
{
    while (length > 0) {
        const char *newline = memchr(text, '\n', length);
        size_t line = newline ? (size_t)(newline - text) : length;

        take_line(context, text, line);
        line += newline != NULL;
        text += line;
        length -= line;
    }
}

void write_to_syslog(int fd, int connection, const char *identity)
{
    static struct source source;
    struct syslog syslog = { connection, identity };

    source.fd = fd;
    while (pass_lines(&source, take, &syslog))
        continue;
}
