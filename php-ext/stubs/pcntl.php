<?php

/**
 * The functions of pcntl, for editors and analysers: what this package defines where PHP lacks it, as PHP has it. Where only
 * newer versions have a function, that is said; the rest is of all from 8.1 on.
 * Never loaded at run time.
 */

/** Copies the process. Gives the child's pid in the parent, 0 in the child, -1 when it failed. */
function pcntl_fork(): int
{
}

/**
 * Waits for a child: one by its pid, any (-1), or one of a process group. Gives its pid, 0 with WNOHANG when none
 * has changed, -1 on failure.
 */
function pcntl_waitpid(int $process_id, &$status, int $flags = 0, &$resource_usage = []): int
{
}

/**
 * Waits for a change of a child's state: which children $idtype and $id say, which changes $flags say.
 * The use of resources comes with PHP 8.5.
 *
 * @since 8.4
 */
function pcntl_waitid(int $idtype = P_ALL, ?int $id = null, &$info = [], int $flags = WEXITED, &$resource_usage = []): bool
{
}

/** Waits for any child, as pcntl_waitpid(-1, ...). */
function pcntl_wait(&$status, int $flags = 0, &$resource_usage = []): int
{
}

/** Sets what a signal does: a function to call with its number and its details, SIG_DFL or SIG_IGN. */
function pcntl_signal(int $signal, $handler, bool $restart_syscalls = true): bool
{
}

/** What pcntl_signal() has set for a signal: a callable, SIG_DFL or SIG_IGN. */
function pcntl_signal_get_handler(int $signal)
{
}

/** Runs the handlers of the signals that have arrived. */
function pcntl_signal_dispatch(): bool
{
}

/** Changes the set of blocked signals: SIG_BLOCK, SIG_UNBLOCK or SIG_SETMASK. */
function pcntl_sigprocmask(int $mode, array $signals, &$old_signals = null): bool
{
}

/** Waits for one of these signals, which should be blocked. Gives its number. */
function pcntl_sigwaitinfo(array $signals, &$info = []): int|false
{
}

/** The same, for no longer than that time. */
function pcntl_sigtimedwait(array $signals, &$info = [], int $seconds = 0, int $nanoseconds = 0): int|false
{
}

/** Whether a status is that of a child that has exited by itself. */
function pcntl_wifexited(int $status): bool
{
}

/** Whether it is that of a child that has been stopped. */
function pcntl_wifstopped(int $status): bool
{
}

/** Whether it is that of a child that goes on after it had been stopped. */
function pcntl_wifcontinued(int $status): bool
{
}

/** Whether it is that of a child that was ended by a signal. */
function pcntl_wifsignaled(int $status): bool
{
}

/** The status with which the child exited. */
function pcntl_wexitstatus(int $status): int|false
{
}

/** The signal that ended the child. */
function pcntl_wtermsig(int $status): int|false
{
}

/** The signal that stopped the child. */
function pcntl_wstopsig(int $status): int|false
{
}

/** Replaces the program by another one. Returns only when that failed. */
function pcntl_exec(string $path, array $args = [], array $env_vars = []): bool
{
}

/** Has SIGALRM arrive after so many seconds; 0 calls it off. Gives the seconds that were left of the one before. */
function pcntl_alarm(int $seconds): int
{
}

/** The error number of the last function of pcntl that failed. */
function pcntl_get_last_error(): int
{
}

/** The same: an alias of pcntl_get_last_error(). */
function pcntl_errno(): int
{
}

/** The priority ("nice" value) of a process, process group or user; false on failure. */
function pcntl_getpriority(?int $process_id = null, int $mode = PRIO_PROCESS): int|false
{
}

/** Changes that priority. */
function pcntl_setpriority(int $priority, ?int $process_id = null, int $mode = PRIO_PROCESS): bool
{
}

/** The words for an error number. */
function pcntl_strerror(int $error_code): string
{
}

/**
 * Whether handlers run as soon as signals arrive, between two instructions of the script; sets it if asked to.
 * Gives what it was before.
 */
function pcntl_async_signals(?bool $enable = null): bool
{
}

/** Takes the process out of namespaces that it shares: CLONE_NEWNS and its like. */
function pcntl_unshare(int $flags): bool
{
}

/**
 * Moves the process into the namespace of another.
 *
 * @since 8.4
 */
function pcntl_setns(?int $process_id = null, int $nstype = CLONE_NEWNET): bool
{
}

/**
 * The processors that a process may run on.
 *
 * @since 8.4
 */
function pcntl_getcpuaffinity(?int $process_id = null): array|false
{
}

/**
 * Changes them.
 *
 * @since 8.4
 */
function pcntl_setcpuaffinity(?int $process_id = null, array $cpu_ids = []): bool
{
}

/**
 * The processor that the process runs on right now.
 *
 * @since 8.4
 */
function pcntl_getcpu(): int
{
}
