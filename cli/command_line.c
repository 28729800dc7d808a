/* The command line: the options of the known daemonize(1), and the library's by their names. */
#define _GNU_SOURCE
#include "options.h"
#include <getopt.h>
#include <string.h>

/* The leading "+": what comes behind the program's path is the program's. */
static const char letters[] = "+:ac:e:E:o:p:l:u:v";

static const struct option names[] = {
    { "append", no_argument, NULL, 'a' },
    { "chroot", required_argument, NULL, CHROOT },
    { "clearenv", no_argument, NULL, CLEARENV },
    { "close-fds", required_argument, NULL, CLOSE_FDS },
    { "core-dumps", no_argument, NULL, CORE_DUMPS },
    { "directory", required_argument, NULL, 'c' },
    { "foreground", optional_argument, NULL, FOREGROUND },
    { "group", required_argument, NULL, GROUP },
    { "help", no_argument, NULL, HELP },
    { "keep-capability", required_argument, NULL, KEEP_CAPABILITY },
    { "keep-fd", required_argument, NULL, KEEP_FD },
    { "keep-lock", no_argument, NULL, KEEP_LOCK },
    { "keep-signal", required_argument, NULL, KEEP_SIGNAL },
    { "keep-signals", no_argument, NULL, KEEP_SIGNALS },
    { "lockfile", required_argument, NULL, 'l' },
    { "log-to", required_argument, NULL, LOG_TO },
    { "notify-fd", required_argument, NULL, NOTIFY_FD },
    { "pidfile", required_argument, NULL, 'p' },
    { "pidfile-mode", required_argument, NULL, PIDFILE_MODE },
    { "reopen-on", required_argument, NULL, REOPEN_ON },
    { "restart", optional_argument, NULL, RESTART },
    { "runtime-directory", required_argument, NULL, RUNTIME_DIRECTORY },
    { "session", no_argument, NULL, SESSION },
    { "setenv", required_argument, NULL, 'E' },
    { "setup-timeout", required_argument, NULL, SETUP_TIMEOUT },
    { "signal", required_argument, NULL, SIGNAL },
    { "status", no_argument, NULL, STATUS },
    { "stderr", required_argument, NULL, 'e' },
    { "stdin", required_argument, NULL, STDIN },
    { "stdout", required_argument, NULL, 'o' },
    { "stop", optional_argument, NULL, STOP },
    { "title", required_argument, NULL, TITLE },
    { "truncate", no_argument, NULL, TRUNCATE },
    { "umask", required_argument, NULL, UMASK },
    { "user", required_argument, NULL, 'u' },
    { "verbose", no_argument, NULL, 'v' },
    { "version", no_argument, NULL, VERSION },
    { "wait-ready", optional_argument, NULL, WAIT_READY },
    { NULL, 0, NULL, 0 },
};

/* What goes together, and what does not. */
static int check(const struct command *command)
{
    bool starts = command->action == ACTION_START || command->action == ACTION_RESTART;

    if (command->action != ACTION_START && command->pidfile == NULL)
        return refuse_usage("a pid file is needed for that: -p FILE");
    if (starts && command->program == NULL)
        return refuse_usage("no program to start");
    if (!starts && command->program != NULL)
        return refuse_usage("%s: no program is started here", command->program[0]);
    if (command->session && command->action != ACTION_STOP && command->action != ACTION_RESTART)
        return refuse_usage("--session goes with --stop and --restart");
    if (command->append && command->truncate)
        return refuse_usage("either --append or --truncate");
    if (command->log_to != NULL && (command->out != NULL || command->err != NULL))
        return refuse_usage("either --log-to or -o and -e");
    if (command->reopen_on != 0 && command->out == NULL && command->err == NULL
        && (command->log_to == NULL || command->log_kind != LOG_TO_FILES))
        return refuse_usage("--reopen-on is for log files: -o, -e or --log-to=/FILE");
    /* With --wait-ready it is one of the program's alone. */
    if (starts && command->notify_fd >= 0 && !command->waits && !is_open("notification", command->notify_fd))
        return STATUS_FAILED;
    return 0;
}

/* getopt_long(3) says which letter it is, and leaves the word of a long one behind. A letter that there is stands for a
   long option with a value that it does not take. */
static int refuse_option(const char *word)
{
    if (optopt > 0 && optopt < CHROOT && strchr(letters + strlen("+:"), optopt) == NULL)
        return refuse_usage("-%c: no such option", optopt);
    return refuse_usage("%s: no such option", word);
}

int read_command_line(struct command *command, int argc, char **argv)
{
    int code, place = -1, status;

    opterr = 0;
    while ((code = getopt_long(argc, argv, letters, names, &place)) != -1) {
        if (code == HELP || code == VERSION)
            return command->action = code == HELP ? ACTION_HELP : ACTION_VERSION, 0;
        if (code == ':')
            return refuse_usage("%s: needs a value", argv[optind - 1]);
        if (code == '?')
            return refuse_option(argv[optind - 1]);
        status = take_option(command, place < 0 ? "" : names[place].name, code, optarg);
        if (status != 0)
            return status;
        place = -1;
    }
    command->program = optind < argc ? argv + optind : NULL;
    return check(command);
}
