<?php

declare(strict_types=1);

namespace Libdaemon\Polyfill;

/**
 * Which functions of pcntl and posix to define. Programs ask for one function and then use its neighbours, so a group
 * is defined whole or not at all, and nothing that exists is touched. Loaded by every start: the rest is in Withheld.
 */
final class Groups
{
    /** Group by group: the functions, and from which PHP on there is each, where that is not every version. */
    public const ALL = [
        'fork' => ['pcntl_fork', 'pcntl_wait', 'pcntl_waitpid', 'pcntl_wifexited', 'pcntl_wifstopped', 'pcntl_wifcontinued',
            'pcntl_wifsignaled', 'pcntl_wexitstatus', 'pcntl_wtermsig', 'pcntl_wstopsig', 'pcntl_unshare',
            'pcntl_waitid' => 80400, 'pcntl_setns' => 80400],
        'exec' => ['pcntl_exec'],
        'signals' => ['pcntl_alarm', 'pcntl_signal', 'pcntl_signal_get_handler', 'pcntl_signal_dispatch',
            'pcntl_async_signals', 'pcntl_sigprocmask', 'pcntl_sigwaitinfo', 'pcntl_sigtimedwait'],
        'scheduling' => ['pcntl_getpriority', 'pcntl_setpriority', 'pcntl_getcpuaffinity' => 80400,
            'pcntl_setcpuaffinity' => 80400, 'pcntl_getcpu' => 80400],
        'pcntl_errors' => ['pcntl_get_last_error', 'pcntl_errno', 'pcntl_strerror'],
        'processes' => ['posix_kill', 'posix_getpid', 'posix_getppid', 'posix_setsid', 'posix_setpgid', 'posix_getpgid',
            'posix_getsid', 'posix_getpgrp', 'posix_uname', 'posix_times'],
        'ids' => ['posix_getuid', 'posix_setuid', 'posix_geteuid', 'posix_seteuid', 'posix_getgid', 'posix_setgid',
            'posix_getegid', 'posix_setegid', 'posix_getgroups', 'posix_getlogin', 'posix_getgrnam', 'posix_getgrgid',
            'posix_getpwnam', 'posix_getpwuid', 'posix_initgroups'],
        'files' => ['posix_ctermid', 'posix_ttyname', 'posix_isatty', 'posix_getcwd', 'posix_mkfifo', 'posix_mknod',
            'posix_access', 'posix_eaccess' => 80300, 'posix_pathconf' => 80300, 'posix_fpathconf' => 80300],
        'limits' => ['posix_getrlimit', 'posix_setrlimit', 'posix_sysconf' => 80300],
        'posix_errors' => ['posix_get_last_error', 'posix_errno', 'posix_strerror'],
    ];

    /** With "force" in this variable of the environment, functions that an administrator disabled are defined all the same. */
    public const SWITCH = 'LIBDAEMON_POLYFILL';

    /** The command line, in its several forms: a process that may fork, and end, as the script likes. */
    private const PLACES = ['cli', 'phpdbg', 'embed', 'micro'];

    /** Whether processes of this kind may be forked and made daemons of. */
    public static function isPlace(): bool
    {
        return \in_array(\PHP_SAPI, self::PLACES, true);
    }

    /** @return list<string> the groups that are missing and may be defined */
    public static function wanted(): array
    {
        if (!self::isPlace()) {
            return [];
        }
        $forced = \getenv(self::SWITCH) === 'force';
        $wanted = [];
        foreach (self::ALL as $group => $all) {
            $missing = [];
            $exists = 0;
            foreach ($all as $name => $version) {
                if (\is_int($name)) {
                    $name = $version;
                } elseif (\PHP_VERSION_ID < $version) {
                    continue;
                }
                \function_exists($name) ? ++$exists : $missing[] = $name;
            }
            if ($missing === []) {
                continue;
            }
            $extension = \substr($missing[0], 0, 5);
            if (!$forced && \extension_loaded($extension)) {
                Withheld::asDisabled($missing);
                continue;
            }
            // Error numbers are of no use without the functions that set them, and the native ones set their own.
            $ofOthers = \str_ends_with($group, '_errors') && (\get_extension_funcs($extension) ?: []) !== [];
            if ($exists > 0 || $ofOthers) {
                Withheld::asHalved($missing);
                continue;
            }
            $wanted[] = $group;
        }
        return $wanted;
    }

    /** @return non-empty-list<string> what this version of PHP has of a group */
    public static function functions(string $group): array
    {
        $names = [];
        foreach (self::ALL[$group] as $name => $version) {
            if (\is_int($name)) {
                $names[] = $version;
            } elseif (\PHP_VERSION_ID >= $version) {
                $names[] = $name;
            }
        }
        return $names;
    }
}
