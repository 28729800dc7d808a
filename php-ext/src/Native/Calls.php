<?php

declare(strict_types=1);

namespace Libdaemon\Native;

/**
 * The library's functions that are called so often that the way through FFI would cost more than what they do.
 *
 * Where the engine is known they become functions of PHP's own, made by the library, for programs that call them again
 * and again: before, and elsewhere, they are FFI's. Until then a property names a method that is not there, which leads to
 * __callStatic(): a caller writes (Calls::$posix_kill)($pid, $signal) and asks nothing.
 *
 * All take numbers, but for pcntl_sigprocmask, and give a number, -1 for a failure.
 */
final class Calls
{
    // Each a closure, a function of FFI's or a name.
    public static mixed $posix_getpid = 'Libdaemon\Native\Calls::posix_getpid';
    public static mixed $posix_getppid = 'Libdaemon\Native\Calls::posix_getppid';
    public static mixed $pcntl_fork = 'Libdaemon\Native\Calls::pcntl_fork';
    /** (process, signal) */
    public static mixed $posix_kill = 'Libdaemon\Native\Calls::posix_kill';
    /** (process, flags): as the library's pcntl_waitpid_packed, without the resource usage */
    public static mixed $pcntl_waitpid = 'Libdaemon\Native\Calls::pcntl_waitpid';
    /** (mode, list of signals): as the library's pcntl_sigprocmask_packed; -1 too for what is better looked at in PHP */
    public static mixed $pcntl_sigprocmask = 'Libdaemon\Native\Calls::pcntl_sigprocmask';

    /**
     * What daemons call most, and first. A short script needs no more, and whatever FFI knows has to be read first, and costs
     * every forked process something at its end.
     */
    private const DECLARATIONS = <<<'C'
        const char *libdaemon_version(void);
        int pcntl_fork(void);
        int64_t pcntl_waitpid_packed(int process_id, int flags, void *resource_usage);
        int64_t pcntl_sigprocmask_packed(int mode, uint64_t signals);
        unsigned int pcntl_alarm(unsigned int seconds);
        int pcntl_get_last_error(void);
        const char *pcntl_strerror(int error_code);
        int posix_getpid(void);
        int posix_getppid(void);
        int posix_kill(int process_id, int signal);
        int posix_setsid(void);
        int posix_get_last_error(void);
        int libdaemon_php_attach(int version_id, bool thread_safe, void *waiting);
        int libdaemon_php_function(const char *name, void *place);
        C;
    /** So many calls go through FFI before it is worth while to look for the engine. */
    private const FEW = 4;

    private static ?\FFI $library = null;
    private static int $calls = 0;

    /** The library, with what is declared here at least. */
    public static function library(): \FFI
    {
        return self::$library ??= Finder::open(self::DECLARATIONS);
    }

    /** The first calls of each. */
    public static function __callStatic(string $name, array $arguments): int
    {
        // Where pcntl may be PHP's own, none goes through FFI if the engine is known: a handler in the middle of that crashes
        // PHP 8.4. And a look for the engine has it run what waits: as early as can be, before there is much.
        if (++self::$calls > self::FEW || !Start::$definedPcntl) {
            Library::loadFailures();
            self::$$name = Attachment::replacement($name);
            return (self::$$name)(...$arguments);
        }
        return self::throughFfi($name, $arguments);
    }

    public static function throughFfi(string $name, array $arguments): int
    {
        $library = self::library();
        if ($name === 'pcntl_sigprocmask') {
            return self::changeMask($library, ...$arguments);
        }
        if ($name === 'pcntl_waitpid') {
            return $library->pcntl_waitpid_packed($arguments[0], $arguments[1], null);
        }
        return $library->$name(...$arguments);
    }

    /** As the library's own function of PHP's does it. */
    private static function changeMask(\FFI $library, int $mode, array $signals): int
    {
        $set = 0;
        foreach ($signals as $signal) {
            if (!\is_int($signal) || $signal < 1 || $signal > 64 || $signal === 32 || $signal === 33) {
                return -1;
            }
            $set |= 1 << $signal - 1;
        }
        $isPlain = $mode === \SIG_SETMASK || ($set !== 0 && ($mode === \SIG_BLOCK || $mode === \SIG_UNBLOCK));
        return $isPlain ? $library->pcntl_sigprocmask_packed($mode, $set) : -1;
    }
}
