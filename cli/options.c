/* What each option does: what the library is to know is told to it at once. */
#define _GNU_SOURCE
#include "options.h"
#include "names.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* As start-stop-daemon waits. */
enum { READY_TIMEOUT = 60000 };

/* What the library says to an option: 0, or the status to exit with. */
static int answered(int result)
{
    if (result == 0)
        return 0;
    return errno == EINVAL ? complain_last_error(), STATUS_USAGE : complain_last_error();
}

static int refuse_value(const char *name, const char *value)
{
    return refuse_usage("--%s=%s: no such value", name, value);
}

/* The known command's status for this is 1. */
static int set_variable(struct command *command, const char *setting)
{
    const char *equals = strchr(setting, '=');
    char *name = equals ? strndup(setting, (size_t)(equals - setting)) : NULL;
    int result;

    if (name == NULL) {
        complain("%s: not of the form NAME=VALUE", setting);
        return STATUS_FAILED;
    }
    result = daemonize_options_setenv(command->options, name, equals + 1);
    free(name);
    return result == 0 ? 0 : complain_last_error();
}

/* DIR, or DIR:MODE */
static int set_runtime_directory(struct command *command, const char *value)
{
    const char *colon = strrchr(value, ':');
    long mode = 0755;
    char *path;
    int result;

    if (colon != NULL && !read_number(colon + 1, 8, 0, 07777, &mode))
        return refuse_value("runtime-directory", value);
    path = colon ? strndup(value, (size_t)(colon - value)) : strdup(value);
    if (path == NULL) {
        complain("%s: %s", value, strerror(errno));
        return STATUS_FAILED;
    }
    result = daemonize_options_runtime_directory(command->options, path, (mode_t)mode);
    free(path);
    return answered(result);
}

/* Where `value` stands among the words, which end in NULL; -1 if it is none of them. */
static int place_among(const char *const *words, const char *value)
{
    for (int i = 0; words[i] != NULL; i++)
        if (strcmp(words[i], value) == 0)
            return i;
    return -1;
}

static const char *const close_words[] = { "all", "inherited", "none", NULL };
static const char *const foreground_words[] = { "auto", "never", "always", NULL };

static int set_word(struct command *command, const char *name, int code, const char *value)
{
    int place = place_among(code == CLOSE_FDS ? close_words : foreground_words, value);

    if (place < 0)
        return refuse_value(name, value);
    if (code == CLOSE_FDS)
        return answered(daemonize_options_close_fds(command->options, (daemonize_close)place));
    return command->foreground = (daemonize_foreground)place, 0;
}

static int set_mode(struct command *command, const char *name, int code, const char *value)
{
    long mode;

    if (!read_number(value, 8, 0, 0777, &mode))
        return refuse_value(name, value);
    return answered(code == UMASK ? daemonize_options_umask(command->options, (mode_t)mode)
                                  : daemonize_options_pidfile_mode(command->options, (mode_t)mode));
}

static int set_time(struct command *command, const char *name, int code, const char *value)
{
    int milliseconds = READY_TIMEOUT;

    if (value != NULL && !read_seconds(value, &milliseconds))
        return refuse_value(name, value);
    command->waits |= code == WAIT_READY;
    return answered(code == WAIT_READY ? daemonize_options_wait_ready(command->options, milliseconds)
                                       : daemonize_options_setup_timeout(command->options, milliseconds));
}

static int set_signal(struct command *command, const char *name, int code, const char *value)
{
    int number;

    if (!read_signal(value, &number))
        return refuse_value(name, value);
    if (code == KEEP_SIGNAL)
        return answered(daemonize_options_keep_signal(command->options, number));
    *(code == SIGNAL ? &command->signal_number : &command->reopen_on) = number;
    return 0;
}

static bool begins_with(const char *text, const char *word)
{
    size_t length = strlen(word);

    return strncmp(text, word, length) == 0 && (text[length] == '\0' || text[length] == ':');
}

static int set_log(struct command *command, const char *value)
{
    command->log_to = value;
    if (begins_with(value, "journal"))
        command->log_kind = LOG_TO_JOURNAL;
    else if (begins_with(value, "syslog"))
        command->log_kind = LOG_TO_SYSLOG;
    else if (*value == '|' && value[strspn(value + 1, " \t") + 1] == '/')
        command->log_kind = LOG_TO_PROGRAM;
    else if (*value == '/' || *value == '.')
        command->log_kind = LOG_TO_FILES;
    else
        return refuse_usage("--log-to=%s: neither /FILE nor syslog, journal or |/PROGRAM", value);
    return 0;
}

/* One thing is done at a time. */
static int set_action(struct command *command, enum action action, const char *schedule)
{
    if (command->action != ACTION_START && command->action != action)
        return refuse_usage("only one of --restart, --stop, --status and --signal can be done at a time");
    command->action = action;
    if (schedule != NULL)
        command->schedule = schedule;
    return 0;
}

/* The command's own descriptors come later, and could be taken for one that the caller has not opened. */
bool is_open(const char *what, int fd)
{
    if (fcntl(fd, F_GETFD) >= 0)
        return true;
    complain("%s descriptor %d: %s", what, fd, strerror(errno));
    return false;
}

static int take_number(struct command *command, const char *name, int code, const char *value)
{
    long number;
    int capability;

    if (code == KEEP_CAPABILITY) {
        if (!read_capability(value, &capability))
            return refuse_value(name, value);
        return answered(daemonize_options_keep_capability(command->options, capability));
    }
    if (!read_number(value, 10, 0, INT_MAX, &number))
        return refuse_value(name, value);
    if (code == KEEP_FD)
        return is_open("kept", (int)number) ? answered(daemonize_options_keep_fd(command->options, (int)number))
                                            : STATUS_FAILED;
    command->notify_fd = (int)number;
    return answered(daemonize_options_notify_fd(command->options, (int)number));
}

int take_option(struct command *command, const char *name, int code, const char *value)
{
    daemonize_options *options = command->options;

    switch (code) {
    case 'a': return command->append = true, 0;
    case 'c': return answered(daemonize_options_directory(options, value));
    case 'e': return command->err = value, 0;
    case 'E': return set_variable(command, value);
    case 'o': return command->out = value, 0;
    case 'p': return command->pidfile = value, 0;
    case 'l': return command->lockfile = value, 0;
    case 'u': return command->user = value, 0;
    case 'v': return command->verbose = true, 0;
    case CHROOT: return command->changes_root = true, answered(daemonize_options_chroot(options, value));
    case CLEARENV: return command->clear_environment = true, answered(daemonize_options_clearenv(options));
    case CORE_DUMPS: return answered(daemonize_options_core_dumps(options, true));
    case GROUP: return command->group = value, 0;
    case KEEP_SIGNALS: return answered(daemonize_options_signals(options, DAEMONIZE_SIGNALS_KEEP));
    case LOG_TO: return set_log(command, value);
    case RUNTIME_DIRECTORY: return set_runtime_directory(command, value);
    case SESSION: return command->session = true, 0;
    case STDIN: return answered(daemonize_options_stdin(options, value));
    case TITLE: return command->title = value, 0;
    case TRUNCATE: return command->truncate = true, 0;
    case KEEP_LOCK: return answered(daemonize_options_keep_lock(options, true));
    case CLOSE_FDS: return set_word(command, name, code, value);
    case FOREGROUND: return set_word(command, name, code, value ? value : "always");
    case UMASK:
    case PIDFILE_MODE: return set_mode(command, name, code, value);
    case WAIT_READY:
    case SETUP_TIMEOUT: return set_time(command, name, code, value);
    case KEEP_FD:
    case NOTIFY_FD:
    case KEEP_CAPABILITY: return take_number(command, name, code, value);
    case KEEP_SIGNAL:
    case REOPEN_ON: return set_signal(command, name, code, value);
    case SIGNAL:
        return set_signal(command, name, code, value) ? STATUS_USAGE : set_action(command, ACTION_SIGNAL, NULL);
    case STOP: return set_action(command, ACTION_STOP, value);
    case RESTART: return set_action(command, ACTION_RESTART, value);
    default: return set_action(command, ACTION_STATUS, NULL);
    }
}
