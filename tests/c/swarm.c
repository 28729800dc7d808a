/* swarm: starts a program COUNT times at the same moment, and says how many of them succeeded.

     swarm COUNT PROGRAM [ARGUMENT...]

   Prints "succeeded=N failed=N" once all of them have exited. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv) {
    int barrier[2], succeeded = 0, failed = 0, count = argc > 2 ? atoi(argv[1]) : 0;
    if (count <= 0 || pipe(barrier)) return 2;
    for (int i = 0; i < count; i++) {
        pid_t pid = fork();
        if (pid < 0) return perror("fork"), 2;
        if (pid == 0) {
            char byte;
            close(barrier[1]);
            if (read(barrier[0], &byte, 1) == 0) { /* the barrier falls when the parent closes its end */
                close(barrier[0]);
                execv(argv[2], argv + 2);
            }
            _exit(127);
        }
    }
    close(barrier[0]), close(barrier[1]);
    for (int status; waitpid(-1, &status, 0) > 0 || errno == EINTR;)
        if (WIFEXITED(status) && WEXITSTATUS(status) == 0) succeeded++;
        else failed++;
    printf("succeeded=%d failed=%d\n", succeeded, failed);
    return 0;
}
