/* service: a daemon such as a user would write, the program that most tests start. It takes the library's options
   (options.h), and:

     --events=FIFO      report there: "up PID", then a line at each SIGUSR1 (probe.h), and what else is asked for
     --gate=FIFO        where --init=gate and --on-term=gate wait
     --init=WHAT        before daemonize_ready: ok, gate, hang, child, crash, exit:STATUS, fail:STATUS:MESSAGE,
                       swap:FD (something else is open there)
     --on-term=WHAT     exit (default), default, ignore, gate
     --before=WHAT      before daemonize: print, atexit, handlers, threads, blocked, cloexec, bystander
     --then=WHAT        once it is up: reread:PATH, child, print:TEXT, env:NAME, fail:STATUS:MESSAGE
     --fork             daemonize_fork, and say what it gave
     --plain            daemonize, without any options
     --not-yet          none of them: at once what --then has said before
     --started          none of them: it was started as a daemon, by daemonize_exec or the daemonize command, and
                        speaks to NOTIFY_SOCKET */
#define _GNU_SOURCE
#include "options.h"
#include "probe.h"
#include "sd_notify.h"
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

static pid_t bystander;
static int started;
static const char *gate, *init = "ok", *on_term = "exit";

static void *spin(void *unused) {
    for (volatile unsigned long turns = 0;; turns++) (void)unused;
    return NULL;
}

static void on_exit_report(void) { report("atexit %d", getpid()); }

static void ignore_it(int signal_number) { (void)signal_number; }

static void before(const char *what) {
    if (!strcmp(what, "print")) printf("buffered");
    if (!strcmp(what, "atexit")) atexit(on_exit_report);
    if (!strcmp(what, "handlers")) {
        int handled[] = {SIGHUP, SIGINT, SIGTERM, SIGUSR1, SIGUSR2, SIGCHLD, SIGRTMIN + 3, SIGRTMAX};
        for (size_t i = 0; i < sizeof handled / sizeof *handled; i++) signal(handled[i], ignore_it);
        signal(SIGWINCH, SIG_IGN), signal(SIGRTMAX - 1, SIG_IGN);
    }
    if (!strcmp(what, "blocked")) {
        sigset_t set;
        sigemptyset(&set), sigaddset(&set, SIGUSR2), sigprocmask(SIG_BLOCK, &set, NULL);
    }
    if (!strcmp(what, "cloexec") && fcntl(open("/", O_RDONLY | O_CLOEXEC), F_DUPFD_CLOEXEC, 700) != 700) exit(124);
    if (!strcmp(what, "bystander") && (bystander = fork()) == 0) _exit(5);
    pthread_t thread;
    for (int i = 0; !strcmp(what, "threads") && i < 4; i++)
        if (pthread_create(&thread, NULL, spin, NULL)) exit(124);
}

/* STATUS:MESSAGE */
static void give_up(const char *words) {
    const char *message = strchr(words, ':');
    daemonize_fail(atoi(words), message ? message + 1 : NULL);
    report("daemonize_fail returned: %s", libdaemon_last_error());
}

static void initialise(void) {
    if (!strcmp(init, "ok")) return;
    if (!strncmp(init, "swap:", 5)) {
        if (dup2(0, atoi(init + 5)) < 0) exit(124);
        return;
    }
    report("initialising %d", getpid());
    if (!strcmp(init, "gate")) wait_at(gate);
    if (!strcmp(init, "child")) {
        pid_t child = fork();
        if (child) report("child %d", child);
        init = "hang";
    }
    if (!strcmp(init, "hang"))
        for (;;) pause();
    if (!strcmp(init, "crash")) {
        setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
        raise(SIGSEGV);
    }
    if (!strncmp(init, "exit:", 5)) exit(atoi(init + 5));
    if (!strncmp(init, "fail:", 5)) give_up(init + 5);
}

/* The handlers below only ever interrupt pause() in main (or what leads to it), so they may do as they like. */
static void on_probe(int signal_number) {
    (void)signal_number;
    probe();
}

static void on_sigterm(int signal_number) {
    (void)signal_number;
    if (!strcmp(on_term, "gate")) {
        report("terminating %d", getpid());
        wait_at(gate);
    }
    exit(0);
}

static void then(const char *what) {
    if (!strncmp(what, "reread:", 7)) {
        char text[64];
        int fd = open(what + 7, O_RDWR);
        if (fd < 0 || read(fd, text, sizeof text) < 0 || close(fd)) report("reread: %s", strerror(errno));
    }
    if (!strncmp(what, "print:", 6)) {
        printf("%s\n", what + 6), fflush(stdout);
        fprintf(stderr, "%s, to stderr\n", what + 6);
    }
    if (!strncmp(what, "fail:", 5)) give_up(what + 5);
    if (!strncmp(what, "env:", 4)) report("env %s", getenv(what + 4) ? getenv(what + 4) : "(none)");
    if (!strcmp(what, "child")) {
        pid_t child = fork();
        if (child == 0) {
            report("child %d", getpid());
            for (;;) pause();
        }
    }
}

/* A child of the program's own, which is the program's to wait for. */
static void wait_for_bystander(void) {
    int status = 0;
    if (bystander && waitpid(bystander, &status, 0) == bystander) printf("bystander=%d\n", WEXITSTATUS(status));
}

static int refused(void) {
    int error = errno, status = libdaemon_last_status();
    printf("errno=%d last_errno=%d status=%d\nstep: %s\n", error, libdaemon_last_errno(), status, libdaemon_last_step());
    wait_for_bystander();
    fprintf(stderr, "service: %s\n", libdaemon_last_error());
    return status;
}

static int parent_of_daemon(pid_t pid) {
    wait_for_bystander();
    int children = waitpid(-1, NULL, WNOHANG);
    printf("daemon=%d children=%d errno=%d\n", pid, children, errno);
    return 0;
}

int main(int argc, char **argv) {
    const char *later = "", *value;
    int use_fork = 0, plain = 0;
    daemonize_options *options = daemonize_options_new();
    for (int i = 1; i < argc; i++) {
        if ((value = option_value(argv[i], "events"))) report_to = value;
        else if ((value = option_value(argv[i], "gate"))) gate = value;
        else if ((value = option_value(argv[i], "init"))) init = value;
        else if ((value = option_value(argv[i], "on-term"))) on_term = value;
        else if ((value = option_value(argv[i], "before"))) before(value);
        else if ((value = option_value(argv[i], "then"))) later = value;
        else if (!strcmp(argv[i], "--fork")) use_fork = 1;
        else if (!strcmp(argv[i], "--plain")) plain = 1;
        else if (!strcmp(argv[i], "--started")) started = 1;
        else if (!strcmp(argv[i], "--not-yet")) return then(later), 0;
        else {
            int result = set_option(options, argv[i]);
            if (result > 0) fprintf(stderr, "service: what is %s?\n", argv[i]);
            if (result) return result > 0 ? 2 : refused();
        }
    }
    pid_t result = started ? 0 : use_fork ? daemonize_fork(options) : plain ? daemonize() : daemonize_with(options);
    if (result < 0) return refused();
    if (result > 0) return parent_of_daemon(result);
    daemonize_options_free(options);

    initialise();
    if (started) sd_notify("READY=1");
    else if (daemonize_ready()) report("daemonize_ready: %s", libdaemon_last_error());
    then(later);
    signal(SIGUSR1, on_probe);
    if (!strcmp(on_term, "ignore")) signal(SIGTERM, SIG_IGN);
    else if (strcmp(on_term, "default")) signal(SIGTERM, on_sigterm);
    report("up %d", getpid());
    for (;;) pause();
}
