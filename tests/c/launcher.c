/* launcher: a start that fails, or with --fork one that succeeds, and what the launcher is like before and after it.

     launcher FILES [--as=UID] [--fork] [--nofile=N] [OPTION...]

   FILES is a directory whose files must not change. Prints what service prints on a failure, and "changed: ..." for each
   thing that is not as it was. With --as=UID it gives up root first; during the call
   it can have no descriptor from N up. */
#define _GNU_SOURCE
#include "options.h"
#include "snapshot.h"
#include <grp.h>
#include <sys/resource.h>

static int become(const char *uid) {
    uid_t id = (uid_t)atoi(uid);
    return setgroups(0, NULL) || setresgid(id, id, id) || setresuid(id, id, id);
}

int main(int argc, char **argv) {
    static struct snapshot before, after;
    const char *value;
    int use_fork = 0, number_of_files = 0;
    struct rlimit files;
    daemonize_options *options = daemonize_options_new();
    if (argc < 2 || !options) return 2;
    for (int i = 2; i < argc; i++)
        if (!strcmp(argv[i], "--fork")) use_fork = 1;
        else if ((value = option_value(argv[i], "nofile"))) number_of_files = atoi(value);
        else if ((value = option_value(argv[i], "as")) && become(value)) return 2;
    take_snapshot(&before, argv[1]);

    int result = 0;
    for (int i = 2; i < argc && result >= 0; i++)
        if (!option_value(argv[i], "as") && !option_value(argv[i], "nofile") && strcmp(argv[i], "--fork"))
            result = set_option(options, argv[i]);
    if (result > 0 || getrlimit(RLIMIT_NOFILE, &files)) return 2;
    if (number_of_files) setrlimit(RLIMIT_NOFILE, &(struct rlimit){(rlim_t)number_of_files, files.rlim_max});
    if (result == 0) result = use_fork ? daemonize_fork(options) : daemonize_with(options);
    while (result == 0) pause(); /* the daemon */

    int error = errno, status = libdaemon_last_status();
    char message[4096], step[64];
    snprintf(message, sizeof message, "%s", libdaemon_last_error());
    snprintf(step, sizeof step, "%s", libdaemon_last_step());
    setrlimit(RLIMIT_NOFILE, &files);
    take_snapshot(&after, argv[1]);
    if (result < 0) printf("errno=%d last_errno=%d status=%d\nstep: %s\n", error, libdaemon_last_errno(), status, step);
    snapshot_lack(stdout, '-', &before, &after);
    snapshot_lack(stdout, '+', &after, &before);
    if (result < 0) fprintf(stderr, "launcher: %s\n", message);
    daemonize_options_free(options);
    return result < 0 ? status : 0;
}
