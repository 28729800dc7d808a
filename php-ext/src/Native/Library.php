<?php

declare(strict_types=1);

namespace Libdaemon\Native;

use Libdaemon\Exception;

/** The library as PHP code sees it: calls whose failures become exceptions, and the checks of what it is given. */
final class Library
{
    /** No constant: opcache would ask at compile time. */
    private static string $extension = 'libdaemon';

    /** Calls a function that gives -1 when it fails: that becomes an exception. */
    public static function call(string $function, int|string|bool|null ...$arguments): int
    {
        $result = self::hasExtension() ? call($function, $arguments) : self::fallback()->call($function, $arguments);
        return \is_array($result) ? throw new Exception(...$result) : $result;
    }

    /**
     * Has the library judge an option of a daemon.
     *
     * @param list<int|string|bool> $arguments
     */
    public static function check(string $option, array $arguments): void
    {
        self::succeed(self::hasExtension() ? check($option, $arguments) : self::fallback()->check($option, $arguments));
    }

    /**
     * Starts a daemon, and comes back in it.
     *
     * @param list<array{string, list<int|string|bool>}> $options
     * @param int $close a daemonize_close: which descriptors are closed in it, but for those of PHP's streams
     */
    public static function start(array $options, int $close): void
    {
        $resources = \function_exists('get_resources') ? \get_resources() : [];
        self::succeed(self::hasExtension() ? start([...$options, ['close_fds', [$close]]], $resources, $close) : self::fallback()->start($options));
    }

    /**
     * Starts another program as a daemon.
     *
     * @param list<array{string, list<int|string|bool>}> $options
     * @param list<string> $arguments the program's, its name first
     * @return int its pid
     */
    public static function execute(array $options, string $path, array $arguments): int
    {
        $result = self::hasExtension()
            ? execute($options, $path, $arguments)
            : self::fallback()->execute($options, $path, $arguments);
        return \is_array($result) ? throw new Exception(...$result) : $result;
    }

    /** The descriptor under a stream, null for one that has none. */
    public static function descriptor(mixed $stream): ?int
    {
        return self::hasExtension() ? descriptor($stream) : self::fallback()->descriptor();
    }

    /** Sends on what the output buffers hold. */
    public static function flush(): void
    {
        self::hasExtension() ? flush() : self::fallback()->flush();
    }

    /** A text for the library, which would not see what follows a NUL. */
    public static function text(string $text, string $parameter): string
    {
        if (\str_contains($text, "\0")) {
            throw new \ValueError("Argument (\$$parameter) must not contain any null bytes");
        }
        return $text;
    }

    /** A number for the library, which would not see more of it than 32 bits. */
    public static function number(int $number, string $parameter): int
    {
        if ($number < -0x80000000 || $number > 0x7fffffff) {
            throw new \ValueError("Argument (\$$parameter) must be between -2147483648 and 2147483647");
        }
        return $number;
    }

    /** A path for the library, relative to the directory that PHP takes for the current one. */
    public static function path(string $path, string $parameter): string
    {
        self::text($path, $parameter);
        $directory = $path === '' || $path[0] === '/' ? false : \getcwd();
        return $directory === false ? $path : \rtrim($directory, '/') . '/' . $path;
    }

    /** Seconds as the library counts them; INF becomes its "for ever". */
    public static function milliseconds(float $seconds): int
    {
        if (\is_nan($seconds) || $seconds < 0) {
            throw new \ValueError('A time must be a number of seconds from 0 up');
        }
        return $seconds === \INF ? -1 : (int) \min(\ceil($seconds * 1000), 0x7fffffff);
    }

    /** @param array{string, int, int, string}|null $failure */
    private static function succeed(?array $failure): void
    {
        if ($failure !== null) {
            throw new Exception(...$failure);
        }
    }

    /** Are the functions of the extension there, and do they fit this package? */
    public static function hasExtension(): bool
    {
        $version = self::version();
        return $version !== null && self::fits($version) && \function_exists('Libdaemon\Native\call');
    }

    /** The extension's version, null where there is none. */
    public static function version(): ?string
    {
        return \phpversion(self::$extension) ?: null;
    }

    public static function fits(string $version): bool
    {
        return \str_starts_with("$version.", Loader::SERIES . '.');
    }

    /** For an engine that the extension has left alone: the library by FFI. Where there is none, why. */
    private static function fallback(): FfiLibrary
    {
        Loader::load(); // for a program that knows only the classes
        return FfiLibrary::get() ?? throw Refusal::ofAll();
    }
}
