/* A program with PHP inside: three requests of a script, and after each, whose the signal is that the program handles itself.
   Or so many requests, and then, by how much the process has grown since the first tenth of them, in KiB.
   Usage: embedding_host LIBRARY-OF-PHP STATEMENTS [REQUESTS] */

#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

typedef int start(int, char **);
typedef int evaluate(const char *, void *, const char *);
typedef int begin_request(void);
typedef void end_request(void *);
typedef void end(void);

static void handler(int signal) { (void)signal; }

static void *function(void *php, const char *name) {
    void *found = dlsym(php, name);
    if (!found) {
        fprintf(stderr, "%s\n", dlerror());
        exit(1);
    }
    return found;
}

/* The memory of this process that is resident, in KiB. */
static long resident(void) {
    FILE *file = fopen("/proc/self/statm", "r");
    long all, pages = 0;
    if (file) {
        if (fscanf(file, "%ld %ld", &all, &pages) != 2) pages = 0;
        fclose(file);
    }
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

int main(int argc, char **argv) {
    int requests = argc == 4 ? atoi(argv[3]) : 0;
    long early = 0;
    /* What PHP exports is found by everybody, as when the program is linked to it. */
    void *php = argc == 3 || requests ? dlopen(argv[1], RTLD_NOW | RTLD_GLOBAL) : NULL;
    if (!php) {
        fprintf(stderr, "%s\n", argc == 3 || requests ? dlerror() : "two arguments, or three");
        return 1;
    }
    if (((start *)function(php, "php_embed_init"))(1, argv) != 0) return 1;
    sigaction(SIGWINCH, &(struct sigaction){.sa_handler = handler}, NULL);
    for (int request = 1;; request++) {
        ((evaluate *)function(php, "zend_eval_string"))(argv[2], NULL, "script");
        ((end_request *)function(php, "php_request_shutdown"))(NULL);
        struct sigaction now;
        sigaction(SIGWINCH, NULL, &now);
        if (!requests || now.sa_handler != handler) {
            printf("%s\n", now.sa_handler == handler ? "kept" : "lost");
            fflush(stdout);
        }
        if (((begin_request *)function(php, "php_request_startup"))() != 0) return 1;
        if (request == requests / 10) early = resident();
        if (request == (requests ? requests : 3)) break;
    }
    if (requests) printf("grown by %ld KiB\n", resident() - early);
    ((end *)function(php, "php_embed_shutdown"))();
    return 0;
}
