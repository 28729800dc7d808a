<?php

declare(strict_types=1);

namespace Libdaemon\Polyfill;

/**
 * Which functions of pcntl and posix to define. Programs ask for one function and then use its neighbours, so a group
 * is defined whole or not at all, and nothing that exists is touched. Loaded by every start, and for the usual case: where
 * there is something already, Withheld selects.
 */
final class Groups
{
    /** Group, PHP_VERSION_ID from which on they are there, functions. One text, which every start reads fastest. */
    private const FUNCTIONS = <<<'TEXT'
        fork 80100 pcntl_fork pcntl_wait pcntl_waitpid pcntl_wifexited pcntl_wifstopped pcntl_wifcontinued
        fork 80100 pcntl_wifsignaled pcntl_wexitstatus pcntl_wtermsig pcntl_wstopsig pcntl_unshare
        fork 80400 pcntl_waitid pcntl_setns
        exec 80100 pcntl_exec
        signals 80100 pcntl_alarm pcntl_signal pcntl_signal_get_handler pcntl_signal_dispatch pcntl_async_signals
        signals 80100 pcntl_sigprocmask pcntl_sigwaitinfo pcntl_sigtimedwait
        scheduling 80100 pcntl_getpriority pcntl_setpriority
        scheduling 80400 pcntl_getcpuaffinity pcntl_setcpuaffinity pcntl_getcpu
        pcntl_errors 80100 pcntl_get_last_error pcntl_errno pcntl_strerror
        processes 80100 posix_kill posix_getpid posix_getppid posix_setsid posix_setpgid posix_getpgid posix_getsid
        processes 80100 posix_getpgrp posix_uname posix_times
        ids 80100 posix_getuid posix_setuid posix_geteuid posix_seteuid posix_getgid posix_setgid posix_getegid
        ids 80100 posix_setegid posix_getgroups posix_getlogin posix_getgrnam posix_getgrgid posix_getpwnam
        ids 80100 posix_getpwuid posix_initgroups
        files 80100 posix_ctermid posix_ttyname posix_isatty posix_getcwd posix_mkfifo posix_mknod posix_access
        files 80300 posix_eaccess posix_pathconf posix_fpathconf
        limits 80100 posix_getrlimit posix_setrlimit
        limits 80300 posix_sysconf
        posix_errors 80100 posix_get_last_error posix_errno posix_strerror
        TEXT;

    /** With "force" in this variable of the environment, functions that an administrator disabled are defined all the same. */
    public const SWITCH = 'LIBDAEMON_POLYFILL';

    /** The command line, in its several forms: a process that may fork, and end, as the script likes. */
    private const PLACES = ['cli', 'phpdbg', 'embed', 'micro'];

    /** Whether processes of this kind may be forked and made daemons of. */
    public static function isPlace(): bool
    {
        return \in_array(\PHP_SAPI, self::PLACES, true);
    }

    /** @return array<string, list<string>> the functions of a version of PHP, group by group */
    public static function functions(int $version = \PHP_VERSION_ID): array
    {
        $groups = [];
        foreach (\explode("\n", self::FUNCTIONS) as $line) {
            [$group, $since, $names] = \explode(' ', $line, 3);
            if ($since <= $version) {
                $groups[$group] = [...$groups[$group] ?? [], ...\explode(' ', $names)];
            }
        }
        return $groups;
    }

    /** Defines what is missing: see wanted(). */
    public static function define(): void
    {
        $groups = self::isPlace() ? self::wanted() : [];
        if ($groups !== [] && !(\extension_loaded('pcntl') && \extension_loaded('posix'))) {
            Constants::define($groups);
        }
        foreach ($groups as $group) {
            require __DIR__ . "/Functions/$group.php";
        }
    }

    /** @return list<string> the groups that are missing and may be defined */
    private static function wanted(): array
    {
        $groups = self::functions();
        $names = \array_merge(...\array_values($groups));
        $existing = \array_filter($names, \function_exists(...));
        if ($existing === $names) {
            return [];
        }
        $forced = \getenv(self::SWITCH) === 'force';
        $isBare = $existing === [] && ($forced || !\extension_loaded('pcntl') && !\extension_loaded('posix'));
        return $isBare ? \array_keys($groups) : Withheld::select($groups, $forced);
    }
}
