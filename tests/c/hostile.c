/* hostile: starts a program in the worst place a launcher can be in.

     hostile [--parts=LIST] [--closed=DIGITS] [--stdio=terminal|pipes] -- PROGRAM [ARGUMENT...]

   PROGRAM becomes a session leader on a terminal that is hung up the moment it exits; LIST (comma-separated, all when not
   given) chooses from: tty fds limit umask ignored chld blocked alarm groups. Exits as PROGRAM did. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *parts = "tty,fds,limit,umask,ignored,chld,blocked,alarm,groups";

static void die(const char *what) {
    perror(what);
    _exit(126);
}

static int part(const char *name) {
    size_t length = strlen(name);
    for (const char *at = parts; at && *at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL)
        if (!strncmp(at, name, length) && (at[length] == ',' || !at[length])) return 1;
    return 0;
}

/* As far as permitted: root may raise it to fs.nr_open, others to the hard limit. */
static void raise_limit(void) {
    struct rlimit limit = {1048576, 1048576};
    if (setrlimit(RLIMIT_NOFILE, &limit) == 0) return;
    if (getrlimit(RLIMIT_NOFILE, &limit)) die("getrlimit");
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit)) die("setrlimit");
}

/* Fifty descriptors of several kinds without close-on-exec, 900, 1000 and 5000 among them. */
static void open_descriptors(int terminal) {
    int last = -1;
    for (int i = 0; i < 45; i++) last = open(i % 2 ? "/dev/null" : "/", O_RDONLY);
    int pair[2];
    if (last < 0 || socketpair(AF_UNIX, SOCK_STREAM, 0, pair)) die("descriptors");
    int high[] = {900, 1000, 5000};
    for (int i = 0; i < 3; i++)
        if (dup2(i == 0 && terminal >= 0 ? terminal : pair[i % 2], high[i]) < 0) die("dup2");
}

static void set_signals(void) {
    int ignored[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR2};
    for (size_t i = 0; part("ignored") && i < sizeof ignored / sizeof *ignored; i++) signal(ignored[i], SIG_IGN);
    if (part("chld")) signal(SIGCHLD, SIG_IGN);
    if (part("blocked")) {
        sigset_t set;
        sigemptyset(&set);
        sigaddset(&set, SIGUSR1), sigaddset(&set, SIGWINCH), sigaddset(&set, SIGRTMIN + 1);
        sigprocmask(SIG_SETMASK, &set, NULL);
    }
}

static void become_hostile(const char *terminal_name, const char *closed, int stdio_on_terminal) {
    int terminal = -1;
    if (terminal_name) {
        if (setsid() < 0) die("setsid");
        terminal = open(terminal_name, O_RDWR);
        if (terminal < 0 || ioctl(terminal, TIOCSCTTY, 0)) die(terminal_name);
        for (int fd = 0; fd <= (stdio_on_terminal ? 2 : 0); fd++) dup2(terminal, fd);
    }
    if (part("limit")) raise_limit();
    if (part("fds")) open_descriptors(terminal);
    if (terminal > 2) close(terminal);
    if (part("umask")) umask(067);
    gid_t groups[] = {1, 2, 3, 20};
    if (part("groups") && setgroups(4, groups) && errno != EPERM) die("setgroups");
    set_signals();
    /* Far off: a start may take long on a busy machine, and whether a timer is left can be asked. */
    struct itimerval due = {.it_value = {1000, 0}};
    if (part("alarm")) setitimer(ITIMER_REAL, &due, NULL);
    for (; *closed; closed++) close(*closed - '0');
}

/* Passes on what appears on the terminal, until the program is gone and all it wrote has been read. */
static void relay(int master, int program) {
    struct pollfd wait_for[] = {{.fd = program, .events = POLLIN}, {.fd = master, .events = POLLIN}};
    char text[4096];
    for (;;) {
        if (poll(wait_for, 2, -1) < 0) continue;
        ssize_t got = wait_for[1].revents ? read(master, text, sizeof text) : 0;
        if (got > 0 && write(1, text, (size_t)got) != got) die("write");
        if (got < 0 && errno == EIO) wait_for[1].fd = -1;
        if (got <= 0 && wait_for[0].revents) return;
    }
}

int main(int argc, char **argv) {
    const char *closed = "";
    int stdio_on_terminal = 0, at = 1;
    for (; at < argc && strcmp(argv[at], "--"); at++) {
        if (!strncmp(argv[at], "--parts=", 8)) parts = argv[at] + 8;
        else if (!strncmp(argv[at], "--closed=", 9)) closed = argv[at] + 9;
        else if (!strcmp(argv[at], "--stdio=terminal")) stdio_on_terminal = 1;
        else if (strcmp(argv[at], "--stdio=pipes")) return 126;
    }
    if (at + 1 >= argc) return 126;

    int master = -1;
    if (part("tty")) {
        master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
        if (master < 0 || grantpt(master) || unlockpt(master)) die("pseudo-terminal");
    }
    pid_t pid = fork();
    if (pid < 0) die("fork");
    if (pid == 0) {
        become_hostile(master >= 0 ? ptsname(master) : NULL, closed, stdio_on_terminal);
        execvp(argv[at + 1], argv + at + 1);
        _exit(127);
    }
    int program = (int)syscall(SYS_pidfd_open, pid, 0);
    if (program < 0) die("pidfd_open");
    relay(master, program);
    close(master);
    int status;
    if (waitpid(pid, &status, 0) != pid) die("waitpid");
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
