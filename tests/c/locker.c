/* locker: a stranger at a pid or lock file.

     locker EVENTS FILE ACTION...

   Opens FILE, for reading, or for writing too if the first action is "write"; does what is asked, reports "locked PID" and stays.
   Actions: read, write (a lock of the open file description, on the whole file), write-first (on its first byte), posix-read, posix-write (the process's),
   flock-shared, flock-exclusive, put:TEXT. */
#define _GNU_SOURCE
#include "report.h"
#include <string.h>
#include <sys/file.h>

static int lock(int fd, int command, short type, off_t length) {
    struct flock lock = {.l_type = type, .l_whence = SEEK_SET, .l_len = length};
    return fcntl(fd, command, &lock);
}

static int act(int fd, const char *action) {
    if (!strcmp(action, "read")) return lock(fd, F_OFD_SETLK, F_RDLCK, 0);
    if (!strcmp(action, "write")) return lock(fd, F_OFD_SETLK, F_WRLCK, 0);
    if (!strcmp(action, "write-first")) return lock(fd, F_OFD_SETLK, F_WRLCK, 1);
    if (!strcmp(action, "posix-read")) return lock(fd, F_SETLK, F_RDLCK, 0);
    if (!strcmp(action, "posix-write")) return lock(fd, F_SETLK, F_WRLCK, 0);
    if (!strcmp(action, "flock-shared")) return flock(fd, LOCK_SH | LOCK_NB);
    if (!strcmp(action, "flock-exclusive")) return flock(fd, LOCK_EX | LOCK_NB);
    if (strncmp(action, "put:", 4) || ftruncate(fd, 0)) return -1;
    return pwrite(fd, action + 4, strlen(action + 4), 0) < 0;
}

int main(int argc, char **argv) {
    if (argc < 4) return 2;
    report_to = argv[1];
    int fd = open(argv[2], strstr(argv[3], "write") ? O_RDWR : O_RDONLY);
    if (fd < 0) return perror(argv[2]), 1;
    for (int i = 3; i < argc; i++)
        if (act(fd, argv[i])) return perror(argv[i]), 1;
    report("locked %d", getpid());
    for (;;) pause();
}
