<?php

declare(strict_types=1);

namespace Libdaemon\Native;

use FFI\CData;

/**
 * The library's functions that are called so often that the way through FFI would cost more than what they do.
 *
 * Where the engine is known they are functions of PHP's own, made by the library; elsewhere they are FFI's. A property is
 * null until load() has been called for the first of them, so a caller writes
 *
 *     (Calls::$posix_kill ?? Calls::load('posix_kill'))($pid, $signal)
 *
 * All take numbers and give a number, -1 for a failure.
 */
final class Calls
{
    public static \Closure|CData|null $posix_getpid = null;
    public static \Closure|CData|null $posix_getppid = null;
    /** (process, signal) */
    public static \Closure|CData|null $posix_kill = null;
    /** (process, flags): as the library's, without the resource usage */
    public static \Closure|CData|null $pcntl_waitpid_packed = null;
    /** (mode, signals) */
    public static \Closure|CData|null $pcntl_sigprocmask_packed = null;

    private const NAMES = ['posix_getpid', 'posix_getppid', 'posix_kill', 'pcntl_waitpid_packed',
        'pcntl_sigprocmask_packed'];

    /** Opens the library, fills the properties, and gives the one of that name. */
    public static function load(string $name): \Closure|CData
    {
        $library = Library::get();
        $direct = Attachment::attach();
        foreach (self::NAMES as $each) {
            self::$$each = ($direct ? Attachment::direct($each) : null) ?? self::throughFfi($library, $each);
        }
        return self::$$name;
    }

    private static function throughFfi(\FFI $library, string $name): \Closure|CData
    {
        if ($name === 'pcntl_waitpid_packed') {
            return static fn (int $process, int $flags): int => $library->pcntl_waitpid_packed($process, $flags, null);
        }
        return $library->$name;
    }
}
