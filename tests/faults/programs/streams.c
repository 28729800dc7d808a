/* streams: sends its output to files while it runs.

     streams reset|split|reopen|signal DIRECTORY */
#define _GNU_SOURCE
#include "walk.h"
#include <signal.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv) {
    char one[4096], other[4096];
    long result;
    if (argc != 3) return 2;
    snprintf(one, sizeof one, "%s/one.log", argv[2]);
    snprintf(other, sizeof other, "%s/other.log", argv[2]);
    if (!strcmp(argv[1], "reopen")) {
        char old[4200];
        snprintf(old, sizeof old, "%s.1", one);
        if (reset_std_split(one, other) != 0 || rename(one, old) != 0) return 2;
    }
    walk_begin();
    if (!strcmp(argv[1], "reset")) result = reset_std(one);
    else if (!strcmp(argv[1], "split")) result = reset_std_split(one, other);
    else result = reopen_std();
    walk_end(result);
    printf("to standard output\n");
    fprintf(stderr, "to standard error\n");
    return result < 0;
}
