<?php

/**
 * The functions of posix, for editors and analysers: what this package defines where PHP lacks it, as PHP has it. Where only
 * newer versions have a function, that is said; the rest is of all from 8.1 on.
 * Never loaded at run time.
 */

/** Sends a signal to a process, to a process group (negative), or to all (-1). */
function posix_kill(int $process_id, int $signal): bool
{
}

/** The pid of this process. */
function posix_getpid(): int
{
}

/** The pid of its parent. */
function posix_getppid(): int
{
}

/** The real user of this process. */
function posix_getuid(): int
{
}

/** Changes the user. */
function posix_setuid(int $user_id): bool
{
}

/** The effective user. */
function posix_geteuid(): int
{
}

/** Changes the effective user. */
function posix_seteuid(int $user_id): bool
{
}

/** The real group. */
function posix_getgid(): int
{
}

/** Changes the group. */
function posix_setgid(int $group_id): bool
{
}

/** The effective group. */
function posix_getegid(): int
{
}

/** Changes the effective group. */
function posix_setegid(int $group_id): bool
{
}

/** The supplementary groups. */
function posix_getgroups(): array|false
{
}

/** The name of the user who is logged in on the terminal. */
function posix_getlogin(): string|false
{
}

/** The process group of this process. */
function posix_getpgrp(): int
{
}

/** Starts a session, with this process for its leader. Gives the session's id, -1 on failure. */
function posix_setsid(): int
{
}

/** Puts a process into a process group. */
function posix_setpgid(int $process_id, int $process_group_id): bool
{
}

/** The process group of a process. */
function posix_getpgid(int $process_id): int|false
{
}

/** The session of a process. */
function posix_getsid(int $process_id): int|false
{
}

/** The names of the system and of the machine. */
function posix_uname(): array|false
{
}

/** The processor time that this process and its children have used, in clock ticks. */
function posix_times(): array|false
{
}

/** The path of the controlling terminal. */
function posix_ctermid(): string|false
{
}

/** The path of the terminal under a stream or descriptor; false when it is none. */
function posix_ttyname($file_descriptor): string|false
{
}

/** Whether a stream or descriptor is a terminal. */
function posix_isatty($file_descriptor): bool
{
}

/** The working directory. */
function posix_getcwd(): string|false
{
}

/** Makes a FIFO. */
function posix_mkfifo(string $filename, int $permissions): bool
{
}

/** Makes a special file. */
function posix_mknod(string $filename, int $flags, int $major = 0, int $minor = 0): bool
{
}

/** Whether the real user may access a file in these ways: POSIX_F_OK, POSIX_R_OK, POSIX_W_OK, POSIX_X_OK. */
function posix_access(string $filename, int $flags = 0): bool
{
}

/**
 * The same for the effective user.
 *
 * @since 8.3
 */
function posix_eaccess(string $filename, int $flags = 0): bool
{
}

/** A group by its name. */
function posix_getgrnam(string $name): array|false
{
}

/** A group by its number. */
function posix_getgrgid(int $group_id): array|false
{
}

/** A user by name. */
function posix_getpwnam(string $username): array|false
{
}

/** A user by number. */
function posix_getpwuid(int $user_id): array|false
{
}

/** The limits of this process, soft and hard: all of them by name, or (since PHP 8.3) one. */
function posix_getrlimit(?int $resource = null): array|false
{
}

/** Changes a limit. */
function posix_setrlimit(int $resource, int $soft_limit, int $hard_limit): bool
{
}

/** The error number of the last function of posix that failed. */
function posix_get_last_error(): int
{
}

/** The same: an alias of posix_get_last_error(). */
function posix_errno(): int
{
}

/** The words for an error number. */
function posix_strerror(int $error_code): string
{
}

/** Makes the supplementary groups those of a user. */
function posix_initgroups(string $username, int $group_id): bool
{
}

/**
 * A limit or property of the system, POSIX_SC_...; -1 when there is none.
 *
 * @since 8.3
 */
function posix_sysconf(int $conf_id): int
{
}

/**
 * A limit or property of a file by its path, POSIX_PC_...
 *
 * @since 8.3
 */
function posix_pathconf(string $path, int $name): int|false
{
}

/**
 * The same of an open file.
 *
 * @since 8.3
 */
function posix_fpathconf($file_descriptor, int $name): int|false
{
}
