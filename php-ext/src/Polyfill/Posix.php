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

    /** As natively, "no" is not noted for posix_get_last_error(). */
    public static function isatty(mixed $stream): bool
    {
        $descriptor = self::descriptor($stream, 'posix_isatty');
        return $descriptor !== null && Library::get()->posix_isatty($descriptor);
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

    /** PHP 8.2 takes anything for a number in silence; from 8.3 on it says what it was given. */
    private static function number(mixed $value, string $function): ?int
    {
        $number = \PHP_VERSION_ID < 80300 ? Errors::toInt($value) : (int) $value;
        if (\PHP_VERSION_ID >= 80300) {
            if (!\is_int($value) && !\is_float($value) && !\is_bool($value) && !\is_numeric($value)) {
                Errors::warn("$function(): Argument #1 (\$file_descriptor) must be of type int|resource, "
                    . \get_debug_type($value) . ' given');
            }
            if ($number < 0 || $number > 0x7fffffff) {
                Errors::warn("$function(): Argument #1 (\$file_descriptor) must be between 0 and " . 0x7fffffff);
                return null;
            }
        }
        return $number;
    }
}
