/* What Rust without std cannot say: one buffer for each thread. */

#include <signal.h>

/* The same layout as `ThreadState` in error.rs. */
struct libdaemon_thread_state {
    int last_errno;
    int last_status;
    int pcntl_errno;
    int posix_errno;
    sigset_t mask_before_fork;
    char line[1024];
    char terminal_name[256];
};

static _Thread_local struct libdaemon_thread_state state;

__attribute__((visibility("hidden"))) struct libdaemon_thread_state *libdaemon_shim_thread_state(void)
{
    return &state;
}
