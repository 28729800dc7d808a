/*
 * The older project called libdaemon (libdaemon.so.0) and this one in one process: each makes its own daemon.
 * With -DLINKED both are linked; otherwise both are loaded by name, the older one's symbols visible to all.
 *
 *     surface_both OUR_LIBRARY THEIR_LIBRARY
 */
#define _GNU_SOURCE

#include "surface_check.h"
#include <dlfcn.h>
#include <unistd.h>

/* From libdaemon/dfork.h, so that only its library has to be there. */
extern pid_t daemon_fork(void);
extern int daemon_retval_init(void);
extern int daemon_retval_send(int value);
extern int daemon_retval_wait(int timeout);
extern void daemon_retval_done(void);

#ifdef LINKED
#define FUNCTION(library, name) (name)
#else
/* ISO C has no cast from a data pointer to a function's; POSIX has, by way of its storage. */
#define FUNCTION(library, name)                                                                               \
    (*(__typeof__(name) **)&(void *){loaded(library, #name)})

static void *loaded(void *library, const char *name)
{
    void *symbol = dlsym(library, name);

    if (symbol == NULL)
        fprintf(stderr, "%s\n", dlerror());
    return symbol == NULL ? (abort(), NULL) : symbol;
}
#endif

static void report(int fd, const char *whose)
{
    char line[64];
    int length = snprintf(line, sizeof line, "%s %d %d\n", whose, getsid(0) != getpid(), getppid());

    _exit(write(fd, line, (size_t)length) == length ? 0 : 1);
}

static void read_line(FILE *pipe, const char *whose)
{
    char line[64];

    if (fgets(line, sizeof line, pipe) == NULL || strncmp(line, whose, strlen(whose)) != 0) {
        fprintf(stderr, "no word from the %s daemon\n", whose);
        _exit(1);
    }
}

int main(int argc, char *argv[])
{
    int ends[2];
    void *ours = NULL, *theirs = NULL;
    daemonize_options *options;
    FILE *words;
    pid_t pid;

    if (argc != 3)
        return 100;
#ifndef LINKED
    theirs = dlopen(argv[2], RTLD_NOW | RTLD_GLOBAL);
    ours = dlopen(argv[1], RTLD_NOW | RTLD_GLOBAL);
    if (ours == NULL || theirs == NULL) {
        fprintf(stderr, "%s\n", dlerror());
        return 1;
    }
#else
    (void)ours;
    (void)theirs;
    (void)argv;
#endif
    if (pipe(ends) != 0 || (words = fdopen(ends[0], "r")) == NULL)
        return 1;

    options = FUNCTION(ours, daemonize_options_new)();
    if (options == NULL || FUNCTION(ours, daemonize_options_keep_fd)(options, ends[1]) != 0)
        return 1;
    pid = FUNCTION(ours, daemonize_fork)(options);
    if (pid == 0)
        report(ends[1], "our");
    if (pid < 0) {
        fprintf(stderr, "%s\n", FUNCTION(ours, libdaemon_last_error)());
        return 1;
    }
    read_line(words, "our");
    FUNCTION(ours, daemonize_options_free)(options);

    if (FUNCTION(theirs, daemon_retval_init)() != 0)
        return 1;
    pid = FUNCTION(theirs, daemon_fork)();
    if (pid == 0) {
        FUNCTION(theirs, daemon_retval_send)(42);
        report(ends[1], "their");
    }
    if (pid < 0 || FUNCTION(theirs, daemon_retval_wait)(20) != 42)
        return 1;
    read_line(words, "their");
    puts("both");
    return 0;
}
