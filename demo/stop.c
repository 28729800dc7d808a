/* Stops the daemon that holds the pid file. Usage: stop PIDFILE */

#include <libdaemon.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: %s PIDFILE\n", argv[0]);
        return 64;
    }
    if (daemonize_stop(argv[1], 10000, true) != 0) {
        fprintf(stderr, "%s\n", libdaemon_last_error());
        return 1;
    }
    return 0;
}
