<?php

declare(strict_types=1);

namespace Libdaemon\Native;

use FFI\CData;

/**
 * The library's functions that are called so often that the way through FFI would cost more than what they do.
 *
 * Where the engine is known they become functions of PHP's own, made by the library, for programs that call them again
 * and again: before, and elsewhere, they are FFI's. A property is null until then, so a caller writes
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

    /** What short scripts call, and the first calls of others: the whole header takes FFI a tenth of a millisecond. */
    private const DECLARATIONS = 'const char *libdaemon_version(void); int pcntl_fork(void); int pcntl_get_last_error(void);'
        . 'int posix_getpid(void); int posix_getppid(void); int posix_kill(int process_id, int signal);'
        . 'int64_t pcntl_waitpid_packed(int process_id, int flags, void *resource_usage);'
        . 'int64_t pcntl_sigprocmask_packed(int mode, uint64_t signals);';
    /** So many calls go through FFI before it is worth while to look for the engine. */
    private const FEW = 4;

    private static ?\FFI $library = null;
    private static int $calls = 0;

    /** The library, with what is declared here at least. */
    public static function library(): \FFI
    {
        return self::$library ??= Finder::open(self::DECLARATIONS);
    }

    /** The function of that name; after a few calls it is in its property. */
    public static function load(string $name): \Closure|CData
    {
        $library = self::library();
        // Where pcntl is PHP's own, a look for the engine has it run what waits: as early as can be, before there is much.
        if (++self::$calls > self::FEW || (\get_extension_funcs('pcntl') ?: []) !== []) {
            self::$$name = Attachment::attach() ? Attachment::direct($name) : null;
            self::$$name ??= self::throughFfi($library, $name);
        }
        return self::$$name ?? self::throughFfi($library, $name);
    }

    private static function throughFfi(\FFI $library, string $name): \Closure|CData
    {
        return $name === 'pcntl_waitpid_packed'
            ? static fn (int $process, int $flags): int => $library->pcntl_waitpid_packed($process, $flags, null)
            : $library->$name;
    }
}
