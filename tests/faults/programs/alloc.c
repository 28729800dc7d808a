/* Every allocation of the program, the library and libc asks the fault walk first, which may refuse it.

   But for what libc needs to look up its first user: glibc 2.36 dies of that itself (nss_database.c). */
#define _GNU_SOURCE
#include "walk.h"
#include <grp.h>
#include <pwd.h>
#include <stddef.h>

bool walk_is_on;

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);

static bool is_refused(void) {
    int error = errno;
    bool refused = walk_is_on && syscall(WALK_CALL, WALK_ALLOCATE) == -1 && errno == ENOMEM;
    if (!refused) errno = error;
    return refused;
}

void *malloc(size_t size) { return is_refused() ? NULL : __libc_malloc(size); }

void *calloc(size_t count, size_t size) { return is_refused() ? NULL : __libc_calloc(count, size); }

void *realloc(void *held, size_t size) { return is_refused() ? NULL : __libc_realloc(held, size); }

__attribute__((constructor)) static void look_up(void) {
    getpwnam("root");
    getgrnam("root");
}
