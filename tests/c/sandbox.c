/* sandbox WHAT... -- PROGRAM [ARGUMENT...]: runs the program with some system calls forbidden, for itself and its descendants.

     privileged    what systemd's SystemCallFilter=~@privileged forbids of what changes users, groups, owners and capabilities:
                   who makes such a call is killed, as systemd does it
     openat2       ENOSYS, as before Linux 5.6
     pidfd         ENOSYS for what opens and signals them, as before Linux 5.1 */
#define _GNU_SOURCE

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static const int privileged[] = {SYS_setuid,   SYS_setgid,    SYS_setreuid,  SYS_setregid, SYS_setresuid, SYS_setresgid,
                                 SYS_setfsuid, SYS_setfsgid,  SYS_setgroups, SYS_capset,   SYS_fchown,    SYS_fchownat,
                                 SYS_chroot,   SYS_quotactl};
static const int newer[] = {SYS_openat2};
static const int pidfds[] = {SYS_pidfd_open, SYS_pidfd_send_signal};

static int forbid(const int *calls, size_t count, unsigned int action)
{
    struct sock_filter filter[64] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr))};
    struct sock_fprog program = {1, filter};
    size_t i;

    for (i = 0; i < count; i++) {
        filter[program.len++] =
            (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned int)calls[i], (unsigned char)(count - i), 0);
    }
    filter[program.len++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    filter[program.len++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, action);
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0;
}

int main(int argc, char *argv[])
{
    int i;

    for (i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        int failed = 1;

        if (strcmp(argv[i], "privileged") == 0)
            failed = forbid(privileged, sizeof privileged / sizeof *privileged, SECCOMP_RET_KILL_PROCESS);
        if (strcmp(argv[i], "openat2") == 0)
            failed = forbid(newer, sizeof newer / sizeof *newer, SECCOMP_RET_ERRNO | ENOSYS);
        if (strcmp(argv[i], "pidfd") == 0)
            failed = forbid(pidfds, sizeof pidfds / sizeof *pidfds, SECCOMP_RET_ERRNO | ENOSYS);
        if (failed) {
            perror(argv[i]);
            return 125;
        }
    }
    if (i + 1 >= argc)
        return 125;
    execvp(argv[i + 1], &argv[i + 1]);
    perror(argv[i + 1]);
    return 126;
}
