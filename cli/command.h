/* The daemonize command: what was asked for on its command line, and the parts that do it. */
#ifndef COMMAND_H
#define COMMAND_H

#include <libdaemon.h>

enum {
    STATUS_FAILED = 1,
    /* sysexits.h: EX_USAGE */
    STATUS_USAGE = 64
};

/* What `--status` exits with, as the Linux Standard Base has it for init scripts. */
enum { LSB_RUNS = 0, LSB_DEAD_WITH_PIDFILE = 1, LSB_NOT_RUNNING = 3, LSB_UNKNOWN = 4 };

enum action { ACTION_START, ACTION_RESTART, ACTION_STOP, ACTION_STATUS, ACTION_SIGNAL, ACTION_HELP, ACTION_VERSION };

enum log_kind { LOG_TO_FILES, LOG_TO_JOURNAL, LOG_TO_SYSLOG, LOG_TO_PROGRAM };

struct command {
    enum action action;
    enum log_kind log_kind;
    /* What the library is told; the fields below are what the command itself needs to know. */
    daemonize_options *options;
    const char *pidfile, *lockfile, *out, *err, *log_to, *user, *group, *title, *schedule;
    int signal_number, reopen_on, notify_fd;
    /* The pipe to a log writer that is to empty its files at the start: see tell_start(). -1 where there is none. */
    int writer_waits;
    /* What the log writer keeps open as long as it lives, for process 1 of a container; -1 where that does not wait for it. */
    int writer_lives;
    bool append, truncate, session, clear_environment, changes_root, waits, verbose;
    daemonize_foreground foreground;
    /* The path and its arguments, NULL behind them; NULL where there is none. */
    char **program;
};

/* command_line.c: 0, or the status to exit with, after a complaint. */
int read_command_line(struct command *command, int argc, char **argv);

/* help.c */
void print_help(void);
void print_version(void);
/* Complains about the command line, with the usage below. Gives the status to exit with. */
int refuse_usage(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* control.c: each gives the status to exit with. */
int show_status(const struct command *command);
int stop_daemon(const struct command *command);
int send_signal(const struct command *command);

/* start.c: gives the status to exit with. */
int start_daemon(struct command *command);
/* Can the program be executed, as far as its file tells? Complains if not. */
bool has_program(const struct command *command);

/* output.c: sets the options for standard output and error, and starts the log writer where one is needed. */
bool direct_output(struct command *command);
/* Does the output need a log writer? */
bool needs_log_writer(const struct command *command);
/* Has the log writer empty its files: the start has not failed. */
void tell_start(const struct command *command);

/* container.c: comes back in a child of process 1, which stays until the program and the log writer have ended. */
bool leave_process_1(struct command *command);

/* complaints.c: one line on standard error, which stays the launcher's whatever becomes of descriptor 2. */
bool keep_standard_error(void);
/* In the foreground, until the program is executed. */
bool keep_standard_error_open(daemonize_options *options);
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The library's line about its last failure. Gives the status to exit with. */
int complain_last_error(void);

#endif
