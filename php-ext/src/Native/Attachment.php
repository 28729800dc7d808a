<?php

declare(strict_types=1);

namespace Libdaemon\Native;

use FFI\CData;
use Libdaemon\Exception;

/**
 * The library's own way into the engine: with it signal handlers run between two instructions, and calls of the library
 * need no FFI. It is tried out before it is relied on; an engine that is not known is left alone.
 */
final class Attachment
{
    /** 1 while signals wait, written by the library, also in the middle of PHP's code. Where that cannot be: always 1. */
    public static int $waiting = 0;

    private const DETACH = -1;
    private const ASK = 2;

    private static ?bool $attached = null;
    private static ?\Closure $change = null;

    /** Attaches at the first call, and says whether that worked. */
    public static function attach(): bool
    {
        return self::$attached ??= self::tryOut();
    }

    /** Has handlers run between two instructions, or no more. Only where attached. */
    public static function setAsynchronous(bool $on): void
    {
        (self::$change)((int) $on);
    }

    /** What to call from now on for one of Calls' functions: one of PHP's own where that can be. */
    public static function replacement(string $name): \Closure|CData
    {
        return (self::attach() ? self::direct($name) : null) ?? match ($name) {
            'pcntl_waitpid' => Calls::waitpid(...),
            'pcntl_sigprocmask' => static fn (): int => -1, // so the caller has it done in PHP, as FFI takes no list
            default => Calls::library()->$name,
        };
    }

    /** The C function of that name as one of PHP's own. */
    public static function direct(string $name): ?\Closure
    {
        $closure = null;
        Calls::library()->libdaemon_php_function($name, Engine::reference($closure));
        return $closure;
    }

    private static function tryOut(): bool
    {
        try {
            $waiting = Engine::reference(self::$waiting);
        } catch (Exception) {
            return false;
        }
        if (Calls::library()->libdaemon_php_attach(self::version(), (bool) \PHP_ZTS, $waiting) !== 0) {
            return false;
        }
        $attached = self::direct('attached');
        if ($attached === null) {
            return false;
        }
        // Between two of these instructions the engine looks at its flag, and calls the library if it is the right one.
        for ($i = 0; $i < 10 && $attached(self::ASK) !== 1; ++$i) {
            continue;
        }
        if ($attached(self::ASK) === 1) {
            self::$change = $attached;
            return true;
        }
        $attached(self::DETACH);
        return false;
    }

    /** LIBDAEMON_PHP_VERSION stands in for another version, to see what happens with one that is not known. */
    private static function version(): int
    {
        $version = \getenv('LIBDAEMON_PHP_VERSION');
        return \is_string($version) && $version !== '' ? (int) $version : \PHP_VERSION_ID;
    }
}
