/* The environment of a program that holds libc's variable itself, by a library that was opened with RTLD_DEEPBIND and so
   sees another one: as PHP's FFI opens it. Called with the library's path. */
#define _GNU_SOURCE

#include "surface_check.h"
#include <dlfcn.h>

extern char **environ;

int main(int argc, char *argv[])
{
    void *library = argc == 2 ? dlopen(argv[1], RTLD_NOW | RTLD_DEEPBIND) : NULL;
    daemonize_options *(*options_new)(void);
    int (*options_setenv)(daemonize_options *, const char *, const char *);
    int (*options_foreground)(daemonize_options *, daemonize_foreground);
    int (*become_daemon)(const daemonize_options *);
    int (*exec)(const char *, const char *const *, const char *const *);
    const char *const script[] = {"-c", "echo $BEFORE $DURING $AFTER", NULL};
    daemonize_options *options;

    if (library == NULL || environ == NULL)
        return fprintf(stderr, "no library: %s\n", dlerror());
    *(void **)&options_new = dlsym(library, "daemonize_options_new");
    *(void **)&options_setenv = dlsym(library, "daemonize_options_setenv");
    *(void **)&options_foreground = dlsym(library, "daemonize_options_foreground");
    *(void **)&become_daemon = dlsym(library, "daemonize_with");
    *(void **)&exec = dlsym(library, "pcntl_exec");
    setenv("BEFORE", "before", 1);
    options = options_new();
    if (options_setenv(options, "DURING", "during") != 0 ||
        options_foreground(options, DAEMONIZE_FOREGROUND_ALWAYS) != 0 || become_daemon(options) != 0)
        return fprintf(stderr, "no daemon\n");
    if (getenv("BEFORE") == NULL || getenv("DURING") == NULL)
        return fprintf(stderr, "another environment\n");
    setenv("AFTER", "after", 1);
    exec("/bin/sh", script, NULL);
    return fprintf(stderr, "no shell\n");
}
