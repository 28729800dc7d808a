/* The options by their codes: a letter, or one of these. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "command.h"

/* The options without a letter: what getopt_long(3) gives for them. */
enum {
    CHROOT = 256, CLEARENV, CLOSE_FDS, CORE_DUMPS, FOREGROUND, GROUP, HELP, KEEP_CAPABILITY, KEEP_FD, KEEP_LOCK,
    KEEP_SIGNAL, KEEP_SIGNALS, LOG_TO, NOTIFY_FD, PIDFILE_MODE, REOPEN_ON, RESTART, RUNTIME_DIRECTORY, SESSION,
    SETUP_TIMEOUT, SIGNAL, STATUS, STDIN, STOP, TITLE, TRUNCATE, UMASK, VERSION, WAIT_READY
};

/* Does what one option says; `name` is its long name, "" where the letter was given. 0, or the status to exit with. */
int take_option(struct command *command, const char *name, int code, const char *value);

/* Is the descriptor open? Complains if not, in the library's words. */
bool is_open(const char *what, int fd);

#endif
