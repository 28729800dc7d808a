/* Log writers: processes of their own that read the program's output from a pipe, and end when it does. */
#ifndef LOG_WRITER_H
#define LOG_WRITER_H

#include <stdbool.h>
#include <stddef.h>

/* Where the program's output comes from, and the part of it that has not been passed on. */
struct source {
    int fd;
    size_t held;
    char text[8192];
};

/* Takes complete lines: several, each with its newline; or a piece, where a line is longer than a source holds. */
typedef void take_lines(void *context, const char *text, size_t length);

/* Reads once and passes on what is complete; false at the end, once all has been passed on. */
bool pass_lines(struct source *source, take_lines *take, void *context);

/* Each returns when every process has closed the other end of the pipe. */
/* `paths` are those of descriptors 1 and 2 of the writer, NULL for none: opened again once they are other files. They
   are emptied when a byte comes from `started`, or from a source; not if that is -1. */
void write_to_files(const int sources[2], const char *const paths[2], int started);
void write_to_syslog(int source, int connection, const char *identity);
/* Runs the program, and again when it ends too early. */
void write_to_program(int source, char **words);

/* A connection to a socket by its path, or its name behind a "@"; -1 with errno. */
int connect_to(const char *path, int type);
/* A stream to systemd's journal, which the program itself writes to; -1 with errno. */
int open_journal(const char *identity);

extern const char syslog_socket[], journal_socket[];

#endif
