/* A program with PHP inside: ten thousand requests of a script. Prints by how many KiB the program has grown since the first
   thousand. Usage: embedding_requests LIBRARY-OF-PHP STATEMENTS */

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { FIRST = 1000, ALL = 10000 };

static void *function(void *php, const char *name)
{
    void *found = dlsym(php, name);

    if (!found) {
        fprintf(stderr, "%s\n", dlerror());
        exit(1);
    }
    return found;
}

/* What is in memory, in KiB. */
static long resident(void)
{
    FILE *file = fopen("/proc/self/statm", "r");
    long size, pages;

    if (!file || fscanf(file, "%ld %ld", &size, &pages) != 2)
        exit(1);
    fclose(file);
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

int main(int argc, char **argv)
{
    void *php = argc == 3 ? dlopen(argv[1], RTLD_NOW | RTLD_GLOBAL) : NULL;
    long before = 0;

    if (!php) {
        fprintf(stderr, "%s\n", argc == 3 ? dlerror() : "two arguments");
        return 1;
    }
    if (((int (*)(int, char **))function(php, "php_embed_init"))(1, argv) != 0)
        return 1;
    for (int request = 1; request <= ALL; request++) {
        ((int (*)(const char *, void *, const char *))function(php, "zend_eval_string"))(argv[2], NULL, "script");
        ((void (*)(void *))function(php, "php_request_shutdown"))(NULL);
        if (request == FIRST)
            before = resident();
        if (((int (*)(void))function(php, "php_request_startup"))() != 0)
            return 1;
    }
    printf("%ld\n", resident() - before);
    ((void (*)(void))function(php, "php_embed_shutdown"))();
    return 0;
}
