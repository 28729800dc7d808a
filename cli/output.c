/* Where the program's standard output and error go: files, the journal, or a log writer. */
#define _GNU_SOURCE
#include "command.h"
#include "log_writer.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* What a log writer is made of. */
struct writer {
    const char *paths[2], *identity;
    char **words;
    int sources[2], connection;
    /* Where the writer hears that the start has not failed; -1 where it need not know. */
    int started;
};

static bool failed(const char *what)
{
    complain("log %s: %s", what, strerror(errno));
    return false;
}

/* What follows "syslog:" or "journal:"; the program's name where nothing does. */
static const char *identity_of(const struct command *command)
{
    const char *colon = strchr(command->log_to, ':'), *slash = strrchr(command->program[0], '/');

    return colon && colon[1] ? colon + 1 : slash ? slash + 1 : command->program[0];
}

/* Makes `fd` the program's descriptor `target`. */
static bool direct(struct command *command, int target, int fd)
{
    if (dup2(fd, target) != target)
        return failed("output");
    return daemonize_options_keep_fd(command->options, target) == 0 || (complain_last_error(), false);
}

static bool send_to_journal(struct command *command)
{
    int fd = open_journal(identity_of(command));

    if (fd < 0)
        return failed(journal_socket);
    return direct(command, STDOUT_FILENO, fd) && direct(command, STDERR_FILENO, fd);
}

/* What a writer is: of the same user, with as little as possible, and there until the program has ended. */
static bool set_writer_options(daemonize_options *options, const struct command *command, const struct writer *writer)
{
    for (int i = 0; i < 2; i++)
        if (writer->sources[i] >= 0 && daemonize_options_keep_fd(options, writer->sources[i]) != 0)
            return false;
    return (writer->connection < 0 || daemonize_options_keep_fd(options, writer->connection) == 0)
        && (command->user == NULL || daemonize_options_user(options, command->user) == 0)
        && (command->group == NULL || daemonize_options_group(options, command->group) == 0)
        && daemonize_options_wait_ready(options, 30000) == 0
        && (writer->paths[0] == NULL || daemonize_options_stdout(options, writer->paths[0]) == 0)
        && (writer->paths[1] == NULL || daemonize_options_stderr(options, writer->paths[1]) == 0)
        && (command->writer_lives < 0 || daemonize_options_keep_fd(options, command->writer_lives) == 0)
        && (writer->started < 0 || daemonize_options_keep_fd(options, writer->started) == 0)
        && daemonize_options_umask(options, 022) == 0
        && daemonize_options_foreground(options, DAEMONIZE_FOREGROUND_NEVER) == 0;
}

static void be_writer(const struct writer *writer)
{
    /* It ends with the program: the last lines before the machine goes down are to be read, too. */
    const int ignored[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGXFSZ };

    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
        signal(ignored[i], SIG_IGN);
    /* One for a program is ready when the program runs. */
    if (writer->words == NULL && daemonize_ready() != 0)
        _exit(1);
    if (writer->words != NULL)
        write_to_program(writer->sources[0], writer->words);
    else if (writer->identity != NULL)
        write_to_syslog(writer->sources[0], writer->connection, writer->identity);
    else
        write_to_files(writer->sources, writer->paths, writer->started);
    _exit(0);
}

/* Puts the writing ends of its pipes on 1 and 2: on both the first, where there is one. */
static bool start_writer(struct command *command, struct writer *writer, const bool needed[2])
{
    int pipes[2][2] = { { -1, -1 }, { -1, -1 } };
    daemonize_options *options;
    pid_t pid = -1;

    for (int i = 0; i < 2; i++) {
        if (needed[i] && pipe2(pipes[i], O_CLOEXEC) != 0)
            return failed("pipe");
        writer->sources[i] = pipes[i][0];
    }
    options = daemonize_options_new();
    if (options != NULL && set_writer_options(options, command, writer))
        pid = daemonize_fork(options);
    if (pid == 0)
        be_writer(writer);
    daemonize_options_free(options);
    if (pid < 0)
        return complain_last_error(), false;
    if (command->verbose)
        complain("the log writer is process %d", (int)pid);
    for (int i = 0; i < 2; i++)
        if (needed[i])
            close(pipes[i][0]);
    return (!needed[0] || direct(command, STDOUT_FILENO, pipes[0][1]))
        && (needed[1] ? direct(command, STDERR_FILENO, pipes[1][1])
                      : command->log_to == NULL || direct(command, STDERR_FILENO, pipes[0][1]));
}

static bool send_to_syslog(struct command *command)
{
    struct writer writer = { .identity = identity_of(command), .connection = connect_to(syslog_socket, SOCK_DGRAM),
                             .started = -1 };

    if (writer.connection < 0)
        return failed(syslog_socket);
    return start_writer(command, &writer, (const bool[2]){ true, false });
}

static bool send_to_program(struct command *command)
{
    struct writer writer = { .connection = -1, .started = -1 };
    char *text = strdup(command->log_to + 1), *rest = text;
    /* Each word has at least a character, and a blank behind it. */
    char **words = text ? calloc(strlen(text) / 2 + 2, sizeof *words) : NULL;
    size_t count = 0;
    bool started = false;

    for (char *word; words != NULL && (word = strsep(&rest, " \t")) != NULL;)
        if (*word != '\0')
            words[count++] = word;
    writer.words = words;
    if (words != NULL)
        started = start_writer(command, &writer, (const bool[2]){ true, false });
    else
        failed("program");
    free(words);
    free(text);
    return started;
}

/* The writer has another working directory. A path that is too long is refused by the library. */
static const char *absolute(const char *path, char buffer[PATH_MAX])
{
    size_t length;

    if (path == NULL || *path == '/' || getcwd(buffer, PATH_MAX) == NULL)
        return path;
    length = strlen(buffer);
    return snprintf(buffer + length, PATH_MAX - length, "/%s", path) < (int)(PATH_MAX - length) ? buffer : path;
}

static bool send_to_rotated_files(struct command *command)
{
    char out[PATH_MAX], err[PATH_MAX];
    struct writer writer = { .connection = -1, .started = -1,
                             .paths = { absolute(command->out, out), absolute(command->err, err) } };
    bool together = command->log_to != NULL;
    int ends[2];

    if (together)
        writer.paths[0] = writer.paths[1] = absolute(command->log_to, out);
    /* The signal is for the log, and must not end the program. */
    if (signal(command->reopen_on, SIG_IGN) == SIG_ERR)
        return failed("signal");
    if (daemonize_options_keep_signal(command->options, command->reopen_on) != 0)
        return complain_last_error(), false;
    if (command->truncate) {
        if (pipe2(ends, O_CLOEXEC) != 0)
            return failed("pipe");
        /* The reading end stays open here, too: so writing never fails. */
        writer.started = ends[0];
        command->writer_waits = ends[1];
    }
    return start_writer(command, &writer,
                        (const bool[2]){ writer.paths[0] != NULL, !together && writer.paths[1] != NULL });
}

static bool send_to_files(struct command *command)
{
    daemonize_options *options = command->options;
    int result = daemonize_options_truncate(options, command->truncate);

    if (result == 0 && command->log_to != NULL)
        result = daemonize_options_log(options, command->log_to);
    if (result == 0 && command->out != NULL)
        result = daemonize_options_stdout(options, command->out);
    if (result == 0 && command->err != NULL)
        result = daemonize_options_stderr(options, command->err);
    return result == 0 || (complain_last_error(), false);
}

bool needs_log_writer(const struct command *command)
{
    return command->log_kind == LOG_TO_SYSLOG || command->log_kind == LOG_TO_PROGRAM || command->reopen_on != 0;
}

void tell_start(const struct command *command)
{
    if (command->writer_waits >= 0 && write(command->writer_waits, "", 1) < 0)
        failed("output");
}

bool direct_output(struct command *command)
{
    /* As the known command has it. */
    if (command->log_to == NULL && !command->append)
        command->truncate = true;
    if (command->out != NULL && command->err != NULL && strcmp(command->out, command->err) == 0) {
        command->log_to = command->out;
        command->out = command->err = NULL;
    }
    switch (command->log_kind) {
    case LOG_TO_JOURNAL: return send_to_journal(command);
    case LOG_TO_SYSLOG: return send_to_syslog(command);
    case LOG_TO_PROGRAM: return send_to_program(command);
    case LOG_TO_FILES: break;
    }
    return command->reopen_on != 0 ? send_to_rotated_files(command) : send_to_files(command);
}
