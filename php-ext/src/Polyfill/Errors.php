<?php

declare(strict_types=1);

namespace Libdaemon\Polyfill;

use Libdaemon\Native\Calls;
use Libdaemon\Native\Engine;

/** Failures as the native functions report them: an error number that stays, and messages at the caller's line. */
final class Errors
{
    /** What pcntl_get_last_error() gives. */
    public static int $pcntl = 0;
    /** What posix_get_last_error() gives. */
    public static int $posix = 0;

    public static function text(int $number): string
    {
        return Calls::library()->pcntl_strerror($number);
    }

    /** A warning of the native function, at the line that called it. */
    public static function warn(string $message, int $level = \E_WARNING): void
    {
        [$file, $line] = self::caller();
        Engine::warning($message, $file, $line, $level);
    }

    /**
     * An error as if thrown by the native function, at the line that called it.
     *
     * @template T of \Error
     * @param T $error
     * @return T
     */
    public static function atCaller(\Error $error): \Error
    {
        [$file, $line] = self::caller();
        (new \ReflectionProperty(\Error::class, 'file'))->setValue($error, $file);
        (new \ReflectionProperty(\Error::class, 'line'))->setValue($error, $line);
        return $error;
    }

    /** A number as the native functions take it from anything, with the complaint at the caller's line. */
    public static function toInt(mixed $value): int
    {
        return \is_float($value) || \is_object($value) ? self::heard(static fn (): int => (int) $value) : (int) $value;
    }

    /**
     * What the call gives. What PHP has to complain of in it comes from the caller's line.
     *
     * @template T
     * @param \Closure(): T $call
     * @return T
     */
    public static function heard(\Closure $call): mixed
    {
        $complaints = [];
        \set_error_handler(static function (int $level, string $message) use (&$complaints): bool {
            $complaints[] = [$message, $level];
            return true;
        });
        try {
            $result = $call();
        } finally {
            \restore_error_handler();
        }
        foreach ($complaints as [$message, $level]) {
            self::warn($message, $level);
        }
        return $result;
    }

    /** The same for a text. */
    public static function toText(mixed $value): string
    {
        if (\is_array($value)) {
            self::warn('Array to string conversion');
            return 'Array';
        }
        if (\is_object($value) && !$value instanceof \Stringable) {
            throw self::atCaller(new \Error('Object of class ' . $value::class . ' could not be converted to string'));
        }
        return (string) $value;
    }

    /** @return array{string, int} where the program called into this package */
    private static function caller(): array
    {
        $package = \dirname(__DIR__, 2);
        foreach (\debug_backtrace(\DEBUG_BACKTRACE_IGNORE_ARGS) as $frame) {
            $file = $frame['file'] ?? null; // none where PHP itself is the caller, as for a callback
            if ($file !== null && $file !== "$package/bootstrap.php" && !\str_starts_with($file, "$package/src/")) {
                return [$file, $frame['line']];
            }
        }
        return ['Unknown', 0];
    }
}
