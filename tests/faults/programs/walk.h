/* How a program tells the fault walk what it may make fail: by system calls that do not exist, which the walk sees and the
   kernel refuses. Everything between walk_begin() and walk_end() is walked, in the children that are forked there too. */
#ifndef TESTS_FAULTS_WALK_H
#define TESTS_FAULTS_WALK_H

#include <errno.h>
#include <libdaemon.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { WALK_CALL = 0x57414c4b };
enum { WALK_BEGIN, WALK_END, WALK_NOTE, WALK_ALLOCATE, WALK_PAUSE, WALK_RESUME };

/* Does alloc.c ask before it allocates? */
extern bool walk_is_on __attribute__((weak));

static inline void walk_begin(void) {
    syscall(WALK_CALL, WALK_BEGIN);
    if (&walk_is_on) walk_is_on = true;
}

/* Between the two it is the program that calls. */
static inline void walk_pause(void) { syscall(WALK_CALL, WALK_PAUSE); }

static inline void walk_resume(void) { syscall(WALK_CALL, WALK_RESUME); }

/* What the program has seen for itself: the walk compares it with what it says when nothing fails. */
static inline void walk_note(const char *text) {
    int error = errno;
    syscall(WALK_CALL, WALK_NOTE, text);
    errno = error;
}

/* RESULT is what the last call gave; where that is a failure, all that the library says of it goes along. */
static inline void walk_end(long result) {
    int error = errno;
    if (&walk_is_on) walk_is_on = false;
    syscall(WALK_CALL, WALK_END, result, error, libdaemon_last_error(), libdaemon_last_step(),
            (long)libdaemon_last_errno() << 8 | libdaemon_last_status());
    errno = error;
}

#endif
