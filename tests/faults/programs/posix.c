/* posix: one call of PHP's process and system functions: `posix WHAT DIRECTORY`. */
#define _GNU_SOURCE
#include "walk.h"
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

static char path[4096], buffer[8192];
static gid_t groups[256];

static void note(const char *text) {
    if (text) walk_note(text);
}

/* The calls that give 0 or -1, or a number. */
static long gives_number(const char *what) {
    struct posix_utsname names;
    struct posix_tms times;
    uint64_t soft, hard;
    int processors[256];
#define IS(name) !strcmp(what, #name)
    if (IS(setsid)) return posix_setsid() > 0 ? 0 : -1;
    if (IS(kill)) return posix_kill(getpid(), 0);
    if (IS(getsid)) return posix_getsid(0) > 0 ? 0 : -1;
    if (IS(getpgid)) return posix_getpgid(0) > 0 ? 0 : -1;
    if (IS(setpgid)) return posix_setpgid(0, 0);
    if (IS(times)) return posix_times(&times) > 0 ? 0 : -1;
    if (IS(uname)) return posix_uname(&names);
    if (IS(seteuid)) return posix_seteuid(65534);
    if (IS(setegid)) return posix_setegid(65534);
    if (IS(setuid)) return posix_setuid(65534);
    if (IS(setgid)) return posix_setgid(65534);
    if (IS(getgroups)) return posix_getgroups(256, groups) < 0 ? -1 : 0;
    if (IS(initgroups)) return posix_initgroups("nobody", 65534);
    if (IS(mkfifo)) return posix_mkfifo(path, 0600);
    if (IS(mknod)) return posix_mknod(path, S_IFREG | 0600, 0, 0);
    if (IS(access)) return posix_access("/", 4);
    if (IS(eaccess)) return posix_eaccess("/", 4);
    if (IS(getrlimit)) return posix_getrlimit(RLIMIT_NOFILE, &soft, &hard);
    if (IS(setrlimit)) return posix_setrlimit(RLIMIT_CORE, 0, 0);
    if (IS(sysconf)) return posix_sysconf(_SC_PAGESIZE) > 0 ? 0 : -1;
    if (IS(pathconf)) return posix_pathconf("/", _PC_NAME_MAX) > 0 ? 0 : -1;
    if (IS(fpathconf)) return posix_fpathconf(0, _PC_NAME_MAX) > 0 ? 0 : -1;
    if (IS(unshare)) return pcntl_unshare(CLONE_FS);
    if (IS(setns)) return pcntl_setns(getppid(), CLONE_NEWUTS);
    if (IS(getcpuaffinity)) return pcntl_getcpuaffinity(0, processors, 256) < 0 ? -1 : 0;
    if (IS(setcpuaffinity)) return pcntl_setcpuaffinity(0, processors, (processors[0] = 0, 1));
    if (IS(getpriority)) return pcntl_getpriority(0, PRIO_PROCESS);
    if (IS(setpriority)) return pcntl_setpriority(5, 0, PRIO_PROCESS);
    return -2;
}

/* Those that give a text, or look something up. */
static long gives_text(const char *what) {
    struct posix_passwd user;
    struct posix_group group;
    const char *text = NULL;
    long found = 1;
    if (IS(ttyname)) text = posix_ttyname(0) ? "a terminal" : NULL;
    else if (IS(getcwd)) text = posix_getcwd(buffer, sizeof buffer) ? "a directory" : NULL;
    else if (IS(isatty)) text = posix_isatty(0) ? "a terminal" : NULL;
    else if (IS(getpwnam)) text = (found = posix_getpwnam("nobody", &user, buffer, sizeof buffer)) == 1 ? user.name : NULL;
    else if (IS(getpwuid)) text = (found = posix_getpwuid(65534, &user, buffer, sizeof buffer)) == 1 ? user.name : NULL;
    else if (IS(getgrnam)) text = (found = posix_getgrnam("nogroup", &group, buffer, sizeof buffer)) == 1 ? group.name : NULL;
    else if (IS(getgrgid)) text = (found = posix_getgrgid(65534, &group, buffer, sizeof buffer)) == 1 ? group.name : NULL;
    else return -2;
    note(text);
    if (found == 0) return 0;
    return text ? 0 : -1;
}

int main(int argc, char **argv) {
    if (argc != 3) return 2;
    snprintf(path, sizeof path, "%s/made", argv[2]);
    walk_begin();
    long result = gives_number(argv[1]);
    if (result == -2) result = gives_text(argv[1]);
    walk_end(result);
    return 0;
}
