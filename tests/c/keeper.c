/* keeper: runs one program and keeps watch over whatever comes of it.

     keeper STDIN STDOUT STDERR PROGRAM [ARGUMENT...]

   It is the subreaper of all that PROGRAM starts, so that a daemon becomes its child. Descriptor 1 gets its events, a line
   each: "started PID", "exited PID STATUS", "killed PID SIGNAL", "idle" when it has no child left. When descriptor 0 ends,
   because the test is over or dead, it kills and reaps every descendant and leaves. */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

static int events;

static void die(const char *what) {
    perror(what);
    exit(126);
}

static int parent_of(const char *pid) {
    char path[64], line[512];
    snprintf(path, sizeof path, "/proc/%.20s/stat", pid);
    FILE *file = fopen(path, "re");
    int parent = -1;
    if (file && fgets(line, sizeof line, file)) {
        char *name_end = strrchr(line, ')');
        if (name_end && sscanf(name_end + 1, " %*c %d", &parent) != 1) parent = -1;
    }
    if (file) fclose(file);
    return parent;
}

static void kill_children(void) {
    DIR *proc = opendir("/proc");
    if (!proc) die("/proc");
    for (struct dirent *entry; (entry = readdir(proc));)
        if (isdigit((unsigned char)entry->d_name[0]) && parent_of(entry->d_name) == getpid())
            kill(atoi(entry->d_name), SIGKILL);
    closedir(proc);
}

/* A killed child's own children come to us, so this ends when the last descendant has. */
static void end_all(void) {
    do kill_children();
    while (waitpid(-1, NULL, 0) > 0 || errno == EINTR);
}

static void reap(void) {
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        if (WIFEXITED(status)) dprintf(events, "exited %d %d\n", pid, WEXITSTATUS(status));
        else dprintf(events, "killed %d %d\n", pid, WTERMSIG(status));
    }
    if (pid < 0 && errno == ECHILD) dprintf(events, "idle\n");
}

int main(int argc, char **argv) {
    if (argc < 5) return 126;
    if (prctl(PR_SET_CHILD_SUBREAPER, 1)) die("subreaper");
    /* What the test's own process was started with is none of the program's business. */
    if (close_range(3, ~0U, 0)) die("close_range");
    int control = fcntl(0, F_DUPFD_CLOEXEC, 10);
    events = fcntl(1, F_DUPFD_CLOEXEC, 10);

    sigset_t child, before;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, &before);
    int deaths = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
    if (control < 0 || events < 0 || deaths < 0) die("descriptors");

    int in = open(argv[1], O_RDONLY), out = open(argv[2], O_WRONLY | O_APPEND), err = open(argv[3], O_WRONLY | O_APPEND);
    if (in < 0 || out < 0 || err < 0) die("the program's streams");
    pid_t pid = fork();
    if (pid < 0) die("fork");
    if (pid == 0) {
        int streams[] = {in, out, err};
        for (int i = 0; i < 3; i++) dup2(streams[i], i);
        for (int i = 0; i < 3; i++)
            if (streams[i] > 2) close(streams[i]);
        sigprocmask(SIG_SETMASK, &before, NULL);
        setpgid(0, 0); /* a job of its own, as from a shell: a program that signals its group must not mean us */
        /* A shell without job control has its background jobs ignore the first two, nohup the third, and so the whole suite may. */
        signal(SIGINT, SIG_DFL);
        signal(SIGQUIT, SIG_DFL);
        signal(SIGHUP, SIG_DFL);
        execvp(argv[4], argv + 4);
        perror(argv[4]);
        _exit(127);
    }
    close(in), close(out), close(err);
    /* Our own descriptors 0 and 1 are the test's; the test may be gone when we write. */
    signal(SIGPIPE, SIG_IGN);
    dprintf(events, "started %d\n", pid);

    struct pollfd wait_for[] = {{.fd = control, .events = POLLIN}, {.fd = deaths, .events = POLLIN}};
    for (;;) {
        if (poll(wait_for, 2, -1) < 0 && errno != EINTR) die("poll");
        if (wait_for[1].revents) {
            struct signalfd_siginfo info;
            while (read(deaths, &info, sizeof info) > 0) continue;
            reap();
        }
        char byte;
        if (wait_for[0].revents && read(control, &byte, 1) <= 0) break;
    }
    end_all();
    return 0;
}
