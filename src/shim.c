/* What Rust without its standard library cannot declare: a buffer for each thread. */

#include <stdbool.h>

#define HIDDEN __attribute__((visibility("hidden")))

/* The same layout as `ThreadState` in sys/thread_state.rs. */
struct libdaemon_thread_state {
    int last_errno;
    int last_status;
    int pcntl_errno;
    int posix_errno;
    unsigned long mask_before_fork;
    unsigned long held_back_before_fork;
    int thread_id;
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
