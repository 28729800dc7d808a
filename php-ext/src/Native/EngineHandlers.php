<?php

declare(strict_types=1);

namespace Libdaemon\Native;

use FFI\CData;

/**
 * The signal handlers of PHP's engine. For SIGHUP, SIGINT, SIGQUIT and SIGTERM it has handlers of its own which do no more than
 * the default would: end the process. A launcher that waits for its daemon would be ended by them without a word.
 */
final class EngineHandlers
{
    private const SIGNALS = [1, 2, 3, 15];
    private const DEFAULT = 0;
    private const LIBC = <<<'C'
        typedef struct { unsigned char bytes[512]; } action;
        int sigaction(int signal, const action *now, action *before);
        C;

    private static ?\FFI $libc = null;
    /** @var array<int, CData> by signal: what was set aside */
    private static array $aside = [];

    /** Has the kernel's default in place of the engine's handler, where the script has set none. */
    public static function setAside(): void
    {
        self::$libc ??= \FFI::cdef(self::LIBC);
        $default = self::$libc->new('action'); // all zeroes
        foreach (self::SIGNALS as $signal) {
            $before = self::$libc->new('action');
            if (!self::isIgnored($signal) && self::handlerOfScript($signal) === self::DEFAULT) {
                self::$libc->sigaction($signal, \FFI::addr($default), \FFI::addr($before));
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

    private static function handlerOfScript(int $signal): mixed
    {
        return \function_exists('pcntl_signal_get_handler') ? \pcntl_signal_get_handler($signal) : self::DEFAULT;
    }

    /** Ignored since before PHP was started. */
    private static function isIgnored(int $signal): bool
    {
        $now = self::$libc->new('action');
        self::$libc->sigaction($signal, null, \FFI::addr($now));
        return self::$libc->cast('unsigned long *', \FFI::addr($now))[0] === 1; // SIG_IGN, in the structure's first field
    }
}
