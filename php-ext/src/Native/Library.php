<?php

declare(strict_types=1);

namespace Libdaemon\Native;

use Libdaemon\Exception;
use Libdaemon\Polyfill\Errors;
use Libdaemon\Polyfill\Posix;
use Libdaemon\Polyfill\SignalSets;
use Libdaemon\Polyfill\Values;

/** The shared library as PHP sees it: one handle for the life of the process, and what every call to it needs. */
final class Library
{
    /** The version of this package. */
    public const VERSION = '0.1.0';

    /** Kept for ever: FFI unloads a library with its last handle. */
    public static ?\FFI $handle = null;

    /** The library, opened by the first call. */
    public static function get(): \FFI
    {
        return self::$handle ?? self::open();
    }

    private static function open(): \FFI
    {
        $header = \dirname(__DIR__, 2) . '/libdaemon.h';
        $declarations = \file_get_contents($header);
        if ($declarations === false) {
            throw new Exception("libdaemon: the package is incomplete, $header cannot be read", step: 'library');
        }
        self::$handle = Calls::open($declarations);
        self::loadFailures();
        return self::$handle;
    }

    /** Loads what tells of failures, and changes the mask: where descriptors have run out it could not be loaded any more. */
    public static function loadFailures(): void
    {
        foreach ([Errors::class, Posix::class, SignalSets::class, Values::class] as $class) {
            \class_exists($class);
        }
    }

    /** Calls a function that gives -1 when it fails: that becomes an exception. */
    public static function call(string $function, mixed ...$arguments): int
    {
        $held = AsynchronousSignals::hold();
        try {
            return self::check(self::get()->$function(...$arguments));
        } finally {
            AsynchronousSignals::release($held);
        }
    }

    /** The result of a call that gives -1 when it fails: that becomes an exception with the library's own line. */
    public static function check(int $result): int
    {
        if ($result === -1) {
            throw self::failure();
        }
        return $result;
    }

    /** Why the library's latest call failed. */
    public static function failure(): Exception
    {
        $library = self::get();
        return new Exception(
            $library->libdaemon_last_error(),
            $library->libdaemon_last_errno(),
            $library->libdaemon_last_status(),
            $library->libdaemon_last_step(),
        );
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

    /**
     * Loads all classes of the package, for a process that may need them when another root directory, another user or a
     * limit keeps their files out of reach, or in the middle of loading one.
     */
    public static function loadAll(): void
    {
        static $loaded = false;
        if (!$loaded) {
            foreach (\glob(\dirname(__DIR__) . '/{,*/}[A-Z]*.php', \GLOB_BRACE) ?: [] as $file) {
                require_once $file;
            }
            $loaded = true;
        }
    }
}
