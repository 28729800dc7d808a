<?php

declare(strict_types=1);

namespace Libdaemon\Native;

use Libdaemon\Polyfill\Withheld;

/**
 * The library's functions that are called so often that the way through FFI would cost more than what they do.
 *
 * Where the engine is known they become functions of PHP's own, made by the library, for programs that call them again
 * and again: before, and elsewhere, they are FFI's. Until then a property names a method that is not there, which leads to
 * __callStatic(): a caller writes (Calls::$posix_kill)($pid, $signal) and asks nothing.
 *
 * All take numbers, but for pcntl_sigprocmask, and give a number, -1 for a failure.
 *
 * How the library is found is here too, since the first call waits for every file. Why one is not to be used is Refusal's
 * to say.
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
    /** A library fits when it has the same first two numbers as this package. */
    public const SERIES = '0.1';
    private const BESIDE = 'beside the package';
    /** So many short calls go through FFI before it is worth while to look for the engine. */
    private const FEW = 4;

    private static ?\FFI $library = null;
    /** @var array<string, string>|null the library that was found, as one of the candidates: every handle is one to the same */
    private static ?array $found = null;
    private static int $calls = 0;

    /** The first calls of each. */
    public static function __callStatic(string $name, array $arguments): int
    {
        // Where pcntl may be PHP's own, none goes through FFI if the engine is known: a handler in the middle of that crashes
        // PHP 8.4. And a look for the engine has it run what waits: as early as can be, before there is much. Whoever
        // changes the mask is about to use signals, and FFI takes no list. To fork and to wait takes long by itself, and what
        // is loaded for less costs each child something at its end.
        $isLong = $name === 'pcntl_fork' || ($name === 'pcntl_waitpid' && $arguments[1] === 0);
        self::$calls += $isLong ? 0 : 1;
        if (self::$calls > self::FEW || $name === 'pcntl_sigprocmask' || !isset(Start::$defined['pcntl'])) {
            Library::loadFailures();
            self::$$name = Attachment::replacement($name);
            return (self::$$name)(...$arguments);
        }
        return $name === 'pcntl_waitpid' ? self::waitpid(...$arguments) : self::library()->$name(...$arguments);
    }

    /** pcntl_waitpid through FFI. */
    public static function waitpid(int $process, int $flags): int
    {
        return self::library()->pcntl_waitpid_packed($process, $flags, null);
    }

    /** The library, with what is declared here at least. */
    public static function library(): \FFI
    {
        return self::$library ??= self::open(self::DECLARATIONS);
    }

    /**
     * Opens the first library that fits. When none does, one exception says what was tried and what was wrong with each.
     *
     * @param string $declarations of what is wanted of the library
     */
    public static function open(string $declarations): \FFI
    {
        $candidates = self::$found ?? self::candidates();
        foreach (Start::isPlace() && \extension_loaded('ffi') ? $candidates : [] as $path => $origin) {
            if ($origin === self::BESIDE && !\is_file($path)) {
                continue; // a look costs a tenth of an attempt
            }
            try {
                $library = \FFI::cdef($declarations, (string) $path);
            } catch (\FFI\Exception) {
                continue;
            }
            if (self::fits($library->libdaemon_version())) {
                self::$found = [$path => $origin];
                \class_exists(Withheld::class, false) && Withheld::complain();
                return $library;
            }
        }
        throw Refusal::of($candidates, $declarations);
    }

    /** Whether a library of that version is one for this package. */
    public static function fits(string $version): bool
    {
        return \str_starts_with($version . '.', self::SERIES . '.');
    }

    /** @return array<string, string> paths in the order in which they are tried, with where each comes from */
    private static function candidates(): array
    {
        $named = (string) \getenv('LIBDAEMON_PATH');
        $package = \dirname(__DIR__, 2);
        return $named !== '' ? [$named => 'LIBDAEMON_PATH, and nothing else while that is set'] : [
            $package . '/libdaemon.so.1' => self::BESIDE,
            $package . '/libdaemon.so' => self::BESIDE,
            \dirname($package) . '/target/release/libdaemon.so' => 'a checkout',
            'libdaemon.so.1' => "the system's",
        ];
    }
}
