/* A daemon that moves itself to each of its processors in turn, asks libc where it is, and says so in the log. */
#define _GNU_SOURCE
#include <libdaemon.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>

int main(int argc, char *argv[])
{
    daemonize_options *options = daemonize_options_new();
    cpu_set_t allowed;
    int processor;

    if (argc != 3)
        return 2;
    daemonize_options_log(options, argv[2]);
    /* Waiting for readiness takes another way through the forks. */
    if (argv[1][0] == 'w')
        daemonize_options_wait_ready(options, -1);
    if (daemonize_with(options) != 0)
        return 1;
    daemonize_options_free(options);
    sched_getaffinity(0, sizeof allowed, &allowed);
    for (processor = 0; processor < CPU_SETSIZE; processor++) {
        cpu_set_t one;

        if (!CPU_ISSET(processor, &allowed))
            continue;
        CPU_ZERO(&one);
        CPU_SET(processor, &one);
        sched_setaffinity(0, sizeof one, &one);
        printf("%d is %d\n", processor, sched_getcpu());
    }
    printf("done\n");
    fflush(stdout);
    daemonize_ready();
    return 0;
}
