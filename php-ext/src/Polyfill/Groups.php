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
            'posix_getsid'],
        'files' => ['posix_ttyname', 'posix_isatty'],
        'posix_errors' => ['posix_get_last_error', 'posix_errno', 'posix_strerror'],
    ];

    private const SWITCH = 'LIBDAEMON_POLYFILL';
    /** Native functions that cannot do their part beside a replacement of the rest of their group. */
    private const INSEPARABLE = ['pcntl_signal' => 'pcntl_async_signals'];

    /** @var list<string> */
    private static array $disabled = [];
    /** @var list<string> */
    private static array $halved = [];

    /** @return iterable<string> the groups that are missing and may be defined */
    public static function wanted(): iterable
    {
        foreach (\array_keys(self::ALL) as $group) {
            if (self::isWanted(self::functions($group))) {
                yield $group;
            }
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

    /** @param non-empty-list<string> $functions */
    private static function isWanted(array $functions): bool
    {
        $missing = \array_filter($functions, static fn (string $name): bool => !\function_exists($name));
        if ($missing === [] || !\in_array(\PHP_SAPI, ['cli', 'phpdbg', 'embed', 'micro'], true)) {
            return false;
        }
        $extension = \strstr($functions[0], '_', true);
        if (\extension_loaded($extension) && \getenv(self::SWITCH) !== 'force') {
            self::$disabled = [...self::$disabled, ...$missing];
            return false;
        }
        $neighbours = \array_intersect_key(self::INSEPARABLE, \array_flip($functions));
        if (\count($missing) < \count($functions) || \array_filter($neighbours, \function_exists(...)) !== []) {
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
            $parts[] = \implode(', ', self::$disabled) . ': disabled in this PHP (disable_functions) and left so; with '
                . self::SWITCH . '=force in the environment they are defined all the same';
        }
        if (self::$halved !== []) {
            $parts[] = \implode(', ', self::$halved) . ': not defined, because functions that belong to them exist already; '
                . 'they come together or not at all';
        }
        return $parts === [] ? null : 'libdaemon: ' . \implode('. ', $parts);
    }
}
