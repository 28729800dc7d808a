<?php

declare(strict_types=1);

namespace Libdaemon\Native;

use FFI\CData;
use Libdaemon\Polyfill\Signals;

/**
 * The signal handlers of this process, as the kernel has them: the script's, those of extensions, and those of PHP's
 * engine. The engine has one of its own for HUP, INT, QUIT, TERM, USR1, USR2 and PROF, which does no more than the default
 * would where the script has set none: it ends the process.
 */
final class SignalHandlers
{
    /** These end a launcher that waits for its daemon, which is to say so first. */
    private const ENDING = [1, 2, 3, 15];
    private const LAST = 64;
    private const PIPE = 13;
    private const PROF = 27;
    private const DEFAULT = 0;
    private const IGNORE = 1;
    /** Natively, pcntl_signal_get_handler() knows only the first 32 before PHP 8.4. */
    private const LAST_WITH_GETTER = \PHP_VERSION_ID < 80400 ? 32 : 64;
    private const LIBC = <<<'C'
        typedef struct { unsigned long handler; unsigned char rest[504]; } action;
        int sigaction(int signal, const action *now, action *before);
        C;

    private static ?\FFI $libc = null;
    /** @var array<int, CData> by signal: what was set aside */
    private static array $aside = [];

    /**
     * The signals that stay in a daemon as they are: those for which the script or an extension has a handler, those that
     * the script ignores, and SIGPIPE, which PHP itself ignores so that writing to a closed connection fails.
     *
     * @return iterable<int>
     */
    public static function kept(): iterable
    {
        $ofEngine = self::action(self::PROF)->handler; // nothing but the engine handles that
        for ($signal = 1; $signal <= self::LAST; ++$signal) {
            $handler = self::action($signal)->handler;
            $isKept = match ($handler) {
                self::DEFAULT => false,
                self::IGNORE => $signal === self::PIPE || self::handlerOfScript($signal) === self::IGNORE,
                default => $handler !== $ofEngine || self::handlerOfScript($signal) !== self::DEFAULT,
            };
            if ($isKept) {
                yield $signal;
            }
        }
    }

    /** Has the kernel's default in place of the engine's handler, where the script has set none. */
    public static function setAside(): void
    {
        $default = self::libc()->new('action'); // all zeroes
        foreach (self::ENDING as $signal) {
            $before = self::action($signal);
            if ($before->handler !== self::IGNORE && self::handlerOfScript($signal) === self::DEFAULT) {
                self::$libc->sigaction($signal, \FFI::addr($default), null);
                self::$aside[$signal] = $before;
            }
        }
    }

    public static function putBack(): void
    {
        foreach (self::$aside as $signal => $before) {
            self::$libc->sigaction($signal, \FFI::addr($before), null);
        }
        self::$aside = [];
    }

    /** What the script has set by pcntl_signal(): SIG_DFL if nothing, null where that cannot be asked. */
    private static function handlerOfScript(int $signal): mixed
    {
        return Signals::handler($signal) ?? match (true) {
            !\function_exists('pcntl_signal_get_handler') => self::DEFAULT,
            $signal > self::LAST_WITH_GETTER => null,
            default => \pcntl_signal_get_handler($signal),
        };
    }

    private static function action(int $signal): CData
    {
        $action = self::libc()->new('action'); // the default, for the signals that libc keeps to itself
        self::$libc->sigaction($signal, null, \FFI::addr($action));
        return $action;
    }

    private static function libc(): \FFI
    {
        return self::$libc ??= \FFI::cdef(self::LIBC);
    }
}
