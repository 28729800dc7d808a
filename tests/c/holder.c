/* holder: a daemon that does something to the pid file it holds, or holds it in an odd way.

     holder --events=FIFO [--then=WHAT] [OPTION...]

   Reports "up PID" once that is done. WHAT:

     forge:PID     writes that pid through the descriptor that it holds
     unlock        gives up the lock of flock(2)
     leave         leaves a child behind that no handler has closed the descriptor in: "child PID"
     hand-over     the same, and the child's pid is what the file says
     thread        the first thread ends, another one goes on
     exec:PROGRAM  becomes `PROGRAM 1000`
     close         closes all descriptors from 3 up
     workers:N     N children that wait, in the same session, the last of which ignores SIGTERM: "worker PID" each
     again:PATH    makes a daemon of itself again, with that pid file: "up PID" once more
     descriptors   has no descriptor left */
#define _GNU_SOURCE
#include "options.h"
#include "report.h"
#include <pthread.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>

/* The plain file that it has open for writing, from 3 up. */
static int pidfile(void) {
    struct stat status;
    for (int fd = 3; fd < 100; fd++)
        if (!fstat(fd, &status) && S_ISREG(status.st_mode) && (fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDWR) return fd;
    _exit(124);
}

static void put(const char *text) {
    if (pwrite(pidfile(), text, strlen(text), 0) < 0 || ftruncate(pidfile(), (off_t)strlen(text))) _exit(124);
}

static void child(int writes) {
    char text[16];
    if (syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0)) return;
    snprintf(text, sizeof text, "%ld\n", syscall(SYS_getpid));
    if (writes) put(text);
    report("child %ld", syscall(SYS_getpid));
    for (;;) pause();
}

static void *go_on(void *unused) {
    report("up %d", getpid());
    for (;;) pause();
    return unused;
}

static void workers(int count) {
    for (int i = 1; i <= count; i++)
        if (fork() == 0) {
            signal(SIGTERM, i == count ? SIG_IGN : SIG_DFL);
            report("worker %d", getpid());
            for (;;) pause();
        }
}

static void again(const char *path) {
    daemonize_options *options = daemonize_options_new();
    daemonize_options_pidfile(options, path);
    if (daemonize_with(options)) report("again: %s", libdaemon_last_error());
}

static void no_descriptors(void) {
    setrlimit(RLIMIT_NOFILE, &(struct rlimit){(rlim_t)pidfile() + 1, 1024});
    while (dup(0) >= 0) {}
}

static void then(const char *what) {
    pthread_t thread;
    if (!strncmp(what, "forge:", 6)) put(what + 6);
    if (!strcmp(what, "unlock") && flock(pidfile(), LOCK_UN)) _exit(124);
    if (!strcmp(what, "leave") || !strcmp(what, "hand-over")) child(!strcmp(what, "hand-over"));
    if (!strncmp(what, "exec:", 5)) execlp(what + 5, what + 5, "1000", NULL);
    if (!strcmp(what, "close")) closefrom(3);
    if (!strncmp(what, "workers:", 8)) workers(atoi(what + 8));
    if (!strncmp(what, "again:", 6)) again(what + 6);
    if (!strcmp(what, "thread")) {
        if (pthread_create(&thread, NULL, go_on, NULL)) _exit(124);
        pthread_exit(NULL);
    }
}

int main(int argc, char **argv) {
    const char *value, *later = "";
    daemonize_options *options = daemonize_options_new();
    for (int i = 1; i < argc; i++)
        if ((value = option_value(argv[i], "events"))) report_to = value;
        else if ((value = option_value(argv[i], "then"))) later = value;
        else if (set_option(options, argv[i])) return fprintf(stderr, "holder: %s?\n", argv[i]), 2;
    if (daemonize_with(options)) return fprintf(stderr, "holder: %s\n", libdaemon_last_error()), 1;
    if (!strncmp(later, "exec:", 5)) report("up %d", getpid());
    then(later);
    report("up %d", getpid());
    if (!strcmp(later, "descriptors")) no_descriptors();
    for (;;) pause();
}
