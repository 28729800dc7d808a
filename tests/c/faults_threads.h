/* Threads, for the faults programs that have some. */
#ifndef FAULTS_THREADS_H
#define FAULTS_THREADS_H

#include "surface_check.h"
#include <pthread.h>
#include <semaphore.h>

static inline pthread_t start_thread(void *(*routine)(void *), void *argument)
{
    pthread_t thread;

    CHECK(pthread_create(&thread, NULL, routine, argument) == 0);
    return thread;
}

static inline void join(pthread_t thread)
{
    CHECK(pthread_join(thread, NULL) == 0);
}

/* sem_wait() that a signal does not end. */
static inline void await(sem_t *semaphore)
{
    while (sem_wait(semaphore) != 0)
        CHECK(errno == EINTR);
}

#endif
