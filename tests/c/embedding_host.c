/* A program with PHP inside: three requests of a script, and after each, whose the signal is that the program handles itself.
   Usage: embedding_host LIBRARY-OF-PHP STATEMENTS */

#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

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

int main(int argc, char **argv) {
    /* What PHP exports is found by everybody, as when the program is linked to it. */
    void *php = argc == 3 ? dlopen(argv[1], RTLD_NOW | RTLD_GLOBAL) : NULL;
    if (!php) {
        fprintf(stderr, "%s\n", argc == 3 ? dlerror() : "two arguments");
        return 1;
    }
    if (((start *)function(php, "php_embed_init"))(1, argv) != 0) return 1;
    sigaction(SIGWINCH, &(struct sigaction){.sa_handler = handler}, NULL);
    for (int request = 1;; request++) {
        ((evaluate *)function(php, "zend_eval_string"))(argv[2], NULL, "script");
        ((end_request *)function(php, "php_request_shutdown"))(NULL);
        struct sigaction now;
        sigaction(SIGWINCH, NULL, &now);
        printf("%s\n", now.sa_handler == handler ? "kept" : "lost");
        fflush(stdout);
        if (((begin_request *)function(php, "php_request_startup"))() != 0) return 1;
        if (request == 3) break;
    }
    ((end *)function(php, "php_embed_shutdown"))();
    return 0;
}
