/* control: a daemon by its pid file.

     control status PIDFILE | control signal PIDFILE NUMBER | control stop PIDFILE MILLISECONDS KILL
     control stop-by PIDFILE SCHEDULE SESSION

   Prints "result=R errno=E last_errno=E status=S"; on a failure also the library's line, on stderr. */
#include <errno.h>
#include <libdaemon.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv) {
    int result = -2;
    errno = 0;
    if (argc == 3 && !strcmp(argv[1], "status")) result = daemonize_status(argv[2]);
    if (argc == 4 && !strcmp(argv[1], "signal")) result = daemonize_signal(argv[2], atoi(argv[3]));
    if (argc == 5 && !strcmp(argv[1], "stop")) result = daemonize_stop(argv[2], atoi(argv[3]), atoi(argv[4]));
    if (argc == 5 && !strcmp(argv[1], "stop-by")) result = daemonize_stop_by(argv[2], argv[3], atoi(argv[4]));
    int error = errno, status = libdaemon_last_status();
    printf("result=%d errno=%d last_errno=%d status=%d\nstep: %s\n", result, error, libdaemon_last_errno(), status,
           libdaemon_last_step());
    if (result < 0) fprintf(stderr, "control: %s\n", libdaemon_last_error());
    return result < 0;
}
