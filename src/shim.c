/* What Rust without std cannot say: a buffer for each thread, and vfork, which returns twice. */

#define _GNU_SOURCE

#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <unistd.h>

#if __has_include(<sys/rseq.h>)
#include <stddef.h>
#include <sys/auxv.h>
#include <sys/rseq.h>
#endif

#define HIDDEN __attribute__((visibility("hidden")))

/* The same layout as `ThreadState` in sys/thread_state.rs. */
struct libdaemon_thread_state {
    int last_errno;
    int last_status;
    int pcntl_errno;
    int posix_errno;
    unsigned long mask_before_fork;
    unsigned long held_back_before_fork;
    bool dispatched_before_fork;
    unsigned char last_step;
    char line[1024];
    char name[256];
};

static _Thread_local struct libdaemon_thread_state state;

HIDDEN struct libdaemon_thread_state *libdaemon_shim_thread_state(void)
{
    return &state;
}

#ifdef RSEQ_SIG

/* Where libc keeps a thread's restartable sequences, which it registers for each; looked up by name, because a reference
   would ask every system for glibc 2.35. NULL where it has none, and then somebody else may have registered some. */
static const unsigned int *sequences_size;
static const ptrdiff_t *sequences_offset;

/* Called before a fork: the dynamic loader may lock and allocate. */
static bool find_sequences(void)
{
    sequences_offset = dlsym(RTLD_DEFAULT, "__rseq_offset");
    sequences_size = dlsym(RTLD_DEFAULT, "__rseq_size");
    return sequences_offset != NULL && sequences_size != NULL && *sequences_size > 0;
}

/* A process that borrows its parent's memory has none registered, and so neither has the one that it forks. libc, and what
   relies on it, would go on reading the processor's number of long ago. */
static void register_sequences(void)
{
    enum { SIZE = 32, FEATURES = 27 /* AT_RSEQ_FEATURE_SIZE */ };
    unsigned long features = *sequences_size > SIZE ? getauxval(FEATURES) : 0;
    unsigned long size = features > SIZE ? (features + SIZE - 1) / SIZE * SIZE : SIZE;
    struct rseq *area = (struct rseq *)((char *)__builtin_thread_pointer() + *sequences_offset);

    /* EBUSY: they are registered after all, where vfork is a plain fork. */
    if (syscall(SYS_rseq, area, size, 0, RSEQ_SIG) != 0 && errno != EBUSY)
        area->cpu_id = (__u32)RSEQ_CPU_ID_REGISTRATION_FAILED;
}

#else

static bool find_sequences(void)
{
    return false;
}

static void register_sequences(void)
{
}

#endif

/* Two forks: a child that makes a session, and from it the daemon, that session's second process. The child borrows the
   caller's memory where it may and that is safe: one copy of the memory is saved. Gives 0 in the daemon; in the caller the
   child's pid, or -1. The child's exit status is 0, or why it could not fork; so is `why` if the memory was borrowed. */
HIDDEN pid_t libdaemon_shim_fork_apart(int borrow, volatile int *why)
{
    volatile bool borrowed = borrow && find_sequences();
    pid_t child = borrowed ? vfork() : fork();

    if (child != 0)
        return child;
    syscall(SYS_setsid);
    child = fork();
    if (child != 0) {
        if (child < 0)
            *why = errno;
        _exit(child < 0 ? errno : 0);
    }
    if (borrowed)
        register_sequences();
    return 0;
}
