/* starter: starts another program as a daemon by daemonize_exec, and says what has changed in itself.

     starter FILES [--busy=N] [--resident=MEGABYTES] [--as=UID] [--stack=KIB] [--storm] [--blocked] [OPTION...] -- PROGRAM [ARGUMENT...]

   FILES is a directory whose files must not change when it fails. Prints "pid=PID", or what service prints on a failure, and
   "changed: ..." for each thing that is not as it was. With --busy=N that many threads allocate memory meanwhile; with
   --storm a thread sends SIGUSR1, which has a handler, to the whole group. A handler of the launcher's that runs in another
   process says so on stderr: so do fork handlers. */
#define _GNU_SOURCE
#include "options.h"
#include "snapshot.h"
#include <grp.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

static pid_t launcher;
static volatile int is_over;

static void say(const char *text) {
    ssize_t written = write(2, text, strlen(text));
    (void)written;
}

static void handle(int signal) {
    (void)signal;
    if (getpid() != launcher) say("starter: a handler of the launcher's has run\n");
}

static void forked(void) { say("starter: a fork handler has run\n"); }

static void *do_nothing(void *nothing) { return nothing; }

static void *be_busy(void *nothing) {
    while (!is_over) {
        char *memory = malloc(10000);
        if (memory) memset(memory, 1, 10000);
        free(memory);
    }
    return nothing;
}

static void *be_a_storm(void *nothing) {
    while (!is_over) kill(0, SIGUSR1);
    return nothing;
}

static int become(const char *uid) {
    uid_t id = (uid_t)atoi(uid);
    return setgroups(0, NULL) || setresgid(id, id, id) || setresuid(id, id, id);
}

int main(int argc, char **argv) {
    static struct snapshot before, after;
    pthread_t threads[64];
    int busy = 0, storm = 0, stack = 0, at = 2, result = 0, count = 0;
    size_t resident = 0;
    sigset_t all, mask;
    const char *value;
    daemonize_options *options = daemonize_options_new();
    if (argc < 4 || !options) return 2;
    launcher = getpid();
    sigfillset(&all);
    for (; at < argc && strcmp(argv[at], "--") && result >= 0; at++)
        if ((value = option_value(argv[at], "busy"))) busy = atoi(value);
        else if ((value = option_value(argv[at], "resident"))) resident = (size_t)atoi(value) << 20;
        else if ((value = option_value(argv[at], "as"))) result = -become(value);
        else if ((value = option_value(argv[at], "stack"))) stack = atoi(value);
        else if (!strcmp(argv[at], "--storm")) storm = 1;
        else if (!strcmp(argv[at], "--blocked")) sigprocmask(SIG_BLOCK, &all, NULL);
        else if ((result = set_option(options, argv[at])) > 0) return 2;
    if (resident) {
        char *memory = mmap(NULL, resident, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
        if (memory == MAP_FAILED) return 77;
    }
    /* The first thread has libc set handlers for signals of its own. */
    if (pthread_create(&threads[0], NULL, do_nothing, NULL) || pthread_join(threads[0], NULL)) return 2;
    if (stack) setrlimit(RLIMIT_STACK, &(struct rlimit){(rlim_t)stack << 10, RLIM_INFINITY});
    pthread_atfork(forked, NULL, forked);
    signal(SIGUSR1, handle);
    if (storm) setpgid(0, 0);
    for (int i = 0; i < busy; i++) count += !pthread_create(&threads[count], NULL, be_busy, NULL);
    if (storm) count += !pthread_create(&threads[count], NULL, be_a_storm, NULL);
    take_snapshot(&before, argv[1]);
    pthread_sigmask(SIG_BLOCK, NULL, &mask);
    int dumpable = prctl(PR_GET_DUMPABLE);

    if (result == 0) result = daemonize_exec(options, argv[at + 1], (const char *const *)argv + at + 1);

    int error = errno, status = libdaemon_last_status();
    char message[4096], step[64];
    snprintf(message, sizeof message, "%s", libdaemon_last_error());
    snprintf(step, sizeof step, "%s", libdaemon_last_step());
    take_snapshot(&after, argv[1]);
    is_over = 1;
    for (int i = 0; i < count; i++) pthread_join(threads[i], NULL);
    if (result < 0) printf("errno=%d last_errno=%d status=%d\nstep: %s\n", error, libdaemon_last_errno(), status, step);
    else printf("pid=%d\n", result);
    if (dumpable != prctl(PR_GET_DUMPABLE)) printf("changed: dumpable was %d\n", dumpable);
    if (!storm && (result < 0 || !*argv[1])) {
        snapshot_lack(stdout, '-', &before, &after);
        snapshot_lack(stdout, '+', &after, &before);
    }
    if (result < 0) fprintf(stderr, "starter: %s\n", message);
    daemonize_options_free(options);
    return result < 0 ? status : 0;
}
