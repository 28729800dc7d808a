/* Numbers and names on the command line. */
#define _GNU_SOURCE
#include "names.h"
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <strings.h>

bool read_number(const char *text, int base, long least, long largest, long *number)
{
    char *end;
    long value;

    /* strtol() takes blanks and a sign, too. */
    if (!isdigit((unsigned char)*text))
        return false;
    errno = 0;
    value = strtol(text, &end, base);
    if (*end != '\0' || errno != 0 || value < least || value > largest)
        return false;
    *number = value;
    return true;
}

bool read_seconds(const char *text, int *milliseconds)
{
    long whole = 0, part = 0, unit = 100;

    if (strcasecmp(text, "forever") == 0) {
        *milliseconds = -1;
        return true;
    }
    if (!isdigit((unsigned char)*text))
        return false;
    for (; isdigit((unsigned char)*text); text++) {
        whole = whole * 10 + (*text - '0');
        if (whole > INT_MAX / 1000 - 1)
            return false;
    }
    if (*text == '.')
        for (text++; isdigit((unsigned char)*text) && unit > 0; text++, unit /= 10)
            part += (*text - '0') * unit;
    if (*text != '\0' || whole + part == 0)
        return false;
    *milliseconds = (int)(whole * 1000 + part);
    return true;
}

static const struct {
    const char *name;
    int number;
} signals[] = {
    { "HUP", SIGHUP },     { "INT", SIGINT },       { "QUIT", SIGQUIT }, { "ILL", SIGILL },     { "TRAP", SIGTRAP },
    { "ABRT", SIGABRT },   { "BUS", SIGBUS },       { "FPE", SIGFPE },   { "KILL", SIGKILL },   { "USR1", SIGUSR1 },
    { "SEGV", SIGSEGV },   { "USR2", SIGUSR2 },     { "PIPE", SIGPIPE }, { "ALRM", SIGALRM },   { "TERM", SIGTERM },
    { "CHLD", SIGCHLD },   { "CONT", SIGCONT },     { "STOP", SIGSTOP }, { "TSTP", SIGTSTP },   { "TTIN", SIGTTIN },
    { "TTOU", SIGTTOU },   { "URG", SIGURG },       { "XCPU", SIGXCPU }, { "XFSZ", SIGXFSZ },   { "VTALRM", SIGVTALRM },
    { "PROF", SIGPROF },   { "WINCH", SIGWINCH },   { "IO", SIGIO },     { "POLL", SIGPOLL },   { "PWR", SIGPWR },
    { "SYS", SIGSYS },
};

/* "+3" behind RTMIN, "-3" behind RTMAX, or nothing. */
static bool read_offset(const char *text, int from, char sign, int *signal_number)
{
    long offset = 0;

    if (*text != '\0' && (*text != sign || !read_number(text + 1, 10, 0, SIGRTMAX - SIGRTMIN, &offset)))
        return false;
    *signal_number = from + (sign == '+' ? (int)offset : (int)-offset);
    return true;
}

bool read_signal(const char *text, int *signal_number)
{
    long number;

    if (read_number(text, 10, 1, SIGRTMAX, &number)) {
        *signal_number = (int)number;
        return true;
    }
    if (strncasecmp(text, "SIG", 3) == 0)
        text += 3;
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        if (strcasecmp(text, signals[i].name) == 0) {
            *signal_number = signals[i].number;
            return true;
        }
    if (strncasecmp(text, "RTMIN", 5) == 0)
        return read_offset(text + 5, SIGRTMIN, '+', signal_number);
    if (strncasecmp(text, "RTMAX", 5) == 0)
        return read_offset(text + 5, SIGRTMAX, '-', signal_number);
    return false;
}

/* In the order of their numbers: linux/capability.h. */
static const char *const capabilities[] = {
    "chown", "dac_override", "dac_read_search", "fowner", "fsetid", "kill", "setgid", "setuid", "setpcap",
    "linux_immutable", "net_bind_service", "net_broadcast", "net_admin", "net_raw", "ipc_lock", "ipc_owner",
    "sys_module", "sys_rawio", "sys_chroot", "sys_ptrace", "sys_pacct", "sys_admin", "sys_boot", "sys_nice",
    "sys_resource", "sys_time", "sys_tty_config", "mknod", "lease", "audit_write", "audit_control", "setfcap",
    "mac_override", "mac_admin", "syslog", "wake_alarm", "block_suspend", "audit_read", "perfmon", "bpf",
    "checkpoint_restore",
};

bool read_capability(const char *text, int *capability)
{
    long number;

    if (read_number(text, 10, 0, 63, &number)) {
        *capability = (int)number;
        return true;
    }
    if (strncasecmp(text, "cap_", 4) == 0)
        text += 4;
    for (size_t i = 0; i < sizeof capabilities / sizeof *capabilities; i++)
        if (strcasecmp(text, capabilities[i]) == 0) {
            *capability = (int)i;
            return true;
        }
    return false;
}
