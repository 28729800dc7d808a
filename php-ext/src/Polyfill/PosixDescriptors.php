<?php

declare(strict_types=1);

namespace Libdaemon\Polyfill;

use Libdaemon\Native\Engine;
use Libdaemon\Native\Library;

/** posix's functions that take a descriptor: as a stream or as a number. */
final class PosixDescriptors
{
    private const LARGEST = 0x7fffffff;
    private const EBADF = 9;

    public static function ttyname(mixed $stream): string|false
    {
        $descriptor = self::isStream($stream) ? self::ofStream($stream, 'posix_ttyname') : self::toNameTerminal($stream);
        if ($descriptor === null) {
            return false;
        }
        $name = Library::get()->posix_ttyname($descriptor);
        Posix::succeeded($name === null ? -1 : 0);
        return $name ?? false;
    }

    /** As natively, "no" is noted for posix_get_last_error() from PHP 8.4 on. */
    public static function isatty(mixed $stream): bool
    {
        $descriptor = self::isStream($stream) ? self::ofStream($stream, 'posix_isatty') : self::toAskForTerminal($stream);
        if ($descriptor === null) {
            return false;
        }
        $terminal = Library::get()->posix_isatty($descriptor);
        if (\PHP_VERSION_ID >= 80400) {
            Posix::succeeded($terminal ? 0 : -1);
        }
        return $terminal;
    }

    public static function fpathconf(mixed $stream, int $name): int|false
    {
        if (self::isStream($stream)) {
            $descriptor = self::ofStream($stream, 'posix_fpathconf');
        } else {
            $descriptor = self::number($stream, 'posix_fpathconf') ?? throw Errors::atCaller(
                new \TypeError('posix_fpathconf(): ' . self::wrongType($stream)),
            );
            if (\PHP_VERSION_ID >= 80500 && !self::isDescriptor($descriptor)) {
                self::warnOfRange('posix_fpathconf');
                Errors::$posix = self::EBADF;
                $descriptor = null;
            }
        }
        return $descriptor === null ? false : PosixLimits::ofFile(Library::get()->posix_fpathconf($descriptor, $name));
    }

    private static function isStream(mixed $value): bool
    {
        return \is_resource($value) || \gettype($value) === 'resource (closed)';
    }

    /**
     * The descriptor that a stream has, null (after a warning) for one that has none.
     *
     * @param resource $stream
     */
    private static function ofStream($stream, string $function): ?int
    {
        if (!\in_array(\get_resource_type($stream), ['stream', 'persistent stream'], true)) {
            throw Errors::atCaller(new \TypeError("$function(): supplied resource is not a valid stream resource"));
        }
        $type = Engine::streamType($stream);
        $descriptor = $type === Engine::WRITTEN_IN_PHP
            ? UserStreams::descriptor($stream, $function)
            : Engine::descriptor($stream);
        if ($descriptor === null) {
            Errors::warn("$function(): Could not use stream of type '$type'");
        } elseif (\PHP_VERSION_ID < 80300 && $type !== Engine::WRITTEN_IN_PHP) {
            self::warnOfUnread(\stream_get_meta_data($stream)['unread_bytes'], $function);
        }
        return $descriptor;
    }

    private static function warnOfUnread(int $bytes, string $function): void
    {
        if ($bytes > 0) {
            $warning = "$function(): $bytes bytes of buffered data lost during stream conversion!";
            Errors::warn($warning);
            Errors::warn($warning); // natively, once for the question whether there is a descriptor, once for which
        }
    }

    /** PHP 8.2 takes anything for a number in silence; later ones say what is wrong, and go on where it can be a number. */
    private static function toNameTerminal(mixed $value): ?int
    {
        if (\PHP_VERSION_ID < 80300) {
            return Errors::toInt($value);
        }
        $number = self::number($value, 'posix_ttyname');
        if ($number === null) {
            Errors::warn('posix_ttyname(): ' . self::wrongType($value));
            $number = Errors::toInt($value);
        }
        if (self::isDescriptor($number)) {
            return $number;
        }
        self::warnOfRange('posix_ttyname');
        if (\PHP_VERSION_ID >= 80500) {
            Errors::$posix = self::EBADF;
        }
        return null;
    }

    /** As above, but what is no number is no terminal. */
    private static function toAskForTerminal(mixed $value): ?int
    {
        if (\PHP_VERSION_ID < 80300) {
            return Errors::toInt($value);
        }
        $number = self::number($value, 'posix_isatty');
        if ($number === null) {
            Errors::warn('posix_isatty(): ' . self::wrongType($value));
        } elseif (!self::isDescriptor($number)) {
            if (\PHP_VERSION_ID >= 80500) {
                self::warnOfRange('posix_isatty');
            }
            if (\PHP_VERSION_ID >= 80400) {
                Errors::$posix = self::EBADF;
            }
            return null;
        }
        return $number;
    }

    private static function isDescriptor(int $number): bool
    {
        return $number >= 0 && $number <= self::LARGEST;
    }

    private static function warnOfRange(string $function): void
    {
        Errors::warn("$function(): Argument #1 (\$file_descriptor) must be between 0 and " . self::LARGEST);
    }

    private static function wrongType(mixed $value): string
    {
        return 'Argument #1 ($file_descriptor) must be of type int|resource, ' . \get_debug_type($value) . ' given';
    }

    /**
     * A number as a parameter of type int takes it from a caller without strict_types, with the complaints at the caller's
     * line; null where it takes none. (Of a caller with strict_types nothing is known here.)
     */
    private static function number(mixed $value, string $function): ?int
    {
        if (\is_int($value)) {
            return $value;
        }
        if ($value === null) {
            Errors::warn(
                "$function(): Passing null to parameter #1 (\$file_descriptor) of type int is deprecated",
                \E_DEPRECATED,
            );
            return 0;
        }
        // What PHP itself calls is called without strict_types.
        $convert = static fn (): array => \array_map(static fn (int $number): int => $number, [$value]);
        try {
            return Errors::heard($convert)[0];
        } catch (\TypeError) {
            return null;
        }
    }
}
