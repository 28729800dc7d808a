<?php

declare(strict_types=1);

namespace Libdaemon\Polyfill;

/**
 * Which functions of pcntl and posix to define. Programs ask for one function and then use its neighbours, so a group
 * is defined whole or not at all, and nothing that exists is touched.
 */
final class Groups
{
    /** Group by group: the functions, and from which PHP on there is each, where that is not every version. */
    public const ALL = [
        'fork' => ['pcntl_fork', 'pcntl_wait', 'pcntl_waitpid', 'pcntl_wifexited', 'pcntl_wifstopped', 'pcntl_wifcontinued',
            'pcntl_wifsignaled', 'pcntl_wexitstatus', 'pcntl_wtermsig', 'pcntl_wstopsig'],
        'exec' => ['pcntl_exec'],
        'signals' => ['pcntl_alarm', 'pcntl_signal', 'pcntl_signal_get_handler', 'pcntl_signal_dispatch'],
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

    private const SWITCH = 'LIBDAEMON_POLYFILL';
    /** Native functions that cannot do their part beside a replacement of the rest of their group. */
    private const INSEPARABLE = ['pcntl_signal' => 'pcntl_async_signals'];

    /** The command line, in its several forms: a process that may fork, and end, as the script likes. */
    private const PLACES = ['cli', 'phpdbg', 'embed', 'micro'];

    /** @var list<string> left undefined because an administrator disabled them */
    private static array $disabled = [];
    /** @var list<string> left undefined because of native functions beside them */
    private static array $halved = [];
    private static bool $complained = false;

    /** Whether processes of this kind may be forked and made daemons of. */
    public static function isPlace(): bool
    {
        return \in_array(\PHP_SAPI, self::PLACES, true);
    }

    /** @return iterable<string> the groups that are missing and may be defined */
    public static function wanted(): iterable
    {
        if (!self::isPlace()) {
            return;
        }
        foreach (\array_keys(self::ALL) as $group) {
            if (self::isWanted($group)) {
                yield $group;
            }
        }
        if (self::complaint() !== null) {
            \register_shutdown_function(self::explain(...));
        }
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

    private static function isWanted(string $group): bool
    {
        $functions = self::functions($group);
        $missing = \array_filter($functions, static fn (string $name): bool => !\function_exists($name));
        if ($missing === []) {
            return false;
        }
        $extension = \strstr($functions[0], '_', true);
        if (\extension_loaded($extension) && \getenv(self::SWITCH) !== 'force') {
            // What is missing and was not disabled is not in this build of PHP: nobody's decision, and nothing to report.
            $disabled = \preg_split('/[\s,]+/', (string) \ini_get('disable_functions'));
            self::$disabled = [...self::$disabled, ...\array_intersect($missing, $disabled)];
            return false;
        }
        $neighbours = \array_intersect_key(self::INSEPARABLE, \array_flip($functions));
        // Error numbers are of no use without the functions that set them, and the native ones set their own.
        $ofOthers = \str_ends_with($group, '_errors') && (\get_extension_funcs($extension) ?: []) !== [];
        if (\count($missing) < \count($functions) || $ofOthers || \array_filter($neighbours, \function_exists(...)) !== []) {
            self::$halved = [...self::$halved, ...$missing];
            return false;
        }
        return true;
    }

    /** What was left undefined and why, null when nothing was. */
    public static function complaint(): ?string
    {
        $parts = [];
        if (self::$disabled !== []) {
            $parts[] = 'disabled in this PHP (disable_functions), and left so unless ' . self::SWITCH
                . '=force is in the environment: ' . \implode(', ', self::$disabled);
        }
        if (self::$halved !== []) {
            $parts[] = 'not defined, because functions that belong to them exist already, and they come together or not at '
                . 'all: ' . \implode(', ', self::$halved);
        }
        return $parts === [] ? null : 'libdaemon: ' . \implode('. ', $parts);
    }

    /** Says what was left undefined and why, the first time only. */
    public static function complain(): void
    {
        $complaint = self::$complained ? null : self::complaint();
        self::$complained = true;
        if ($complaint === null) {
            return;
        }
        try {
            \trigger_error($complaint, \E_USER_WARNING);
        } catch (\Throwable) {
            \error_log($complaint); // the program makes exceptions of warnings: this one is no reason to fail
        }
    }

    /** At the end of a script: says it where a call of such a function was the end. */
    private static function explain(): void
    {
        $pattern = '/Call to undefined function (?:.*\\\\)?(\w+)\(/';
        $isCall = \preg_match($pattern, \error_get_last()['message'] ?? '', $call);
        if ($isCall && \in_array(\strtolower($call[1]), [...self::$disabled, ...self::$halved], true)) {
            self::complain();
        }
    }
}
