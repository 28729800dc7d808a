/* refused: a start that must fail, and what the launcher is like before and after it.

     refused FILES [OPTION...]

   FILES is a directory whose files must not change. Prints what service prints on a failure, and "changed: ..." for each
   thing that is not as it was. With --as=UID it gives up root first. */
#define _GNU_SOURCE
#include "options.h"
#include "snapshot.h"
#include <grp.h>

static int become(const char *uid) {
    uid_t id = (uid_t)atoi(uid);
    return setgroups(0, NULL) || setresgid(id, id, id) || setresuid(id, id, id);
}

int main(int argc, char **argv) {
    static struct snapshot before, after;
    const char *value;
    daemonize_options *options = daemonize_options_new();
    if (argc < 2 || !options) return 2;
    for (int i = 2; i < argc; i++)
        if ((value = option_value(argv[i], "as")) && become(value)) return 2;
    take_snapshot(&before, argv[1]);

    int result = 0;
    for (int i = 2; i < argc && result >= 0; i++)
        if (!option_value(argv[i], "as")) result = set_option(options, argv[i]);
    if (result > 0) return 2;
    if (result == 0) result = daemonize_with(options);
    if (result >= 0) return 0;

    int error = errno, status = libdaemon_last_status();
    char message[4096];
    snprintf(message, sizeof message, "%s", libdaemon_last_error());
    take_snapshot(&after, argv[1]);
    printf("errno=%d last_errno=%d status=%d\n", error, libdaemon_last_errno(), status);
    snapshot_lack(stdout, '-', &before, &after);
    snapshot_lack(stdout, '+', &after, &before);
    fprintf(stderr, "refused: %s\n", message);
    daemonize_options_free(options);
    return status;
}
