/*
 * The smallest daemon. Run it: the shell has its prompt back at once, and `ps -C smallest` shows a process
 * of init's, on no terminal. End it with `pkill smallest`.
 */
#include <libdaemon.h>
#include <stdio.h>
#include <unistd.h>

int main(void)
{
    if (daemonize() != 0) {
        fprintf(stderr, "smallest: %s\n", libdaemon_last_error());
        return libdaemon_last_status();
    }
    for (;;)
        pause();
}
