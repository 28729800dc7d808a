<?php

declare(strict_types=1);

namespace Libdaemon\Polyfill;

use FFI\CData;
use Libdaemon\Native\Engine;
use Libdaemon\Native\Library;

/** pcntl's functions about processes. */
final class Process
{
    /** PHP's keys for what a child used, in the native order, and the library's names for them. */
    private const USAGE = [
        'ru_oublock' => 'ru_oublock', 'ru_inblock' => 'ru_inblock', 'ru_msgsnd' => 'ru_msgsnd', 'ru_msgrcv' => 'ru_msgrcv',
        'ru_maxrss' => 'ru_maxrss', 'ru_ixrss' => 'ru_ixrss', 'ru_idrss' => 'ru_idrss', 'ru_minflt' => 'ru_minflt',
        'ru_majflt' => 'ru_majflt', 'ru_nsignals' => 'ru_nsignals', 'ru_nvcsw' => 'ru_nvcsw', 'ru_nivcsw' => 'ru_nivcsw',
        'ru_nswap' => 'ru_nswap', 'ru_utime.tv_usec' => 'ru_utime_tv_usec', 'ru_utime.tv_sec' => 'ru_utime_tv_sec',
        'ru_stime.tv_usec' => 'ru_stime_tv_usec', 'ru_stime.tv_sec' => 'ru_stime_tv_sec',
    ];
    /** PHP 8.3 and later say what these mean when they come from fork. */
    private const FORK_ERRORS = [11 => ': Reached the maximum limit of number of processes', 12 => ': Insufficient memory'];

    private static ?CData $usage = null;
    private static ?CData $usageAddress = null;

    public static function fork(): int
    {
        $library = Library::get();
        $pid = $library->pcntl_fork();
        if ($pid === 0) {
            Engine::afterFork();
        } elseif ($pid === -1) {
            $error = Errors::$pcntl = $library->pcntl_get_last_error();
            Errors::warn("pcntl_fork(): Error $error" . (\PHP_VERSION_ID >= 80300 ? self::FORK_ERRORS[$error] ?? '' : ''));
        }
        return $pid;
    }

    /** Waits for one child. As natively, $status becomes a number even when no child was waited for. */
    public static function wait(int $pid, mixed &$status, int $flags, mixed &$usage, bool $wantsUsage): int
    {
        $library = Library::get();
        $status = Errors::toInt($status);
        if ($wantsUsage) {
            $usage = [];
        }
        // One number for both results: the pid above, the status below.
        $packed = $library->pcntl_waitpid_packed($pid, $flags, $wantsUsage ? self::usageAddress($library) : null);
        if ($packed > 0) {
            $status = $packed & 0xffffffff;
            if ($wantsUsage) {
                $usage = self::usage();
            }
            return $packed >> 32;
        }
        if ($packed === -1) {
            Errors::$pcntl = $library->pcntl_get_last_error();
        }
        return $packed;
    }

    /**
     * Replaces this program by another; returns only on failure.
     *
     * @param array<mixed> $arguments
     * @param array<mixed>|null $environment null: the present one
     */
    public static function exec(string $path, array $arguments, ?array $environment): bool
    {
        if (\str_contains($path, "\0")) {
            throw Errors::atCaller(new \ValueError('pcntl_exec(): Argument #1 ($path) must not contain any null bytes'));
        }
        $pairs = [];
        foreach ($environment ?? [] as $name => $value) {
            $pairs[] = $name . '=' . Errors::toText($value);
        }
        $library = Library::get();
        $kept = [];
        $library->pcntl_exec(
            $path,
            self::strings($library, $arguments, $kept),
            $environment === null ? null : self::strings($library, $pairs, $kept),
        );
        $error = Errors::$pcntl = $library->pcntl_get_last_error();
        Errors::warn("pcntl_exec(): Error has occurred: (errno $error) " . Errors::text($error));
        return false;
    }

    public static function alarm(int $seconds): int
    {
        return Library::get()->pcntl_alarm($seconds);
    }

    /**
     * A NULL-terminated array of C strings.
     *
     * @param array<mixed> $values
     * @param list<CData> $kept what must live as long as the array does
     */
    private static function strings(\FFI $library, array $values, array &$kept): CData
    {
        $array = $library->new('const char *[' . (\count($values) + 1) . ']');
        $index = 0;
        foreach ($values as $value) {
            $value = Errors::toText($value);
            $text = $library->new('char[' . (\strlen($value) + 1) . ']');
            \FFI::memcpy($text, $value, \strlen($value));
            $array[$index++] = $library->cast('char *', $text);
            $kept[] = $text;
        }
        return $array;
    }

    private static function usageAddress(\FFI $library): CData
    {
        if (self::$usageAddress === null) {
            self::$usage = $library->new('pcntl_rusage');
            self::$usageAddress = \FFI::addr(self::$usage);
        }
        return self::$usageAddress;
    }

    /** @return array<string, int> */
    private static function usage(): array
    {
        return \array_map(static fn (string $field): int => self::$usage->$field, self::USAGE);
    }
}
