<?php

declare(strict_types=1);

namespace Libdaemon\Polyfill;

use Libdaemon\Native\Engine;
use Libdaemon\Native\Library;

/** posix's functions about processes and terminals. */
final class Posix
{
    public static function kill(int $pid, int $signal): bool
    {
        return self::succeeded(Library::get()->posix_kill($pid, $signal));
    }

    public static function getpid(): int
    {
        return Library::get()->posix_getpid();
    }

    public static function getppid(): int
    {
        return Library::get()->posix_getppid();
    }

    /** As natively, its failure is not noted for posix_get_last_error(). */
    public static function setsid(): int
    {
        return Library::get()->posix_setsid();
    }

    public static function setpgid(int $pid, int $group): bool
    {
        return self::succeeded(Library::get()->posix_setpgid($pid, $group));
    }

    public static function getpgid(int $pid): int|false
    {
        $group = Library::get()->posix_getpgid($pid);
        return self::succeeded($group) ? $group : false;
    }

    public static function getsid(int $pid): int|false
    {
        $session = Library::get()->posix_getsid($pid);
        return self::succeeded($session) ? $session : false;
    }

    public static function ttyname(mixed $stream): string|false
    {
        $descriptor = self::descriptor($stream, 'posix_ttyname');
        if ($descriptor === null) {
            return false;
        }
        $name = Library::get()->posix_ttyname($descriptor);
        self::succeeded($name === null ? -1 : 0);
        return $name ?? false;
    }

    /** As natively, "no" is noted for posix_get_last_error() from PHP 8.4 on. */
    public static function isatty(mixed $stream): bool
    {
        $descriptor = self::descriptor($stream, 'posix_isatty');
        if ($descriptor === null) {
            return false;
        }
        $terminal = Library::get()->posix_isatty($descriptor);
        if (\PHP_VERSION_ID >= 80400) {
            self::succeeded($terminal ? 0 : -1);
        }
        return $terminal;
    }

    private static function succeeded(int $result): bool
    {
        if ($result === -1) {
            Errors::$posix = Library::get()->posix_get_last_error();
        }
        return $result !== -1;
    }

    /** The descriptor that a stream or a number stands for, null (after a warning) for a stream that has none. */
    private static function descriptor(mixed $stream, string $function): ?int
    {
        if (!\is_resource($stream) && \gettype($stream) !== 'resource (closed)') {
            return self::number($stream, $function);
        }
        if (!\in_array(\get_resource_type($stream), ['stream', 'persistent stream'], true)) {
            throw Errors::atCaller(new \TypeError("$function(): supplied resource is not a valid stream resource"));
        }
        $descriptor = Engine::descriptor($stream);
        if ($descriptor === null) {
            $type = \stream_get_meta_data($stream)['stream_type'];
            Errors::warn("$function(): Could not use stream of type '$type'");
        }
        return $descriptor;
    }

    /**
     * PHP 8.2 takes anything for a number in silence. From 8.3 on posix_ttyname() says what is wrong and goes on,
     * posix_isatty() complains of the type alone. (Of a caller with strict_types nothing is known here.)
     */
    private static function number(mixed $value, string $function): ?int
    {
        if (\PHP_VERSION_ID < 80300) {
            return Errors::toInt($value);
        }
        $names = $function === 'posix_ttyname';
        if (!self::isNumber($value)) {
            Errors::warn("$function(): Argument #1 (\$file_descriptor) must be of type int|resource, "
                . \get_debug_type($value) . ' given');
            if (!$names) {
                return null;
            }
        }
        $number = Errors::toInt($value);
        if ($number >= 0 && $number <= 0x7fffffff) {
            return $number;
        }
        if ($names) {
            Errors::warn("$function(): Argument #1 (\$file_descriptor) must be between 0 and " . 0x7fffffff);
        } elseif (\PHP_VERSION_ID >= 80400) {
            Errors::$posix = 9; // EBADF
        }
        return null;
    }

    /** Would a parameter of type int take it? */
    private static function isNumber(mixed $value): bool
    {
        if (\is_string($value) && \is_numeric($value)) {
            $value = 0 + $value;
        }
        return \is_float($value) ? $value >= \PHP_INT_MIN && $value < -(float) \PHP_INT_MIN
            : $value === null || \is_int($value) || \is_bool($value);
    }
}
