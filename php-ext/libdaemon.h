/* Generated from the library's sources by `make headers`, for FFI::cdef. Do not edit. */

typedef enum daemonize_close {
    DAEMONIZE_CLOSE_ALL,
    DAEMONIZE_CLOSE_INHERITED,
    DAEMONIZE_CLOSE_NONE,
} daemonize_close;

typedef enum daemonize_signals {
    DAEMONIZE_SIGNALS_RESET,
    DAEMONIZE_SIGNALS_KEEP,
} daemonize_signals;

typedef enum daemonize_foreground {
    DAEMONIZE_FOREGROUND_AUTO,
    DAEMONIZE_FOREGROUND_NEVER,
    DAEMONIZE_FOREGROUND_ALWAYS,
} daemonize_foreground;

typedef enum pcntl_disposition {
    PCNTL_DISPOSITION_DEFAULT,
    PCNTL_DISPOSITION_IGNORE,
    PCNTL_DISPOSITION_QUEUE,
} pcntl_disposition;

typedef struct daemonize_options daemonize_options;

typedef struct pcntl_rusage {
    int64_t ru_utime_tv_sec;
    int64_t ru_utime_tv_usec;
    int64_t ru_stime_tv_sec;
    int64_t ru_stime_tv_usec;
    int64_t ru_maxrss;
    int64_t ru_ixrss;
    int64_t ru_idrss;
    int64_t ru_isrss;
    int64_t ru_minflt;
    int64_t ru_majflt;
    int64_t ru_nswap;
    int64_t ru_inblock;
    int64_t ru_oublock;
    int64_t ru_msgsnd;
    int64_t ru_msgrcv;
    int64_t ru_nsignals;
    int64_t ru_nvcsw;
    int64_t ru_nivcsw;
} pcntl_rusage;

typedef struct pcntl_siginfo {
    int32_t signo;
    int32_t errno_value;
    int32_t code;
    int32_t pid;
    uint32_t uid;
    int32_t status;
    int64_t utime;
    int64_t stime;
    int64_t addr;
    int64_t band;
    int32_t fd;
    int32_t reserved;
    int64_t value;
} pcntl_siginfo;

typedef void (*pcntl_handler)(int signal, const struct pcntl_siginfo *info);

typedef struct posix_tms {
    int64_t utime;
    int64_t stime;
    int64_t cutime;
    int64_t cstime;
} posix_tms;

typedef struct posix_utsname {
    char sysname[65];
    char nodename[65];
    char release[65];
    char version[65];
    char machine[65];
    char domainname[65];
} posix_utsname;

typedef struct posix_passwd {
    const char *name;
    const char *passwd;
    unsigned int uid;
    unsigned int gid;
    const char *gecos;
    const char *dir;
    const char *shell;
} posix_passwd;

typedef struct posix_group {
    const char *name;
    const char *passwd;
    unsigned int gid;
    const char *const *members;
} posix_group;

const char *libdaemon_version(void);

const char *libdaemon_last_error(void);

int libdaemon_last_errno(void);

int libdaemon_last_status(void);

const char *libdaemon_last_step(void);

int libdaemon_set_title(const char *title);

int daemonize(void);

int daemonize_with(const struct daemonize_options *options);

int daemonize_fork(const struct daemonize_options *options);

int daemonize_exec(const struct daemonize_options *options, const char *path, const char *const *argv);

int daemonize_ready(void);

int daemonize_fail(int status, const char *message);

int daemonize_report_failure(int status, const char *message);

struct daemonize_options *daemonize_options_new(void);

void daemonize_options_free(struct daemonize_options *options);

int daemonize_options_directory(struct daemonize_options *options, const char *path);

int daemonize_options_chroot(struct daemonize_options *options, const char *path);

int daemonize_options_umask(struct daemonize_options *options, unsigned int mask);

int daemonize_options_stdin(struct daemonize_options *options, const char *path);

int daemonize_options_stdout(struct daemonize_options *options, const char *path);

int daemonize_options_stderr(struct daemonize_options *options, const char *path);

int daemonize_options_log(struct daemonize_options *options, const char *path);

int daemonize_options_truncate(struct daemonize_options *options, bool truncate);

int daemonize_options_reopen_on(struct daemonize_options *options, int signal);

int daemonize_options_pidfile(struct daemonize_options *options, const char *path);

int daemonize_options_lockfile(struct daemonize_options *options, const char *path);

int daemonize_options_pidfile_mode(struct daemonize_options *options, unsigned int mode);

int daemonize_options_keep_lock(struct daemonize_options *options, bool over_exec);

int daemonize_options_runtime_directory(struct daemonize_options *options, const char *path, unsigned int mode);

int daemonize_options_user(struct daemonize_options *options, const char *name);

int daemonize_options_group(struct daemonize_options *options, const char *name);

int daemonize_options_keep_capability(struct daemonize_options *options, int capability);

int daemonize_options_core_dumps(struct daemonize_options *options, bool allow);

int daemonize_options_keep_fd(struct daemonize_options *options, int fd);

int daemonize_options_close_fds(struct daemonize_options *options, enum daemonize_close which);

int daemonize_options_signals(struct daemonize_options *options, enum daemonize_signals how);

int daemonize_options_keep_signal(struct daemonize_options *options, int signal);

int daemonize_options_setenv(struct daemonize_options *options, const char *name, const char *value);

int daemonize_options_clearenv(struct daemonize_options *options);

int daemonize_options_wait_ready(struct daemonize_options *options, int timeout_ms);

int daemonize_options_setup_timeout(struct daemonize_options *options, int timeout_ms);

int daemonize_options_notify_fd(struct daemonize_options *options, int fd);

int daemonize_options_foreground(struct daemonize_options *options, enum daemonize_foreground when);

int daemonize_options_threads(struct daemonize_options *options, bool allow);

int daemonize_options_title(struct daemonize_options *options, const char *title);

int daemonize_status(const char *pidfile);

int daemonize_signal(const char *pidfile, int signal);

int daemonize_stop(const char *pidfile, int timeout_ms, bool kill);

int daemonize_stop_by(const char *pidfile, const char *schedule, bool session);

int daemonize_notify(const char *state);

int daemonize_notify_with_fds(const char *state, const int *fds, size_t count);

int daemonize_reloading(void);

int daemonize_stopping(void);

int daemonize_watchdog(void);

int daemonize_watchdog_interval(void);

int daemonize_extend_timeout(int timeout_ms);

int daemonize_listen_fds(const char *const **names);

int reset_std(const char *path);

int reset_std_split(const char *out, const char *err);

int reopen_std(void);

int pcntl_fork(void);

int pcntl_waitpid(int process_id, int *status, int flags, struct pcntl_rusage *resource_usage);

int pcntl_wait(int *status, int flags, struct pcntl_rusage *resource_usage);

int pcntl_waitid(int idtype, uint32_t id, struct pcntl_siginfo *info, int flags, struct pcntl_rusage *resource_usage);

bool pcntl_wifexited(int status);

bool pcntl_wifstopped(int status);

bool pcntl_wifsignaled(int status);

bool pcntl_wifcontinued(int status);

int pcntl_wexitstatus(int status);

int pcntl_wtermsig(int status);

int pcntl_wstopsig(int status);

int pcntl_exec(const char *path, const char *const *args, const char *const *env_vars);

int pcntl_unshare(int flags);

int pcntl_setns(int process_id, int nstype);

unsigned int pcntl_alarm(unsigned int seconds);

int pcntl_get_last_error(void);

const char *pcntl_strerror(int error_code);

int pcntl_getpriority(uint32_t id, int mode);

int pcntl_setpriority(int priority, uint32_t id, int mode);

int pcntl_getcpuaffinity(int process_id, int *cpu_ids, int count);

int pcntl_setcpuaffinity(int process_id, const int *cpu_ids, int count);

int pcntl_getcpu(void);

int pcntl_signal(int signal, pcntl_handler handler, bool restart_syscalls);

int pcntl_signal_disposition(int signal, int disposition, bool restart_syscalls);

int pcntl_signal_dispatch(void);

int pcntl_next_signal(struct pcntl_siginfo *info);

int pcntl_signal_fd(void);

int pcntl_sigprocmask(int mode, uint64_t signals, uint64_t *old_signals);

int pcntl_sigwaitinfo(uint64_t signals, struct pcntl_siginfo *info);

int pcntl_sigtimedwait(uint64_t signals, struct pcntl_siginfo *info, int64_t seconds, int64_t nanoseconds);

int posix_setsid(void);

int posix_kill(int process_id, int signal);

int posix_getpid(void);

int posix_getppid(void);

int posix_getsid(int process_id);

int posix_getpgid(int process_id);

int posix_setpgid(int process_id, int process_group_id);

int posix_getpgrp(void);

int64_t posix_times(struct posix_tms *times);

int posix_uname(struct posix_utsname *names);

const char *posix_ctermid(void);

bool posix_isatty(int file_descriptor);

const char *posix_ttyname(int file_descriptor);

int posix_get_last_error(void);

const char *posix_strerror(int error_code);

unsigned int posix_getuid(void);

unsigned int posix_geteuid(void);

unsigned int posix_getgid(void);

unsigned int posix_getegid(void);

int posix_setuid(unsigned int user_id);

int posix_seteuid(unsigned int user_id);

int posix_setgid(unsigned int group_id);

int posix_setegid(unsigned int group_id);

int posix_getgroups(int size, unsigned int *groups);

int posix_initgroups(const char *username, unsigned int group_id);

const char *posix_getlogin(void);

int posix_getpwnam(const char *username, struct posix_passwd *user, char *buffer, size_t size);

int posix_getpwuid(unsigned int user_id, struct posix_passwd *user, char *buffer, size_t size);

int posix_getgrnam(const char *name, struct posix_group *group, char *buffer, size_t size);

int posix_getgrgid(unsigned int group_id, struct posix_group *group, char *buffer, size_t size);

int posix_mkfifo(const char *filename, unsigned int permissions);

int posix_mknod(const char *filename, unsigned int flags, unsigned int major, unsigned int minor);

int posix_access(const char *filename, int flags);

int posix_eaccess(const char *filename, int flags);

char *posix_getcwd(char *buffer, size_t size);

int posix_getrlimit(int resource, uint64_t *soft_limit, uint64_t *hard_limit);

int posix_setrlimit(int resource, uint64_t soft_limit, uint64_t hard_limit);

int64_t posix_sysconf(int conf_id);

int64_t posix_pathconf(const char *path, int name);

int64_t posix_fpathconf(int file_descriptor, int name);
