/* The library's options from the command line: --pidfile=PATH is daemonize_options_pidfile(options, PATH), and so on. */
#ifndef TESTS_OPTIONS_H
#define TESTS_OPTIONS_H

#include <libdaemon.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The value of "--name=value" when ARGUMENT is that, else NULL. */
static inline const char *option_value(const char *argument, const char *name) {
    size_t length = strlen(name);
    if (strncmp(argument, "--", 2) || strncmp(argument + 2, name, length) || argument[2 + length] != '=') return NULL;
    return argument + 3 + length;
}

static inline int set_environment(daemonize_options *options, const char *assignment) {
    char name[256];
    const char *equals = strchr(assignment, '=');
    snprintf(name, sizeof name, "%.*s", equals ? (int)(equals - assignment) : 255, assignment);
    return daemonize_options_setenv(options, name, equals ? equals + 1 : NULL);
}

/* PATH:MODE */
static inline int make_directory(daemonize_options *options, const char *text) {
    char path[4096];
    const char *colon = strrchr(text, ':');
    snprintf(path, sizeof path, "%.*s", colon ? (int)(colon - text) : 4095, text);
    return daemonize_options_runtime_directory(options, path, (mode_t)strtoul(colon ? colon + 1 : "755", NULL, 8));
}

/* 0 when set, -1 when the library refused it, 1 when ARGUMENT is none of the library's options. */
static inline int set_option(daemonize_options *options, const char *argument) {
    static const struct { const char *name; int (*set)(daemonize_options *, const char *); } texts[] = {
        {"directory", daemonize_options_directory}, {"chroot", daemonize_options_chroot},
        {"stdin", daemonize_options_stdin},         {"stdout", daemonize_options_stdout},
        {"stderr", daemonize_options_stderr},       {"log", daemonize_options_log},
        {"pidfile", daemonize_options_pidfile},     {"lockfile", daemonize_options_lockfile},
        {"user", daemonize_options_user},           {"group", daemonize_options_group},
        {"setenv", set_environment},                {"runtime-directory", make_directory},
        {"title", daemonize_options_title},
    };
    static const struct { const char *name; int (*set)(daemonize_options *, int); } numbers[] = {
        {"reopen-on", daemonize_options_reopen_on},
        {"keep-fd", daemonize_options_keep_fd},
        {"keep-signal", daemonize_options_keep_signal},
        {"keep-capability", daemonize_options_keep_capability},
        {"notify-fd", daemonize_options_notify_fd},
        {"wait-ready", daemonize_options_wait_ready},
        {"setup-timeout", daemonize_options_setup_timeout},
    };
    const char *value;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if ((value = option_value(argument, texts[i].name))) return texts[i].set(options, value);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if ((value = option_value(argument, numbers[i].name))) return numbers[i].set(options, atoi(value));
    if ((value = option_value(argument, "umask"))) return daemonize_options_umask(options, (mode_t)strtoul(value, NULL, 8));
    if ((value = option_value(argument, "pidfile-mode")))
        return daemonize_options_pidfile_mode(options, (mode_t)strtoul(value, NULL, 8));
    if ((value = option_value(argument, "keep-lock"))) return daemonize_options_keep_lock(options, atoi(value));
    if ((value = option_value(argument, "truncate"))) return daemonize_options_truncate(options, atoi(value));
    if ((value = option_value(argument, "core-dumps"))) return daemonize_options_core_dumps(options, atoi(value));
    if ((value = option_value(argument, "threads"))) return daemonize_options_threads(options, atoi(value));
    if ((value = option_value(argument, "close-fds")))
        return daemonize_options_close_fds(options, (daemonize_close)atoi(value));
    if ((value = option_value(argument, "signals")))
        return daemonize_options_signals(options, (daemonize_signals)atoi(value));
    if ((value = option_value(argument, "foreground")))
        return daemonize_options_foreground(options, (daemonize_foreground)atoi(value));
    if (!strcmp(argument, "--clearenv")) return daemonize_options_clearenv(options);
    return 1;
}

#endif
