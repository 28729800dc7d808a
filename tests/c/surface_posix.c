/* The posix_* functions about users, groups, files, limits and the system, against the plain libc calls. */
#define _GNU_SOURCE

#include "surface_check.h"
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pthread.h>
#include <pwd.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/times.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

static int same(const char *ours, const char *theirs)
{
    return ours != NULL && theirs != NULL && strcmp(ours, theirs) == 0;
}

static void in_child(void (*run)(void))
{
    int status;
    pid_t pid = fork_tied();

    if (pid == 0) {
        run();
        _exit(0);
    }
    CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void numbers(void)
{
    gid_t ours[256], theirs[256];
    int count = getgroups(256, theirs);

    CHECK(posix_getuid() == getuid() && posix_geteuid() == geteuid());
    CHECK(posix_getgid() == getgid() && posix_getegid() == getegid());
    CHECK(posix_getpgrp() == getpgrp());
    CHECK(posix_getgroups(0, NULL) == count && posix_getgroups(256, ours) == count);
    CHECK(memcmp(ours, theirs, (size_t)count * sizeof *ours) == 0);
    CHECK(count == 0 || (posix_getgroups(-1, ours) == -1 && errno == EINVAL));
}

static void *wait_for_line(void *end)
{
    char byte;

    return (void *)(uintptr_t)(read(*(int *)end, &byte, 1) == 1 && geteuid() == 65534 && getegid() == 65534);
}

/* The other thread has changed its user too. */
static void becomes_nobody(void)
{
    int ends[2];
    pthread_t thread;
    void *changed;

    CHECK(pipe(ends) == 0 && pthread_create(&thread, NULL, wait_for_line, &ends[0]) == 0);
    CHECK(posix_initgroups("daemon", 65534) == 0);
    CHECK(posix_setgid(65534) == 0 && posix_setuid(65534) == 0);
    CHECK(write(ends[1], "x", 1) == 1 && pthread_join(thread, &changed) == 0 && changed != NULL);
    CHECK(getuid() == 65534 && geteuid() == 65534 && getgid() == 65534);
    CHECK(posix_setuid(0) == -1 && errno == EPERM && posix_get_last_error() == EPERM);
    CHECK(strcmp(libdaemon_last_error(), "user 0: Operation not permitted") == 0);
    CHECK(posix_seteuid(0) == -1 && posix_setgid(0) == -1 && posix_setegid(0) == -1);
    CHECK(posix_initgroups("daemon", 0) == -1 && errno == EPERM);
}

static void becomes_for_a_while(void)
{
    CHECK(posix_setegid(65534) == 0 && getegid() == 65534 && getgid() == 0);
    CHECK(posix_seteuid(65534) == 0 && geteuid() == 65534 && getuid() == 0);
    CHECK(posix_access("/etc/shadow", R_OK) == 0);
    CHECK(posix_eaccess("/etc/shadow", R_OK) == -1 && errno == EACCES);
    CHECK(posix_seteuid(0) == 0 && geteuid() == 0);
    CHECK(posix_setuid((uid_t)-1) == -1 && errno == EINVAL);
}

static void identity(void)
{
    in_child(becomes_nobody);
    in_child(becomes_for_a_while);
}

static void users(void)
{
    posix_passwd user = {0};
    char buffer[4096];
    struct passwd *theirs;

    setpwent();
    while ((theirs = getpwent()) != NULL) {
        CHECK(posix_getpwnam(theirs->pw_name, &user, buffer, sizeof buffer) == 1);
        CHECK(same(user.name, theirs->pw_name) && same(user.passwd, theirs->pw_passwd));
        CHECK(same(user.gecos, theirs->pw_gecos) && same(user.dir, theirs->pw_dir) && same(user.shell, theirs->pw_shell));
        CHECK(user.uid == theirs->pw_uid && user.gid == theirs->pw_gid);
        CHECK(posix_getpwuid(theirs->pw_uid, &user, buffer, sizeof buffer) == 1 && user.uid == theirs->pw_uid);
    }
    user.uid = 4711;
    CHECK(posix_getpwnam("no such user", &user, buffer, sizeof buffer) == 0);
    CHECK(posix_getpwnam("root", &user, buffer, 3) == -1 && errno == ERANGE && posix_get_last_error() == ERANGE);
    CHECK(strncmp(libdaemon_last_error(), "user root: ", 11) == 0);
    CHECK(posix_getpwuid(0, &user, buffer, 0) == -1 && errno == ERANGE);
    CHECK(strncmp(libdaemon_last_error(), "user 0: ", 8) == 0);
    CHECK(user.uid == 4711);
}

static void groups(void)
{
    posix_group group = {0};
    char buffer[4096];
    struct group *theirs;
    size_t i;

    setgrent();
    while ((theirs = getgrent()) != NULL) {
        CHECK(posix_getgrnam(theirs->gr_name, &group, buffer, sizeof buffer) == 1);
        CHECK(same(group.name, theirs->gr_name) && same(group.passwd, theirs->gr_passwd) && group.gid == theirs->gr_gid);
        for (i = 0; theirs->gr_mem[i] != NULL; i++)
            CHECK(same(group.members[i], theirs->gr_mem[i]));
        CHECK(group.members[i] == NULL);
        CHECK(posix_getgrgid(theirs->gr_gid, &group, buffer, sizeof buffer) == 1 && group.gid == theirs->gr_gid);
    }
    CHECK(posix_getgrgid(1 << 30, &group, buffer, sizeof buffer) == 0);
    CHECK(posix_getgrnam("root", &group, buffer, 3) == -1 && errno == ERANGE);
}

static void files(void)
{
    struct stat status;
    char path[PATH_MAX];

    umask(027);
    CHECK(posix_mkfifo("fifo", 0666) == 0 && lstat("fifo", &status) == 0 && status.st_mode == (S_IFIFO | 0640));
    CHECK(posix_mkfifo("fifo", 0666) == -1 && errno == EEXIST && posix_get_last_error() == EEXIST);
    CHECK(strcmp(libdaemon_last_error(), "special file fifo: File exists") == 0);
    CHECK(posix_mknod("plain", S_IFREG | 0600, 0, 0) == 0 && lstat("plain", &status) == 0 && S_ISREG(status.st_mode));
    if (geteuid() == 0) {
        CHECK(posix_mknod("null", S_IFCHR | 0600, 1, 3) == 0 && lstat("null", &status) == 0);
        CHECK(S_ISCHR(status.st_mode) && status.st_rdev == makedev(1, 3));
    }
    CHECK(posix_access("plain", R_OK | W_OK) == 0 && posix_access("plain", F_OK) == 0);
    CHECK(posix_access("plain", X_OK) == -1 && errno == EACCES && posix_get_last_error() == EACCES);
    CHECK(posix_eaccess("nowhere", F_OK) == -1 && errno == ENOENT);
    CHECK(strcmp(libdaemon_last_error(), "access to nowhere: No such file or directory") == 0);
    CHECK(posix_getcwd(path, sizeof path) == path && path[0] == '/' && access(path, X_OK) == 0);
    CHECK(posix_getcwd(path, 2) == NULL && errno == ERANGE && posix_get_last_error() == ERANGE);
    CHECK(same(posix_ctermid(), ctermid(NULL)));
}

static void limits(void)
{
    struct rlimit theirs;
    uint64_t soft = 1, hard = 2;
    char odd[16];

    CHECK(getrlimit(RLIMIT_NOFILE, &theirs) == 0 && posix_getrlimit(RLIMIT_NOFILE, &soft, &hard) == 0);
    CHECK(soft == theirs.rlim_cur && hard == theirs.rlim_max);
    CHECK(posix_getrlimit(RLIMIT_NOFILE, NULL, NULL) == 0);
    /* Two results in one place, which no alignment fits. */
    CHECK(posix_getrlimit(RLIMIT_NOFILE, (uint64_t *)(void *)&odd[1], (uint64_t *)(void *)&odd[1]) == 0);
    CHECK(memcmp(&odd[1], &hard, sizeof hard) == 0);
    CHECK(posix_setrlimit(RLIMIT_NOFILE, 64, 128) == 0 && getrlimit(RLIMIT_NOFILE, &theirs) == 0);
    CHECK(theirs.rlim_cur == 64 && theirs.rlim_max == 128);
    CHECK(posix_setrlimit(RLIMIT_NOFILE, 65, 64) == -1 && errno == EINVAL && posix_get_last_error() == EINVAL);
    CHECK(posix_getrlimit(99, &soft, &hard) == -1 && errno == EINVAL);
    CHECK(strcmp(libdaemon_last_error(), "limit of resource 99: Invalid argument") == 0);
    CHECK(posix_setrlimit(RLIMIT_CORE, 0, 0) == 0 && posix_getrlimit(RLIMIT_CORE, &soft, &hard) == 0);
    CHECK(soft == 0 && hard == 0);
    CHECK(getrlimit(RLIMIT_CPU, &theirs) == 0 && posix_getrlimit(RLIMIT_CPU, &soft, NULL) == 0 && soft == theirs.rlim_cur);
    CHECK(theirs.rlim_cur != RLIM_INFINITY || soft == UINT64_MAX);
}

static void configuration(void)
{
    int name, descriptor = open("/", O_RDONLY | O_DIRECTORY);
    long theirs;

    for (name = -1; name < 250; name++) {
        if (name == _SC_AVPHYS_PAGES)
            continue;
        errno = 0;
        theirs = sysconf(name);
        CHECK(posix_sysconf(name) == theirs && (theirs != -1 || posix_get_last_error() == errno));
    }
    for (name = -1; name < 30; name++) {
        errno = 0;
        theirs = pathconf("/", name);
        CHECK(posix_pathconf("/", name) == theirs && (theirs != -1 || posix_get_last_error() == errno));
        CHECK(posix_fpathconf(descriptor, name) == theirs && (theirs != -1 || posix_get_last_error() == errno));
    }
    CHECK(posix_pathconf("/nowhere", _PC_LINK_MAX) == -1 && errno == ENOENT && libdaemon_last_errno() == ENOENT);
    CHECK(posix_fpathconf(-1, _PC_NAME_MAX) == -1 && errno == EBADF && posix_get_last_error() == EBADF);
    errno = EIO;
    CHECK(posix_pathconf("/", _PC_SYNC_IO) == -1 && errno == 0 && posix_get_last_error() == 0);
}

static void names(void)
{
    struct utsname theirs;
    posix_utsname ours;

    CHECK(uname(&theirs) == 0 && posix_uname(&ours) == 0);
    CHECK(same(ours.sysname, theirs.sysname) && same(ours.nodename, theirs.nodename));
    CHECK(same(ours.release, theirs.release) && same(ours.version, theirs.version));
    CHECK(same(ours.machine, theirs.machine) && same(ours.domainname, theirs.domainname));
}

static void busy(void)
{
    struct tms used;

    while (times(&used) != -1 && used.tms_utime + used.tms_stime < 3)
        continue;
}

static void used_time(void)
{
    struct tms before, after;
    posix_tms ours;
    int64_t ticks;

    in_child(busy);
    busy();
    CHECK(times(&before) != -1);
    ticks = posix_times(&ours);
    CHECK(times(&after) >= ticks && posix_times(NULL) >= ticks);
    CHECK(ours.utime >= before.tms_utime && ours.utime <= after.tms_utime);
    CHECK(ours.stime >= before.tms_stime && ours.stime <= after.tms_stime);
    CHECK(ours.cutime == before.tms_cutime && ours.cstime == before.tms_cstime && ours.cutime + ours.cstime >= 2);
}

/* Without a terminal and a login there is nobody; with them, whom libc says. */
static void login(void)
{
    char theirs[256];
    int error = getlogin_r(theirs, sizeof theirs);
    const char *ours = posix_getlogin();

    CHECK(error == 0 ? same(ours, theirs) : ours == NULL && errno == error && posix_get_last_error() == error);
}

static const struct check_test tests[] = {
    {"numbers", numbers}, {"identity", identity},           {"users", users}, {"groups", groups},       {"files", files},
    {"limits", limits},   {"configuration", configuration}, {"names", names}, {"used_time", used_time}, {"login", login},
};

CHECK_MAIN(tests)
