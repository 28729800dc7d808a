/* The header is first: it has to bring all it needs. Twice: it has to bear that. C99, C11 and C++17 alike. */
#include <libdaemon.h>
#include <libdaemon.h>

#include <stdio.h>
#include <string.h>

static void handle(int signal, const pcntl_siginfo *info)
{
    (void)signal;
    (void)info;
}

int main(void)
{
    pcntl_handler handlers[3];
    char version[64];
    daemonize_close close_all = DAEMONIZE_CLOSE_ALL;
    daemonize_signals reset = DAEMONIZE_SIGNALS_RESET;
    daemonize_foreground never = DAEMONIZE_FOREGROUND_NEVER;
    daemonize_options *options = daemonize_options_new();

    handlers[0] = handle;
    handlers[1] = PCNTL_SIG_DFL;
    handlers[2] = PCNTL_SIG_IGN;
    if (handlers[0] == handlers[1] || handlers[1] == handlers[2] || handlers[2] == PCNTL_SIG_QUEUE)
        return 1;
    if (daemonize_options_close_fds(options, close_all) != 0 || daemonize_options_signals(options, reset) != 0 ||
        daemonize_options_foreground(options, never) != 0)
        return 2;
    daemonize_options_free(options);
    sprintf(version, "%d.%d.%d", LIBDAEMON_VERSION_MAJOR, LIBDAEMON_VERSION_MINOR, LIBDAEMON_VERSION_PATCH);
    if (strcmp(version, libdaemon_version()) != 0)
        return 3;
    puts(version);
    return 0;
}
