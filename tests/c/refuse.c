/* refuse: runs a program whose kernel lacks some calls, as an old one does, gVisor, or a sandbox.

     refuse CALL:ERRNO... -- PROGRAM ARGUMENT...

   CALL: ofd (fcntl's locks of open file descriptions), flock, pidfd_open, pidfd_send_signal. ERRNO is a number. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct sock_filter filter[128];
static unsigned short length;

static void add(struct sock_filter instruction) { filter[length++] = instruction; }

static void load(size_t offset) { add((struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (unsigned)offset)); }

static void skip_unless(unsigned value, unsigned char count) {
    add((struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, count));
}

static void answer(unsigned value) { add((struct sock_filter)BPF_STMT(BPF_RET | BPF_K, value)); }

/* Where COMMAND is not -1 only fcntl's call with it. */
static void refuse(unsigned call, int command, int error) {
    load(offsetof(struct seccomp_data, nr));
    skip_unless(call, command < 0 ? 1 : 3);
    if (command >= 0) {
        load(offsetof(struct seccomp_data, args) + sizeof(unsigned long long));
        skip_unless((unsigned)command, 1);
    }
    answer(SECCOMP_RET_ERRNO | (unsigned)error);
}

static int refuse_by_name(const char *name, size_t size, int error) {
    static const struct { const char *name; unsigned call; } calls[] = {
        {"flock", SYS_flock}, {"pidfd_open", SYS_pidfd_open}, {"pidfd_send_signal", SYS_pidfd_send_signal},
    };
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        if (size == strlen(calls[i].name) && !strncmp(name, calls[i].name, size))
            return refuse(calls[i].call, -1, error), 0;
    if (size != 3 || strncmp(name, "ofd", size)) return -1;
    for (int command = F_OFD_GETLK; command <= F_OFD_SETLKW; command++) refuse(SYS_fcntl, command, error);
    return 0;
}

int main(int argc, char **argv) {
    int i = 1;
    for (; i < argc && strcmp(argv[i], "--"); i++) {
        const char *colon = strchr(argv[i], ':');
        if (!colon || refuse_by_name(argv[i], (size_t)(colon - argv[i]), atoi(colon + 1))) return 2;
    }
    answer(SECCOMP_RET_ALLOW);
    struct sock_fprog program = {length, filter};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)) return perror("seccomp"), 1;
    execvp(argv[i + 1], argv + i + 1);
    return perror(argv[i + 1]), 1;
}
